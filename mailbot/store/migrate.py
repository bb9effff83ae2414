"""Brings the database to this version's tables, by Alembic; run at start and by `mailbot migrate`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from mailbot.errors import NewerDatabase, StoreUnavailable

NEWEST = "0002"
"""The newest revision; told here so that a command on a current database does not have to import Alembic."""


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Upgrades to the newest revision in one transaction; the revisions before and after."""
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            if _revision(connection) == NEWEST:
                return NEWEST, NEWEST
        with engine.begin() as connection:
            before = _revision(connection)  # again, under the lock: another process may have been faster
            if before != NEWEST:
                _upgrade(connection)
    except DBAPIError as error:
        place = engine.url.render_as_string(hide_password=True)
        raise StoreUnavailable(f"the database {place} cannot be opened or migrated: {error.orig}") from error
    return before, NEWEST


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config as AlembicConfig
    from alembic.util import CommandError

    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        place = connection.engine.url.render_as_string(hide_password=True)
        raise NewerDatabase(
            f"the database {place} is not one of this version: {error}; use the newer mailbot"
        ) from error
