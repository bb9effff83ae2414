"""What the desk remembers about itself: one text by name."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from mailbot.store.schema import setting


def get_setting(connection: Connection, name: str) -> str | None:
    """The text of that name, or None."""
    return connection.execute(select(setting.c.value).where(setting.c.name == name)).scalar_one_or_none()


def put_setting(connection: Connection, name: str, value: str) -> None:
    """Writes a text, new or known."""
    if connection.execute(update(setting).where(setting.c.name == name).values(value=value)).rowcount == 0:
        connection.execute(insert(setting).values(name=name, value=value))
