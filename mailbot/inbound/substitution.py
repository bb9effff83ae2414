"""Substitution in large texts. Python's own holds a string for every match and every stretch between two.

In: a pattern whose matches may be cut in two without harm (single characters, runs), and a text. Out: the text with
each match replaced.
"""

from __future__ import annotations

import re
from typing import Final

_SLICE_CHARS: Final = 65_536


def substituted(pattern: re.Pattern[str], by: str, text: str) -> str:
    """Like `pattern.sub(by, text)`, in the memory of the result; a match over the border of two slices is two."""
    first = pattern.search(text)
    if first is None:
        return text
    if len(text) <= _SLICE_CHARS:
        return pattern.sub(by, text)
    slices = range(first.start(), len(text), _SLICE_CHARS)
    return text[: first.start()] + "".join(pattern.sub(by, text[start : start + _SLICE_CHARS]) for start in slices)
