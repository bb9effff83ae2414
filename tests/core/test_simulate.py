from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.business_time import Calendar
from mailbot.core.inactivity import DEFAULT_PLANS, Plans, Silence, parse_plan
from mailbot.core.simulate import faults_of, foresee, simulate
from mailbot.core.ticket import Party

US_HOLIDAYS = frozenset({date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 18)})
BAVARIAN_HOLIDAYS = frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1), date(2027, 1, 6)})
NEW_YORK = Calendar("America/New_York", is_holiday=US_HOLIDAYS.__contains__)
MUNICH = Calendar("Europe/Berlin", is_holiday=BAVARIAN_HOLIDAYS.__contains__)


def moment(text, calendar):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)


def play(calendar, opened, by=Party.CUSTOMER, acts=(), plans=DEFAULT_PLANS, until=None):
    """What happens, one line each, in the calendar's local time."""
    deeds = [(moment(at, calendar), deed) for at, deed in acts]
    end = moment(until, calendar) if until else None
    played = simulate(plans, calendar, moment(opened, calendar), by, deeds, end)
    zone = ZoneInfo(calendar.zone)
    return [f"{step.waiting_on} {step.action} {step.at.astimezone(zone):%a %Y-%m-%d %H:%M}" for step in played]


@pytest.mark.parametrize(
    ("calendar", "opened", "expected"),
    [
        (
            NEW_YORK,
            "2026-11-25 16:00",  # the Wednesday before Thanksgiving
            ["warn Fri 2026-11-27 16:00", "warn Sun 2026-11-29 16:00", "close Tue 2026-12-01 16:00"],
        ),
        (
            NEW_YORK,
            "2026-11-23 09:30",  # would close on a Sunday
            ["warn Wed 2026-11-25 09:30", "warn Fri 2026-11-27 09:30", "close Mon 2026-11-30 09:30"],
        ),
        (
            NEW_YORK,
            "2026-11-22 09:30",  # would close on a Saturday
            ["warn Tue 2026-11-24 09:30", "warn Thu 2026-11-26 09:30", "close Mon 2026-11-30 09:30"],
        ),
        (
            MUNICH,
            "2026-10-23 16:00",  # 48 hours over the long day of 25 October are one hour less by the clock
            ["warn Sun 2026-10-25 15:00", "warn Tue 2026-10-27 15:00", "close Thu 2026-10-29 15:00"],
        ),
        (
            MUNICH,
            "2026-10-20 02:30",  # between the second warning and the closing 02:30 comes twice
            ["warn Thu 2026-10-22 02:30", "warn Sat 2026-10-24 02:30", "close Mon 2026-10-26 02:30"],
        ),
        (
            MUNICH,
            "2028-02-25 11:00",  # over a leap day
            ["warn Sun 2028-02-27 11:00", "warn Tue 2028-02-29 11:00", "close Thu 2028-03-02 11:00"],
        ),
        (
            MUNICH,
            "2026-12-29 20:15",  # over the end of a year
            ["warn Thu 2026-12-31 20:15", "warn Sat 2027-01-02 20:15", "close Mon 2027-01-04 20:15"],
        ),
    ],
)
def test_a_silent_vendor_is_warned_twice_and_closed_on_no_weekend(calendar, opened, expected):
    assert play(calendar, opened) == [f"vendor {line}" for line in expected]


@pytest.mark.parametrize(
    ("calendar", "opened", "expected"),
    [
        (MUNICH, "2026-12-18 16:00", ["warn Wed 2026-12-30 16:00", "close Tue 2027-01-12 16:00"]),
        (NEW_YORK, "2026-12-18 16:00", ["warn Wed 2026-12-30 16:00", "close Mon 2027-01-11 16:00"]),
        (MUNICH, "2026-12-24 23:59", ["warn Thu 2027-01-07 23:59", "close Mon 2027-01-18 23:59"]),
        (NEW_YORK, "2026-11-25 16:00", ["warn Mon 2026-12-07 16:00", "close Wed 2026-12-16 16:00"]),
        (NEW_YORK, "2026-11-28 11:00", ["warn Wed 2026-12-09 00:00", "close Fri 2026-12-18 00:00"]),
        (MUNICH, "2026-10-19 16:00", ["warn Wed 2026-10-28 16:00", "close Fri 2026-11-06 16:00"]),
    ],
)
def test_a_silent_customer_is_warned_after_seven_business_days_and_closed_after_seven_more(calendar, opened, expected):
    assert play(calendar, opened, by=Party.VENDOR) == [f"customer {line}" for line in expected]


def test_the_calendar_day_spelling_closes_after_fourteen_days_in_total():
    plans = Plans(customer=parse_plan(["warn after 7 business days", "close after 7 days"]))

    assert play(NEW_YORK, "2026-12-03 16:00", Party.VENDOR, plans=plans) == [
        "customer warn Mon 2026-12-14 16:00",
        "customer close Mon 2026-12-21 16:00",
    ]


def test_an_answer_hands_the_next_word_to_the_other_side_and_forgets_all_steps():
    acts = [("2026-11-28 10:00", Party.VENDOR), ("2026-11-30 12:00", Party.CUSTOMER)]

    assert play(NEW_YORK, "2026-11-25 16:00", acts=acts) == [
        "vendor warn Fri 2026-11-27 16:00",
        "vendor warn Wed 2026-12-02 12:00",
        "vendor warn Fri 2026-12-04 12:00",
        "vendor close Mon 2026-12-07 12:00",
    ]


def test_keep_open_restarts_the_clock_of_the_same_party():
    assert play(NEW_YORK, "2026-11-25 16:00", acts=[("2026-11-28 10:00", "keep open")]) == [
        "vendor warn Fri 2026-11-27 16:00",
        "vendor warn Mon 2026-11-30 10:00",
        "vendor warn Wed 2026-12-02 10:00",
        "vendor close Fri 2026-12-04 10:00",
    ]


def test_an_answer_in_the_very_moment_of_the_closing_wins():
    acts = [("2026-12-01 16:00", Party.VENDOR)]

    assert play(NEW_YORK, "2026-11-25 16:00", acts=acts) == [
        "vendor warn Fri 2026-11-27 16:00",
        "vendor warn Sun 2026-11-29 16:00",
        "customer warn Thu 2026-12-10 16:00",
        "customer close Mon 2026-12-21 16:00",
    ]


def test_an_answer_after_the_closing_reopens_and_keep_open_does_not():
    closed = play(NEW_YORK, "2026-11-25 16:00")

    kept = play(NEW_YORK, "2026-11-25 16:00", acts=[("2026-12-02 10:00", "keep open")])
    reopened = play(NEW_YORK, "2026-11-25 16:00", acts=[("2026-12-02 10:00", Party.CUSTOMER)])

    assert kept == closed
    assert reopened[:3] == closed
    assert reopened[3:] == [
        "vendor warn Fri 2026-12-04 10:00",
        "vendor warn Sun 2026-12-06 10:00",
        "vendor close Tue 2026-12-08 10:00",
    ]


def test_each_step_says_its_rule_and_from_when_it_was_counted():
    played = simulate(DEFAULT_PLANS, NEW_YORK, moment("2026-11-25 16:00", NEW_YORK), Party.CUSTOMER)

    assert [step.rule for step in played] == [
        "vendor: warn after 48 hours",
        "vendor: warn after 2 days",
        "vendor: close after 2 days",
    ]
    assert [step.counted_from for step in played[1:]] == [step.at for step in played[:-1]]
    assert played[0].counted_from == moment("2026-11-25 16:00", NEW_YORK)


def test_a_horizon_ends_the_play_with_what_falls_on_it():
    assert play(NEW_YORK, "2026-11-25 16:00", until="2026-11-29 16:00") == [
        "vendor warn Fri 2026-11-27 16:00",
        "vendor warn Sun 2026-11-29 16:00",
    ]


def test_nothing_happens_without_a_plan():
    assert play(NEW_YORK, "2026-11-25 16:00", plans=Plans()) == []


def test_an_act_before_the_opening_is_refused():
    with pytest.raises(ValueError, match="before the opening"):
        play(NEW_YORK, "2026-11-25 16:00", acts=[("2026-11-25 15:59", Party.VENDOR)])


def test_a_foreseen_ticket_takes_overdue_steps_now_and_counts_on_from_there():
    silence = Silence(Party.VENDOR, moment("2026-11-02 10:00", MUNICH), 1, moment("2026-11-04 10:00", MUNICH))
    saturday = moment("2026-11-28 12:00", MUNICH)

    steps = list(foresee(DEFAULT_PLANS.vendor, silence, MUNICH, saturday))

    assert [(step.action, step.at) for step in steps] == [
        ("warn", saturday),
        ("close", moment("2026-11-30 12:00", MUNICH)),
    ]
    assert [step.counted_from for step in steps] == [silence.warned_at, saturday]


def test_an_overdue_closing_is_foreseen_for_the_next_allowed_day():
    silence = Silence(Party.VENDOR, moment("2026-11-21 16:00", MUNICH), 2, moment("2026-11-25 16:00", MUNICH))
    saturday = moment("2026-11-28 12:00", MUNICH)

    (closing,) = foresee(DEFAULT_PLANS.vendor, silence, MUNICH, saturday)

    assert closing.at == moment("2026-11-30 00:00", MUNICH)


def test_nothing_is_foreseen_while_a_warning_is_queued_or_after_it_failed():
    silence = Silence(Party.VENDOR, moment("2026-11-02 10:00", MUNICH), 1, None)

    assert list(foresee(DEFAULT_PLANS.vendor, silence, MUNICH, silence.since)) == []


def test_a_foreseen_step_is_counted_from_the_end_of_a_pause():
    pause = moment("2026-12-12 00:00", MUNICH)
    silence = Silence(Party.VENDOR, moment("2026-11-25 16:00", MUNICH), paused_until=pause)

    first = next(foresee(DEFAULT_PLANS.vendor, silence, MUNICH, silence.since))

    assert (first.at, first.counted_from) == (pause + timedelta(hours=48), pause)


DEEDS = st.tuples(st.integers(0, 90 * 24), st.sampled_from([Party.VENDOR, Party.CUSTOMER, "keep open"]))


@given(st.lists(DEEDS, max_size=8), st.integers(0, 365 * 24), st.sampled_from(Party))
def test_nobody_is_ever_closed_out_without_a_warning_in_the_same_silence_and_its_full_grace(deeds, hour, by):
    opened = moment("2026-10-01 00:00", MUNICH) + timedelta(hours=hour)
    acts = [(opened + timedelta(hours=later), deed) for later, deed in deeds]

    played = simulate(DEFAULT_PLANS, MUNICH, opened, by, acts)

    for before, step in pairwise([None, *played]):
        if step.action == "close":
            assert before is not None
            assert (before.action, before.waiting_on) == ("warn", step.waiting_on)
            assert step.at - before.at >= timedelta(hours=47)
            assert not any(before.at < at <= step.at for at, _ in acts)
            assert step.at.astimezone(ZoneInfo(MUNICH.zone)).weekday() < 5
    assert played[-1].action == "close"


@pytest.mark.parametrize(
    ("calendar", "plans", "expected"),
    [
        (NEW_YORK, DEFAULT_PLANS, []),
        (NEW_YORK, Plans(), []),
        (
            Calendar(working_days=frozenset()),
            Plans(customer=DEFAULT_PLANS.customer[:1], vendor=DEFAULT_PLANS.vendor),
            [
                'customer: "warn after 7 business days" never happens: no working day',
                "customer: never closes",
            ],
        ),
        (
            Calendar(never_close_on=frozenset(range(7))),
            Plans(vendor=DEFAULT_PLANS.vendor),
            ['vendor: "close after 2 days" never happens: no day to close a ticket on'],
        ),
        (
            Calendar(working_days=frozenset({5, 6})),
            DEFAULT_PLANS,
            ['customer: "close after 7 business days" falls only on days on which no ticket closes'],
        ),
        (
            Calendar(is_holiday=date(2026, 12, 1).__le__),
            DEFAULT_PLANS,
            ['customer: "warn after 7 business days" never', 'customer: "close after 7 business days" never'],
        ),
        (
            NEW_YORK,
            Plans(customer=parse_plan(["warn after 8 business hours", "close after 2 days"])),
            ['customer: "warn after 8 business hours" never happens: 8 business hours: the calendar has no'],
        ),
        (
            NEW_YORK,
            Plans(vendor=parse_plan(["warn after 2 days", "warn after 3 days"])),
            ['vendor: never closes: nothing follows "warn after 3 days"'],
        ),
    ],
    ids=[
        "defaults",
        "no plans",
        "nobody works",
        "nothing closes",
        "weekend desk",
        "holidays from December on",
        "no hours",
        "no closing",
    ],
)
def test_plans_that_cannot_work_are_told(calendar, plans, expected):
    faults = faults_of(plans, calendar)

    assert len(faults) == len(expected)
    assert all(fault.startswith(start) for fault, start in zip(faults, expected, strict=True))
