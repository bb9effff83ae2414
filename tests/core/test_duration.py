from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.duration import Duration, QuantityError, Unit, parse_duration, parse_size, seconds


@pytest.mark.parametrize(
    ("text", "amount", "unit", "normalised"),
    [
        ("48 hours", "48", Unit.HOURS, "48 hours"),
        ("1 hour", "1", Unit.HOURS, "1 hour"),
        ("1 hours", "1", Unit.HOURS, "1 hour"),
        ("2 day", "2", Unit.DAYS, "2 days"),
        ("0.2 seconds", "0.2", Unit.SECONDS, "0.2 seconds"),
        ("1.50 Minutes", "1.5", Unit.MINUTES, "1.5 minutes"),
        ("  7   Business\tDays ", "7", Unit.BUSINESS_DAYS, "7 business days"),
        ("1.0 business day", "1", Unit.BUSINESS_DAYS, "1 business day"),
        ("12business hours", "12", Unit.BUSINESS_HOURS, "12 business hours"),
        ("36500 days", "36500", Unit.DAYS, "36500 days"),
        ("0.000001 seconds", "0.000001", Unit.SECONDS, "0.000001 seconds"),
    ],
)
def test_a_duration_is_an_exact_amount_of_a_unit(text, amount, unit, normalised):
    duration = parse_duration(text)

    assert duration == Duration(Fraction(amount), unit)
    assert str(duration) == normalised


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("6 dys", '"6 dys": try "6 days"'),
        ("6 bussiness days", '"6 bussiness days": try "6 business days"'),
        ("1 dya", '"1 dya": try "1 day"'),
        ("5 working days", '"5 working days": try "5 business days"'),
        ("48h", '"48h": try "48 hours"'),
        ("2 weeks", '"2 weeks": try "14 days"'),
        ("0.5 Week", '"0.5 Week": try "3.5 days"'),
        ("-5 days", '"-5 days": must be more than zero'),
        ("0 days", '"0 days": must be more than zero'),
        ("0.000 days", '"0.000 days": must be more than zero'),
        ("nan days", '"nan days": write a number and a unit, as in "48 hours"'),
        ("inf days", '"inf days": write a number and a unit, as in "48 hours"'),
        ("days", '"days": write a number and a unit, as in "48 hours"'),
        ("", '"": write a number and a unit, as in "48 hours"'),
        (".5 days", '".5 days": write a number and a unit, as in "48 hours"'),
        ("5. days", '"5. days": write a number and a unit, as in "48 hours"'),
        ("1.2.3 days", '"1.2.3 days": write a number and a unit, as in "48 hours"'),
        ("٣ days", '"٣ days": write a number and a unit, as in "48 hours"'),
        ("36501 days", '"36501 days": that is more than 100 years'),
        ("9999999999999 days", '"9999999999999 days": more than 12 digits before or behind the point'),
    ],
)
def test_what_is_no_duration_is_refused_with_what_to_write_instead(text, message):
    with pytest.raises(QuantityError) as error:
        parse_duration(text)

    assert str(error.value) == message


@pytest.mark.parametrize(
    "text", ["48", "1e3 days", "5 moons", "30000 weeks", "1,000 hours", "1,5 hours", "3 days 2 hours"]
)
def test_no_spelling_is_suggested_that_would_mean_something_else(text):
    with pytest.raises(QuantityError) as error:
        parse_duration(text)

    assert error.value.suggestion is None
    assert error.value.reason in str(error.value)


def test_a_missing_unit_is_answered_with_the_list_of_units():
    with pytest.raises(QuantityError, match="seconds, minutes, hours, days, business days, business hours"):
        parse_duration("48")


def test_a_megabyte_of_text_is_refused_in_one_short_line():
    with pytest.raises(QuantityError) as error:
        parse_duration("9" * 1_000_000 + " days")

    assert len(str(error.value)) < 200


def suggestion_for(parse, text):
    """What is suggested instead of a text; None when it parses or nothing is near."""
    try:
        parse(text)
    except QuantityError as error:
        return error.suggestion
    return None


@given(st.text(max_size=80))
def test_any_text_is_a_duration_or_refused_and_each_suggestion_is_right(text):
    suggestion = suggestion_for(parse_duration, text)

    assert suggestion is None or str(parse_duration(suggestion)) == suggestion


@given(st.integers(1, 10**6), st.integers(0, 4), st.sampled_from(Unit), st.data())
def test_a_suggestion_never_changes_the_number(number, places, unit, data):
    amount = f"{number / 10**places:.{places}f}"
    hole = data.draw(st.integers(0, len(unit.value) - 1))
    misspelt = unit.value[:hole] + unit.value[hole + 1 :]

    suggestion = suggestion_for(parse_duration, f"{amount} {misspelt}")

    assert suggestion is None or parse_duration(suggestion).amount == Fraction(amount)


@given(st.decimals("0.0001", "30000", places=4), st.sampled_from(Unit))
def test_a_duration_reads_back_as_it_is_written(amount, unit):
    duration = Duration(Fraction(amount), unit)

    assert parse_duration(str(duration)) == duration


def test_a_duration_of_nothing_cannot_be_made():
    with pytest.raises(ValueError, match="more than zero"):
        Duration(Fraction(0), Unit.DAYS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.2 seconds", 0.2),
        ("90 seconds", 90.0),
        ("1.5 minutes", 90.0),
        ("2 hours", 7_200.0),
        ("5 days", 432_000.0),
    ],
)
def test_elapsed_settings_count_in_seconds(text, expected):
    assert seconds(parse_duration(text)) == expected


@pytest.mark.parametrize("text", ["1 business day", "3 business hours"])
def test_business_units_have_no_length_in_seconds(text):
    with pytest.raises(ValueError, match="use seconds, minutes, hours or days"):
        seconds(parse_duration(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25 MB", 25_000_000),
        ("1048576 bytes", 1_048_576),
        ("1 byte", 1),
        ("64 KiB", 65_536),
        ("512 kB", 512_000),
        ("1.5 mb", 1_500_000),
        ("0.5 GiB", 536_870_912),
        ("2TB", 2 * 10**12),
        ("0.3 bytes", 1),
        ("0.1 KiB", 103),
    ],
)
def test_a_size_is_a_number_of_bytes(text, expected):
    assert parse_size(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("25 megs", '"25 megs": try "25 MB"'),
        ("64 kilobytes", '"64 kilobytes": try "64 kB"'),
        ("25", '"25": a unit is missing: one of bytes, kB, MB, GB, TB, KiB, MiB, GiB, TiB'),
        ("-1 MB", '"-1 MB": must be more than zero'),
        ("0 bytes", '"0 bytes": must be more than zero'),
        ("MB", '"MB": write a number and a unit, as in "25 MB"'),
    ],
)
def test_what_is_no_size_is_refused_with_what_to_write_instead(text, message):
    with pytest.raises(QuantityError) as error:
        parse_size(text)

    assert str(error.value) == message


@given(st.text(max_size=80))
def test_any_text_is_a_size_or_refused_and_each_suggestion_is_right(text):
    suggestion = suggestion_for(parse_size, text)

    assert suggestion is None or parse_size(suggestion) > 0
