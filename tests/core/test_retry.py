from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.retry import next_try, pause_after

START = datetime(2026, 11, 25, 16, tzinfo=UTC)
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def minutes_later(minutes):
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("attempts", "now", "jitter", "expected"),
    [
        (1, 0, 0.0, 5),
        (1, 0, 0.5, 4.5),
        (2, 5, 0.0, 15),
        (3, 15, 0.0, 35),
        (4, 35, 0.0, 75),
        (5, 75, 0.0, 135),
        (6, 135, 0.0, 195),
        (6, 135, 0.5, 189),
        (400, 7_080, 0.0, 7_140),
        (400, 7_150, 0.0, 7_200),
        (401, 7_200, 0.0, None),
        (401, 9_000, 0.0, None),
        (3, 100_000, 0.0, None),
        (2, 100_000, 0.0, 100_010),
        (1, 100_000, 0.0, 100_005),
        (1, -60, 0.0, -55),
    ],
)
def test_pauses_double_to_the_longest_until_five_days_are_over(attempts, now, jitter, expected):
    at = next_try(attempts, 5 * MINUTE, HOUR, 5 * DAY, START, minutes_later(now), jitter)

    assert at == (None if expected is None else minutes_later(expected))


@pytest.mark.parametrize(
    ("first", "give_up_after", "tries"),
    [
        (0.2, 2.0, [0, 0.2, 0.6, 1.4, 2.0]),
        (300.0, 2.0, [0, 2.0]),
        (1.0, 1.0, [0, 1.0]),
        (0.5, 0.6, [0, 0.5, 0.6]),
    ],
)
def test_the_last_try_falls_on_the_moment_of_giving_up(first, give_up_after, tries):
    seen = [0.0]
    now = START

    while at := next_try(len(seen), first, HOUR, give_up_after, START, now, 0.0):
        now = at
        seen.append((at - START).total_seconds())

    assert seen == tries


@pytest.mark.parametrize(
    ("attempts", "expected"), [(0, 1), (1, 1), (2, 2), (3, 4), (7, 64), (8, 100), (10_000, 100), (10**9, 100)]
)
def test_a_pause_is_bounded_after_any_number_of_tries(attempts, expected):
    assert pause_after(attempts, 1, 100) == expected


@given(
    attempts=st.integers(1, 10_000),
    first=st.floats(0.01, 10_000),
    longest=st.floats(0.01, 100_000),
    give_up_after=st.floats(0.01, 10**7),
    late=st.floats(-(10**7), 10**7),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_a_next_try_lies_ahead_and_no_further_than_the_longest_pause(
    attempts, first, longest, give_up_after, late, jitter
):
    now = START + timedelta(seconds=late)

    at = next_try(attempts, first, longest, give_up_after, START, now, jitter)

    if at is None:
        assert now >= START + timedelta(seconds=give_up_after)
        assert attempts >= 2
    else:
        assert now < at <= now + timedelta(seconds=longest)
