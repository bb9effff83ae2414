from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailbot.core.business_time import Calendar, CalendarError
from mailbot.core.inactivity import (
    DEFAULT_PLANS,
    Close,
    Due,
    PlanError,
    Plans,
    Rest,
    Silence,
    Wait,
    Warn,
    due,
    faults_in,
    next_step,
    parse_plan,
    parse_rule,
)
from mailbot.core.ticket import Party

BERLIN = Calendar("Europe/Berlin")
VENDOR, CUSTOMER = DEFAULT_PLANS.vendor, DEFAULT_PLANS.customer


def berlin(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def vendor_silence(since, steps_taken=0, warned_at=None, paused_until=None):
    return Silence(
        Party.VENDOR,
        berlin(since),
        steps_taken,
        berlin(warned_at) if warned_at else None,
        berlin(paused_until) if paused_until else None,
    )


def test_the_default_plans_are_those_of_technical_support():
    assert [rule.text for rule in DEFAULT_PLANS.for_party(Party.VENDOR)] == [
        "warn after 48 hours",
        "warn after 2 days",
        "close after 2 days",
    ]
    assert [rule.text for rule in DEFAULT_PLANS.for_party(Party.CUSTOMER)] == [
        "warn after 7 business days",
        "close after 7 business days",
    ]


@pytest.mark.parametrize(
    ("silence", "action", "at", "rule"),
    [
        (vendor_silence("2026-11-25 16:00"), "warn", "2026-11-27 16:00", "vendor: warn after 48 hours"),
        (
            vendor_silence("2026-11-25 16:00", 1, "2026-11-27 16:01"),
            "warn",
            "2026-11-29 16:01",
            "vendor: warn after 2 days",
        ),
        (
            vendor_silence("2026-11-25 16:00", 2, "2026-11-29 16:02"),
            "close",
            "2026-12-01 16:02",
            "vendor: close after 2 days",
        ),
        (
            vendor_silence("2026-11-23 16:00", 2, "2026-11-26 16:02"),
            "close",
            "2026-11-30 16:02",
            "vendor: close after 2 days",
        ),
    ],
)
def test_the_first_step_counts_from_the_last_activity_and_the_next_from_the_sending_of_the_warning(
    silence, action, at, rule
):
    assert due(VENDOR, silence, BERLIN) == Due(action, berlin(at), rule, silence.steps_taken)


@pytest.mark.parametrize(
    ("plan", "silence"),
    [
        ((), vendor_silence("2026-11-25 16:00")),
        (VENDOR, vendor_silence("2026-11-25 16:00", 3, "2026-11-29 16:00")),
        (VENDOR, vendor_silence("2026-11-25 16:00", 1)),
        (VENDOR, vendor_silence("2026-11-25 16:00", 2)),
        (VENDOR[2:], vendor_silence("2026-11-25 16:00")),
    ],
    ids=[
        "no plan",
        "all steps taken",
        "warning queued",
        "last warning failed",
        "a closing without a warning",
    ],
)
def test_nothing_is_due_without_a_plan_or_before_the_warning_is_settled(plan, silence):
    years_later = berlin("2030-01-01 00:00")

    assert due(plan, silence, BERLIN) is None
    assert next_step(plan, silence, BERLIN, years_later) == Rest()


def test_a_step_waits_until_its_moment_and_is_taken_in_it():
    silence = vendor_silence("2026-11-25 16:00")
    moment = berlin("2026-11-27 16:00")
    coming = Due("warn", moment, "vendor: warn after 48 hours", 0)

    assert next_step(VENDOR, silence, BERLIN, moment - timedelta(microseconds=1)) == Wait(moment, coming)
    assert next_step(VENDOR, silence, BERLIN, moment) == Warn(coming)


def test_warnings_leave_on_any_day():
    saturday = berlin("2026-11-28 16:00")

    step = next_step(VENDOR, vendor_silence("2026-11-26 16:00"), BERLIN, saturday)

    assert step == Warn(Due("warn", saturday, "vendor: warn after 48 hours", 0))


def test_a_node_that_slept_for_weeks_warns_first_and_gives_the_full_grace():
    silence = vendor_silence("2026-11-02 10:00")
    awake = berlin("2026-12-14 10:00")

    first = next_step(VENDOR, silence, BERLIN, awake)
    second = next_step(VENDOR, Silence(Party.VENDOR, silence.since, 1, awake), BERLIN, awake)

    assert isinstance(first, Warn)
    assert isinstance(second, Wait)
    assert second.until == berlin("2026-12-16 10:00")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-27 15:59", Wait),
        ("2026-11-27 16:00", Close),
        ("2026-11-27 23:59", Close),
        ("2026-11-28 00:00", Wait),
        ("2026-11-29 23:59", Wait),
        ("2026-11-30 00:00", Close),
        ("2026-12-05 12:00", Wait),
        ("2026-12-08 12:00", Close),
    ],
)
def test_a_closing_due_on_a_friday_never_happens_on_a_weekend_however_late_the_sweep_is(now, expected):
    silence = vendor_silence("2026-11-21 16:00", 2, "2026-11-25 16:00")

    assert isinstance(next_step(VENDOR, silence, BERLIN, berlin(now)), expected)


def test_an_overdue_closing_on_a_saturday_waits_for_the_start_of_monday():
    silence = vendor_silence("2026-11-21 16:00", 2, "2026-11-25 16:00")

    step = next_step(VENDOR, silence, BERLIN, berlin("2026-11-28 10:00"))

    assert isinstance(step, Wait)
    assert step.until == berlin("2026-11-30 00:00")
    assert step.due.at == berlin("2026-11-27 16:00")


def test_holidays_hold_an_overdue_closing_where_configured():
    christmas = frozenset({date(2026, 12, 25)})
    calendar = Calendar("Europe/Berlin", is_holiday=christmas.__contains__, never_close_on_holidays=True)
    silence = vendor_silence("2026-12-18 16:00", 2, "2026-12-22 16:00")

    step = next_step(VENDOR, silence, calendar, berlin("2026-12-25 08:00"))

    assert isinstance(step, Wait)
    assert step.until == berlin("2026-12-28 00:00")


def test_a_clock_that_jumps_back_only_waits_again():
    silence = vendor_silence("2026-11-25 16:00", 1, "2026-11-27 16:00")

    step = next_step(VENDOR, silence, BERLIN, berlin("2026-10-27 16:00"))

    assert isinstance(step, Wait)
    assert step.until == berlin("2026-11-29 16:00")


@pytest.mark.parametrize(
    ("silence", "at"),
    [
        (vendor_silence("2026-11-25 16:00", paused_until="2026-12-12 00:00"), "2026-12-14 00:00"),
        (vendor_silence("2026-11-25 16:00", 1, "2026-11-27 16:00", "2026-12-12 00:00"), "2026-12-14 00:00"),
        (vendor_silence("2026-11-25 16:00", 2, "2026-11-29 16:00", "2026-12-10 12:00"), "2026-12-14 12:00"),
        (vendor_silence("2026-12-13 16:00", paused_until="2026-12-12 00:00"), "2026-12-15 16:00"),
    ],
    ids=["before a warning", "after a warning", "a closing, off the weekend", "a pause that is over"],
)
def test_a_pause_holds_the_clock_which_starts_anew_at_its_end(silence, at):
    coming = due(VENDOR, silence, BERLIN)

    assert coming is not None
    assert coming.at == berlin(at)


def test_a_pause_does_not_settle_a_warning_that_is_still_queued():
    assert due(VENDOR, vendor_silence("2026-11-25 16:00", 1, None, "2026-12-12 00:00"), BERLIN) is None


def test_a_calendar_that_never_lets_a_step_happen_is_an_error():
    idle = Calendar(working_days=frozenset())

    with pytest.raises(CalendarError, match="no working day"):
        due(CUSTOMER, Silence(Party.CUSTOMER, berlin("2026-11-25 16:00")), idle)


@pytest.mark.parametrize(
    ("line", "normalised"),
    [
        ("warn after 48 hours", "warn after 48 hours"),
        ("Close  AFTER 7 Business days", "close after 7 business days"),
        ("warn after 1 days", "warn after 1 day"),
        ("warn after 0.50 seconds", "warn after 0.5 seconds"),
    ],
)
def test_a_step_is_normalised(line, normalised):
    assert parse_rule(line).text == normalised


@pytest.mark.parametrize(
    ("line", "message", "suggestion"),
    [
        ("warn after 6 dys", 'in "warn after 6 dys", "6 dys": try "6 days"', "warn after 6 days"),
        ("wran after 6 days", '"wran after 6 days": try "warn after 6 days"', "warn after 6 days"),
        ("warn aftr 6 days", '"warn aftr 6 days": try "warn after 6 days"', "warn after 6 days"),
        ("closing after 6 days", '"closing after 6 days": try "close after 6 days"', "close after 6 days"),
        ("warn in 6 days", '"warn in 6 days": try "warn after 6 days"', "warn after 6 days"),
        ("warn 6 days", '"warn 6 days": try "warn after 6 days"', "warn after 6 days"),
        ("warn 48h", 'in "warn 48h", "48h": try "48 hours"', "warn after 48 hours"),
        ("clos after 2 weeks", 'in "clos after 2 weeks", "2 weeks": try "14 days"', "close after 14 days"),
        ("warn after -5 days", 'in "warn after -5 days", "-5 days": must be more than zero', None),
        ("warn after", '"warn after": say after how long, as in "warn after 48 hours"', None),
        ("shout after 2 days", '"shout after 2 days": a step begins with "warn" or "close"', None),
        ("warn", '"warn": write a step as in "warn after 48 hours"', None),
        ("", '"": write a step as in "warn after 48 hours"', None),
    ],
)
def test_a_step_that_does_not_parse_is_answered_with_the_nearest_right_spelling(line, message, suggestion):
    with pytest.raises(PlanError) as error:
        parse_rule(line)

    assert str(error.value).startswith(message)
    assert error.value.suggestion == suggestion


def test_an_endless_line_is_refused_in_one_short_line():
    with pytest.raises(PlanError) as error:
        parse_rule("warn after " + "1" * 1_000_000)

    assert len(str(error.value)) < 200


def test_any_number_of_warnings_makes_a_plan_and_no_lines_make_none():
    lines = [f"warn after {days} days" for days in range(2, 30)] + ["close after 2 days"]

    assert [rule.text for rule in parse_plan(lines)] == lines
    assert parse_plan([]) == ()
    assert Plans().for_party(Party.CUSTOMER) == ()


@pytest.mark.parametrize(
    ("lines", "index", "message"),
    [
        (["close after 2 days"], 0, "nobody is closed out without a warning"),
        (
            ["warn after 1 day", "close after 2 days", "warn after 1 day"],
            2,
            '"warn after 1 day" never happens: "close after 2 days" comes before it',
        ),
        (["warn after 1 day", "warn after 6 dys"], 1, 'try "6 days"'),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused_at_its_faulty_step(lines, index, message):
    with pytest.raises(PlanError) as error:
        parse_plan(lines)

    assert error.value.index == index
    assert message in str(error.value)


def test_all_faults_of_a_plan_come_at_once():
    faults = faults_in(["close after 6 dys", "wran after 2 days", "close after 1 day", "close after 1 day"])

    assert [fault.index for fault in faults] == [0, 1, 3]
