"""Laws of adding time, over random zones, calendars and moments, and against a slow reading of the words.

`MAILBOT_EXAMPLES=10000 pytest tests/core/test_business_time_properties.py` tries that many of each law.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mailbot.core.business_time import (
    Calendar,
    add,
    closing_when_late,
    next_allowed_closing,
    next_working_moment,
)
from mailbot.core.duration import Duration, Unit

EXAMPLES = int(os.environ.get("MAILBOT_EXAMPLES", "100"))
LAW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SLOW_LAW = settings(LAW, max_examples=max(EXAMPLES // 10, 20))

pytestmark = pytest.mark.timeout(3_600 if EXAMPLES > 100 else 120)

MINUTE = timedelta(minutes=1)
ODD_ZONES = [
    "Africa/Cairo",
    "America/Havana",
    "America/Nuuk",
    "America/Santiago",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "Pacific/Chatham",
]
TWO_MIDNIGHTS = {
    "America/Goose_Bay",
    "America/Moncton",
    "America/St_Johns",
    "Antarctica/Casey",
    "Canada/Newfoundland",
}
"""Until 2010 some of their days began, were taken back by a minute or more, and began again; none has since."""
ALL_ZONES = sorted(available_timezones() - TWO_MIDNIGHTS - {"localtime"})
ZONES = st.sampled_from(ODD_ZONES) | st.sampled_from(ALL_ZONES)
FIRST_DAY = datetime(1995, 1, 1, tzinfo=UTC)
MINUTES_TO_2065 = 70 * 365 * 24 * 60
HOURS = st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda hours: hours[0] < hours[1])


@st.composite
def moments(draw, zone):
    """A whole minute; half of them within two days of a change of the zone's clock."""
    at = FIRST_DAY + timedelta(minutes=draw(st.integers(0, MINUTES_TO_2065)))
    if draw(st.booleans()):
        at = near_a_change(ZoneInfo(zone), at) + timedelta(minutes=draw(st.integers(-2_880, 2_880)))
    return at


def near_a_change(zone, at):
    """A moment within a day before a change of the zone's offset; `at` when none is found in the next year."""
    offset = at.astimezone(zone).utcoffset()
    for week in range(1, 54):
        if (at + timedelta(weeks=week)).astimezone(zone).utcoffset() != offset:
            days = (at + timedelta(weeks=week - 1, days=day) for day in range(7))
            return max(day for day in days if day.astimezone(zone).utcoffset() == offset)
    return at


@st.composite
def calendars(draw, hours=st.none()):  # noqa: B008 - a strategy is a constant
    zone = draw(ZONES)
    working_days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    never_close_on = draw(st.frozensets(st.integers(0, 6), max_size=6))
    modulus = draw(st.integers(2, 40).filter(lambda number: number != 7))  # 7 would take a weekday away
    office = draw(hours)
    return Calendar(
        zone,
        working_days,
        lambda day: day.toordinal() % modulus == 0,
        (time(office[0]), time(office[1] % 24)) if office else None,
        never_close_on,
        draw(st.booleans()),
    )


ANY_CALENDAR = calendars() | calendars(HOURS)
UNITS = st.sampled_from([unit for unit in Unit if unit is not Unit.BUSINESS_HOURS])
AMOUNTS = st.fractions(Fraction(1, 100), 40, max_denominator=100)
WHOLE = st.integers(1, 40).map(Fraction)


def naive(at, calendar):
    return at.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None, fold=0)


def unit_for(calendar, draw):
    return draw(st.sampled_from(Unit) if calendar.working_hours else UNITS)


@LAW
@given(ANY_CALENDAR, AMOUNTS, AMOUNTS, st.data())
def test_a_longer_duration_never_ends_earlier(calendar, amount, more, data):
    start = data.draw(moments(calendar.zone))
    unit = unit_for(calendar, data.draw)
    short, long = sorted([amount, more])

    assert add(calendar, start, Duration(short, unit)) <= add(calendar, start, Duration(long, unit))


@LAW
@given(ANY_CALENDAR, AMOUNTS, st.integers(1, 5_000), st.data())
def test_a_later_start_never_ends_earlier(calendar, amount, minutes, data):
    start = data.draw(moments(calendar.zone))
    later = start + timedelta(minutes=minutes)
    duration = Duration(amount, unit_for(calendar, data.draw))
    assume(naive(start, calendar) <= naive(later, calendar))  # two starts in a doubled hour keep their local order

    assert add(calendar, start, duration) <= add(calendar, later, duration)


@LAW
@given(ANY_CALENDAR, AMOUNTS, st.data())
def test_nothing_ends_before_it_begins(calendar, amount, data):
    start = data.draw(moments(calendar.zone))

    assert add(calendar, start, Duration(amount, unit_for(calendar, data.draw))) > start


@LAW
@given(ANY_CALENDAR, WHOLE, st.sampled_from([Unit.DAYS, Unit.BUSINESS_DAYS]), st.data())
def test_days_never_end_before_the_same_time_so_many_days_later_on_the_wall_clock(calendar, amount, unit, data):
    start = data.draw(moments(calendar.zone))

    end = add(calendar, start, Duration(amount, unit))

    assert naive(end, calendar) >= naive(start, calendar) + timedelta(days=int(amount))


@LAW
@given(ANY_CALENDAR, AMOUNTS, st.data())
def test_business_time_is_never_shorter_than_the_same_elapsed_working_time(calendar, amount, data):
    start = data.draw(moments(calendar.zone))
    assume(calendar.working_hours)

    end = add(calendar, start, Duration(amount, Unit.BUSINESS_HOURS))

    assert end - start >= amount.numerator * timedelta(hours=1) / amount.denominator - timedelta(microseconds=1)


@LAW
@given(ANY_CALENDAR, AMOUNTS, st.data())
def test_business_time_ends_in_a_working_moment(calendar, amount, data):
    start = data.draw(moments(calendar.zone))
    unit = Unit.BUSINESS_HOURS if calendar.working_hours and data.draw(st.booleans()) else Unit.BUSINESS_DAYS

    end = add(calendar, start, Duration(amount, unit))

    assert next_working_moment(calendar, end) == end
    assert works_on(calendar, end.astimezone(ZoneInfo(calendar.zone)).date())


@LAW
@given(ANY_CALENDAR, AMOUNTS, AMOUNTS, st.data())
def test_elapsed_and_business_hours_add_up(calendar, first, second, data):
    start = data.draw(moments(calendar.zone))
    unit = Unit.BUSINESS_HOURS if calendar.working_hours else Unit.HOURS
    first, second = (Fraction(round(amount * 60), 60) or Fraction(1, 60) for amount in (first, second))

    in_two = add(calendar, add(calendar, start, Duration(first, unit)), Duration(second, unit))

    assert in_two == add(calendar, start, Duration(first + second, unit))


@LAW
@given(calendars(), WHOLE, WHOLE, st.sampled_from([Unit.DAYS, Unit.BUSINESS_DAYS]), st.data())
def test_whole_days_add_up_where_the_time_of_day_exists_on_the_day_between(calendar, first, second, unit, data):
    start = data.draw(moments(calendar.zone))
    begin = next_working_moment(calendar, start) if unit is Unit.BUSINESS_DAYS else start
    between = add(calendar, start, Duration(first, unit))
    assume(naive(between, calendar).time() == naive(begin, calendar).time())

    in_two = add(calendar, between, Duration(second, unit))

    assert in_two == add(calendar, start, Duration(first + second, unit))


@LAW
@given(ANY_CALENDAR, st.data())
def test_a_closing_moves_to_the_first_allowed_day_at_the_same_time_of_day(calendar, data):
    at = data.draw(moments(calendar.zone))
    zone = ZoneInfo(calendar.zone)

    moved = next_allowed_closing(calendar, at)

    assert moved >= at
    assert next_allowed_closing(calendar, moved) == moved
    assert closes_on(calendar, moved.astimezone(zone).date())
    if closes_on(calendar, at.astimezone(zone).date()):
        assert moved == at
    else:
        expected = naive(at, calendar).replace(
            year=naive(moved, calendar).year,
            month=naive(moved, calendar).month,
            day=naive(moved, calendar).day,
        )
        assert moved == first_moment_at(expected, zone)
        days_between = (naive(moved, calendar).date() - naive(at, calendar).date()).days
        skipped = [naive(at, calendar).date() + timedelta(days=ahead) for ahead in range(days_between)]
        assert not any(closes_on(calendar, day) and exists(calendar, day, expected.time()) for day in skipped)


@LAW
@given(ANY_CALENDAR, st.data())
def test_an_overdue_closing_gets_one_answer_all_through_its_day(calendar, data):
    now = data.draw(moments(calendar.zone))

    allowed = closing_when_late(calendar, now)

    assert allowed >= now
    assert closing_when_late(calendar, allowed) == allowed
    assert closes_on(calendar, allowed.astimezone(ZoneInfo(calendar.zone)).date())


# What follows reads the same words slowly: minute by minute, day by day, from the zone's clock alone.


def works_on(calendar, day):
    return day.weekday() in calendar.working_days and not calendar.is_holiday(day)


def closes_on(calendar, day):
    held = calendar.never_close_on_holidays and calendar.is_holiday(day)
    return day.weekday() not in calendar.never_close_on and not held


def exists(calendar, day, local_time):
    at = first_moment_at(datetime.combine(day, local_time), ZoneInfo(calendar.zone))
    return at.astimezone(ZoneInfo(calendar.zone)).date() == day


def first_moment_at(local, zone):
    """The first minute at which the zone's clock shows `local` or something later."""
    at = local.replace(tzinfo=UTC, second=0, microsecond=0) - timedelta(hours=27)
    while at.astimezone(zone).replace(tzinfo=None, fold=0) < local:
        at += MINUTE
    return at


def works_at(calendar, at):
    local = at.astimezone(ZoneInfo(calendar.zone))
    opens, closes = calendar.working_hours or (time(0), time(0))
    return works_on(calendar, local.date()) and opens <= local.time() and (closes == time(0) or local.time() < closes)


def slow_business_days(calendar, start, count):
    zone = ZoneInfo(calendar.zone)
    while not works_at(calendar, start):
        start += MINUTE
    local = start.astimezone(zone).replace(tzinfo=None, fold=0)
    day = local.date()
    while count:
        day += timedelta(days=1)
        count -= works_on(calendar, day) and exists(calendar, day, time(12))
    end = first_moment_at(datetime.combine(day, local.time()), zone)
    while not works_at(calendar, end):
        end += MINUTE
    return end


def slow_business_minutes(calendar, start, count):
    at = start
    while count or not works_at(calendar, at):
        count -= works_at(calendar, at)
        at += MINUTE
    return at


@SLOW_LAW
@given(ZONES, st.integers(1, 400), st.data())
def test_days_are_those_of_a_slow_walk_along_the_wall_clock(zone, count, data):
    start = data.draw(moments(zone))
    calendar = Calendar(zone)

    end = add(calendar, start, Duration(Fraction(count), Unit.DAYS))

    assert end == first_moment_at(naive(start, calendar) + timedelta(days=count), ZoneInfo(zone))


@SLOW_LAW
@given(calendars() | calendars(st.just((9, 17))), st.integers(1, 30), st.data())
def test_business_days_are_those_of_a_slow_walk_through_the_calendar(calendar, count, data):
    start = data.draw(moments(calendar.zone))
    unhurried = replace(calendar, working_days=calendar.working_days | {1, 3})

    end = add(unhurried, start, Duration(Fraction(count), Unit.BUSINESS_DAYS))

    assert end == slow_business_days(unhurried, start, count)


@SLOW_LAW
@given(calendars(HOURS), st.integers(1, 600), st.data())
def test_business_hours_are_those_of_a_slow_count_of_working_minutes(calendar, minutes, data):
    start = data.draw(moments(calendar.zone))
    unhurried = replace(calendar, working_days=calendar.working_days | {1, 3})

    end = add(unhurried, start, Duration(Fraction(minutes, 60), Unit.BUSINESS_HOURS))

    assert end == slow_business_minutes(unhurried, start, minutes)
