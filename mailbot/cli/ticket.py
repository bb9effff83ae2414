"""`mailbot ticket …`: open, list, show, comment, close, reopen, type, keep, pause."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from mailbot.cli.entry import (
    actor,
    as_option,
    config_option,
    json_option,
    most_option,
    opened,
    print_json,
    rows_wanted,
    say,
    say_rest,
    table,
    text_of,
)
from mailbot.cli.ticket_text import ticket_text
from mailbot.core.ticket import Party, Via
from mailbot.errors import BadInput
from mailbot.service import show
from mailbot.service import tickets as use
from mailbot.service.desk import Desk
from mailbot.service.tickets import Opening, checked_opening, desk_words
from mailbot.store import tickets


@click.group()
def ticket() -> None:
    """Open, read and change tickets."""


@ticket.command("open")
@click.option("--type", "type_name", required=True, help="A ticket type of the config.")
@click.option("--vendor", required=True, help="A vendor's id; `mailbot vendor list` shows them.")
@click.option("--customer", required=True, metavar="ADDRESS", help="The customer's email address.")
@click.option("--customer-name", default="", help="How mails call the customer.")
@click.option("--subject", required=True)
@click.option("--body", help="The opening text.")
@click.option("--body-file", help="A file with the opening text; - is standard input.")
@click.option("--field", "details", multiple=True, metavar="KEY=VALUE", help="A detail, e.g. order=A-17; repeatable.")
@config_option
@json_option
def open_command(
    type_name: str,
    vendor: str,
    customer: str,
    customer_name: str,
    subject: str,
    body: str | None,
    body_file: str | None,
    details: tuple[str, ...],
    config_file: Path,
    as_json: bool,
) -> None:
    """Open a ticket; both parties get a mail."""
    opening = checked_opening(
        Opening(
            type=type_name,
            vendor=vendor,
            customer_address=customer,
            customer_name=customer_name,
            subject=subject,
            words=desk_words(text_of(body, body_file), Via.CLI),
            details=tuple(_detail(pair) for pair in details),
        )
    )
    with opened(config_file) as desk:
        number = use.open_ticket(desk, opening).ticket.number
        _show(desk, number, as_json, f"Ticket {number} is open; both parties get a mail.")


@ticket.command("list")
@click.option("--status", type=click.Choice(["open", "closed"]))
@click.option("--vendor", help="Only this vendor's.")
@most_option
@config_option
@json_option
def list_command(status: str | None, vendor: str | None, most: int | None, config_file: Path, as_json: bool) -> None:
    """List tickets, newest first."""
    with opened(config_file) as desk, desk.store.read() as connection:
        listed = tickets.list_tickets(connection, status=status, vendor=vendor, most=rows_wanted(most, as_json=as_json))
        found = [show.ticket_summary(one) for one in listed]
        in_all = tickets.count_tickets(connection, status=status, vendor=vendor)
    if as_json:
        print_json(found)
        return
    rows = [
        [
            str(one["number"]),
            one["status"],
            one["waiting_on"] or "-",
            one["type"],
            one["vendor_id"],
            one["subject"][:60],
        ]
        for one in found
    ]
    say(table(rows, ["NUMBER", "STATUS", "WAITING ON", "TYPE", "VENDOR", "SUBJECT"]) if rows else "No tickets.")
    say_rest(len(rows), in_all)


@ticket.command("show")
@click.argument("number", type=int)
@config_option
@json_option
def show_command(number: int, config_file: Path, as_json: bool) -> None:
    """Show a ticket: details, conversation, held mails, what was sent."""
    with opened(config_file) as desk:
        _show(desk, number, as_json)


@ticket.command("comment")
@click.argument("number", type=int)
@click.option(
    "--as", "party", type=click.Choice([party.value for party in Party]), required=True, help="Whose words these are."
)
@click.option("--body", help="The text.")
@click.option("--body-file", help="A file with the text; - is standard input.")
@config_option
@json_option
def comment_command(
    number: int, party: str, body: str | None, body_file: str | None, config_file: Path, as_json: bool
) -> None:
    """Add a party's words; both parties get a mail."""
    words = desk_words(text_of(body, body_file), Via.CLI)
    with opened(config_file) as desk:
        use.comment(desk, number, Party(party), words)
        _show(desk, number, as_json, f"Commented on ticket {number} as the {party}.")


@ticket.command("close")
@click.argument("number", type=int)
@as_option
@config_option
@json_option
def close_command(number: int, by: str, config_file: Path, as_json: bool) -> None:
    """Close a ticket; both parties get a mail."""
    with opened(config_file) as desk:
        done = use.close(desk, number, actor(by))
        _show(
            desk,
            number,
            as_json,
            f"Ticket {number} is closed." if done.entries else f"Ticket {number} was closed already.",
        )


@ticket.command("reopen")
@click.argument("number", type=int)
@as_option
@config_option
@json_option
def reopen_command(number: int, by: str, config_file: Path, as_json: bool) -> None:
    """Reopen a ticket; both parties get a mail."""
    with opened(config_file) as desk:
        done = use.reopen(desk, number, actor(by))
        _show(
            desk,
            number,
            as_json,
            f"Ticket {number} is open again." if done.entries else f"Ticket {number} was open already.",
        )


@ticket.command("type")
@click.argument("number", type=int)
@click.argument("new_type")
@as_option
@config_option
@json_option
def type_command(number: int, new_type: str, by: str, config_file: Path, as_json: bool) -> None:
    """Give a ticket another type, and with it another plan; both parties get a mail."""
    with opened(config_file) as desk:
        use.change_type(desk, number, new_type, actor(by))
        _show(desk, number, as_json, f"Ticket {number} is of type {new_type}.")


@ticket.command("keep")
@click.argument("number", type=int)
@as_option
@config_option
@json_option
def keep_command(number: int, by: str, config_file: Path, as_json: bool) -> None:
    """Keep a ticket open: its clock starts anew."""
    with opened(config_file) as desk:
        done = use.keep_open(desk, number, actor(by))
        _show(
            desk,
            number,
            as_json,
            f"The clock of ticket {number} starts anew." if done.entries else f"Ticket {number} is closed.",
        )


@ticket.command("pause")
@click.argument("number", type=int)
@click.option("--until", required=True, metavar="DATE", help="The day on which the clock starts again, YYYY-MM-DD.")
@as_option
@config_option
@json_option
def pause_command(number: int, until: str, by: str, config_file: Path, as_json: bool) -> None:
    """Hold a ticket's clock until a day: nobody is warned or closed out before."""
    with opened(config_file) as desk:
        done = use.pause(desk, number, actor(by), _start_of(until, desk.config.calendar.zone))
        if not done.entries:
            raise BadInput(f"ticket {number} is closed, or {until} has passed")
        _show(desk, number, as_json, f"The clock of ticket {number} holds until {until}.")


def _show(desk: Desk, number: int, as_json: bool, said: str | None = None) -> None:
    with desk.store.read() as connection:
        found = show.ticket_object(connection, desk, number)
    if as_json:
        print_json(found)
    else:
        say(said or ticket_text(found))


def _detail(pair: str) -> tuple[str, str]:
    key, equals, value = pair.partition("=")
    if not equals or not key.strip():
        raise BadInput(f"--field {pair!r}: write it as in order=A-17")
    return " ".join(key.split()), " ".join(value.split())


def _start_of(day: str, zone: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone)).astimezone(UTC)
    except ValueError as error:
        raise BadInput(f"--until {day}: write a day as in 2026-12-12") from error
