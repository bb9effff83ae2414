"""The inactivity plans of product defaults, lived on real dates."""

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Actor, Kind, Party
from mailbot.core.verdict import Outcome
from mailbot.outbound.mail import Deferred, Failed
from mailbot.service import tickets as use
from tests.given import BOB, a_mail, a_play

CUSTOMER, VENDOR = Party.CUSTOMER, Party.VENDOR
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WARNED = [(Kind.WARNING, CUSTOMER), (Kind.WARNING, VENDOR)]
PARTYS_KINDS = (Kind.OPENED, Kind.REPLY, Kind.TYPE_CHANGED, Kind.WARNING, Kind.CLOSED, Kind.REOPENED)
CLOSED = [(Kind.CLOSED, CUSTOMER), (Kind.CLOSED, VENDOR)]


def test_a_silent_vendor_is_warned_after_48_hours_and_2_days_and_closed_after_2_more(play):
    number = play.open()
    play.deliver()

    assert play.wait(48 * HOUR - timedelta(seconds=1)) == []
    assert play.wait(timedelta(seconds=1)) == WARNED  # Wednesday 9:00
    assert play.wait(2 * DAY - timedelta(seconds=1)) == []
    assert play.wait(timedelta(seconds=1)) == WARNED  # Friday 9:00
    assert play.show(number)["next"] == {
        "action": "close",
        "at": "2026-11-30T09:00:00Z",  # two days later is a Sunday
        "rule": "vendor: close after 2 days",
    }
    assert play.wait(2 * DAY) == []
    assert play.wait(DAY - timedelta(seconds=1)) == []
    assert play.wait(timedelta(seconds=1)) == CLOSED  # Monday 9:00
    assert play.wait(100 * DAY) == []
    assert play.show(number)["status"] == "closed"


def test_a_silent_customer_is_warned_after_7_business_days_and_closed_after_7_more(play):
    number = play.open()
    play.receive(play.reply_address(number, VENDOR), a_mail("Which one?", BOB, "<b1@vendor.example>"), BOB)
    play.deliver()

    assert play.show(number)["next"]["at"] == "2026-12-02T09:00:00Z"
    assert play.wait(9 * DAY) == WARNED  # Wednesday 2 December
    assert play.show(number)["next"]["at"] == "2026-12-11T09:00:00Z"
    assert play.wait(9 * DAY - timedelta(seconds=1)) == []
    assert play.wait(timedelta(seconds=1)) == CLOSED


def test_a_warning_tells_both_what_happens_when(play):
    play.open()
    play.deliver()

    play.wait(48 * HOUR)

    warning = play.sent[-1]
    assert (warning.ticket.waiting_on, warning.ticket.waiting_since) == (VENDOR, datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert (warning.ticket.next.action, warning.ticket.next.at) == ("warn", datetime(2026, 11, 27, 9, tzinfo=UTC))
    assert warning.newest[0].text == "It leaks."
    assert warning.keep_address


def test_any_activity_forgets_the_steps_and_withdraws_warnings_not_yet_sent(play):
    number = play.open()
    play.deliver()
    play.wait(48 * HOUR)
    play.clock.move(2 * DAY)
    from mailbot.service import sweep

    sweep.sweep(play.desk)
    queued = [mail["status"] for mail in play.show(number)["mails"] if mail["kind"] == "warning"]

    play.say(number, CUSTOMER, "Anything?")

    ticket = play.show(number)
    assert queued == ["sent", "sent", "queued", "queued"]
    assert [mail["status"] for mail in ticket["mails"] if mail["kind"] == "warning"] == [
        "sent",
        "sent",
        "withdrawn",
        "withdrawn",
    ]
    assert ticket["next"]["rule"] == "vendor: warn after 48 hours"
    assert [mail.kind for mail in play.deliver()] == [Kind.REPLY, Kind.REPLY]


def test_nobody_is_closed_out_while_the_warning_is_queued(play):
    number = play.open()
    play.deliver()
    play.clock.move(48 * HOUR)
    from mailbot.service import sweep

    sweep.sweep(play.desk)

    for _ in range(60):
        play.clock.move(DAY / 4)
        sweep.sweep(play.desk)
        play.deliver(Deferred("451 4.3.0 later"))

    assert play.show(number)["status"] == "open"


@pytest.mark.parametrize("way", ["refused by the relay", "bounced"])
def test_nobody_is_closed_out_when_the_warning_failed_and_the_admins_are_told_once(play, way):
    number = play.open()
    play.deliver()
    play.wait(48 * HOUR)
    play.clock.move(2 * DAY)
    from mailbot.service import sweep

    sweep.sweep(play.desk)
    if way == "refused by the relay":
        play.deliver(Failed("550 5.1.1 no such user"))
    else:
        warning = play.deliver()[-1]
        assert warning.to_party is VENDOR
        play.receive(warning.return_path, a_dsn(BOB, warning.message_id), "")

    play.wait(30 * DAY)

    ticket = play.show(number)
    assert ticket["status"] == "open"
    assert ticket["next"] is None
    assert ticket["vendor"]["address_failing"]
    assert "delivery_failed" in [entry["event"] for entry in ticket["history"]]
    assert count_notices(play, "vendor's address") == 1


def test_a_node_that_slept_for_weeks_warns_first(play):
    number = play.open()
    play.deliver()

    assert play.wait(60 * DAY) == WARNED
    assert play.show(number)["status"] == "open"
    assert play.wait(2 * DAY) == WARNED


def test_a_closing_due_on_a_friday_does_not_happen_on_the_saturday_on_which_the_node_wakes(play):
    play.clock.move(-2 * DAY)  # Saturday 21 November: warnings on Monday and Wednesday, closing on Friday
    number = play.open()
    play.deliver()
    play.wait(48 * HOUR)
    play.wait(2 * DAY)
    due = play.show(number)["next"]["at"]

    assert due == "2026-11-27T09:00:00Z"
    assert play.wait(3 * DAY) == []  # Saturday
    assert play.wait(DAY) == []  # Sunday
    assert play.wait(DAY) == CLOSED  # Monday


def test_a_clock_that_steps_back_while_a_warning_leaves_does_not_shorten_the_grace(play):
    number = play.open()
    play.deliver()
    play.clock.move(48 * HOUR)
    from mailbot.service import sweep

    sweep.sweep(play.desk)
    play.clock.move(-30 * DAY)
    play.deliver()
    play.clock.move(30 * DAY)

    assert play.wait(HOUR) == []
    assert play.show(number)["next"]["at"] == "2026-11-27T09:00:00Z"


def test_keep_open_restarts_the_clock_and_turns_nothing_around(play):
    number = play.open()
    play.deliver()
    play.wait(48 * HOUR)

    keep = play.desk.addresses.address(Token(Purpose.KEEP, CUSTOMER, number))
    verdict = play.receive(keep, a_mail("", message_id="<k@customer.example>"))

    assert verdict.outcome is Outcome.KEPT_OPEN
    assert play.show(number)["waiting_on"] == "vendor"
    assert [mail.kind for mail in play.deliver()] == [Kind.REPLY, Kind.REPLY]
    assert play.wait(48 * HOUR - timedelta(seconds=1)) == []
    assert play.wait(timedelta(seconds=1)) == WARNED


def test_every_mail_of_an_open_ticket_with_a_plan_can_keep_it_open(play):
    number = play.open(type_name="refund")
    use.change_type(play.desk, number, "technical-support", Actor.VENDOR)
    play.deliver()
    play.say(number, VENDOR, "Which one?")
    play.wait(9 * DAY)
    use.close(play.desk, number, Actor.CUSTOMER)
    play.deliver()
    play.say(number, CUSTOMER, "It leaks again.")
    play.deliver()

    offered = {(mail.kind, mail.to_party): bool(mail.keep_address) for mail in play.sent}
    without = (Kind.OPENED, Kind.CLOSED)  # a refund has no plan; a closed ticket is not kept open
    assert offered == {(kind, party): kind not in without for kind in PARTYS_KINDS for party in Party}


@pytest.mark.parametrize(
    ("plans", "offered"),
    [
        ("vendor = []\ncustomer = []", False),
        ('vendor = ["warn after 2 days"]\ncustomer = []', True),
        ('vendor = []\ncustomer = ["warn after 2 days", "close after 2 days"]', True),
    ],
)
def test_a_ticket_that_silence_does_nothing_to_offers_no_keeping(tmp_path, plans, offered):
    play = a_play(tmp_path, changes=f"[types.plain]\nlabel = 'Plain'\n[types.plain.inactivity]\n{plans}\n")
    play.open(type_name="plain")

    mails = play.deliver()
    play.desk.store.close()

    assert [bool(mail.keep_address) for mail in mails] == [offered] * 2
    assert all(mail.close_address for mail in mails)


def test_the_keeping_of_an_old_mail_still_works(play):
    number = play.open()
    old = play.deliver()[0]
    play.say(number, CUSTOMER, "Anything?")
    play.deliver()
    play.wait(48 * HOUR)

    verdict = play.receive(old.keep_address, a_mail("", message_id="<k@customer.example>"))

    assert (old.kind, old.to_party, verdict.outcome) == (Kind.OPENED, CUSTOMER, Outcome.KEPT_OPEN)
    assert all(mail.keep_address for mail in play.deliver())
    assert play.wait(48 * HOUR - timedelta(seconds=1)) == []
    assert play.wait(timedelta(seconds=1)) == WARNED


def test_a_pause_holds_the_clock_until_its_day(play):
    number = play.open()
    play.deliver()

    use.pause(play.desk, number, Actor.VENDOR, datetime(2026, 12, 12, tzinfo=UTC))

    assert play.show(number)["waiting_on"] == "vendor"
    assert play.show(number)["next"]["at"] == "2026-12-14T00:00:00Z"


def test_types_without_a_plan_are_never_warned(play):
    number = play.open(type_name="refund")
    play.deliver()

    assert play.wait(400 * DAY) == []
    assert play.show(number)["status"] == "open"


def a_dsn(address: str, message_id: str) -> bytes:
    """A delivery report about a mail of ours (RFC 3464)."""
    return "\r\n".join(
        [
            "From: Mail Delivery System <mailer-daemon@relay.example>",
            "To: whoever@desk.example",
            "Subject: Undelivered Mail Returned to Sender",
            "Message-ID: <dsn.1@relay.example>",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "Your mail could not be delivered.",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; relay.example",
            "",
            f"Final-Recipient: rfc822; {address}",
            "Action: failed",
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 5.1.1 no such user",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {message_id}",
            "",
            "--b--",
            "",
        ]
    ).encode()


def count_notices(play, words: str) -> int:
    from mailbot.store import outbox

    with play.desk.store.read() as connection:
        rows = outbox.list_rows(connection)
    return sum(1 for row in rows if row.notice and words in row.notice["subject"])
