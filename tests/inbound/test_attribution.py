"""Attribution lines of many programs and languages, each written here in the way its program prints it."""

import pytest

from mailbot.inbound.attribution import Attributions
from mailbot.inbound.lines import text_lines
from tests.inbound.mails import words

UNQUOTED_BELOW = [
    "On Mon, Jan 5, 2026 at 9:12 AM Ann Field <ann@customer.example> wrote:",
    "On 5 Jan 2026, at 09:12, Ann Field <ann@customer.example> wrote:",
    "On Mon, 5 Jan 2026 09:12:03 +0100, Ann Field wrote:",
    "On 1/5/2026 9:12 AM, Ann Field wrote:",
    "On 2026-01-05 09:12, Ann Field wrote:",
    "---- On Mon, 05 Jan 2026 09:12:03 +0100 ann@customer.example wrote ----",
    "------- On Monday, January 5th, 2026 at 9:12 AM, Ann Field <ann@customer.example> wrote -------",
    "Am 05.01.2026 um 09:12 schrieb Ann Field:",
    "Am Mo., 5. Jan. 2026 um 09:12 Uhr schrieb Ann Field <ann@customer.example>:",
    "Ann Field <ann@customer.example> schrieb am Mo., 5. Jan. 2026, 09:12:",
    "Le lun. 5 janv. 2026 à 09:12, Ann Field <ann@customer.example> a écrit :",
    "Le 05/01/2026 à 09:12, Ann Field a écrit :",
    "Il giorno lun 5 gen 2026 alle ore 09:12 Ann Field <ann@customer.example> ha scritto:",
    "Il 05/01/2026 09:12, Ann Field ha scritto:",
    "El lun, 5 ene 2026 a las 9:12, Ann Field (<ann@customer.example>) escribió:",
    "El 5 ene 2026, a las 9:12, Ann Field <ann@customer.example> escribió:",
    "Em seg., 5 de jan. de 2026 às 09:12, Ann Field <ann@customer.example> escreveu:",
    "Em 05/01/2026 09:12, Ann Field escreveu:",
    "Op ma 5 jan 2026 om 09:12 schreef Ann Field <ann@customer.example>:",
    "Op 5 jan. 2026, om 09:12 heeft Ann Field <ann@customer.example> het volgende geschreven:",
    "Den mån 5 jan. 2026 kl 09:12 skrev Ann Field <ann@customer.example>:",
    "Den 2026-01-05 kl. 09:12, skrev Ann Field:",
    "Den man. 5. jan. 2026 kl. 09.12 skrev Ann Field <ann@customer.example>:",
    "man. 5. jan. 2026 kl. 09:12 skrev Ann Field <ann@customer.example>:",
    "ma 5. tammik. 2026 klo 9.12 Ann Field (ann@customer.example) kirjoitti:",
    "Ann Field kirjoitti 5.1.2026 klo 9.12:",
    "pon., 5 sty 2026 o 09:12 Ann Field <ann@customer.example> napisał(a):",
    "W dniu 5.01.2026 o 09:12, Ann Field pisze:",
    "po 5. 1. 2026 v 9:12 odesílatel Ann Field <ann@customer.example> napsal:",
    "Dne 05. 01. 26 v 9:12 Ann Field napsal(a):",
    "po 5. 1. 2026 o 9:12 Ann Field <ann@customer.example> napísal(a):",
    "Ann Field <ann@customer.example> ezt írta (időpont: 2026. jan. 5., H, 9:12):",
    "2026. 01. 05. 9:12 keltezéssel, Ann Field írta:",
    "În lun., 5 ian. 2026 la 09:12, Ann Field <ann@customer.example> a scris:",
    "пн, 5 янв. 2026 г. в 09:12, Ann Field <ann@customer.example>:",
    "5 января 2026 г., в 09:12, Ann Field <ann@customer.example> написал(а):",
    "Понедельник, 5 января 2026, 9:12 +03:00 от Ann Field <ann@customer.example>:",
    "05.01.2026 09:12, Ann Field пишет:",
    "пн, 5 січ. 2026 р. о 09:12 Ann Field <ann@customer.example> пише:",
    "На пн, 5.01.2026 г. в 9:12 Ann Field <ann@customer.example> написа:",
    "Στις Δευ 5 Ιαν 2026 στις 9:12 π.μ., ο χρήστης Ann Field <ann@customer.example> έγραψε:",
    "Ann Field <ann@customer.example>, 5 Oca 2026 Pzt, 09:12 tarihinde şunu yazdı:",
    "pon, 5. sij 2026. u 09:12 Ann Field <ann@customer.example> napisao je:",
    "V pon., 5. jan. 2026 ob 09:12 je oseba Ann Field <ann@customer.example> napisala:",
    "2026-01-05, pr, 09:12 Ann Field <ann@customer.example> rašė:",
    "pirmd., 2026. g. 5. janv., plkst. 09:12 — lietotājs Ann Field (<ann@customer.example>) rakstīja:",
    "Kuupäev E, 5. jaanuar 2026 kell 09:12 kirjutas Ann Field <ann@customer.example>:",
    "El dl., 5 de gen. 2026, 9:12, Ann Field <ann@customer.example> va escriure:",
    "Vào Th 2, 5 thg 1, 2026 vào lúc 09:12 Ann Field <ann@customer.example> đã viết:",
    "Pada tanggal Sen, 5 Jan 2026 pukul 09.12 Ann Field <ann@customer.example> menulis:",
    "ในวันที่ จ. 5 ม.ค. 2026 เวลา 09:12 Ann Field <ann@customer.example> เขียนว่า:",
    "2026年1月5日(月) 9:12 Ann Field <ann@customer.example>:",
    "2026/01/05 9:12、Ann Field <ann@customer.example>のメール:",
    "Ann Field <ann@customer.example> 于2026年1月5日周一 09:12写道：",
    "在 2026年1月5日,09:12,Ann Field <ann@customer.example> 写道：",
    "Ann Field <ann@customer.example> 於 2026年1月5日 週一 上午9:12寫道：",
    "2026년 1월 5일 (월) 오전 9:12, Ann Field <ann@customer.example>님이 작성:",
    "في الاثنين، 5 يناير 2026 في 9:12 ص تمت كتابة ما يلي بواسطة Ann Field <ann@customer.example>:",
    "בתאריך יום ב׳, 5 בינו׳ 2026 ב-9:12 מאת Ann Field <ann@customer.example>:",
    "در تاریخ دوشنبه ۵ ژانویه ۲۰۲۶ ساعت ۹:۱۲ Ann Field <ann@customer.example> نوشت:",
    "सोम, 5 जन॰ 2026 को 9:12 am बजे को Ann Field <ann@customer.example> ने लिखा:",
]  # fmt: skip

QUOTED_BELOW = [
    "Ann Field wrote:",
    "Ann Field <ann@customer.example> writes:",
    "Quoting Ann Field <ann@customer.example>:",
    "Zitat von Ann Field <ann@customer.example>:",
    "* Ann Field <ann@customer.example> [2026-01-05 09:12]:",
    "Ann Field said:",
    "On Mon, Jan 5, Ann Field wrote:",
]

A_PERSONS_WORDS = [
    "I will call you on Monday:",
    "The errors of 2026-01-05 09:12 were these:",
    "On Monday at 9:12 he wrote:",
    "Please write to ann@customer.example:",
    "On the other hand, this is what she said:",
    "Here is the list of 5 January:",
    "Am Montag schrieb er mir:",
    "El mecánico escribió en su informe del 5 de enero de 2026:",
]


def _span(text: str) -> int:
    return Attributions(text_lines(text, 1000)).at(0)


@pytest.mark.parametrize("line", UNQUOTED_BELOW)
def test_a_full_attribution_introduces_a_quote_even_without_quote_marks(line):
    assert _span(f"{line}\n\nThe old text stands here unmarked.") == 1


@pytest.mark.parametrize("line", QUOTED_BELOW)
def test_a_short_attribution_counts_when_quoted_lines_follow(line):
    assert _span(f"{line}\n> The old text.") == 1


@pytest.mark.parametrize("line", A_PERSONS_WORDS)
def test_a_sentence_that_ends_in_a_colon_is_a_persons(line):
    assert _span(f"{line}\n\nAnd so on, says the person.") == 0


@pytest.mark.parametrize("line", [one for one in UNQUOTED_BELOW if one.count(" ") > 6])
def test_an_attribution_is_found_when_its_program_wrapped_it(line):
    words = line.split(" ")
    half = len(words) - 3
    wrapped = " ".join(words[:half]) + "\n" + " ".join(words[half:])

    assert _span(f"{wrapped}\n\n> The old text.") == 2


def test_a_persons_line_right_above_an_attribution_is_not_part_of_it():
    text = "I will try it\nat the desk.\nOn Dec 8, 2025 2:10 PM, Ann <ann@customer.example> wrote:\n> old"
    found = Attributions(text_lines(text, 100))

    assert [found.at(index) for index in range(3)] == [0, 0, 1]


@pytest.mark.parametrize(
    "said",
    [
        "A 12 literes edény 14 napja üres.\nKérem a pótlását.",  # opens like "A 2026. jan. 5-i napon"
        "Em nhận 5 cái bơm.\nThiếu 2 cái.",
        "On 5 January 2026 it leaked again.",
        "Am Kabel 7 liegt es nicht.",
    ],
)
@pytest.mark.parametrize(
    "line", ["On Mon, Jan 5, 2026 at 9:12 AM Ann <ann@customer.example> wrote:", "Am 05.01.26 um 09:12 schrieb Ann:"]
)
def test_a_persons_line_that_opens_like_an_attribution_is_not_part_of_the_one_below(said, line):
    found = Attributions(text_lines(f"{said}\n{line}\n> old", 100))
    persons = said.count("\n") + 1

    assert [found.at(index) for index in range(persons + 1)] == [0] * persons + [1]


@pytest.mark.parametrize(
    "wrapped",
    [
        "On Mon, Jan\n5, 2026 at 9:12 AM Ann <ann@customer.example> wrote:",
        "El lun, 5 ene\n2026 a las 9:12, Ann (<ann@customer.example>) escribió:",
        "ma 5. tammik. 2026\nklo 9.12 Ann (ann@customer.example) kirjoitti:",
    ],
)
def test_an_attribution_wrapped_within_its_date_is_one(wrapped):
    assert _span(f"{wrapped}\n\n> old") == 2


@pytest.mark.parametrize("name", ["Dana Field", "Field, Dana", '"Field, Dana"'])
@pytest.mark.parametrize(
    "rest", ["schrieb am\nMi., 11. Feb. 2026, 07:27:", "ezt írta (időpont:\n2026. febr. 11., 7:27):"]
)
def test_a_day_wrapped_away_from_who_wrote_belongs_to_him(name, rest):
    assert words(f"No.\n\n{name} <dana@field.example> {rest}\n\n> Does it leak?") == "No."


def test_words_above_a_day_and_a_name_are_a_persons():
    text = "I wrote to <dana@field.example> about the seal"

    assert words(f"{text}\n11. Feb. 2026, 07:27, Dana Field <dana@field.example>:\n\n> It leaks.").startswith(text)


def test_an_opening_alone_on_its_line_belongs_to_the_attribution():
    assert _span("On\nMon, Jan 5, 2026 at 9:12 AM\nAnn <ann@customer.example>\nwrote:\n\n> old") == 4


@pytest.mark.parametrize(
    "line", ["Around 5 Jan 2026 9:12, Ann typed:", "On or about 05/01/26 09:12, Ann scribbled ..."]
)
def test_a_line_that_a_person_set_in_his_program_introduces_a_quote(line):
    assert _span(f"{line}\n> old") == 1
