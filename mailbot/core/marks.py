"""What makes a mail of ours recognisable when a stranger's client quotes it: constants and small recognisers.

In: single lines, class attributes and texts. Out: yes or no. The composing side writes these marks, the
reading side looks for them; both import this file, so they cannot drift apart.

The separator is a line of its own at the top of the text part and of the HTML part. Its shape is what is
recognised, not its words, so that a template may translate the words.
"""

from __future__ import annotations

import re
from typing import Final

SEPARATOR_OPENS: Final = "##-"
SEPARATOR_CLOSES: Final = "-##"
SEPARATOR: Final = f"{SEPARATOR_OPENS} Please write your answer above this line {SEPARATOR_CLOSES}"

MAIL_CLASS: Final = "mailbot-mail"
"""Class of the element around everything that we wrote in an HTML part."""
HISTORY_CLASS: Final = "mailbot-history"
"""Class of the element around the history in an HTML part."""

CROCKFORD_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no i, l, o, u."""
TOKEN_LENGTH: Final = 32
PURPOSES: Final = ("reply", "close", "keep", "confirm", "discard", "bounce")
"""Local parts before the + of an address of ours that bears a token."""

_SEPARATOR = re.compile(r"##-[^\n#]{3,200}-##")


def separator(words: str) -> str:
    """Build the separator line around `words` (a translated request to answer above it)."""
    return f"{SEPARATOR_OPENS} {words.strip()} {SEPARATOR_CLOSES}"


def is_separator(line: str) -> bool:
    """Tell whether a line is our separator, whatever quote marks or spaces a client put around it."""
    return bool(_SEPARATOR.fullmatch(line.strip(" \t>|*_\u00a0\u200b\u200e\u200f")))


def bears_mark(class_or_id: str) -> bool:
    """Tell whether a class or id attribute is one of ours.

    Gmail puts `m_` and digits before every class and id that it quotes; Outlook on the web puts `x_`.
    """
    return MAIL_CLASS in class_or_id or HISTORY_CLASS in class_or_id
