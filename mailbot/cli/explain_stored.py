"""`mailbot explain ID`: why a stored mail had its verdict, with every step, and which of its words were new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mailbot.cli.entry import opened
from mailbot.errors import NotFound
from mailbot.inbound.reading import Reading
from mailbot.service import receive, show
from mailbot.service.reading_reply import read_reply
from mailbot.store import inbox


def stored_reading(config_file: Path, key: int) -> tuple[Reading, dict[str, Any]]:
    """The reading of an inbox row, made anew with what we know of its ticket, and the row with its verdict's steps.

    NotFound when there is no such row.
    """
    with opened(config_file) as desk:
        with desk.store.read() as connection:
            row = inbox.get_row(connection, key)
        if row is None:
            raise NotFound(f"there is no inbound mail {key}; `mailbot inbox list` shows them")
        folder = desk.config.desk.templates
        reading = read_reply(
            receive.raw_mail(desk, row),
            receive.reading_limits(desk),
            receive.own_history(desk, row),
            receive.last_mail(desk, row),
            str(folder) if folder else None,
        )
    steps = [{"asked": asked, "found": found} for asked, found in row.verdict.steps] if row.verdict else []
    return reading, show.inbox_object(row) | {"steps": steps}
