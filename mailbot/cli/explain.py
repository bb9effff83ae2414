"""`mailbot explain`: say what a mail is and which words of it are new, and why.

In: paths of mail files ("-": paths on standard input, one a line), or the number of a stored mail. Out: a readable
account of each, or with --json one line of JSON per argument, in order, flushed at once. Files need no config, and
no argument stops the run.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

import click

from mailbot.errors import MailbotError
from mailbot.inbound.message import read
from mailbot.inbound.reading import MailKind, Reading, ReadingLimits

_SECONDS_PER_MAIL: Final = 10
_LIMITS: Final = ReadingLimits(max_text_chars=20_000_000)
_MAX_FILE_BYTES: Final = 200_000_000
_MAX_DIGITS: Final = 18
"""Of a stored mail's number: what a database key can hold."""


class _TooSlow(Exception):
    """A mail took longer than `_SECONDS_PER_MAIL`."""


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON per mail.")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    envvar="MAILBOT_CONFIG",
    default="config.toml",
    show_default=True,
    help="For stored mails: the configuration file.",
)
def explain(files: tuple[str, ...], as_json: bool, config_file: Path) -> None:
    """Explain mails: kind, subject, the new words, and each cut with its rule.

    FILES are mail files; "-" reads their paths from standard input, one a line. A number is a stored mail as
    `mailbot inbox list` shows it, with its verdict and every step that led there.
    """
    for name in _names(files):
        reading, row = _explained(name, config_file)
        if as_json:
            click.echo(json.dumps(row))
        else:
            click.echo(account(reading, row))
        sys.stdout.flush()


def _explained(name: str, config_file: Path) -> tuple[Reading | None, dict[str, Any]]:
    """The reading of a file, or of the stored mail that a number names, and what --json prints of it."""
    is_number = name.isascii() and name.isdecimal() and len(name) <= _MAX_DIGITS
    if not is_number or Path(name).exists():
        return explained_file(name)
    if not config_file.exists():
        why = f"there is no such file, and no {config_file} whose stored mail {name} could be meant"
        return None, {"path": name, **_EMPTY, "error": why}
    return _stored(name, config_file)


def _stored(name: str, config_file: Path) -> tuple[Reading | None, dict[str, Any]]:
    from mailbot.cli.explain_stored import stored_reading

    return _answered(name, lambda: stored_reading(config_file, int(name)))


def _names(files: tuple[str, ...]) -> Iterator[str]:
    for name in files:
        if name != "-":
            yield name
            continue
        for line in sys.stdin:
            if path := line.rstrip("\r\n"):
                yield path


def explained_file(path: str) -> tuple[Reading | None, dict[str, Any]]:
    """Read one mail file; returns its reading and what --json prints. Whatever goes wrong stands in `error`."""

    def read_file() -> tuple[Reading, dict[str, Any]]:
        with Path(path).open("rb") as file:
            return read(file.read(_MAX_FILE_BYTES), _LIMITS), {}

    return _answered(path, read_file)


def _answered(
    name: str, read_one: Callable[[], tuple[Reading, dict[str, Any]]]
) -> tuple[Reading | None, dict[str, Any]]:
    """What `read_one` reads within the time for one mail, and what else its row has; or why it cannot be read."""
    try:
        with _time_limit(_SECONDS_PER_MAIL):
            reading, more = read_one()
    except _TooSlow:
        return None, {"path": name, **_EMPTY, "error": f"not read within {_SECONDS_PER_MAIL} seconds"}
    except MailbotError as error:
        return None, {"path": name, **_EMPTY, "error": str(error)}
    except Exception as fault:  # noqa: BLE001  # a door: one bad mail must not stop the others
        return None, {"path": name, **_EMPTY, "error": f"{type(fault).__name__}: {fault}"}
    return reading, {"path": name, **row_of(reading), **more}


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    """Raise `_TooSlow` in the block when it takes longer; where there are no alarms (Windows) nothing happens."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _TooSlow

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


_EMPTY: Final[dict[str, Any]] = {
    "kind": None,
    "subject": None,
    "text": "",
    "cut": "",
    "attachments": 0,
    "recipients": [],
    "permanent": None,
    "error": None,
}


def row_of(reading: Reading) -> dict[str, Any]:
    """The object that --json prints of a reading."""
    return {
        "kind": reading.kind.value,
        "subject": reading.subject,
        "text": reading.text,
        "cut": reading.cut_text,
        "attachments": len(reading.attachments),
        "recipients": [one.address for one in reading.failed_recipients],
        "permanent": _permanent(reading),
        "error": reading.error,
    }


def _permanent(reading: Reading) -> bool | None:
    """True when any recipient failed for good; None when nothing failed or the report does not tell."""
    known = [one.permanent for one in reading.failed_recipients if one.permanent is not None]
    return any(known) if known and reading.kind is MailKind.BOUNCE else None


def account(reading: Reading | None, row: dict[str, Any]) -> str:
    """Write a mail's account for a person: what it is and why, its new words, each cut with its rule."""
    lines = [click.style(_printable(str(row["path"])), bold=True)]
    if reading is None:
        return "\n".join([*lines, _field("error", str(row["error"])), ""])
    lines += [_field(name, value) for name, value in _facts(reading, row) if value]
    for step in row.get("steps", ()):
        lines.append(_field(step["asked"], step["found"]))
    lines += _block("new words" if reading.kind is MailKind.HUMAN else "text", reading.text)
    for cut in reading.cuts:
        lines += _block(f"cut: {cut.rule}", cut.text, dim=True)
    return "\n".join([*lines, ""])


def _facts(reading: Reading, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "kind", f"{reading.kind.value}, because: {reading.why_kind}"
    yield (
        "from",
        f"{reading.author.name} <{reading.author.address}>".strip()
        if reading.author
        else f"nobody: {reading.author_fault}",
    )
    yield "subject", reading.subject
    yield "verdict", str(row.get("verdict") or "")
    for one in reading.failed_recipients:
        lasting = {True: "for good", False: "for now", None: "it does not say how long"}[one.permanent]
        yield "failed", f"{one.address}, {lasting}" + (f" ({one.status})" if one.status else "")
    for file in reading.attachments:
        yield "file", f"{file.name} ({file.media_type}, {len(file.content)} bytes)"
    for note in reading.notes:
        yield "note", note
    yield "error", reading.error or ""


def _field(name: str, value: str) -> str:
    return f"  {name:<15} {_printable(value)}"


def _block(title: str, text: str, *, dim: bool = False) -> list[str]:
    lines = [f"    | {_printable(line)}".rstrip() for line in text.split("\n")]
    return ["", f"  {title}", *(click.style(line, dim=True) if dim else line for line in lines)]


def _printable(text: str) -> str:
    """Replace what could move a terminal's cursor or turn its text around."""
    return "".join(one if one.isprintable() or one in "\t\u200d" else "\N{REPLACEMENT CHARACTER}" for one in text)


if __name__ == "__main__":
    explain()
