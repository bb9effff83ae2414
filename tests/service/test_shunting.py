"""A mail that we stored and then cannot handle is kept, shown, and can be tried again."""

from mailbot.core.ticket import Kind, Party
from mailbot.core.verdict import Outcome
from mailbot.inbound.message import read
from mailbot.service import receive
from mailbot.service.handover import Envelope, Session
from mailbot.service.intake import store_mails
from mailbot.store import outbox
from tests.given import BOB, a_mail


def given_a_shunted_mail(play, number: int) -> int:
    address = play.reply_address(number, Party.VENDOR)
    store_mails(play.desk, [Envelope(Session("127.0.0.1", "", "ESMTP"), BOB, (address,), a_mail("Which one?", BOB))])
    (row,) = receive.claim(play.desk, frozenset(), 1)
    assert receive.shunt(play.desk, row, "ValueError: a bug").outcome is Outcome.SHUNTED
    return row.id


def test_a_shunted_mail_stands_on_its_ticket_and_the_admins_are_told(play):
    number = play.open()

    key = given_a_shunted_mail(play, number)

    ticket = play.show(number)
    assert [(mail["party"], mail["reason"]) for mail in ticket["held"]] == [("vendor", "shunted")]
    assert len(ticket["comments"]) == 1
    with play.desk.store.read() as connection:
        notices = [row.notice["subject"] for row in outbox.list_rows(connection) if row.kind is Kind.NOTICE]
    assert notices == [f"Mail {key} could not be handled"]


def test_a_replayed_mail_becomes_what_it_should_have_been(play):
    number = play.open()
    key = given_a_shunted_mail(play, number)

    receive.replay(play.desk, key)

    (row,) = receive.claim(play.desk, frozenset(), 1)
    raw = receive.raw_mail(play.desk, row)
    verdict = receive.settle(play.desk, row, read(raw))
    ticket = play.show(number)
    assert (row.id, verdict.outcome) == (key, Outcome.COMMENTED)
    assert (ticket["comments"][1]["text"], ticket["held"]) == ("Which one?", [])
