"""Sends nothing: mails land as files in a Maildir, where they can be read.

In: composed mails. Out: `new/` of the Maildir, one file for each Message-ID and recipient, with the envelope in
Return-Path and Delivered-To on top. A retry replaces the file, so what was captured twice is there once.
"""

from __future__ import annotations

import asyncio
import os
from hashlib import sha256
from pathlib import Path

from mailbot.outbound.mail import Deferred, Delivery, Sent


class Capture:
    """A relay (`mail.Relay`) that keeps what it is given. `maildir` is made when it is missing."""

    def __init__(self, maildir: Path) -> None:
        self._maildir = maildir

    async def send(self, raw: bytes, return_path: str, recipient: str) -> Delivery:
        """Keep one mail; durable when this returns `Sent`. A full disk or a missing right is `Deferred`."""
        envelope = f"Return-Path: <{return_path}>\r\nDelivered-To: {recipient}\r\n".encode()
        name = _name(raw, recipient)
        try:
            await asyncio.to_thread(self._write, name, envelope + raw)
        except OSError as fault:
            return Deferred(
                f"the capture folder {self._maildir} cannot be written: {fault.strerror}",
                setup_fault=True,
                unheard=True,
            )
        return Sent(f"captured as {name}")

    async def close(self) -> None:
        """Nothing is kept open."""

    def _write(self, name: str, content: bytes) -> None:
        for folder in ("tmp", "new", "cur"):
            (self._maildir / folder).mkdir(parents=True, exist_ok=True)
        for read in (self._maildir / "cur").glob(f"{name}:*"):
            read.unlink()
        unfinished = self._maildir / "tmp" / f"{name}.{os.getpid()}"  # two processes never share one
        _write_durably(unfinished, content)
        unfinished.replace(self._maildir / "new" / name)
        _sync_folder(self._maildir / "new")


def _name(raw: bytes, recipient: str) -> str:
    """Name a mail by its Message-ID and recipient, so that a repeat has the same name."""
    head = raw.partition(b"\r\n\r\n")[0]
    message_id = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:")), head)
    return sha256(message_id + b"\0" + recipient.encode()).hexdigest()[:32]


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
