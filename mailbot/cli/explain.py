"""`mailbot explain`: say what a mail is and which words of it are new, and why.

In: paths of mail files (or "-": paths on standard input, one a line). Out: a readable account of each, or with
--json one line of JSON per file, in order, flushed at once. Needs no config and never stops at a bad file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from mailbot.inbound.message import read
from mailbot.inbound.reading import MailKind, Reading


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON per file.")
def explain(files: tuple[str, ...], as_json: bool) -> None:
    """Explain mails: kind, subject, the new words, and each cut with its rule.

    FILES are mail files; "-" reads their paths from standard input, one a line.
    """
    for path in _paths(files):
        if as_json:
            click.echo(json.dumps(answer(path)))
        else:
            click.echo(json.dumps(answer(path), indent=1))
        sys.stdout.flush()


def _paths(files: tuple[str, ...]) -> Iterator[str]:
    for name in files:
        if name != "-":
            yield name
            continue
        for line in sys.stdin:
            if line.strip("\r\n"):
                yield line.strip("\r\n")


def answer(path: str) -> dict[str, Any]:
    """Read one mail file and return what --json prints of it."""
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError) as fault:
        return _row(path, None, str(fault))
    return _row(path, read(raw), None)


def _row(path: str, reading: Reading | None, error: str | None) -> dict[str, Any]:
    if reading is None:
        return {
            "path": path,
            "kind": None,
            "subject": None,
            "text": "",
            "cut": "",
            "attachments": 0,
            "recipients": [],
            "permanent": None,
            "error": error,
        }
    failed = reading.failed_recipients
    return {
        "path": path,
        "kind": reading.kind.value,
        "subject": reading.subject,
        "text": reading.text,
        "cut": reading.cut_text,
        "attachments": len(reading.attachments),
        "recipients": [one.address for one in failed],
        "permanent": failed[0].permanent if failed and reading.kind is MailKind.BOUNCE else None,
        "error": reading.error,
    }


if __name__ == "__main__":
    explain()
