"""Brings the database to this version's tables, by Alembic; run at start and by `mailbot migrate`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from mailbot.errors import StoreUnavailable


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Upgrades to the newest revision in one transaction; the revisions before and after."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    assert newest is not None
    try:
        with engine.begin() as connection:
            before = MigrationContext.configure(connection).get_current_revision()
            if before != newest:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except DBAPIError as error:
        raise StoreUnavailable(f"the database cannot be opened or migrated: {error.orig}") from error
    return before, newest
