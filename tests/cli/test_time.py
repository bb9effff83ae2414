"""`mailbot due`, `timeline`, `simulate`: in process, on a real store."""

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.errors import BadInput
from tests.cli.test_commands import OPEN, Commands
from tests.given import SETTINGS

CALENDAR = '[calendar]\ntimezone = "America/New_York"\nholidays = "US"\n'
RULES = ["customer: warn after 7 business days", "customer: close after 7 business days"]
PLAYED = """\
  times in America/New_York; each warning leaves the moment it is due

  Sun 2026-11-22 09:30  ●  opened by the customer
  Tue 2026-11-24 09:30  ○  warning to the vendor   vendor: warn after 48 hours   from Sun 2026-11-22 09:30
  Thu 2026-11-26 09:30  ○  warning to the vendor   vendor: warn after 2 days     from Tue 2026-11-24 09:30
  Mon 2026-11-30 09:30  ○  closing                 vendor: close after 2 days    from Thu 2026-11-26 09:30, \
moved from Sat 2026-11-28 09:30, when no ticket closes
"""


@pytest.fixture
def in_new_york(tmp_path):
    config = tmp_path / "config.toml"
    config.write_text(SETTINGS + CALENDAR)
    return Commands(config)


def test_simulate_draws_a_plan_on_the_calendar(in_new_york):
    words = ["simulate", "--type", "technical-support", "--opened", "2026-11-22 09:30"]

    printed = in_new_york.run(*words)
    answered = in_new_york.run(*words, "--vendor-replies", "2026-12-01 10:00")

    assert printed == PLAYED
    assert [line.split("  ")[1:4] for line in answered.splitlines()[6:]] == [
        ["Tue 2026-12-01 10:00", "●", "the vendor replies"],
        ["Thu 2026-12-10 10:00", "○", "warning to the customer"],
        ["Mon 2026-12-21 10:00", "○", "closing"],
    ]


def test_simulate_prints_objects_with_weekday_zone_and_rule(in_new_york):
    played = in_new_york.json("simulate", "--type", "technical-support", "--opened", "2026-11-25 16:00")

    assert (played["type"], played["zone"], played["opened_by"]) == (
        "technical-support",
        "America/New_York",
        "customer",
    )
    assert played["acts"][0]["at"] == "2026-11-25T21:00:00Z"
    assert played["steps"][0] == {
        "action": "warn",
        "party": "vendor",
        "at": "2026-11-27T21:00:00Z",
        "local": "2026-11-27T16:00:00-05:00",
        "weekday": "Friday",
        "zone": "America/New_York",
        "rule": "vendor: warn after 48 hours",
        "counted_from": "2026-11-25T21:00:00Z",
        "planned_at": "2026-11-27T21:00:00Z",
        "overdue": False,
    }
    assert [(step["action"], step["weekday"]) for step in played["steps"]] == [
        ("warn", "Friday"),
        ("warn", "Sunday"),
        ("close", "Tuesday"),
    ]


def test_simulate_needs_no_database_and_makes_none(in_new_york):
    in_new_york.run("simulate", "--type", "refund", "--opened", "2026-11-25 16:00", "--by", "vendor")

    assert not (in_new_york.config.parent / "data").exists()


def test_a_plan_that_brings_nothing_says_so(in_new_york):
    printed = in_new_york.run("simulate", "--type", "refund", "--opened", "2026-11-25 16:00")

    assert printed.endswith("Nothing further comes by itself.\n")


@pytest.mark.parametrize(
    "words",
    [
        ["simulate", "--type", "refund", "--opened", "tomorrow"],
        ["simulate", "--type", "refund", "--opened", "2026-11-25", "--vendor-replies", "2026-11-31 10:00"],
        ["due", "--until", "soon"],
    ],
)
def test_a_moment_that_is_none_is_named(in_new_york, words):
    assert isinstance(in_new_york.fails(*words), BadInput)


def test_due_lists_each_step_with_ticket_party_rule_and_local_time(in_new_york):
    in_new_york.run(*OPEN, "--subject", "Pump leaks", "--body", "It drips.")
    today, far = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}" for days in (0, 20))

    found = in_new_york.json("due", "--until", far)

    assert [(one["ticket"], one["party"], one["action"], one["rule"]) for one in found] == [
        (1001, "vendor", "warn", "vendor: warn after 48 hours"),
        (1001, "vendor", "warn", "vendor: warn after 2 days"),
        (1001, "vendor", "close", "vendor: close after 2 days"),
    ]
    assert all(datetime.fromisoformat(one["at"]) == datetime.fromisoformat(one["local"]) for one in found)
    assert in_new_york.json("due", "--until", today) == []
    assert in_new_york.run("due", "--until", today) == "Nothing is due.\n"
    printed = in_new_york.run("due", "--most", "2").splitlines()
    assert [line.split()[-1] for line in printed] == ["NOTE", "hours", "days"]
    assert "America/New_York  1001" in printed[1]


def test_timeline_draws_past_present_and_future(in_new_york):
    in_new_york.run(*OPEN, "--subject", "Pump leaks", "--body", "It drips.")
    in_new_york.run("ticket", "comment", "1001", "--as", "vendor", "--body", "Which one?")

    printed = in_new_york.run("timeline", "1001").splitlines()
    line = in_new_york.json("timeline", "1001")

    assert printed[0] == "Ticket 1001: Pump leaks"
    assert [text.split("  ")[2:4] for text in printed[3:5]] == [
        ["●", "opened by the customer"],
        ["●", "comment by the vendor"],
    ]
    assert "┼  now: waiting on the customer since" in printed[5]
    assert ["○" in text and rule in text for text, rule in zip(printed[6:], RULES, strict=True)] == [True, True]
    assert [past["event"] for past in line["past"]] == ["opened", "comment"]
    assert [step["rule"] for step in line["coming"]] == RULES
    assert (line["status"], line["zone"]) == ("open", "America/New_York")
