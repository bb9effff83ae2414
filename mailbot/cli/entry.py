"""What every command shares: `--config`, opening the desk, and how errors end.

Errors that a person has to mend are one line on stderr and an exit code of sysexits, never a trace.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailbot.core.ticket import Actor, Party
from mailbot.errors import BadInput, ConfigError, MailbotError, NotPermitted

if TYPE_CHECKING:  # what costs half a second is imported by the commands that need it
    from mailbot.config import Config
    from mailbot.service.desk import Desk

DEFAULT_CONFIG = "config.toml"
TABLE_ROWS = 1000
"""A table's length where `--most` says nothing: programs need every row, and people none of the ten-thousandth."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

config_option = click.option(
    "--config",
    "config_file",
    envvar="MAILBOT_CONFIG",
    default=DEFAULT_CONFIG,
    show_default=True,
    type=click.Path(path_type=Path),
    help="The configuration file.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
most_option = click.option(
    "--most",
    type=click.IntRange(min=1),
    help=f"How many at the most, newest first. By default a table has {TABLE_ROWS} rows, and --json has all.",
)
as_option = click.option(
    "--as",
    "by",
    type=click.Choice([*(party.value for party in Party), "desk"]),
    default="desk",
    show_default=True,
    help="Who does it.",
)


def existing(file: Path) -> Path:
    """The config file; ConfigError says what to do when there is none."""
    if not file.exists():
        advice = "`mailbot init DIR` writes one to start from, with templates to edit; `--config FILE` names another."
        raise ConfigError([f"There is no {file} here. {advice}"])
    return file


def read_config(file: Path) -> Config:
    """The config; ConfigError with every fault."""
    from mailbot.config import load

    return load(existing(file))


@contextmanager
def opened(config_file: Path) -> Iterator[Desk]:
    """The desk of a config, as the owner of its data folder, so that no file of another user stops the server."""
    from mailbot.service.desk import open_desk

    config = read_config(config_file)
    become_owner(config.desk.data_dir)
    desk = open_desk(config)
    try:
        yield desk
    finally:
        desk.store.close()


def become_owner(data_dir: Path) -> None:
    """Runs on as the owner of the data folder when we may; NotPermitted when we are somebody else.

    NotPermitted, too, when the owner cannot read the program: it would fail in the middle, at its next import.
    """
    if not data_dir.exists() or data_dir.stat().st_uid == os.geteuid():
        return
    owner = data_dir.stat()
    if os.geteuid() != 0:
        raise NotPermitted(f"{data_dir} belongs to user {owner.st_uid}; run mailbot as that user, e.g. with sudo -u")
    os.setgroups([])
    if unreadable := _unreadable_by(owner, [str(data_dir), *_program_files()]):
        raise NotPermitted(
            f"{data_dir} belongs to user {owner.st_uid}, and mailbot runs as that user, who cannot read {unreadable};"
            " install Python and mailbot where that user may read them, or give the user leave (chmod a+rX)"
        )
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)


def _program_files() -> list[str]:
    """The interpreter and every file of the program that is loaded: where these lie, the others do."""
    import sqlite3  # SQLAlchemy does so when it first connects

    loaded = [getattr(module, "__file__", None) for module in (sqlite3, *list(sys.modules.values()))]
    return [sys.executable, *(file for file in loaded if file and os.access(file, os.R_OK))]


def _unreadable_by(owner: os.stat_result, files: list[str]) -> str | None:
    """The first of `files` that a user cannot read. We are root, take the user's place and come back."""
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        return next((file for file in files if not os.access(file, os.R_OK, effective_ids=True)), None)
    finally:
        os.seteuid(0)
        os.setegid(0)


def actor(word: str) -> Actor:
    """Who `--as` names."""
    return Actor(word)


def text_of(body: str | None, body_file: str | None) -> str:
    """The text that --body or --body-file ("-": standard input) gives. BadInput when both or none do."""
    if (body is None) == (body_file is None):
        raise BadInput("give the text with --body TEXT or --body-file FILE (- is standard input), one of the two")
    if body is not None:
        return body
    try:
        raw = sys.stdin.buffer.read() if body_file == "-" else Path(str(body_file)).read_bytes()
    except OSError as error:
        raise BadInput(f"--body-file: {error}") from error
    return raw.decode("utf-8", "replace")


def say(text: str, *, err: bool = False) -> None:
    """Prints lines for a person. Whatever a stranger wrote in them, no terminal obeys it."""
    click.echo(without_controls(text), err=err)


def rows_wanted(most: int | None, *, as_json: bool) -> int | None:
    """How many rows a list has at the most under `--most`; None for all."""
    return most if most is not None or as_json else TABLE_ROWS


def say_rest(shown: int, in_all: int) -> None:
    """Says below a table that it is not all; on stderr, so that who reads rows from it reads rows alone."""
    if in_all > shown:
        say(f"{in_all - shown} more: `--most {in_all}` shows them, and --json has all.", err=True)


def print_json(value: Any) -> None:
    """JSON for programs: one object or list, readable in a terminal, one line when piped."""
    click.echo(as_json_text(value, indent=2 if sys.stdout.isatty() else None))


def as_json_text(value: Any, indent: int | None = None) -> str:
    """JSON in which each character that a terminal might obey is escaped (RFC 8259 section 7)."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _CONTROL.sub(lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", text)


def one_line(value: object) -> str:
    """A value for one line of an answer: what a stranger wrote in it begins no line of its own."""
    return without_controls(" ".join(str(value).split()))


def without_controls(text: str) -> str:
    """Text of lines in which control characters and bidirectional overrides are shown as escapes."""
    return _CONTROL.sub(lambda found: found[0] if found[0] in "\n\t" else _escape(found[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def table(rows: list[list[str]], head: list[str]) -> str:
    """Aligned columns for people; the last column takes what it needs. A cell is one line, whatever stands in it."""
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows])
    return "\n".join(line.rstrip() for line in lines)


def run(command: Callable[..., Any]) -> None:
    """Runs the command line; expected errors become one message and an exit code."""
    try:
        ended = command(standalone_mode=False, prog_name="mailbot")
        sys.exit(ended if isinstance(ended, int) else 0)  # click returns the code of an Exit, and raises none
    except click.ClickException as error:
        error.show()
        sys.exit(64 if isinstance(error, click.UsageError) else 70)  # EX_USAGE
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
    except MailbotError as error:
        say(f"mailbot: {error}", err=True)
        sys.exit(error.exit_code)
