import time
from datetime import date

import pytest

from mailbot.inbound.message import read
from mailbot.inbound.return_date import MAX_TEXT_CHARS, return_date
from tests.given import a_mail

SENT = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I am out of the office until 12 December 2026.", "2026-12-12"),
        ("I will be back on December 12th.", "2026-12-12"),
        ("Away from Nov 26, returning Dec. 14, 2026", "2026-12-14"),
        ("I am away until 2027-01-04, with no access to mail.", "2027-01-04"),
        ("I am back on 3 January.", "2027-01-03"),
        ("Ich bin bis zum 12.12.2026 nicht im Büro.", "2026-12-12"),
        ("Ich bin vom 27.11. bis 4.12. im Urlaub und ab dem 7. Dezember wieder da.", "2026-12-07"),
        ("Je suis absent jusqu'au 12 décembre inclus.", "2026-12-12"),
        ("Estaré fuera hasta el 12 de diciembre de 2026.", "2026-12-12"),
        ("Sono assente fino al 12 dicembre", "2026-12-12"),
        ("Ik ben terug op 12 december.", "2026-12-12"),
        ("Estou ausente até 12 de dezembro.", "2026-12-12"),
        ("Jag är tillbaka 12 december", "2026-12-12"),
        ("Wracam 12 grudnia.", "2026-12-12"),
        ("I am away from 4 to 12 December.", "2026-12-12"),
        ("Absent du 4 au 12 décembre", "2026-12-12"),
        ("De vacaciones del 4 al 12 de diciembre", "2026-12-12"),
        ("Jeg er tilbake 12. desember.", "2026-12-12"),
        ("Jeg er på ferie til 12. december", "2026-12-12"),
        ("Olen lomalla 12.12. asti", "2026-12-12"),
        ("Jsem mimo do 12. prosince", "2026-12-12"),
        ("Szabadságon vagyok december 12-ig.", "2026-12-12"),
        ("Sunt în concediu până pe 12 decembrie", "2026-12-12"),
        ("Na odmoru sam do 12. prosinca", "2026-12-12"),
        ("Sóc fora fins al 12 de desembre", "2026-12-12"),
        ("Olen ära kuni 12. detsembrini", "2026-12-12"),
        ("Saya cuti sampai 12 Desember", "2026-12-12"),
        ("Я в отпуске до 12 декабря", "2026-12-12"),
        ("Я у відпустці до 12 грудня", "2026-12-12"),
        ("Λείπω έως 12 Δεκεμβρίου", "2026-12-12"),
        ("12 Aralık'a kadar izindeyim", "2026-12-12"),
        ("12月12日まで休暇です", "2026-12-12"),
        ("我休假,至12月12日", "2026-12-12"),
        ("12월 12일까지 휴가입니다", "2026-12-12"),
        ("Tôi nghỉ đến ngày 12 tháng 12", "2026-12-12"),
        ("أنا في إجازة حتى 12 ديسمبر", "2026-12-12"),
        ("אני בחופשה עד 12 בדצמבר", "2026-12-12"),
        ("I am back on 12/14/2026", "2026-12-14"),
        ("I am back on 14/12/2026", "2026-12-14"),
        ("I am back on 12/12/2026", "2026-12-12"),
    ],
)
def test_a_day_of_return_is_found(text, day):
    assert return_date(text, SENT) == day


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office.",
        "I am back on 03/04/2027.",  # March or April
        "Do 12 listopada",  # November in Poland, October in Croatia
        "Our office was founded on 12 December 2026.",
        "I am back on 31 February 2027.",
        "I was away until 12 December 2019.",
        "I am back on 12 December 2031.",
        "Back soon: version 12.12.2026.1 is out",
        "Call +1 555 12 12 2026 until then",
        "",
    ],
)
def test_what_names_no_day_or_an_unlikely_one_gives_none(text):
    assert return_date(text, SENT) is None


def test_without_a_day_of_sending_only_a_whole_date_counts():
    assert return_date("back on 12 December", None) is None
    assert return_date("back on 12 December 2026", None) == "2026-12-12"


def test_only_automatic_mail_names_a_return():
    words = "I am out of the office until 12 December."
    fields = {"Date": "Wed, 25 Nov 2026 10:00:00 +0000"}

    away = read(a_mail(words, Auto_Submitted="auto-replied", **fields))
    human = read(a_mail("The part comes back on 12 December.", **fields))

    assert away.return_date == "2026-12-12"
    assert human.return_date is None


def test_a_date_that_cannot_be_read_harms_nothing():
    away = read(a_mail("Back on 12 December 2026.", Auto_Submitted="auto-replied", Date="yesterday"))

    assert away.return_date == "2026-12-12"


@pytest.mark.parametrize("piece", ["1. ", "until ", "12 de ", "1.1.", "12 december ", "until 12 dec", "2026-", "12/"])
def test_crafted_text_is_read_in_no_time(piece):
    start = time.process_time()

    return_date(piece * 1_000_000, SENT)

    assert time.process_time() - start < 1
    assert MAX_TEXT_CHARS <= 10_000
