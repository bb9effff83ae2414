from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from mailbot.core.business_time import (
    Calendar,
    CalendarError,
    add,
    closing_when_late,
    next_allowed_closing,
    next_working_moment,
    zone_named,
)
from mailbot.core.duration import Duration, Unit, parse_duration

THANKSGIVING = frozenset({date(2026, 11, 26)})
OFFICE = (time(9), time(17))


def moment(text, zone, fold=0):
    """ "2026-11-25 16:00" in a zone, as an aware UTC datetime."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def local(at, zone):
    return at.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M %Z")


@pytest.mark.parametrize(
    ("zone", "start", "duration", "expected"),
    [
        ("UTC", "2026-11-25 16:00", "48 hours", "Fri 2026-11-27 16:00 UTC"),
        ("UTC", "2026-11-25 16:00", "2 days", "Fri 2026-11-27 16:00 UTC"),
        ("UTC", "2026-11-25 16:00", "0.2 seconds", "Wed 2026-11-25 16:00 UTC"),
        ("UTC", "2028-02-28 09:00", "1 day", "Tue 2028-02-29 09:00 UTC"),
        ("UTC", "2028-02-29 09:00", "366 days", "Thu 2029-03-01 09:00 UTC"),
        ("UTC", "2100-02-28 09:00", "1 day", "Mon 2100-03-01 09:00 UTC"),
        ("UTC", "2026-12-31 23:30", "1 day", "Fri 2027-01-01 23:30 UTC"),
        ("UTC", "2026-12-31 23:30", "1.5 days", "Sat 2027-01-02 11:30 UTC"),
    ],
)
def test_days_keep_the_time_of_day(zone, start, duration, expected):
    assert local(add(Calendar(zone), moment(start, zone), parse_duration(duration)), zone) == expected


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-10-24 16:00", "24 hours", "Sun 2026-10-25 15:00 CET"),
        ("2026-10-24 16:00", "1 day", "Sun 2026-10-25 16:00 CET"),
        ("2026-10-24 16:00", "2 days", "Mon 2026-10-26 16:00 CET"),
        ("2026-10-23 16:00", "1 business day", "Mon 2026-10-26 16:00 CET"),
        ("2026-10-24 02:30", "1 day", "Sun 2026-10-25 02:30 CEST"),
        ("2026-10-24 02:30", "2 days", "Mon 2026-10-26 02:30 CET"),
        ("2026-10-24 12:00", "1.5 days", "Mon 2026-10-26 00:00 CET"),
        ("2027-03-27 16:00", "24 hours", "Sun 2027-03-28 17:00 CEST"),
        ("2027-03-27 16:00", "1 day", "Sun 2027-03-28 16:00 CEST"),
        ("2027-03-27 02:30", "1 day", "Sun 2027-03-28 03:00 CEST"),
        ("2027-03-27 02:30", "2 days", "Mon 2027-03-29 02:30 CEST"),
        ("2027-03-27 12:00", "0.99 days", "Sun 2027-03-28 12:00 CEST"),
    ],
)
def test_clock_changes_in_berlin_are_no_special_case(start, duration, expected):
    zone = "Europe/Berlin"

    assert local(add(Calendar(zone), moment(start, zone), parse_duration(duration)), zone) == expected


def test_most_of_a_business_day_never_ends_after_the_whole_of_it_on_a_short_day():
    calendar = Calendar("Europe/Berlin", working_days=frozenset(range(7)))

    at = add(calendar, moment("2027-03-27 12:00", calendar.zone), parse_duration("0.99 business days"))

    assert local(at, calendar.zone) == "Sun 2027-03-28 12:00 CEST"


def test_a_working_day_whose_hour_is_skipped_lands_in_the_next_working_hours():
    calendar = Calendar("Europe/Berlin", frozenset(range(7)), working_hours=(time(1, 30), time(2, 45)))

    at = add(calendar, moment("2027-03-27 02:40", calendar.zone), parse_duration("1 business day"))

    assert local(at, calendar.zone) == "Mon 2027-03-29 01:30 CEST"


def test_less_than_a_microsecond_is_still_later():
    start = datetime(2026, 11, 25, 16, tzinfo=UTC)

    assert add(Calendar(), start, parse_duration("0.0000001 seconds")) == start + timedelta(microseconds=1)


def test_a_start_in_the_second_of_two_equal_hours_never_goes_back_to_the_first():
    zone = "Europe/Berlin"
    start = moment("2026-10-25 02:30", zone, fold=1)

    later = add(Calendar(zone), start, parse_duration("0.01 days"))

    assert later - start == timedelta(seconds=864)


@pytest.mark.parametrize(
    ("zone", "start", "duration", "expected"),
    [
        ("America/Havana", "2026-03-07 00:30", "1 day", "Sun 2026-03-08 01:00 CDT"),
        ("Australia/Lord_Howe", "2026-10-03 02:15", "1 day", "Sun 2026-10-04 02:30 +11"),
        ("Pacific/Apia", "2011-12-29 10:00", "1 day", "Sat 2011-12-31 00:00 +14"),
        ("Pacific/Apia", "2011-12-29 10:00", "1 business day", "Mon 2012-01-02 10:00 +14"),
        ("Asia/Kathmandu", "2026-11-25 16:00", "1 business day", "Thu 2026-11-26 16:00 +0545"),
    ],
)
def test_zones_with_odd_gaps_land_on_the_first_moment_there_is(zone, start, duration, expected):
    assert local(add(Calendar(zone), moment(start, zone), parse_duration(duration)), zone) == expected


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-11-25 16:00", "1 business day", "Fri 2026-11-27 16:00 EST"),
        ("2026-11-25 16:00", "2 business days", "Mon 2026-11-30 16:00 EST"),
        ("2026-11-26 10:00", "1 business day", "Mon 2026-11-30 00:00 EST"),
        ("2026-11-28 15:00", "1 business day", "Tue 2026-12-01 00:00 EST"),
        ("2026-11-27 16:00", "0.25 business days", "Fri 2026-11-27 22:00 EST"),
        ("2026-11-27 16:00", "0.5 business days", "Mon 2026-11-30 04:00 EST"),
        ("2026-11-27 12:00", "0.5 business days", "Mon 2026-11-30 00:00 EST"),
        ("2026-11-25 16:00", "1.5 business days", "Mon 2026-11-30 04:00 EST"),
    ],
)
def test_business_days_skip_weekends_and_holidays(start, duration, expected):
    calendar = Calendar("America/New_York", is_holiday=THANKSGIVING.__contains__)

    at = add(calendar, moment(start, calendar.zone), parse_duration(duration))

    assert local(at, calendar.zone) == expected


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-11-25 16:00", "1 business day", "Fri 2026-11-27 16:00 EST"),
        ("2026-11-25 17:00", "1 business day", "Mon 2026-11-30 09:00 EST"),
        ("2026-11-25 07:00", "1 business day", "Fri 2026-11-27 09:00 EST"),
        ("2026-11-28 15:00", "1 business day", "Tue 2026-12-01 09:00 EST"),
        ("2026-11-25 16:00", "0.5 business days", "Fri 2026-11-27 12:00 EST"),
        ("2026-11-25 10:00", "4 business hours", "Wed 2026-11-25 14:00 EST"),
        ("2026-11-25 10:00", "7 business hours", "Fri 2026-11-27 09:00 EST"),
        ("2026-11-25 10:00", "7.5 business hours", "Fri 2026-11-27 09:30 EST"),
        ("2026-11-25 03:00", "20 business hours", "Mon 2026-11-30 13:00 EST"),
    ],
)
def test_working_hours_bound_what_counts(start, duration, expected):
    calendar = Calendar("America/New_York", is_holiday=THANKSGIVING.__contains__, working_hours=OFFICE)

    at = add(calendar, moment(start, calendar.zone), parse_duration(duration))

    assert local(at, calendar.zone) == expected


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        (None, "2026-11-27 23:59", "Fri 2026-11-27 23:59 EST"),
        (None, "2026-11-28 00:00", "Mon 2026-11-30 00:00 EST"),
        (OFFICE, "2026-11-27 09:00", "Fri 2026-11-27 09:00 EST"),
        (OFFICE, "2026-11-27 08:59", "Fri 2026-11-27 09:00 EST"),
        (OFFICE, "2026-11-27 17:00", "Mon 2026-11-30 09:00 EST"),
    ],
)
def test_a_working_moment_is_inside_the_working_time_of_a_working_day(hours, at, expected):
    calendar = Calendar("America/New_York", working_hours=hours)

    assert local(next_working_moment(calendar, moment(at, calendar.zone)), calendar.zone) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-27 16:00", "Fri 2026-11-27 16:00 EST"),
        ("2026-11-28 16:00", "Mon 2026-11-30 16:00 EST"),
        ("2026-11-29 00:00", "Mon 2026-11-30 00:00 EST"),
        ("2026-11-27 23:59", "Fri 2026-11-27 23:59 EST"),
        ("2026-10-31 01:30", "Mon 2026-11-02 01:30 EST"),
        ("2026-12-26 12:00", "Mon 2026-12-28 12:00 EST"),
    ],
)
def test_a_closing_moves_off_the_weekend_to_the_same_local_time(at, expected):
    calendar = Calendar("America/New_York")

    assert local(next_allowed_closing(calendar, moment(at, calendar.zone)), calendar.zone) == expected


def test_the_weekend_is_the_desks_own_not_that_of_utc():
    calendar = Calendar("Pacific/Auckland")
    sunday_in_utc = datetime(2026, 11, 29, 20, tzinfo=UTC)
    friday_in_utc = datetime(2026, 11, 27, 20, tzinfo=UTC)

    assert next_allowed_closing(calendar, sunday_in_utc) == sunday_in_utc
    assert local(next_allowed_closing(calendar, friday_in_utc), calendar.zone) == "Mon 2026-11-30 09:00 NZDT"


def test_holidays_hold_a_closing_only_where_that_is_configured():
    christmas = moment("2026-12-25 10:00", "Europe/Berlin")
    holidays = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
    calendar = Calendar("Europe/Berlin", is_holiday=holidays.__contains__)
    kind = Calendar("Europe/Berlin", is_holiday=holidays.__contains__, never_close_on_holidays=True)

    assert next_allowed_closing(calendar, christmas) == christmas
    assert local(next_allowed_closing(kind, christmas), kind.zone) == "Tue 2026-12-29 10:00 CET"


def test_other_weekdays_than_saturday_and_sunday_can_be_excluded():
    calendar = Calendar("Asia/Riyadh", never_close_on=frozenset({4, 5}))
    friday = moment("2026-11-27 16:00", calendar.zone)

    assert local(next_allowed_closing(calendar, friday), calendar.zone) == "Sun 2026-11-29 16:00 +03"


def test_a_closing_whose_hour_a_clock_change_skips_comes_at_the_end_of_the_gap():
    calendar = Calendar("America/Havana", never_close_on=frozenset({5}))
    saturday = moment("2026-03-07 00:30", calendar.zone)

    assert local(next_allowed_closing(calendar, saturday), calendar.zone) == "Sun 2026-03-08 01:00 CDT"


def test_a_closing_does_not_slip_from_a_skipped_day_into_an_excluded_one():
    calendar = Calendar("Pacific/Apia", never_close_on=frozenset({3, 5}))  # there was no 30 December 2011 in Samoa
    thursday = moment("2011-12-29 10:00", calendar.zone)

    assert local(next_allowed_closing(calendar, thursday), calendar.zone) == "Sun 2012-01-01 10:00 +14"


def test_an_overdue_closing_meets_an_excluded_day_and_waits_for_the_start_of_the_next_allowed_one():
    calendar = Calendar("Europe/Berlin")
    saturday, monday = moment("2026-11-28 10:00", calendar.zone), moment("2026-11-30 07:00", calendar.zone)

    assert local(closing_when_late(calendar, saturday), calendar.zone) == "Mon 2026-11-30 00:00 CET"
    assert closing_when_late(calendar, monday) == monday


@pytest.mark.parametrize(
    "calendar",
    [Calendar(working_days=frozenset()), Calendar(is_holiday=lambda _day: True)],
    ids=["no working days", "endless holidays"],
)
def test_a_calendar_on_which_nobody_ever_works_is_an_error_and_no_endless_search(calendar):
    with pytest.raises(CalendarError, match="no working day within two years after 2026-11-2"):
        add(calendar, datetime(2026, 11, 25, tzinfo=UTC), parse_duration("1 business day"))


def test_a_calendar_on_which_no_ticket_may_ever_close_is_an_error():
    with pytest.raises(CalendarError, match="no day to close a ticket on"):
        next_allowed_closing(Calendar(never_close_on=frozenset(range(7))), datetime(2026, 11, 25, tzinfo=UTC))


def test_business_hours_need_working_hours():
    with pytest.raises(CalendarError, match="no working hours"):
        add(Calendar(), datetime(2026, 11, 25, tzinfo=UTC), parse_duration("3 business hours"))


def test_where_midnight_comes_twice_the_first_one_ends_the_day():
    calendar = Calendar("America/St_Johns", frozenset({6}))  # one minute into Sunday it was 23:01 on Saturday again
    second_saturday_night = moment("1995-10-28 23:30", calendar.zone, fold=1)

    assert next_working_moment(calendar, second_saturday_night) == second_saturday_night


@pytest.mark.parametrize(
    ("hours", "minutes", "expected"),
    [
        ((3, 4), 45, "Sun 1995-03-19 03:00 +1245"),  # worked from 03:00 to 03:45, when it became 02:45 again
        ((3, 4), 50, "Sun 1995-03-19 03:05 +1245"),
        ((1, 3), 130, "Sun 1995-03-19 02:55 +1245"),  # worked from 01:00 to 03:00, and once more from 02:45
    ],
)
def test_an_hour_that_comes_twice_is_worked_twice_and_what_lies_outside_never(hours, minutes, expected):
    calendar = Calendar("Pacific/Chatham", frozenset(range(7)), working_hours=(time(hours[0]), time(hours[1])))

    at = add(calendar, moment("1995-03-19 00:00", calendar.zone), Duration(Fraction(minutes, 60), Unit.BUSINESS_HOURS))

    assert local(at, "Pacific/Chatham") == expected


def test_working_hours_may_last_until_midnight():
    calendar = Calendar(working_hours=(time(18), time(0)))

    at = add(calendar, datetime(2026, 11, 25, 20, tzinfo=UTC), parse_duration("5 business hours"))

    assert at == datetime(2026, 11, 26, 19, tzinfo=UTC)


def test_working_hours_must_begin_before_they_end():
    with pytest.raises(CalendarError, match="begin before they end"):
        Calendar(working_hours=(time(17), time(9)))


@pytest.mark.parametrize(
    "duration", ["36500 days", "36500 business days", "876000 hours", "99.5 days", "0.5 business days"]
)
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/New_York"])
def test_beyond_the_last_year_is_a_calendar_error(duration, zone):
    with pytest.raises(CalendarError, match="beyond the year 9999"):
        add(Calendar(zone), datetime(9999, 12, 31, 12, tzinfo=UTC), parse_duration(duration))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Europe/Berln", '"Europe/Berln": try "Europe/Berlin"'),
        ("../../etc/passwd", '"../../etc/passwd": no such time zone'),
        ("", '"": no such time zone'),
        ("Europe", '"Europe": '),
        ("a\0b", "no such time zone"),
    ],
)
def test_an_unknown_zone_is_named_with_the_nearest_one(name, message):
    with pytest.raises(CalendarError) as error:
        zone_named(name)

    assert message in str(error.value)
