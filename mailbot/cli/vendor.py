"""`mailbot vendor list` and `mailbot vendor import FILE.csv`."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from mailbot.cli.entry import config_option, json_option, opened, print_json, say, table
from mailbot.cli.vendor_file import decoded, rows_of, vendors_of
from mailbot.errors import BadInput
from mailbot.store.vendors import list_vendors, upsert_vendors


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
@click.argument("file", type=click.File("rb"))
@config_option
def import_command(file: BinaryIO, config_file: Path) -> None:
    """Import vendors from a CSV FILE, all or none; its head names the columns: id, name, email, ticket_email,
    also (addresses and domains, spaces between), contact, timezone, language. Known ids are updated; a column
    that is not there leaves them as they are. Commas, semicolons or tabs separate; "-" reads standard input.
    """
    try:
        content, guessed = decoded(file.read())
        rows = rows_of(content)
        with opened(config_file) as desk, desk.store.write() as connection:
            known = {one.id: one for one in list_vendors(connection)}
            vendors = vendors_of(rows, known, frozenset(one.id for one in desk.config.vendors))
            changed = upsert_vendors(connection, vendors, "import")
    except BadInput as error:
        raise BadInput(f"nothing was imported:\n{error}") from error
    if guessed:
        say(guessed, err=True)
    say(f"{len(vendors)} vendors read, {changed} new or changed.")
