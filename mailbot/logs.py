"""The log: one event a line, safe to read in a terminal, without a whole token in it.

Whoever reads a log must not be able to act as a party, so every token of ours is cut to its first characters,
wherever it comes from: an address in a relay's answer, a link in an exception's text.
"""

from __future__ import annotations

import logging
import re
import sys
import textwrap
from typing import Any

from mailbot.core.reply_token import TOKEN_CHARACTERS

_SHOWN = 8
_TOKEN = re.compile(
    rf"(?<![0-9a-z])([0-9a-z]{{{_SHOWN}}})[0-9a-z]{{{TOKEN_CHARACTERS - _SHOWN}}}(?![0-9a-z])", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class SafeFormatter(logging.Formatter):
    """Formats a record; shortens tokens, and escapes what would move a terminal's cursor or begin another line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and a trace below it, indented, where there is one."""
        line = _TOKEN.sub(r"\1…", super().format(record))
        return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", line)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        """The event, on one line whatever stands in its fields."""
        return super().formatMessage(record).replace("\n", "\\x0a")

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's own name
        """A trace, indented: an exception's text holds what strangers wrote, and no line of it looks like an event."""
        return textwrap.indent(super().formatException(ei), "  ", lambda _line: True)


def log_to_stderr(level: str) -> None:
    """Sends mailbot's events, and the warnings of its libraries, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("mailbot").setLevel(level.upper())
