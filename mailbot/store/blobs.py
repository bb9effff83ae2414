"""Octets stored once by their SHA-256: raw mails and attachments.

Small ones lie in the row. Larger ones lie in a file of the data folder that is synced before its row is
committed, so that a row never names a file that a power cut could take. On a database that several nodes
share everything lies in the row.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from sqlalchemy import Connection, insert, select

from mailbot.errors import StoreUnavailable
from mailbot.faults import point
from mailbot.store.places import octets_of
from mailbot.store.schema import blob

MAX_ROW_BYTES = 65_536


class Blobs:
    """Puts and gets octets. `in_rows_only`: no files, for databases that several nodes share."""

    def __init__(self, folder: Path, *, in_rows_only: bool) -> None:
        self._folder = folder
        self._in_rows_only = in_rows_only

    def write_file(self, content: bytes) -> str:
        """Makes the file of a large blob durable, ahead of the transaction; gives the digest."""
        digest = hashlib.sha256(content).hexdigest()
        if not self._in_rows_only and len(content) > MAX_ROW_BYTES and not self._path(digest).exists():
            try:
                self._write(digest, content)
            except OSError as error:
                raise StoreUnavailable(f"cannot write below {self._folder}: {error}") from error
        return digest

    def put(self, connection: Connection, content: bytes) -> str:
        """Stores octets and gives their digest."""
        digest = self.write_file(content)
        if connection.execute(select(blob.c.digest).where(blob.c.digest == digest)).first() is None:
            in_row = self._in_rows_only or len(content) <= MAX_ROW_BYTES
            row = {"digest": digest, "bytes": len(content), "content": content if in_row else None}
            connection.execute(insert(blob).values(row))
        return digest

    def size(self, connection: Connection, digest: str) -> int:
        """How many octets a digest stands for."""
        return int(connection.execute(select(blob.c.bytes).where(blob.c.digest == digest)).scalar_one())

    def get(self, connection: Connection, digest: str) -> bytes:
        """The octets of a digest. StoreUnavailable when their file cannot be read."""
        return octets_of(self.place(connection, digest))

    def place(self, connection: Connection, digest: str) -> bytes | Path:
        """The octets of a digest, or the file that they lie in: for another process to read them there."""
        content = connection.execute(select(blob.c.content).where(blob.c.digest == digest)).scalar_one()
        return self._path(digest).absolute() if content is None else bytes(content)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def _write(self, digest: str, content: bytes) -> None:
        path = self._path(digest)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = path.with_name(f".{digest}.{uuid.uuid4().hex}")
        try:
            with partial.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            point("before a file has its name")
            partial.replace(path)
            point("before a file's folder is synced")
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        for folder in (path.parent, self._folder):
            _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
