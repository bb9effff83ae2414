import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from mailbot.cli.server import time_warnings
from mailbot.config import Config, load
from mailbot.core.inactivity import DEFAULT_PLANS
from mailbot.errors import ConfigError
from mailbot.holiday_calendar import Holidays

DESK = '[desk]\nname = "Desk"\ndomain = "desk.example"\nadmins = ["a@operator.example"]\n'
ACME = '[vendors.acme]\nname = "Acme"\nemail = "bob@vendor.example"\n'
NOVEMBER = datetime(2026, 11, 23, 9, tzinfo=UTC)


def a_config(folder: Path, text: str) -> Config:
    file = folder / "config.toml"
    file.write_text(DESK + text)
    return load(file)


def texts(plan):
    return [rule.text for rule in plan]


def test_a_vendors_plan_replaces_the_types_for_its_tickets_side_by_side(tmp_path):
    config = a_config(
        tmp_path,
        ACME + '[vendors.acme.inactivity]\nvendor = ["warn after 1 hour", "close after 2 days"]\n[types.refund]\n',
    )

    plans = config.plans_for("technical-support", "acme")
    assert texts(plans.vendor) == ["warn after 1 hour", "close after 2 days"]
    assert plans.customer == DEFAULT_PLANS.customer
    assert config.plans_for("technical-support", "other") == DEFAULT_PLANS
    assert config.plans_for("refund", "acme").vendor == ()


def test_a_vendors_plan_may_switch_a_side_off(tmp_path):
    config = a_config(tmp_path, ACME + "[vendors.acme.inactivity]\ncustomer = []\n")

    assert config.plans_for("technical-support", "acme").customer == ()


def test_a_vendors_calendar_has_the_desks_keys_where_it_has_none(tmp_path):
    config = a_config(
        tmp_path,
        ACME + '[vendors.acme.calendar]\ntimezone = "Asia/Tokyo"\nholidays = "JP"\n'
        '[calendar]\nworking_days = ["monday", "tuesday"]\nnever_close_on = ["sunday", "holidays"]\n',
    )

    own, desk = config.calendar_for("acme"), config.calendar_for("other")
    assert (own.zone, desk.zone) == ("Asia/Tokyo", "UTC")
    assert own.working_days == desk.working_days == frozenset({0, 1})
    assert (own.is_holiday(date(2026, 11, 23)), desk.is_holiday(date(2026, 11, 23))) == (True, False)
    assert not own.closes_on(date(2026, 11, 23))  # Labour Thanksgiving Day
    assert config.vendors[0].timezone == "Asia/Tokyo"


def test_a_vendors_time_zone_alone_is_for_display(tmp_path):
    config = a_config(tmp_path, ACME + 'timezone = "Asia/Tokyo"\n')

    assert config.calendar_for("acme").zone == "UTC"
    assert config.vendors[0].timezone == "Asia/Tokyo"


def test_faults_in_a_vendors_time_are_found_with_their_lines(tmp_path):
    with pytest.raises(ConfigError) as caught:
        a_config(
            tmp_path,
            ACME + '[vendors.acme.inactivity]\nvendor = ["warn after 6 dys"]\ncustommer = []\n'
            '[vendors.acme.calendar]\ntimezone = "Asia/Tokio"\nholidays = "XX"\nworking_days = []\n',
        )

    assert [fault.split(";")[0] for fault in caught.value.faults] == [
        'config.toml:9: [vendors.acme.inactivity] vendor: step 1: in "warn after 6 dys", "6 dys": try "6 days"',
        "config.toml:10: [vendors.acme.inactivity] custommer: unknown key",
        'config.toml:12: [vendors.acme.calendar] timezone: "Asia/Tokio": try "Asia/Tokyo"',
        'config.toml:13: [vendors.acme.calendar] holidays: no public holidays are known for "XX"',
        "config.toml:14: [vendors.acme.calendar] working_days: at least one day must be a working day",
    ]


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("09:00-24:00", (time(9), time())),
        ("00:00-24:00", (time(), time())),
        ("22:30 - 24:00", (time(22, 30), time())),
        ("09:00-17:00", (time(9), time(17))),
    ],
)
def test_working_hours_may_end_at_midnight(tmp_path, words, hours):
    assert a_config(tmp_path, f'[calendar]\nworking_hours = "{words}"\n').calendar.working_hours == hours


@pytest.mark.parametrize("words", ["24:00-09:00", "09:00-00:00", "09:00-24:01", "09:00", "09:00-09:00", "09:00Z-10:00"])
def test_hours_that_are_none_are_refused(tmp_path, words):
    with pytest.raises(ConfigError, match="hours"):
        a_config(tmp_path, f'[calendar]\nworking_hours = "{words}"\n')


def test_beyond_the_librarys_years_holidays_on_a_fixed_date_are_left():
    holidays = Holidays(("US",))

    assert holidays(date(2100, 12, 25))
    assert holidays(date(2101, 12, 25))
    assert holidays(date(2100, 11, 25))  # Thanksgiving
    assert not holidays(date(2101, 11, 24))
    assert holidays.gaps([2100]) == []
    assert holidays.gaps([2101]) == [
        '"US" is known up to 2100; of 2101 only holidays on a fixed date are counted, list the others as dates'
    ]


def test_years_that_the_library_knows_in_part_are_named_and_nothing_is_printed():
    with warnings.catch_warnings(record=True) as printed:
        warnings.simplefilter("always")
        holidays = Holidays(("IN",))
        republic_day = holidays(date(2040, 1, 26))
        (gap,) = holidays.gaps([2026, 2040])

    assert republic_day
    assert gap.startswith('"IN" is not known in full for 2040: ')
    assert printed == []


def test_threads_that_ask_at_once_see_whole_years():
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            answers = list(pool.map(Holidays(("US",)), [date(2026, 12, 25)] * 8))

            assert answers == [True] * 8


def test_check_warns_of_plans_and_holidays_as_they_are_from_now_on(tmp_path):
    config = a_config(
        tmp_path,
        ACME + '[vendors.acme.inactivity]\nvendor = ["warn after 2 business hours"]\n'
        '[calendar]\nholidays = ["US", "2027-01-01..2032-12-31"]\n',
    )

    found = time_warnings(config, NOVEMBER)
    late = time_warnings(config, NOVEMBER.replace(year=2100))

    assert [line for line in found if "customer" in line and "never happens" in line]
    assert not [line for line in late if "customer" in line and "never happens" in line]
    never = 'vendor: never closes: nothing follows "warn after 2 business hours"'
    assert f"[vendors.acme], type technical-support: {never}" in found
    assert [line for line in late if "2101" in line]
    assert not [line for line in found if "known" in line]


def test_the_shipped_config_has_no_warning_of_time():
    from mailbot.shipped import shipped_path

    assert time_warnings(load(shipped_path("config.toml")), NOVEMBER) == []
