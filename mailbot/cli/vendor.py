"""`mailbot vendor list` and `mailbot vendor import FILE.csv`."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import click

from mailbot.cli.entry import config_option, json_option, opened, print_json, say, table
from mailbot.core.vendor import Vendor
from mailbot.errors import BadInput
from mailbot.setting_readers import (
    address_or_domain,
    address_or_nothing,
    language_or_nothing,
    some_text,
    timezone_or_nothing,
)
from mailbot.store.vendors import list_vendors, upsert_vendors

COLUMNS = ("id", "name", "email", "ticket_email", "also", "contact", "timezone", "language")


@click.group()
def vendor() -> None:
    """List and import vendors."""


@vendor.command("list")
@config_option
@json_option
def list_command(config_file: Path, as_json: bool) -> None:
    """List the vendors of the config and the imported ones."""
    with opened(config_file) as desk, desk.store.read() as connection:
        found = list_vendors(connection)
    if as_json:
        print_json([vars(one) | {"also": list(one.also)} for one in found])
        return
    rows = [[one.id, one.name, one.address or "-", one.contact or "-"] for one in found]
    say(table(rows, ["ID", "NAME", "TICKETS GO TO", "CONTACT"]) if rows else "No vendors.")


@vendor.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@config_option
def import_command(file: Iterable[str], config_file: Path) -> None:
    """Import vendors from a CSV FILE, all or none; its head names the columns: id, name, email, ticket_email,
    also (addresses and domains, spaces between), contact, timezone, language. Known ids are updated.
    """
    vendors = _read(csv.DictReader(file))
    with opened(config_file) as desk, desk.store.write() as connection:
        changed = upsert_vendors(connection, vendors, "import")
    say(f"{len(vendors)} vendors read, {changed} new or changed.")


def _read(rows: csv.DictReader[str]) -> list[Vendor]:
    columns = rows.fieldnames or []
    faults = [
        f"unknown column {name!r}; the known ones are {', '.join(COLUMNS)}" for name in columns if name not in COLUMNS
    ]
    if "id" not in columns or "name" not in columns:
        faults.append("the columns id and name are required")
    vendors: list[Vendor] = []
    for row in rows if not faults else ():
        try:
            vendors.append(_vendor(row))
        except ValueError as error:
            faults.append(f"line {rows.line_num}: {error}")
    if faults:
        raise BadInput("nothing was imported:\n" + "\n".join(faults))
    return vendors


def _vendor(row: dict[str, str]) -> Vendor:
    value = {name: (row.get(name) or "").strip() for name in COLUMNS}
    return Vendor(
        id=some_text(value["id"]),
        name=some_text(value["name"]),
        email=address_or_nothing(value["email"]),
        ticket_email=address_or_nothing(value["ticket_email"]),
        also=tuple(address_or_domain(one) for one in value["also"].split()),
        contact=" ".join(value["contact"].split()),
        timezone=timezone_or_nothing(value["timezone"]),
        language=language_or_nothing(value["language"]),
    )
