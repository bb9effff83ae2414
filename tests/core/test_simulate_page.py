"""docs/time.md holds what the code does: its examples are recomputed here."""

import re
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest

from mailbot.core.business_time import Calendar, add
from mailbot.core.duration import parse_duration
from mailbot.core.inactivity import DEFAULT_PLANS
from mailbot.core.retry import next_try
from mailbot.core.simulate import simulate
from mailbot.core.ticket import Party

PAGE = (Path(__file__).parents[2] / "docs" / "time.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```\ncalendar: (.*)\n([^`]+)```", PAGE)
PLAYS = [(calendar, lines.splitlines()) for calendar, lines in BLOCKS if lines.startswith("opened")]
SUMS = [(calendar, line) for calendar, lines in BLOCKS if not lines.startswith("opened") for line in lines.splitlines()]
SHOWN = "%a %Y-%m-%d %H:%M"


def calendar_named(words):
    """ "Europe/Berlin, holidays DE-BY, hours 09:00-17:00" as a calendar."""
    zone, *rest = words.split(", ")
    settings = dict(word.split() for word in rest)
    country, _, subdivision = settings.get("holidays", "").partition("-")
    days = holidays.country_holidays(country, subdiv=subdivision or None) if country else frozenset()
    hours = tuple(time.fromisoformat(hour) for hour in settings["hours"].split("-")) if "hours" in settings else None
    return Calendar(zone, is_holiday=days.__contains__, working_hours=hours)


def moment(shown, calendar):
    at = datetime.strptime(shown, SHOWN).replace(tzinfo=ZoneInfo(calendar.zone))
    assert f"{at:{SHOWN}}" == shown, "the weekday is that of the date"
    return at.astimezone(UTC)


def test_the_page_has_examples():
    assert len(PLAYS) >= 4
    assert len(SUMS) >= 15


@pytest.mark.parametrize(("words", "line"), SUMS)
def test_each_sum_on_the_page_is_what_the_code_says(words, line):
    calendar = calendar_named(words)
    start, duration, end = re.fullmatch(r"(.{20}) \+ (.+) = (.{20})", line).groups()

    at = add(calendar, moment(start, calendar), parse_duration(duration))

    assert f"{at.astimezone(ZoneInfo(calendar.zone)):{SHOWN}}" == end


@pytest.mark.parametrize(("words", "lines"), PLAYS)
def test_each_plan_on_the_page_plays_as_the_code_says(words, lines):
    calendar = calendar_named(words)
    party, opened = re.fullmatch(r"opened by the (\w+) on (.+)", lines[0]).groups()

    played = simulate(DEFAULT_PLANS, calendar, moment(opened, calendar), Party(party))

    zone = ZoneInfo(calendar.zone)
    assert [f"{step.at.astimezone(zone):{SHOWN}} {step.rule}" for step in played] == lines[1:]


@pytest.mark.parametrize(
    ("tries", "shortest", "longest"), re.findall(r"^\| (\d)[^|]* \| (\d+) to (\d+) minutes \|$", PAGE, re.MULTILINE)
)
def test_the_page_tells_the_pauses_between_tries(tries, shortest, longest):
    start = datetime(2026, 11, 25, 16, tzinfo=UTC)

    pauses = [
        (next_try(int(tries), 300, 3_600, 432_000, start, start, jitter) - start).total_seconds() / 60
        for jitter in (0.0, 0.999_999)
    ]

    assert pauses == pytest.approx([float(longest), float(shortest)], rel=1e-4)
