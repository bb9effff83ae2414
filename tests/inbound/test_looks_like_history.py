"""Headers drawn in boxes, and what a person writes that looks like an answered mail."""

import pytest

from mailbot.inbound.message import read
from mailbot.inbound.reading import OwnHistory, ReadingLimits
from tests.inbound.mails import mail, reading, words

NEW = "The pump still leaks.\n\nShould I send it back?"

BOXES = {
    "each field": (
        "|------------>\n| From:      |\n|------------>\n  >--------------|\n  |Bob Carter    |\n  >--------------|\n"
        "|------------>\n| Date:      |\n|------------>\n  >--------------|\n  |05.01.2026    |\n  >--------------|"
    ),
    "author first": (
        "|---------+---------------->\n|         |  Bob Carter    |\n|         |  05.01.2026    |\n"
        "|---------+---------------->\n  >--------------------------|\n  |       To:       Ann      |\n"
        "  |       Subject:  Pump     |\n  >--------------------------|"
    ),
}


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_a_header_drawn_in_boxes_begins_the_answered_mail(box):
    found = reading(f"{NEW}\n\n{box}\n\n\nPlease tighten the screws.\nBob")

    assert found.text == NEW
    assert found.cuts[0].rule == "header block"


def test_arrows_that_a_person_draws_are_his():
    text = f"{NEW}\n\n|---------->\n| flow      |\n|---------->\nfrom left to right"

    assert words(text) == text


OWN = {
    "a quote": "I read your page.\n\n> Free returns within 30 days\n\nIt asks 5 euros of me.",
    "a quote with its author": "On 5 January 2026 you wrote:\n> Free returns within 30 days\n\nand ask 5 euros of me.",
    "a header": "Seen this?\n\nFrom: Bob <bob@acme.example>\nDate: 5 Jan 2026 10:00\nSubject: Pump\n\nIt is lost.",
    "a separator": "The box is ticked, yet\n----- Original message -----\nis not in my answers.",
}
MARKED = OWN["a quote"]


@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_what_looks_like_history_in_a_mail_that_answers_nothing_is_its_authors(text):
    assert words(text, subject="A question on returns") == text


@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_in_an_answer_it_is_history(text):
    assert words(text) != text


@pytest.mark.parametrize("answering", [{"subject": "Re: pump"}, {"subject": "Pump", "in_reply_to": "<a@desk.example>"}])
def test_marked_lines_in_an_answer_are_a_quote(answering):
    assert words(MARKED, **answering) == MARKED.replace("> Free returns within 30 days\n", "")


@pytest.mark.parametrize("text", [text for name, text in OWN.items() if name != "a separator"])
def test_a_mail_to_a_tickets_address_is_an_answer_whatever_its_client_drops(text):
    own = OwnHistory(lines=("We look into it.",), domain="desk.example")

    assert read(mail(text, subject="A question on returns"), ReadingLimits(), own).text != text


RULE = "-" * 46


@pytest.mark.parametrize(
    "head", ["Ann Lee, Jan 5, 2026, 9:12:", "Lee, Ann, 5 Jan 2026, 09:12:", "Ann Lee, 05.01.2026 09:12:"]
)
def test_a_help_desks_head_below_a_drawn_rule_begins_the_answered_mail(head):
    assert words(f"{NEW}\n\n{RULE}\n{head}\n\nPlease tighten the screws.\nAnn") == NEW


@pytest.mark.parametrize("head", ["Test run, 5 Jan 2026, 9:12:", "Second test of the pump, 5 Jan 2026, 9:12:", "9:12:"])
def test_the_head_of_a_persons_own_log_below_a_rule_is_his(head):
    text = f"{NEW}\n\n{RULE}\n{head}\n\nIt leaked after ten minutes."

    assert words(text) == text


SAID_BELOW_DASHES = [
    "Should the second pump go back as well, or does the shop mend both of them?\n"
    "Please say so before Monday, since the driver comes early that day.",
    "The seal I bought last year has the same fault.",
]


@pytest.mark.parametrize("said", SAID_BELOW_DASHES)
@pytest.mark.parametrize("dashes", ["--", "—", "- -"])
def test_sentences_that_ask_or_say_i_below_dashes_are_said(dashes, said):
    text = f"{NEW}\n\n{dashes}\n{said}"

    assert words(text) == text


@pytest.mark.parametrize(
    "below",
    [
        "Ann",
        "Ann Field\nI am at my desk on Monday and Tuesday.",
        '"Who dares? Who wins? Nobody knows it." - an old saw',
    ],
)
@pytest.mark.parametrize("dashes", ["--", "—"])
def test_what_signs_below_dashes_goes(dashes, below):
    assert words(f"{NEW}\n\n{dashes}\n{below}") == NEW


def test_a_name_below_dashes_with_a_space_goes():
    assert words(f"{NEW}\n\n- -\nAnn Field\nField & Sons") == NEW


def test_a_tagline_below_dashes_that_says_my_goes():
    assert words(f"{NEW}\n\n-- \nEnvoyé de mon téléphone Android avec K-9. Excusez ma brièveté, merci.") == NEW
