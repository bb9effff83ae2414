"""The parts of `mailbot doctor` that look at this machine: config, data folder, database, templates, mails, clock.

In: the config or the desk. Out: findings, one line each.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from mailbot.app import template_faults
from mailbot.config import Config
from mailbot.service.desk import Desk
from mailbot.store import inbox, outbox, tickets

_LEAST_FREE_BYTES: Final = 100_000_000
_GOOD_FREE_BYTES: Final = 1_000_000_000
_TOLERANCE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Finding:
    """What one check found: `words` for the admin, `advice` what to do about it, "" when nothing."""

    level: Literal["ok", "warn", "fail", "skip"]
    what: str
    words: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.level:<5} {self.what:<13} {self.words}" + (f"; {self.advice}" if self.advice else "")


def check_config(config: Config) -> Iterator[Finding]:
    """What `load` found worth a word; its errors are found before."""
    for warning in config.warnings:
        yield Finding("warn", "config", warning)
    yield Finding("ok", "config", f"{config.file}, desk {config.desk.name!r} on {config.desk.domain}")


def check_data_folder(config: Config) -> Iterator[Finding]:
    """Whether mailbot can write its folder, nobody else can read it, and there is room."""
    folder = config.desk.data_dir
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("fail", "data folder", f"{folder} cannot be written", f"give it to the user {os.geteuid()}")
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        open_to_others = f"{folder} is open to other users (mode {mode:o})"
        yield Finding("warn", "data folder", open_to_others, "it holds mail and keys: chmod 700")
    free = shutil.disk_usage(folder).free
    room = f"{folder} is writable, {free / 1e9:.1f} GB are free"
    if free < _LEAST_FREE_BYTES:
        yield Finding("fail", "data folder", room, "make room: without it relays are told to keep their mail")
    elif free < _GOOD_FREE_BYTES:
        yield Finding("warn", "data folder", room, "make room")
    else:
        yield Finding("ok", "data folder", room)


def check_database(desk: Desk) -> Finding:
    """Whether the database takes a write transaction and knows our tables."""
    with desk.store.write() as connection:
        newest = tickets.list_tickets(connection, most=1)
    held = f"newest ticket {newest[0].number}" if newest else "no ticket yet"
    return Finding("ok", "database", f"{desk.store.engine.dialect.name}, {held}")


def check_templates(config: Config) -> Iterator[Finding]:
    """Whether every template works."""
    faults = template_faults(config)
    for fault in faults:
        yield Finding("fail", "templates", fault, "mend the file, or remove it to use the shipped one")
    if not faults:
        yield Finding("ok", "templates", f"{config.desk.templates or 'the shipped ones'}, all of them render")


def check_mails(desk: Desk) -> Iterator[Finding]:
    """Mails that wait longer than they should, in and out."""
    with desk.store.read() as connection:
        queued = outbox.list_rows(connection, "queued")
        waiting = inbox.list_rows(connection, waiting=True)
    late = [row for row in queued if row.attempts]
    if late:
        said = f"{len(late)} mails are put off, the newest because: {late[0].answer}"
        yield Finding("warn", "mails out", said, "`mailbot outbox list --status queued` shows them")
    else:
        yield Finding("ok", "mails out", f"{len(queued)} wait, none is put off")
    old = [row for row in waiting if desk.clock.now() - row.received_at > _TOLERANCE]
    if old:
        said = f"{len(old)} wait for more than a minute"
        yield Finding("warn", "mails in", said, "does the server run? `mailbot inbox list --waiting` shows them")
    else:
        yield Finding("ok", "mails in", f"{len(waiting)} wait")


def check_clock(desk: Desk) -> Finding:
    """Whether the clock is behind what it once said."""
    now, latest = desk.clock.now(), _latest_record(desk)
    if latest is not None and latest > now + _TOLERANCE:
        said = f"it says {now:%Y-%m-%d %H:%M:%S} UTC, but mail was recorded at {latest:%Y-%m-%d %H:%M:%S}"
        return Finding("fail", "clock", said, "set the clock, and let NTP keep it")
    return Finding("ok", "clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, days end by {desk.config.calendar.zone}")


def _latest_record(desk: Desk) -> datetime | None:
    with desk.store.read() as connection:
        arrived = [row.received_at for row in inbox.list_rows(connection, most=1)]
        written = [row.created_at for row in outbox.list_rows(connection, most=1)]
    return max([*arrived, *written], default=None)
