"""The database connection: one write transaction at a time on SQLite, durable when it returns.

In: a database URL and the data folder. Out: connections inside transactions. Any failure of the database
itself becomes `StoreUnavailable`, so that a door can answer "try again".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from mailbot.errors import StoreUnavailable
from mailbot.faults import point
from mailbot.store.blobs import Blobs
from mailbot.store.leases import Owner

BUSY_TIMEOUT_SECONDS = 5


class Store:
    """The store of one process: the engine, the blobs beside it, and the name under which this process takes leases."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self.engine = _create_engine(url)
        self.blobs = Blobs(data_dir / "blobs", in_rows_only=self.engine.dialect.name != "sqlite")
        self.owner = Owner(data_dir / "run")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is durable once the block ends, and undone when it raises.

        IntegrityError passes through: a unique key that was met is an answer, not a fault.
        """
        with _translated(), self.engine.begin() as connection:
            yield connection
            point("before a commit")
        point("after a commit")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with _translated(), self.engine.connect().execution_options(read_only=True) as connection:
            yield connection

    def close(self) -> None:
        """Gives back connections and leases."""
        self.owner.release()
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise StoreUnavailable(f"the database does not answer: {error.orig}; nothing was written") from error


def _create_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    if parsed.database and parsed.database != ":memory:":
        _watch_file(engine, Path(parsed.database))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _watch_file(engine: Engine, file: Path) -> None:
    """Lets no transaction begin in a file that was removed or replaced: what it commits would be in no file at all."""

    def remember(_connection: Any, record: Any) -> None:
        record.info["inode"] = _inode(file)

    def compare(connection: Connection) -> None:
        if connection.info.get("inode") != _inode(file):
            connection.invalidate()
            raise StoreUnavailable(f"the database file {file} was removed or replaced; nothing was written")

    event.listen(engine, "connect", remember)
    event.listen(engine, "begin", compare)


def _inode(file: Path) -> int | None:
    try:
        return file.stat().st_ino
    except FileNotFoundError:
        return None


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction control would begin too late (at the first write) and not IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
