"""Takes mails in: decides on recipients, and commits each mail to the inbox before it is acknowledged.

Mails that arrive together share one commit: while one commit syncs the disk, the next ones gather.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from mailbot.service import recipients
from mailbot.service.desk import Desk
from mailbot.service.handover import Envelope, Refusal, Session
from mailbot.store import inbox
from mailbot.store.inbox import Arrived

log = logging.getLogger("mailbot.inbox")


@dataclass(frozen=True)
class _Waiting:
    envelope: Envelope
    stored: asyncio.Future[list[int]]


class DeskIntake:
    """The service's side of the SMTP door (`handover.Intake`). `wake` is called after each commit."""

    def __init__(self, desk: Desk, wake: Callable[[], None]) -> None:
        self._desk = desk
        self._wake = wake
        self._gathered: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def recipient(self, address: str, session: Session) -> Refusal | None:
        """Decide on one RCPT TO; who asks makes no difference."""
        del session
        return await asyncio.to_thread(recipients.decide, self._desk, address)

    async def take(self, envelope: Envelope) -> None:
        """Commit the mail for each of its recipients."""
        await asyncio.to_thread(self._desk.store.blobs.write_file, envelope.raw)
        waiting = _Waiting(envelope, asyncio.get_running_loop().create_future())
        self._gathered.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_gathered())
        await waiting.stored

    async def _write_gathered(self) -> None:
        try:
            while self._gathered:
                batch, self._gathered = self._gathered, []
                await self._write(batch)
        finally:
            self._writer = None

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            ids = await asyncio.to_thread(store_mails, self._desk, [waiting.envelope for waiting in batch])
        except Exception as error:  # noqa: BLE001  # each waiting session has to hear of it; the door logs it
            for waiting in batch:
                _answer(waiting.stored, error)
            return
        for waiting, stored in zip(batch, ids, strict=True):
            _answer(waiting.stored, stored)
        self._wake()


def _answer(stored: asyncio.Future[list[int]], outcome: list[int] | Exception) -> None:
    if stored.done():  # the session went away while we wrote; the mail is stored, its answer is not needed
        return
    if isinstance(outcome, Exception):
        stored.set_exception(outcome)
    else:
        stored.set_result(outcome)


def store_mails(desk: Desk, envelopes: list[Envelope]) -> list[list[int]]:
    """Commits mails in one transaction; the inbox rows of each."""
    now = desk.clock.now()
    with desk.store.write() as connection:
        ids = []
        for envelope in envelopes:
            digest = desk.store.blobs.put(connection, envelope.raw)
            session = envelope.session
            arrived = Arrived(
                now, envelope.return_path, envelope.recipients, session.peer, session.helo, session.protocol, digest
            )
            ids.append(inbox.add_mail(connection, arrived))
    for envelope, rows in zip(envelopes, ids, strict=True):
        log.info("mail stored inbox=%s octets=%d peer=%s", rows, len(envelope.raw), envelope.session.peer)
    return ids
