"""`mailbot outbox list|show|retry|drop`: mails owed and what came of them."""

from __future__ import annotations

from pathlib import Path

import click

from mailbot.cli.entry import (
    config_option,
    json_option,
    most_option,
    one_line,
    opened,
    print_json,
    rows_wanted,
    say,
    say_rest,
    table,
)
from mailbot.errors import BadInput
from mailbot.service import show
from mailbot.service.show import Json
from mailbot.store import outbox
from mailbot.store.outbox import OutboxRow, Status


@click.group("outbox")
def outbox_group() -> None:
    """Look at outgoing mail and push it."""


@outbox_group.command("list")
@click.option("--status", type=click.Choice(["queued", "sent", "failed", "withdrawn"]))
@most_option
@config_option
@json_option
def list_command(status: Status | None, most: int | None, config_file: Path, as_json: bool) -> None:
    """List outgoing mails, newest first, each with its fate."""
    with opened(config_file) as desk, desk.store.read() as connection:
        rows = outbox.list_rows(connection, status, rows_wanted(most, as_json=as_json))
        found = [_object(row) for row in rows]
        in_all = outbox.count_rows(connection, status)
    if as_json:
        print_json(found)
        return
    cells = [
        [
            str(one["id"]),
            str(one["ticket"] or "-"),
            one["kind"],
            one["to"],
            one["status"],
            str(one["attempts"]),
            one["answer"][:60],
        ]
        for one in found
    ]
    say(table(cells, ["ID", "TICKET", "KIND", "TO", "STATUS", "TRIES", "LAST ANSWER"]) if cells else "No mails.")
    say_rest(len(cells), in_all)


@outbox_group.command("show")
@click.argument("key", metavar="ID", type=int)
@config_option
@json_option
def show_command(key: int, config_file: Path, as_json: bool) -> None:
    """Show one outgoing mail."""
    with opened(config_file) as desk, desk.store.read() as connection:
        row = outbox.known_row(connection, key)
    found = _object(row) | {"to_address": row.to_address, "created_at": show.moment(row.created_at)}
    if as_json:
        print_json(found)
    else:
        say("\n".join(f"{name:<12} {one_line(value)}" for name, value in found.items() if value is not None))


@outbox_group.command("retry")
@click.argument("key", metavar="[ID]", type=int, required=False)
@config_option
def retry_command(key: int | None, config_file: Path) -> None:
    """Try mails that wait at once: all of them, or the one named, even if it has failed.

    The address of the one named counts as mended, until it fails again.
    """
    with opened(config_file) as desk, desk.store.write() as connection:
        row = outbox.known_row(connection, key) if key is not None else None
        count = outbox.retry_now(connection, desk.clock.now(), key)
        if row is not None:
            if not count:
                raise BadInput(f"mail {key} is {row.status}; only one that waits or has failed can be tried")
            outbox.clear_failing(connection, row.to_address)
    say(f"{count} {'mail is' if count == 1 else 'mails are'} tried now.")


@outbox_group.command("drop")
@click.argument("key", metavar="ID", type=int)
@config_option
def drop_command(key: int, config_file: Path) -> None:
    """Give up a mail that waits."""
    with opened(config_file) as desk, desk.store.write() as connection:
        status = outbox.known_row(connection, key).status
        if status == "queued":
            outbox.settle(connection, key, "withdrawn", "dropped by an admin", desk.clock.now())
    if status in ("sent", "failed"):
        raise BadInput(f"mail {key} does not wait, it is {status}; there is nothing to drop")
    say(f"Mail {key} is dropped." if status == "queued" else f"Mail {key} was withdrawn before.")


def _object(row: OutboxRow) -> Json:
    return show.mail_object(row) | {"ticket": row.ticket}
