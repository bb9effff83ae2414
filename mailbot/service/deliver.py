"""Sends what is owed: claims outbox rows, lets workers compose them, hands them to the relay, settles each.

No transaction is open while the relay is spoken to. A crash between its answer and our settling sends the same
Message-ID once more; nothing else is ever sent twice.
"""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Protocol

from sqlalchemy import Connection

from mailbot.config import Config
from mailbot.core.retry import SPREAD, next_try
from mailbot.core.ticket import Kind
from mailbot.errors import ConfigError, StoreUnavailable
from mailbot.faults import point
from mailbot.outbound.capture import Capture
from mailbot.outbound.compose import compose
from mailbot.outbound.mail import (
    AttachmentFace,
    Deferred,
    Delivery,
    Failed,
    NotSevenBit,
    OutgoingMail,
    OutgoingNotice,
    Sent,
    TooLarge,
)
from mailbot.outbound.signing import SigningKey, SigningKeys
from mailbot.outbound.smarthost import Smarthost
from mailbot.outbound.smtp_talk import Listen
from mailbot.service.desk import Desk
from mailbot.service.failures import record_failure, settle_warning
from mailbot.service.mails import desk_face, outgoing
from mailbot.service.record import tell_admins
from mailbot.service.workers import Workers
from mailbot.store import inbox, outbox
from mailbot.store.leases import Lease
from mailbot.store.outbox import OutboxRow

log = logging.getLogger("mailbot.outbox")

_STEPS = 10
"""A delivery may take as long as this many steps that each use up the smarthost's timeout; the lease outlasts it."""


class Relay(Protocol):
    """Takes our mails: a smarthost, or the capture."""

    async def send(self, raw: bytes, return_path: str, recipient: str) -> Delivery:
        """Hands one mail over."""

    async def close(self) -> None:
        """Ends idle connections."""


def make_relay(config: Config, listen: Listen | None = None) -> Relay:
    """The relay that the config names; `listen` hears the SMTP dialogue."""
    section = config.smarthost
    if config.captures:
        return Capture(config.desk.data_dir / "captured")
    return Smarthost(
        section.url,
        section.timeout,
        max_connections=section.max_connections,
        starttls=section.starttls,
        username=section.user,
        password=section.password(),
        ca_file=section.ca_file,
        local_name=config.smtp.host_name or config.desk.domain,
        listen=listen,
    )


def signing_keys(config: Config) -> SigningKeys:
    """The DKIM keys of a config. ConfigError for one that cannot be read."""
    try:
        return tuple(SigningKey(config.desk.domain, file.stem, file.read_bytes()) for file in config.dkim.keys)
    except OSError as error:
        raise ConfigError([f"[dkim] keys: {error}"]) from error


def claim(desk: Desk, busy: frozenset[int], most: int) -> list[OutboxRow]:
    """Takes mails whose time has come, beside those that this process is `busy` with."""
    section = desk.config.smarthost
    length = timedelta(seconds=section.timeout * _STEPS + 60)
    longest = timedelta(seconds=max(section.retry_longest, 3600) * (1 + SPREAD))
    lease = Lease(desk.clock.now(), length, desk.store.owner.name, busy)
    with desk.store.read() as connection:
        if not outbox.any_due(connection, lease, longest):
            return []
    with desk.store.write() as connection:
        return outbox.claim_due(connection, lease, longest, most)


def prepare(desk: Desk, claimed: OutboxRow) -> OutgoingMail | OutgoingNotice | bytes | None:
    """What a row's mail is made from; the octets themselves for one that goes on as it came; None if withdrawn."""
    with desk.store.read() as connection:
        row = outbox.get_row(connection, claimed.id)
        if row is None or row.status != "queued":
            return None
        if row.forwards is not None:
            mail = inbox.get_mail(connection, row.forwards)
            return _resent(desk, row, desk.store.blobs.get(connection, mail.raw))
        return outgoing(connection, desk, row, desk.clock.now())


async def compose_mail(
    desk: Desk, workers: Workers, mail: OutgoingMail | OutgoingNotice | bytes, *, bare: bool = False
) -> bytes:
    """The octets of a mail; `bare` leaves files out, which the mail then links to."""
    if isinstance(mail, bytes):
        return mail
    folder = desk.config.desk.templates
    if bare and isinstance(mail, OutgoingMail):
        mail = replace(mail, max_attachment_bytes=0, attaches_history=False)
    return await workers.run(compose, mail, str(folder) if folder else None, signing_keys(desk.config))


async def handle(desk: Desk, workers: Workers, relay: Relay, row: OutboxRow) -> None:
    """Composes a claimed mail, hands it over and settles it.

    When the store is away, the mail stays claimed by us and is taken up at the next tick.
    """
    try:
        mail = await asyncio.to_thread(prepare, desk, row)
        if mail is None:
            return
        tried_at = desk.clock.now()
        delivery = await _send_in_time(desk, workers, relay, row, mail)
        await asyncio.to_thread(settle, desk, row, delivery, tried_at)
    except StoreUnavailable as error:
        log.warning("mail waits outbox=%d reason=%r", row.id, str(error))
    except Exception as error:  # the door of the outbox: one mail that we cannot make must not stop the others
        log.exception("mail poisoned outbox=%d", row.id)
        await asyncio.to_thread(poisoned, desk, row, error)


async def _send_in_time(
    desk: Desk, workers: Workers, relay: Relay, row: OutboxRow, mail: OutgoingMail | OutgoingNotice | bytes
) -> Delivery:
    """Sends while the lease lasts: a relay that dribbles for longer could make another process send the same mail."""
    seconds = desk.config.smarthost.timeout * _STEPS
    try:
        async with asyncio.timeout(seconds) as limit:
            return await _send(desk, workers, relay, row, mail)
    except TimeoutError:
        if not limit.expired():
            raise
        return Deferred(f"the smarthost did not take it within {seconds:g} seconds", unheard=True)


async def _send(
    desk: Desk, workers: Workers, relay: Relay, row: OutboxRow, mail: OutgoingMail | OutgoingNotice | bytes
) -> Delivery:
    raw = await compose_mail(desk, workers, mail)
    point("before a mail is handed to the relay")
    delivery = await relay.send(raw, return_path_of(mail), row.to_address)
    point("after the relay has answered")
    if isinstance(delivery, TooLarge) and isinstance(mail, OutgoingMail):
        log.info("mail too large, sent without attachments outbox=%d bytes=%d", row.id, len(raw))
        raw = await compose_mail(desk, workers, mail, bare=True)
        delivery = await relay.send(raw, return_path_of(mail), row.to_address)
    if isinstance(delivery, NotSevenBit) and isinstance(mail, bytes):
        raw = await compose_mail(desk, workers, _as_file(desk, row, mail))
        delivery = await relay.send(raw, "", row.to_address)
    return delivery


def return_path_of(mail: OutgoingMail | OutgoingNotice | bytes) -> str:
    """Where bounces go: to a token for a party's mail, nowhere for mails about refused or automatic things."""
    return mail.return_path if isinstance(mail, OutgoingMail) else ""


def settle(desk: Desk, row: OutboxRow, delivery: Delivery, tried_at: datetime) -> None:
    """Records how a delivery ended just now, and what follows from it. `tried_at` is when it began."""
    now = desk.clock.now()
    with desk.store.write() as connection:
        match delivery:
            case Sent(answer):
                if outbox.settle(connection, row.id, "sent", answer, now):
                    outbox.clear_refused(connection, row.to_address, now)
                    settle_warning(connection, desk, row, now)
            case Deferred(answer, setup_fault, unheard):
                _defer(desk, connection, row, answer, tried_at, now, blames_address=not unheard)
                if setup_fault:
                    _tell_of_setup(desk, connection, answer, now)
            case Failed(answer):
                record_failure(connection, desk, row, answer, now)
    log.info(
        "mail %s outbox=%d ticket=%s kind=%s to=%s answer=%r",
        type(delivery).__name__.lower(), row.id, row.ticket, row.kind, row.party or "admin", delivery.answer,
    )  # fmt: skip


def poisoned(desk: Desk, row: OutboxRow, fault: Exception) -> None:
    """A mail that cannot be composed waits like a deferred one, and the admins are told: it never blocks others."""
    with desk.store.write() as connection:
        now = desk.clock.now()
        _defer(desk, connection, row, f"cannot be composed: {fault}", now, now, blames_address=False)
        if row.kind is not Kind.NOTICE and outbox.tell_once(connection, f"poisoned:{row.id}", now):
            tell_admins(
                connection,
                desk,
                now,
                f"Mail {row.id} about ticket {row.ticket} cannot be composed",
                f"{type(fault).__name__}: {fault}",
                "It is kept and tried again. `mailbot check` looks at the templates.",
                ticket=row.ticket,
            )


def _defer(
    desk: Desk,
    connection: Connection,
    row: OutboxRow,
    answer: str,
    tried_at: datetime,
    now: datetime,
    *,
    blames_address: bool,
) -> None:
    """Puts a mail off. The pause counts from the failure: a slow answer must not use it up."""
    section = desk.config.smarthost
    again = next_try(
        row.attempts + 1,
        section.retry_first,
        section.retry_longest,
        section.give_up_after,
        row.first_tried_at or tried_at,
        now,
        random.random(),  # noqa: S311  # spreads retries, guards nothing
    )
    if again is None:
        given_up = f"given up after {row.attempts + 1} tries: {answer}"
        record_failure(connection, desk, row, given_up, now, blames_address=blames_address)
    else:
        outbox.defer(connection, row.id, answer, again, tried_at)


def _tell_of_setup(desk: Desk, connection: Connection, answer: str, now: datetime) -> None:
    """The smarthost refuses us, not this mail: said to the admins once a day; it leaves when that is mended."""
    log.error("smarthost refuses us answer=%r", answer)
    if outbox.tell_once(connection, f"smarthost:{now:%Y-%m-%d}", now):
        tell_admins(connection, desk, now, "The smarthost refuses us", answer, "All mails wait until it takes them.")


def _resent(desk: Desk, row: OutboxRow, raw: bytes) -> bytes:
    """A mail that goes on as it came, with a trace that ends loops (RFC 5321 section 4.4, RFC 5322 section 3.6.6)."""
    stamp = format_datetime(row.created_at)
    trace = (
        f"Received: by {desk.config.desk.domain} (mailbot) id {row.id};\r\n {stamp}\r\n"
        f"Resent-Date: {stamp}\r\nResent-From: {desk.config.from_address}\r\nResent-To: {row.to_address}\r\n"
        f"Resent-Message-ID: {row.message_id}\r\n"
    )
    return trace.encode("utf-8") + raw


def _as_file(desk: Desk, row: OutboxRow, raw: bytes) -> OutgoingNotice:
    """A mail that cannot go on as it came, since it holds octets that the relay does not take: it goes as a file."""
    return OutgoingNotice(
        kind=row.kind,
        to_address=row.to_address,
        to_name="",
        message_id=row.message_id,
        date=row.created_at,
        subject="A mail for the admins, as a file",
        reason="This mail came in for the admins.",
        paragraphs=("It goes on as a file, since it holds octets that the smarthost does not take.",),
        quoted="",
        actions=(),
        desk=desk_face(desk),
        language=desk.config.desk.language,
        attachments=(AttachmentFace("mail.eml", "application/octet-stream", len(raw), "", raw),),
    )
