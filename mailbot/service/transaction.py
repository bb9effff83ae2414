"""One decision, one transaction, tried again when somebody else changed the same ticket first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from mailbot.errors import Conflict
from mailbot.service.desk import Desk

TRIES = 5

T = TypeVar("T")


def in_one_transaction(desk: Desk, do: Callable[[Connection], T]) -> T:
    """What `do` returns, its writing committed. Conflict when others keep changing the same ticket."""
    for last in (False,) * (TRIES - 1) + (True,):
        try:
            with desk.store.write() as connection:
                return do(connection)
        except Conflict:
            if last:
                raise
    raise AssertionError("unreachable: the last try returns or raises")
