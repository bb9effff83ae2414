"""Leases: which process works on a row, and for how long.

A process is named by a file that it holds locked while it lives: when it dies, however it dies, the lock goes
with it, and its successor gives back what it had taken at once. A process on another machine is only known by
the end of its leases. A lease that ends later than any lease can was taken on a clock that has stepped back
since; it counts for nothing.
"""

from __future__ import annotations

import fcntl
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, update


class Owner:
    """This process's name for leases; made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name: str | None = None
        self._lock: IO[bytes] | None = None

    @property
    def name(self) -> str:
        """The name; holds its file locked from now on."""
        if self._name is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._name = uuid.uuid4().hex
            self._lock = (self._folder / f"{self._name}.lock").open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        return self._name

    def dead(self) -> list[str]:
        """Names whose process ended on this machine."""
        if not self._folder.is_dir():
            return []
        return [path.stem for path in self._folder.glob("*.lock") if path.stem != self._name and _is_free(path)]

    def bury(self, names: list[str]) -> None:
        """Forgets dead processes, once their leases have been given back."""
        for name in names:
            (self._folder / f"{name}.lock").unlink(missing_ok=True)

    def release(self) -> None:
        """Ends this name. Its file stays, so that a successor gives back at once what was still taken under it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = self._name = None


@dataclass(frozen=True)
class Lease:
    """A lease to take: from `now` for `length`, by `owner`, who works on the rows `busy` already.

    A lease that the owner holds on any other row is left over from a fault, and may be taken again.
    """

    now: datetime
    length: timedelta
    owner: str
    busy: frozenset[int] = frozenset()

    def columns(self) -> dict[str, Any]:
        """What a row under this lease bears."""
        return {"lease_until": self.now + self.length, "lease_by": self.owner}


def free(table: Table, lease: Lease) -> ColumnElement[bool]:
    """The condition that a lease can be taken on a row of `table`."""
    end = table.c.lease_until
    not_held = or_(end.is_(None), end <= lease.now, end > lease.now + lease.length, table.c.lease_by == lease.owner)
    # What we work on is ours whatever a stepped clock makes of its lease.
    return and_(not_held, table.c.id.not_in(lease.busy))


def give_back(connection: Connection, table: Table, owners: list[str]) -> int:
    """Ends the leases of dead processes on a table; the number of rows."""
    if not owners:
        return 0
    freed = update(table).where(table.c.lease_by.in_(owners)).values(lease_by=None, lease_until=None)
    return connection.execute(freed).rowcount


def _is_free(path: Path) -> bool:
    try:
        with path.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return False
    return True
