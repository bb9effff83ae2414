"""`mailbot due`, `timeline`, `simulate`: what the clock will do, and under which rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from mailbot.cli import time_text
from mailbot.cli.entry import TABLE_ROWS, config_option, json_option, opened, print_json, read_config, rows_wanted, say
from mailbot.core.simulate import Deed
from mailbot.core.ticket import Party
from mailbot.errors import BadInput
from mailbot.service import forecast


@click.command("due")
@click.option("--until", metavar="DATE", help="Up to the end of this day, YYYY-MM-DD, or to 'YYYY-MM-DD HH:MM'.")
@click.option(
    "--most",
    type=click.IntRange(min=1),
    help=f"How many at the most, the soonest first. By default a table has {TABLE_ROWS} rows, and --json has all.",
)
@config_option
@json_option
def due_command(until: str | None, most: int | None, config_file: Path, as_json: bool) -> None:
    """List each warning and closing to come if nobody speaks: when, which ticket, whose answer is awaited, the rule.

    Steps behind a warning are counted as if it left the moment it is due.
    """
    with opened(config_file) as desk:
        end = _end_of(until, desk.config.calendar.zone) if until else None
        wanted = rows_wanted(most, as_json=as_json)
        found = forecast.coming(desk, end, wanted and wanted + 1)
    if as_json:
        print_json([time_text.coming_object(one) for one in found[:wanted]])
        return
    say(time_text.coming_text(found[:wanted]))
    if wanted and len(found) > wanted:
        say(f"These are the first {wanted}; --most shows more, and --json has all.", err=True)


@click.command("timeline")
@click.argument("number", type=int)
@config_option
@json_option
def timeline_command(number: int, config_file: Path, as_json: bool) -> None:
    """Draw the past and the future of a ticket, with the rule behind each date."""
    with opened(config_file) as desk:
        line = forecast.timeline(desk, number)
    if as_json:
        print_json(time_text.timeline_object(line))
    else:
        say(time_text.timeline_text(line))


@click.command("simulate")
@click.option("--type", "type_name", required=True, help="A ticket type of the config.")
@click.option("--opened", "opened_at", required=True, metavar="DATETIME", help="'YYYY-MM-DD HH:MM', calendar's zone.")
@click.option(
    "--by",
    type=click.Choice([party.value for party in Party]),
    default="customer",
    show_default=True,
    help="Who opens it.",
)
@click.option("--vendor", default="", help="A vendor's id, for its own plans and calendar.")
@click.option("--vendor-replies", multiple=True, metavar="DATETIME", help="When the vendor replies; repeatable.")
@click.option("--customer-replies", multiple=True, metavar="DATETIME", help="When the customer replies; repeatable.")
@config_option
@json_option
def simulate_command(
    type_name: str,
    opened_at: str,
    by: str,
    vendor: str,
    vendor_replies: tuple[str, ...],
    customer_replies: tuple[str, ...],
    config_file: Path,
    as_json: bool,
) -> None:
    """Play a type's plans on the calendar without a ticket, and print the dates. Needs no database."""
    config = read_config(config_file)
    zone = config.calendar_for(vendor).zone
    acts: list[tuple[datetime, Deed]] = [
        *((_moment(said, zone, "--vendor-replies"), Party.VENDOR) for said in vendor_replies),
        *((_moment(said, zone, "--customer-replies"), Party.CUSTOMER) for said in customer_replies),
    ]
    scene = forecast.play(config, type_name, vendor, _moment(opened_at, zone, "--opened"), Party(by), acts)
    if as_json:
        print_json({"type": type_name, "vendor": vendor or None} | time_text.scene_object(scene))
    else:
        say(time_text.scene_text(scene))


def _end_of(until: str, zone: str) -> datetime:
    """The end of a day, or a moment."""
    try:
        day = date.fromisoformat(until)
    except ValueError:
        return _moment(until, zone, "--until")
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC) - timedelta(microseconds=1)


def _moment(text: str, zone: str, option: str) -> datetime:
    """A local time of the calendar's zone, unless it names another offset."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"{option} {text!r}: write a moment as in '2026-11-25 16:00'") from error
