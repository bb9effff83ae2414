"""Our own mails, answered as eighteen mail programs would quote them: what comes back is what was typed."""

import pytest

from mailbot.inbound.message import read
from mailbot.inbound.own_history import lines_of
from mailbot.inbound.reading import OwnHistory
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mails
from tests.inbound.clients import CLIENTS, Typed

TOKEN = "a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs"
OURS = compose(next(mail for mail in example_mails("en") if mail.kind.value == "reply"), None)
OWN = OwnHistory(lines_of(OURS), "desk.example", "https://desk.example")
TOP = "The valve is closed.\n\nWhen will the ring come?"


def _said(text: str) -> str:
    """The words of a reading, without the quoted lines that an answer stands under."""
    return " ".join(" ".join(line for line in text.split("\n") if not line.startswith(">")).split())


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_an_answer_above_our_mail_comes_back_exactly(client):
    reading = read(client(OURS, Typed(top=TOP)), own=OWN)

    assert reading.text.split() == TOP.split()


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_an_answer_above_comes_back_exactly_when_only_the_comments_are_known(client):
    mail = next(mail for mail in example_mails("en") if mail.kind.value == "reply")
    comments = tuple(line for entry in mail.history for line in entry.text.splitlines())

    reading = read(client(OURS, Typed(top=TOP)), own=OwnHistory(comments, "desk.example", "https://desk.example"))

    assert reading.text.split() == TOP.split()


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_what_is_typed_between_our_lines_stays(client):
    reading = read(client(OURS, Typed(top="Hello Bob,", between="I did close it.")), own=OWN)

    assert _said(reading.text) == "Hello Bob, I did close it."


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_what_is_typed_below_our_mail_stays(client):
    reading = read(client(OURS, Typed(top="Hello Bob,", bottom="Thank you for the ring, it fits.")), own=OWN)

    assert "Thank you for the ring, it fits." in _said(reading.text)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_no_token_of_ours_is_left_in_the_text(client):
    reading = read(client(OURS, Typed(top="", bottom="")), own=OWN)

    assert TOKEN not in reading.text


@pytest.mark.parametrize(
    "text",
    [
        f"Look: https://desk.example/t/{TOKEN} there",
        f"Look: https://links.example/?url=https%3A%2F%2Fdesk.example%2Ft%2F{TOKEN}&data=05 there",
        f"Look: <mailto:close+{TOKEN}@desk.example?subject=Close> there",
        f"Look: REPLY+{TOKEN.upper()}@desk.example there",
        f"Look: https://redirect.example/click/desk.example/t/{TOKEN}/x there",
    ],
)
def test_our_links_and_addresses_are_taken_out_of_a_persons_text(text):
    raw = f"From: ann@customer.example\nSubject: Re: x\n\n{text}\n".encode()

    reading = read(raw, own=OWN)

    assert reading.text.split() == ["Look:", "there"]


def test_a_person_who_repeats_his_own_line_is_heard():
    raw = b"From: ann@customer.example\nSubject: Re: x\n\nPlease close the valve first!\n"

    assert read(raw, own=OWN).text == "Please close the valve first!"
