"""What is to come, foretold from real stores and held against what then happens."""

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.ticket import Actor, Kind, Party
from mailbot.errors import BadInput, NotFound
from mailbot.outbound.mail import Deferred, Failed
from mailbot.service import forecast, sweep
from mailbot.service import tickets as use
from tests.given import MONDAY, SETTINGS, a_play

CUSTOMER, VENDOR = Party.CUSTOMER, Party.VENDOR
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OWN_TIME = """
[vendors.tokyo]
name = "Tokyo"
email = "ken@tokyo.example"
[vendors.tokyo.inactivity]
vendor = ["warn after 1 business day", "close after 1 day"]
[vendors.tokyo.calendar]
timezone = "Asia/Tokyo"
holidays = "JP"
"""


def lines(found):
    return [(one.ticket, one.step.action, f"{one.step.at:%a %d %H:%M}") for one in found]


def test_every_step_of_every_ticket_is_listed_by_time(play):
    first = play.open()
    play.clock.move(DAY)
    second = play.open()
    play.open(type_name="refund")

    found = forecast.coming(play.desk, None, 100)

    assert lines(found) == [
        (first, "warn", "Wed 25 09:00"),
        (second, "warn", "Thu 26 09:00"),
        (first, "warn", "Fri 27 09:00"),
        (second, "warn", "Sat 28 09:00"),
        (first, "close", "Mon 30 09:00"),
        (second, "close", "Mon 30 09:00"),
    ]


def test_the_list_ends_where_it_is_asked_to(play):
    number = play.open()
    play.open()

    until = forecast.coming(play.desk, MONDAY + 2 * DAY, 100)
    most = forecast.coming(play.desk, None, 3)

    assert lines(until) == [(number, "warn", "Wed 25 09:00"), (number + 1, "warn", "Wed 25 09:00")]
    assert lines(most)[2] == (number, "warn", "Fri 27 09:00")
    assert len(most) == 3


def test_many_tickets_are_read_in_batches_and_none_is_missed_or_doubled(play, monkeypatch):
    monkeypatch.setattr(forecast, "BATCH", 3)
    numbers = []
    for count in range(11):
        play.clock.move(timedelta(minutes=count % 3))  # several are due at the same moment
        numbers.append(play.open())

    found = forecast.coming(play.desk, None, 1000)

    assert len(found) == 33
    assert {(one.ticket, one.step.rule) for one in found} == {
        (number, rule)
        for number in numbers
        for rule in ("vendor: warn after 48 hours", "vendor: warn after 2 days", "vendor: close after 2 days")
    }
    assert [one.step.at for one in found] == sorted(one.step.at for one in found)


def test_what_is_foretold_happens(play):
    number = play.open()
    play.deliver()
    foretold = [(one.step.action, one.step.at) for one in forecast.coming(play.desk, None, 100)]

    happened = []
    while play.show(number)["status"] == "open":
        happened += [(kind, play.clock.now()) for kind, party in play.wait(HOUR) if party is VENDOR]

    words = {Kind.WARNING: "warn", Kind.CLOSED: "close"}
    assert [(words[kind], at) for kind, at in happened] == foretold


def test_what_is_overdue_comes_now_and_says_so(play):
    play.open()
    play.clock.move(10 * DAY)

    first, second, *_ = forecast.coming(play.desk, None, 100)

    assert (first.step.at, first.step.overdue) == (play.clock.now(), True)
    assert forecast.why_later(first.step, "UTC") == "overdue since Wed 2026-11-25 09:00"
    assert second.step.at == play.clock.now() + 2 * DAY
    assert forecast.why_later(second.step, "UTC") == ""


def test_a_vendors_own_plan_and_calendar_decide_for_its_tickets(tmp_path):
    play = a_play(tmp_path, SETTINGS, OWN_TIME)  # Monday the 23rd is a holiday in Japan
    number = play.open(vendor="tokyo")
    play.open(vendor="acme", type_name="refund")

    found = forecast.coming(play.desk, None, 100)

    assert [(one.ticket, one.zone, one.step.rule) for one in found] == [
        (number, "Asia/Tokyo", "vendor: warn after 1 business day"),
        (number, "Asia/Tokyo", "vendor: close after 1 day"),
    ]
    assert found[0].step.at == datetime(2026, 11, 24, 15, tzinfo=UTC)  # Wednesday, 0:00 in Tokyo
    assert play.show(number)["next"]["at"] == "2026-11-24T15:00:00Z"
    play.deliver()
    assert play.wait(DAY + 6 * HOUR - timedelta(seconds=1)) == []
    assert play.wait(timedelta(seconds=1)) == [(Kind.WARNING, CUSTOMER), (Kind.WARNING, VENDOR)]
    assert play.sent[-1].zone == "Asia/Tokyo"
    play.desk.store.close()


def test_a_timeline_shows_when_a_warning_left_and_what_is_counted_from_it(play):
    number = play.open()
    play.deliver()
    play.clock.move(48 * HOUR)
    sweep.sweep(play.desk)
    play.clock.move(3 * HOUR)
    play.deliver()

    line = forecast.timeline(play.desk, number)

    opened, warning = line.past
    assert (opened.entry.event, opened.mail) == ("opened", None)
    assert (warning.mail.party, warning.mail.status, warning.mail.settled_at) == (VENDOR, "sent", play.clock.now())
    assert line.coming[0].counted_from == play.clock.now()
    assert line.coming[0].at == play.clock.now() + 2 * DAY
    assert line.remark == "waiting on the vendor since Mon 2026-11-23 09:00"


@pytest.mark.parametrize(
    ("fate", "remark"),
    [
        (Deferred("451 4.3.0 later"), "the warning to the vendor has not left yet; the next step counts from when it"),
        (Failed("550 5.1.1 nobody"), "the warning did not reach the vendor, so the ticket stays open until somebody"),
    ],
)
def test_a_timeline_says_why_nothing_comes_behind_a_warning_that_did_not_leave(play, fate, remark):
    number = play.open()
    play.deliver()
    play.clock.move(48 * HOUR)
    sweep.sweep(play.desk)
    play.deliver(fate)

    line = forecast.timeline(play.desk, number)

    assert line.coming == ()
    assert line.remark.startswith(remark)


def test_a_timeline_says_why_nothing_comes_at_all(play):
    without_plan, closed, paused = play.open(type_name="refund"), play.open(), play.open()
    use.close(play.desk, closed, Actor.DESK)
    use.pause(play.desk, paused, Actor.VENDOR, MONDAY + 10 * DAY)

    remarks = [forecast.timeline(play.desk, number).remark for number in (without_plan, closed, paused)]
    play.clock.move(15 * DAY)
    later = forecast.timeline(play.desk, closed).remark

    assert remarks == [
        "nothing comes by itself: type refund has no plan for a silent vendor",
        "closed; a reply reopens it until Mon 2026-12-07 09:00",
        "the clock holds until Thu 2026-12-03 09:00 and starts anew there",
    ]
    assert later == "closed for good"


def test_a_vendor_that_cannot_be_warned_by_mail_is_never_closed_out_and_the_timeline_says_so(play):
    number = play.open(vendor="silent")
    play.deliver()
    play.wait(48 * HOUR)

    play.wait(100 * DAY)

    line = forecast.timeline(play.desk, number)
    assert line.ticket.is_open
    assert line.remark == "the vendor has no address to be warned at, so the ticket stays open until somebody acts"


def test_a_closing_by_silence_shows_its_rule(play):
    number = play.open()
    play.deliver()
    for days in (2, 2, 3):
        play.wait(days * DAY)

    line = forecast.timeline(play.desk, number)

    assert dict(line.past[-1].entry.facts)["rule"] == "vendor: close after 2 days"


def test_a_step_that_the_calendar_never_lets_happen_is_none_and_the_ticket_opens_all_the_same(tmp_path):
    changes = '[types.odd.inactivity]\nvendor = ["warn after 1 hour", "warn after 2 business hours"]\n'
    play = a_play(tmp_path, SETTINGS, changes)
    number = play.open(type_name="odd")
    play.deliver()
    play.wait(HOUR)

    assert play.show(number)["next"] is None
    assert "business hours" in forecast.timeline(play.desk, number).remark
    assert forecast.coming(play.desk, None, 10) == []
    play.desk.store.close()


def test_a_plan_is_played_without_a_ticket(play):
    replies = [(MONDAY + 3 * DAY + HOUR, VENDOR), (MONDAY + 1 * DAY, CUSTOMER)]

    scene = forecast.play(play.desk.config, "technical-support", "", MONDAY, CUSTOMER, replies)

    assert [at for at, _ in scene.acts] == [MONDAY, MONDAY + DAY, MONDAY + 3 * DAY + HOUR]
    assert [(step.rule, f"{step.at:%a %d %H:%M}") for step in scene.steps] == [
        ("vendor: warn after 48 hours", "Thu 26 09:00"),
        ("customer: warn after 7 business days", "Mon 07 10:00"),
        ("customer: close after 7 business days", "Wed 16 10:00"),
    ]


def test_what_cannot_be_played_is_said(play):
    with pytest.raises(NotFound, match="refnd"):
        forecast.play(play.desk.config, "refnd", "", MONDAY, CUSTOMER, [])
    with pytest.raises(BadInput, match="before the opening"):
        forecast.play(play.desk.config, "refund", "", MONDAY, CUSTOMER, [(MONDAY - DAY, VENDOR)])
