"""A ticket's whole life through a real Postfix: each mail that ann and bob get, as they see it."""

from __future__ import annotations

import re
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.system.desk import Desk, desk_settings, merged
from tests.system.mailbox import Mail
from tests.system.mailclient import Client
from tests.system.relay import Relay

QUESTION = "The pump drips since Monday.\n\nWhat should I do?"
ANSWER = "Please tighten the ring nut by hand."
THANKS = "That helped, thank you!\nBut I want my money back."
KINDS = ("opened", "reply", "reply", "type_changed", "closed")


@dataclass(frozen=True)
class Life:
    """What was left when it was over: the mails of both in order, what they sent, the ticket, its page."""

    ann: list[Mail]
    bob: list[Mail]
    sent_by_ann: list[str]
    sent_by_bob: list[str]
    ticket: Any
    page: str


@pytest.fixture(scope="module")
def life(one_relay: Relay) -> Iterator[Life]:
    """Play it once: ann writes, bob answers, ann answers, the desk changes the type and closes."""
    one_relay.clear()
    ann = Client("Ann", "ann@customer.example", one_relay)
    bob = Client("Bob", "bob@vendor.example", one_relay)
    with tempfile.TemporaryDirectory() as folder:
        settings = desk_settings(Path(folder) / "var", one_relay.port)
        desk = Desk(Path(folder), merged(settings, {"smtp": {"listen": f"127.0.0.1:{one_relay.desk_port}"}}))
        try:
            desk.start()
            yield _play(desk, ann, bob)
            desk.stop()
        finally:
            desk.clean_up()


def _play(desk: Desk, ann: Client, bob: Client) -> Life:
    question = ann.write("support@desk.example", "Pump leaks", QUESTION)
    answer = bob.reply(bob.inbox.await_mail(1), ANSWER)
    office_answer = ann.answer_plainly(ann.inbox.await_mail(2), THANKS)
    thanks = ann.send(office_answer, ann.inbox.await_mail(2).reply_address)
    bob.inbox.await_mail(3)
    ann.inbox.await_mail(3)
    desk.ask("ticket", "type", "1001", "refund")
    ann.inbox.await_mail(4)
    bob.inbox.await_mail(4)
    desk.ask("ticket", "close", "1001")
    got_by_ann, got_by_bob = ann.inbox.await_mails(5), bob.inbox.await_mails(5)
    ticket = desk.await_ticket(lambda ticket: all(mail["status"] == "sent" for mail in ticket["mails"]), "all sent")
    with urllib.request.urlopen(ticket["customer"]["page"], timeout=10) as response:
        page = response.read().decode()
    return Life(got_by_ann, got_by_bob, [question, thanks], [answer], ticket, page)


def test_both_get_one_mail_for_each_event_and_no_more(life: Life) -> None:
    for party in ("customer", "vendor"):
        kinds = [mail["kind"] for mail in life.ticket["mails"] if mail["to"] == party]
        assert kinds == list(KINDS)

    assert len(life.ann) == len(life.bob) == len(KINDS)


def test_the_ticket_tells_what_happened(life: Life) -> None:
    comments = life.ticket["comments"]

    assert [event["event"] for event in life.ticket["history"]] == [
        "opened",
        "comment",
        "comment",
        "type_changed",
        "closed",
    ]
    assert [comment["text"].strip() for comment in comments] == [QUESTION, ANSWER, THANKS]
    assert [comment["party"] for comment in comments] == ["customer", "vendor", "customer"]
    assert [comment["message_id"] for comment in comments] == [
        life.sent_by_ann[0],
        life.sent_by_bob[0],
        life.sent_by_ann[1],
    ]
    assert {comment["via"] for comment in comments} == {"mail"}
    assert {comment["sender_grade"] for comment in comments} == {"addressee"}
    assert (life.ticket["status"], life.ticket["type"]) == ("closed", "refund")
    assert life.ticket["next"] is None
    assert life.ticket["waiting_on"] is None


@pytest.mark.parametrize("number", range(5))
def test_a_mail_has_its_parts_in_order(life: Life, number: int) -> None:
    newest = (QUESTION, ANSWER, THANKS, None, None)[number]
    told = [QUESTION, ANSWER, THANKS][: min(number, 2) + 1]

    for mail, party in ((life.ann[number], "customer"), (life.bob[number], "vendor")):
        text = mail.text
        link = text.index(life.ticket[party]["page"])
        history = [text.rindex(comment.splitlines()[0]) for comment in told]
        if newest is not None:
            assert 0 < text.index(newest.splitlines()[0]) < link
        assert all(link < place for place in history)
        assert history == sorted(history, reverse=True)


@pytest.mark.parametrize("number", range(5))
def test_text_and_html_say_the_same(life: Life, number: int) -> None:
    told = [QUESTION, ANSWER, THANKS][: min(number, 2) + 1]

    for mail in (life.ann[number], life.bob[number]):
        for line in (line for comment in told for line in comment.splitlines() if line):
            assert mail.text.count(line) == _readable(mail.html).count(line) > 0


def test_a_comment_is_the_new_words_without_what_was_quoted(life: Life) -> None:
    last_mail = life.bob[-1].text

    assert last_mail.count(QUESTION.splitlines()[0]) == 1
    assert last_mail.count(ANSWER) == 1
    assert "wrote:" not in last_mail
    assert "Original Message" not in last_mail


def test_the_subject_bears_the_ticket_for_its_whole_life(life: Life) -> None:
    assert {mail.subject for mail in life.ann + life.bob} == {"[Desk #1001] Pump leaks"}


def test_each_mailbox_shows_one_conversation(life: Life) -> None:
    for mails, own in ((life.ann, life.sent_by_ann), (life.bob, life.sent_by_bob)):
        known = set(own)
        for number, mail in enumerate(mails):
            if number > 0:
                assert mail.header("In-Reply-To") in known
                assert mails[0].message_id in mail.references
            assert set(mail.references) <= known
            known.add(mail.message_id)

    assert life.ann[0].header("In-Reply-To") == life.sent_by_ann[0]


def test_each_mail_has_a_message_id_of_its_own_in_the_desks_domain(life: Life) -> None:
    ids = [mail.message_id for mail in life.ann + life.bob]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"<[^<>@\s]+@desk\.example>", name) for name in ids)
    assert set(ids) == {mail["message_id"] for mail in life.ticket["mails"]}


def test_neither_side_sees_the_others_address_anywhere(life: Life) -> None:
    for mails, other in ((life.ann, "vendor"), (life.bob, "customer")):
        side = life.ticket[other]
        for mail in mails:
            everything = mail.everything().lower()
            for secret in (side["address"], side["reply_address"], side["page"], f"@{other}.example"):
                assert secret.lower() not in everything


def test_the_writers_name_stands_before_the_desks_address(life: Life) -> None:
    from_fields = [mail.header("From") for mail in life.bob[:3]]

    assert "Ann" in from_fields[0]
    assert "Ann" in from_fields[2]
    assert all("@desk.example" in field for field in from_fields)
    assert all(mail.header("From").count("@") == 1 for mail in life.ann + life.bob)


def test_answers_go_to_a_reply_address_of_the_reader(life: Life) -> None:
    assert {mail.reply_address for mail in life.ann} == {life.ticket["customer"]["reply_address"]}
    assert {mail.reply_address for mail in life.bob} == {life.ticket["vendor"]["reply_address"]}


def test_machines_are_asked_not_to_answer(life: Life) -> None:
    for mail in life.ann + life.bob:
        assert mail.header("Auto-Submitted") == "auto-generated"
        assert mail.header("X-Auto-Response-Suppress") == "DR, RN, NRN, OOF, AutoReply"
        assert mail.header("Precedence") in ("", "bulk")


def test_each_mail_has_a_return_path_of_its_own(life: Life) -> None:
    paths = [mail.header("Return-Path") for mail in life.ann + life.bob]

    assert len(set(paths)) == len(paths)
    assert all(re.fullmatch(r"<bounce\+[a-z0-9]+@desk\.example>", path) for path in paths)


def test_a_mail_offers_to_close_the_ticket_by_mail(life: Life) -> None:
    for mail in (life.ann[1], life.bob[1]):
        assert re.search(r"mailto:close(\+|%2B)[a-z0-9]+@desk\.example", mail.html)


def test_the_link_opens_the_ticket_page_with_the_whole_history(life: Life) -> None:
    page = _readable(life.page)

    assert "Pump leaks" in page
    for line in (QUESTION.splitlines()[0], ANSWER, THANKS.splitlines()[1]):
        assert line in page
    assert "vendor.example" not in life.page


def _readable(html: str) -> str:
    """Markup's text: tags gone, entities as characters."""
    import html as entities

    return entities.unescape(re.sub(r"<[^>]*>", "", html))
