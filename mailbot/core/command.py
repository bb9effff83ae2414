"""Commands that a person types into a mail: a first line that is one and nothing else.

In: the new words of a mail. Out: what they ask for, and the words without it.
"""

from __future__ import annotations

_CLOSE = ("#close", "/close")


def without_close(text: str) -> str | None:
    """The text below a first line that is exactly `#close` or `/close`, in any letter case; None without one."""
    first, _, rest = text.strip().partition("\n")
    return rest.strip() if first.strip().casefold() in _CLOSE else None
