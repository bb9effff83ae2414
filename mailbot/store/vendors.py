"""Vendor rows: from the config at start and reload, or imported; the latest word wins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from mailbot.core.vendor import Vendor
from mailbot.errors import NotFound
from mailbot.store.schema import vendor

_VENDOR = select(vendor).where(vendor.c.id == bindparam("of_id"))


def upsert_vendors(connection: Connection, vendors: Iterable[Vendor], source: str) -> int:
    """Writes vendors, new or known; the number of rows that changed. `source` is "config" or "import"."""
    changed = 0
    for new in vendors:
        row = _row(new) | {"source": source}
        known = connection.execute(select(vendor).where(vendor.c.id == new.id)).mappings().first()
        if known is None:
            connection.execute(insert(vendor).values(row))
        elif dict(known) != row:
            connection.execute(update(vendor).where(vendor.c.id == new.id).values(row))
        else:
            continue
        changed += 1
    return changed


def are_known(connection: Connection, vendors: Iterable[Vendor]) -> bool:
    """Whether the store has these vendors as they are."""
    known = {one.id: one for one in list_vendors(connection)}
    return all(known.get(one.id) == one for one in vendors)


def get_vendor(connection: Connection, vendor_id: str) -> Vendor:
    """The vendor of that id; NotFound when there is none."""
    row = connection.execute(_VENDOR, {"of_id": vendor_id}).mappings().first()
    if row is None:
        raise NotFound(f"there is no vendor {vendor_id!r}; `mailbot vendor list` shows them")
    return _vendor(row)


def list_vendors(connection: Connection) -> list[Vendor]:
    """All vendors, by id."""
    return [_vendor(row) for row in connection.execute(select(vendor).order_by(vendor.c.id)).mappings()]


def _row(value: Vendor) -> dict[str, Any]:
    return {
        "id": value.id,
        "name": value.name,
        "email": value.email,
        "ticket_email": value.ticket_email,
        "also": list(value.also),
        "contact": value.contact,
        "timezone": value.timezone,
        "language": value.language,
    }


def _vendor(row: RowMapping) -> Vendor:
    return Vendor(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        ticket_email=row["ticket_email"],
        also=tuple(row["also"]),
        contact=row["contact"],
        timezone=row["timezone"],
        language=row["language"],
    )
