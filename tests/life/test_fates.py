"""What came of a mail: bounces, soft and hard, what they do to the address, and who is told."""

from datetime import timedelta

import pytest

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Kind, Party
from mailbot.core.verdict import Outcome
from mailbot.outbound.mail import Deferred, Failed, Sent
from mailbot.service import deliver, sweep
from mailbot.store import inbox, outbox
from tests.given import ANN, BOB, a_mail
from tests.life.test_silence import a_dsn, count_notices

CUSTOMER, VENDOR = Party.CUSTOMER, Party.VENDOR
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FULL = "452 4.2.2 mailbox full"


def bounce(play, mail, action: str = "failed", status: str = "5.1.1", said: str = "550 5.1.1 no such user"):
    report = a_dsn(mail.to_address, mail.message_id).decode()
    report = report.replace("Action: failed", f"Action: {action}").replace("Status: 5.1.1", f"Status: {status}")
    report = report.replace("550 5.1.1 no such user", said).replace("dsn.1@", f"dsn.{play.clock.at.timestamp()}@")
    return play.receive(mail.return_path, report.encode(), "")


def to(mails, party: Party):
    return next(mail for mail in mails if mail.to_party is party)


def fates(play, number: int, party: Party) -> list[str]:
    return [mail["fate"] for mail in play.show(number)["mails"] if mail["to"] == party.value]


def is_failing(play, number: int) -> bool:
    return play.show(number)["vendor"]["address_failing"]


def test_each_fate_is_told_in_plain_words(play):
    number = play.open()
    queued = fates(play, number, VENDOR)
    play.deliver(Deferred("451 4.3.0 later"))
    deferred = fates(play, number, VENDOR)
    play.clock.move(DAY)
    play.deliver(Failed("550 5.1.1 no such user"))
    failed = fates(play, number, VENDOR)
    with play.desk.store.write() as connection:
        outbox.retry_now(connection, play.clock.at, play.show(number)["mails"][1]["id"])
    play.deliver(Sent("250 2.0.0 queued as 4XyZ1"))

    assert queued == ["waits for its turn"]
    assert deferred[0].startswith("tried once, put off until 2026-11-23T09:")
    assert deferred[0].endswith(": 451 4.3.0 later (the recipient's server cannot take the mail)")
    assert failed[0].endswith("2026-11-24T09:00:00Z: 550 5.1.1 no such user (there is no such mailbox)")
    assert fates(play, number, VENDOR) == ["the relay took it at 2026-11-24T09:00:00Z: 250 2.0.0 queued as 4XyZ1"]


def test_attempts_count_what_was_tried_and_no_bounce(play):
    number = play.open()

    def attempts() -> list[int]:
        return [mail["attempts"] for mail in play.show(number)["mails"]]

    play.deliver(Failed("550 5.1.1 no such user"))
    refused = attempts()
    play.say(number, CUSTOMER, "Hello?")
    sent = play.deliver()
    taken = attempts()
    bounce(play, to(sent, VENDOR))

    assert refused == [1, 1]
    assert taken == attempts() == [1, 1, 1, 1]


def test_a_bounce_marks_the_address_and_the_other_partys_next_mail_says_so(play):
    number = play.open()
    bounce(play, to(play.deliver(), VENDOR))

    play.say(number, CUSTOMER, "Hello?")

    assert is_failing(play, number)
    assert to(play.deliver(), CUSTOMER).other_failing
    assert "there is no such mailbox" in fates(play, number, VENDOR)[0]


@pytest.mark.parametrize("purpose", [Purpose.REPLY, Purpose.KEEP])
def test_its_owner_mends_it_by_writing_whatever_he_writes_to(play, purpose):
    number = play.open()
    bounce(play, to(play.deliver(), VENDOR))
    address = play.desk.addresses.address(Token(purpose, VENDOR, number))

    play.receive(address, a_mail("I am back.", f"Bob <{BOB}>", "<b1@vendor.example>"), BOB)

    assert not is_failing(play, number)


def test_a_relay_that_rewrites_message_ids_loses_neither_an_answer_nor_a_bounce(play):
    number = play.open()
    mails = play.deliver()
    rewritten = "<0100018e.0001@email.relay.example>"

    answer = a_mail("Which one?", f"Bob <{BOB}>", "<b1@vendor.example>", In_Reply_To=rewritten, References=rewritten)
    play.receive(to(mails, VENDOR).reply_address, answer, BOB)
    report = a_dsn(ANN, to(mails, CUSTOMER).message_id).replace(
        to(mails, CUSTOMER).message_id.encode(), rewritten.encode()
    )
    play.receive(to(mails, CUSTOMER).return_path, report, "")

    ticket = play.show(number)
    assert [comment["text"] for comment in ticket["comments"][1:]] == ["Which one?"]
    assert ticket["customer"]["address_failing"]
    assert "there is no such mailbox" in fates(play, number, CUSTOMER)[0]


def test_the_admins_get_one_mail_not_one_per_bounce(play):
    number = play.open()
    bounce(play, to(play.deliver(), VENDOR))

    for turn in range(5):
        play.clock.move(HOUR)
        play.say(number, CUSTOMER, f"Hello {turn}?")
        bounce(play, to(play.deliver(), VENDOR))

    assert count_notices(play, "does not accept mail") == 1
    assert is_failing(play, number)


def test_the_relays_taking_a_mail_does_not_mend_an_address_that_bounces_but_a_day_without_a_bounce_does(play):
    number = play.open()
    bounce(play, to(play.deliver(), VENDOR))

    play.clock.move(HOUR)
    play.say(number, CUSTOMER, "Hello?")
    play.deliver()
    soon = is_failing(play, number)
    play.clock.move(DAY + HOUR)
    play.say(number, CUSTOMER, "Hello again?")
    play.deliver()

    assert soon
    assert not is_failing(play, number)


def test_an_address_that_the_relay_refused_is_mended_when_it_takes_a_mail(play):
    number = play.open()
    play.deliver(Failed("550 5.1.1 no such user"))
    refused = is_failing(play, number)

    play.say(number, CUSTOMER, "Hello?")
    play.deliver()

    assert refused
    assert not is_failing(play, number)


def test_an_address_is_mended_when_its_owner_writes(play):
    number = play.open()
    bounce(play, to(play.deliver(), VENDOR))

    play.receive(play.reply_address(number, VENDOR), a_mail("Here I am.", BOB, "<b1@vendor.example>"), BOB)

    assert not is_failing(play, number)


def test_an_address_that_fails_again_after_it_was_mended_is_news(play):
    number = play.open()
    bounce(play, to(play.deliver(), VENDOR))
    play.receive(play.reply_address(number, VENDOR), a_mail("Here I am.", BOB, "<b1@vendor.example>"), BOB)

    bounce(play, to(play.deliver(), VENDOR))

    assert count_notices(play, "does not accept mail") == 2


def test_a_delayed_mail_is_noted_once_and_nothing_else_happens(play):
    number = play.open()
    mail = to(play.deliver(), VENDOR)

    for _ in range(3):
        bounce(play, mail, "delayed", "4.4.1", "connect to vendor.example: timed out")
        play.clock.move(HOUR)

    notes = [entry for entry in play.show(number)["history"] if entry["event"] == "note"]
    assert [entry["facts"]["what"] for entry in notes] == ["mail delayed"]
    assert not is_failing(play, number)
    assert play.deliver() == []


def test_a_mail_that_the_relay_gave_up_for_a_passing_fault_is_sent_again_and_at_last_failed(play):
    number = play.open()
    first = to(play.deliver(), VENDOR)
    sent = [first]

    for _ in range(2):
        bounce(play, sent[-1], "failed", "4.2.2", FULL)
        assert play.deliver() == []
        play.clock.move(5 * HOUR)
        sent += play.deliver()
    before = is_failing(play, number)
    bounce(play, sent[-1], "failed", "4.2.2", FULL)

    assert [mail.message_id for mail in sent] == [first.message_id] * 3
    assert not before
    assert is_failing(play, number)
    assert "the mailbox is full" in fates(play, number, VENDOR)[0]
    assert count_notices(play, "does not accept mail") == 1


def test_a_mail_that_came_back_softly_is_not_sent_again_when_a_later_one_told_everything(play):
    number = play.open()
    first = to(play.deliver(), VENDOR)
    play.say(number, CUSTOMER, "Hello?")
    play.deliver()

    bounce(play, first, "failed", "4.2.2", FULL)
    play.clock.move(5 * HOUR)

    assert play.deliver() == []
    assert [fate.partition(" at ")[0] for fate in fates(play, number, VENDOR)] == [
        "not delivered, given up",
        "the relay took it",
    ]
    assert not is_failing(play, number)


def test_the_same_report_twice_counts_once(play):
    number = play.open()
    mail = to(play.deliver(), VENDOR)

    for _ in range(5):
        bounce(play, mail, "failed", "4.2.2", FULL)

    assert [entry["event"] for entry in play.show(number)["history"]] == ["opened", "note"]
    assert not is_failing(play, number)


def test_a_warning_that_came_back_softly_counts_from_when_it_left_again(play):
    number = play.open()
    play.deliver()
    play.wait(2 * DAY)
    warning = to(play.sent[-2:], VENDOR)

    bounce(play, warning, "failed", "4.2.2", FULL)
    waiting = play.show(number)["next"]
    play.clock.move(5 * HOUR)
    again = play.deliver()

    assert waiting is None
    assert [(mail.kind, mail.to_party) for mail in again] == [(Kind.WARNING, VENDOR)]
    assert play.show(number)["next"]["at"] == "2026-11-27T14:00:00Z"


def test_a_mail_given_up_after_days_of_4xx_fails_and_its_ticket_says_so(play):
    number = play.open()

    for _ in range(60):
        play.deliver(Deferred("451 4.4.1 no answer"))
        play.clock.move(3 * HOUR)

    assert {mail["status"] for mail in play.show(number)["mails"]} == {"failed"}
    assert "given up after" in fates(play, number, VENDOR)[0]
    assert {entry["facts"].get("party") for entry in play.show(number)["history"][1:]} == {"customer", "vendor"}


def test_a_mail_given_up_since_the_smarthost_was_away_blames_no_address_and_the_admins_hear_once(play):
    number = play.open()

    for _ in range(60):
        play.deliver(Deferred("connect at relay.example:25: no answer within 60 seconds", unheard=True))
        play.clock.move(3 * HOUR)

    ticket = play.show(number)
    assert {mail["status"] for mail in ticket["mails"]} == {"failed"}
    assert [entry["event"] for entry in ticket["history"]] == ["opened", "delivery_failed", "delivery_failed"]
    assert not ticket["customer"]["address_failing"]
    assert not is_failing(play, number)
    assert count_notices(play, "does not accept mail") == 0
    assert count_notices(play, "were given up") == 1


def test_a_warning_given_up_since_the_smarthost_was_away_closes_nothing(play):
    number = play.open()
    play.deliver()

    for _ in range(80):
        play.clock.move(3 * HOUR)
        sweep.sweep(play.desk)
        play.deliver(Deferred("connect at relay.example:25: no answer within 60 seconds", unheard=True))

    ticket = play.show(number)
    assert ticket["status"] == "open"
    assert "failed" in {mail["status"] for mail in ticket["mails"] if mail["kind"] == "warning"}
    assert not is_failing(play, number)


def test_a_mail_to_postmaster_that_an_admins_server_refuses_is_kept_and_told_of_once(play):
    play.receive("postmaster@desk.example", a_mail("You sent spam!"))

    play.deliver(Failed("550 5.7.1 looks like spam"))
    play.deliver(Failed("550 5.7.1 looks like spam"))

    assert count_notices(play, "could not be passed on") == 1
    with play.desk.store.read() as connection:
        assert [row.verdict.outcome for row in inbox.list_rows(connection)] == [Outcome.FORWARDED]


@pytest.mark.parametrize("order", ["refused", "taken"])
def test_a_refusal_of_one_party_says_nothing_of_the_other(play, order):
    number = play.open()
    rows = deliver.claim(play.desk, frozenset(), 10)

    for row in rows if order == "taken" else reversed(rows):
        fate = Failed("550 5.1.1 no such user") if row.to_address == BOB else Sent("250 taken")
        deliver.settle(play.desk, row, fate, play.clock.now())

    assert {row.to_address for row in rows} == {ANN, BOB}
    assert [mail["status"] for mail in play.show(number)["mails"]] == ["sent", "failed"]
    assert (play.show(number)["customer"]["address_failing"], is_failing(play, number)) == (False, True)
