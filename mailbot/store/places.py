"""Where octets lie: in memory, or in a file of the data folder. Apart, so that a worker loads no database library."""

from __future__ import annotations

from pathlib import Path

from mailbot.errors import StoreUnavailable


def octets_of(place: bytes | Path) -> bytes:
    """The octets at a place. StoreUnavailable when their file cannot be read."""
    if isinstance(place, bytes):
        return place
    try:
        return place.read_bytes()
    except OSError as error:
        raise StoreUnavailable(f"cannot read {place}: {error}") from error
