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
