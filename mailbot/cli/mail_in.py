"""`mailbot inbox …`, `inject`, `replay`, `hold …`: inbound mail, what became of it, and what waits for a decision."""

from __future__ import annotations

import sys
from collections.abc import Callable
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
from mailbot.errors import (
    BadInput,
    ConfigError,
    MailbotError,
    NewerDatabase,
    NotFound,
    NotPermitted,
    StoreUnavailable,
)
from mailbot.service import holding, receive, recipients, show
from mailbot.service.desk import Desk
from mailbot.service.handover import Envelope, Session
from mailbot.service.holding import End
from mailbot.service.intake import store_mails
from mailbot.store import held, inbox
from mailbot.store.held import Decision


@click.group("inbox")
def inbox_group() -> None:
    """Look at inbound mail."""


@inbox_group.command("list")
@click.option("--waiting", is_flag=True, help="Only what has no verdict yet.")
@most_option
@config_option
@json_option
def list_command(waiting: bool, most: int | None, config_file: Path, as_json: bool) -> None:
    """List inbound mails, newest first, each with its verdict."""
    with opened(config_file) as desk, desk.store.read() as connection:
        listed = inbox.list_rows(connection, waiting=waiting, most=rows_wanted(most, as_json=as_json))
        found = [show.inbox_object(row) for row in listed]
        in_all = inbox.count_rows(connection, waiting=waiting)
    if as_json:
        print_json(found)
        return
    rows = [
        [
            str(one["id"]),
            one["received_at"],
            one["author"] or "-",
            one["verdict"] or "waiting",
            (one["subject"] or "")[:50],
        ]
        for one in found
    ]
    say(table(rows, ["ID", "RECEIVED", "AUTHOR", "VERDICT", "SUBJECT"]) if rows else "No mails.")
    say_rest(len(rows), in_all)


@inbox_group.command("show")
@click.argument("key", metavar="ID", type=int)
@click.option("--raw", is_flag=True, help="The mail as it came, and nothing else.")
@config_option
@json_option
def show_command(key: int, raw: bool, config_file: Path, as_json: bool) -> None:
    """Show one inbound mail: its verdict with every step that led there."""
    with opened(config_file) as desk, desk.store.read() as connection:
        row = inbox.get_row(connection, key)
        if row is None:
            raise NotFound(f"there is no inbound mail {key}; `mailbot inbox list` shows them")
        octets = desk.store.blobs.get(connection, row.raw)
    if raw:
        sys.stdout.buffer.write(octets)
        return
    steps = [{"asked": asked, "found": found} for asked, found in row.verdict.steps] if row.verdict else []
    found = show.inbox_object(row) | {"bytes": len(octets), "attempts": row.attempts, "steps": steps}
    if as_json:
        print_json(found)
        return
    lines = [f"{name:<12} {one_line(value)}" for name, value in found.items() if name != "steps" and value is not None]
    lines += [f"{'':<12} {step['asked']}: {one_line(step['found'])}" for step in steps]
    say("\n".join(lines))


@click.command()
@click.option("--recipient", required=True, help="The envelope recipient.")
@click.option("--sender", "return_path", default=None, help="The return path; by default the mail's own, else null.")
@config_option
def inject(recipient: str, return_path: str | None, config_file: Path) -> None:
    """Take a mail from standard input, as a pipe of a mail server does. Exit codes are those of sysexits."""
    raw = sys.stdin.buffer.read()
    try:
        _inject(config_file, raw, recipient, return_path)
    except (ConfigError, NewerDatabase, NotPermitted) as error:
        # Our own fault, whatever it is: the mail server must keep the mail, not bounce it.
        raise StoreUnavailable(str(error)) from error


def _inject(config_file: Path, raw: bytes, recipient: str, return_path: str | None) -> None:
    with opened(config_file) as desk:
        limit = desk.config.smtp.max_message_bytes
        if len(raw) > limit:
            raise BadInput(f"552 5.3.4 the mail has {len(raw)} bytes, more than {limit}")
        refusal = recipients.decide(desk, recipient)
        if refusal is not None:
            raise _Refused(str(refusal))
        session = Session("inject", "", "PIPE")
        path = return_path if return_path is not None else _return_path(raw)
        (keys,) = store_mails(desk, [Envelope(session, path.strip("<> "), (recipient,), _crlf(raw))])
    say(f"stored as inbox {keys[0]}", err=True)


@click.command()
@click.argument("key", metavar="ID", type=int)
@config_option
def replay(key: int, config_file: Path) -> None:
    """Try a shunted mail again, as if it had just come in; a running server takes it up at once."""
    with opened(config_file) as desk:
        receive.replay(desk, key)
    say(f"Inbound mail {key} waits for its verdict again.")


class _Refused(MailbotError):
    """The recipient is not ours or not known."""

    exit_code = 67  # EX_NOUSER


@click.group()
def hold() -> None:
    """Decide on held mails: words of strangers, and mails that would open too many tickets."""


@hold.command("list")
@config_option
@json_option
def hold_list(config_file: Path, as_json: bool) -> None:
    """List mails that wait for their addressee or an admin."""
    with opened(config_file) as desk, desk.store.read() as connection:
        found = [show.held_object(mail) for mail in held.held_mails(connection)]
    if as_json:
        print_json(found)
        return
    rows = [
        [str(one["id"]), str(one["ticket"] or "-"), one["party"], one["sender"] or "-", one["reason"], one["text"][:40]]
        for one in found
    ]
    say(table(rows, ["ID", "TICKET", "FOR THE", "SENDER", "REASON", "TEXT"]) if rows else "Nothing is held.")


@hold.command("release")
@click.argument("keys", metavar="ID…", type=int, nargs=-1, required=True)
@config_option
def hold_release(keys: tuple[int, ...], config_file: Path) -> None:
    """Post held mails as their party's comments, or let them open their tickets.

    The sender of a comment may speak on its ticket from now on.
    """
    with opened(config_file) as desk:
        _decide_each(keys, lambda key: _released(desk, key))


@hold.command("reject")
@click.argument("keys", metavar="ID…", type=int, nargs=-1, required=True)
@config_option
def hold_reject(keys: tuple[int, ...], config_file: Path) -> None:
    """Discard held mails; they stay in the inbox."""
    with opened(config_file) as desk:
        _decide_each(keys, lambda key: _rejected(desk, key))


def _decide_each(keys: tuple[int, ...], decide: Callable[[int], str]) -> None:
    """Decides on each held mail and says so; those that cannot be decided stop no other, and are told at the end."""
    faults: list[MailbotError] = []
    for key in keys:
        try:
            say(decide(key))
        except (NotFound, BadInput, NotPermitted) as fault:
            faults.append(fault)
    if faults:
        raise type(faults[0])("\n".join(map(str, faults)))


def _rejected(desk: Desk, key: int) -> str:
    """Discards a held mail; what to say of it. BadInput when it was decided otherwise before."""
    return f"Held mail {key} is discarded." if holding.reject(desk, key) else _decided_before(desk, key, "rejected")


def _decided_before(desk: Desk, key: int, wanted: Decision) -> str:
    """What to say of a held mail that is decided. BadInput when that is not what is wanted now."""
    with desk.store.read() as connection:
        state = holding.find(connection, key).state
    if state != wanted:
        raise BadInput(f"held mail {key} was {state} before; `mailbot inbox list` has the mail itself")
    return f"Held mail {key} was {state} before."


def _released(desk: Desk, key: int) -> str:
    """Releases a held mail; what to say of it.

    NotPermitted when its ticket was closed too long ago, BadInput when it was decided otherwise before.
    """
    ended = holding.release(desk, key)
    if ended.end is End.TOO_LATE:
        raise NotPermitted(f"held mail {key} cannot be posted: ticket {ended.ticket} was closed too long ago")
    if ended.end is End.BEFORE:
        return _decided_before(desk, key, "released")
    if ended.end is End.OPENS:
        return f"Held mail {key} opens its ticket now."
    return f"Held mail {key} is posted on ticket {ended.ticket}."


def _crlf(raw: bytes) -> bytes:
    """A pipe brings LF line ends; the inbox keeps mails as SMTP would bring them."""
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _return_path(raw: bytes) -> str:
    """The Return-Path field that a mail server writes on final delivery (RFC 5321 section 4.4), or the author's."""
    head = raw[:65_536].replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    for line in head.split("\n"):
        name, colon, value = line.partition(":")
        if colon and name.strip().lower() == "return-path":
            return value.strip()
    return "unknown"
