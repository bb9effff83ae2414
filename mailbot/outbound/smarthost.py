"""Bytes to the relay: mails handed to the smarthost by SMTP (RFC 5321) on a few connections that are kept.

In: composed mails, one recipient each. Out: a `Delivery`. Expected faults of the relay and the network are values;
only a fault of ours raises. A connection that the relay dropped while it lay idle is replaced before a mail counts as
deferred; after the final dot a mail is never sent again by itself, since the relay may have taken it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import aiosmtplib

from mailbot.outbound.answers import Step, fate, one_answer_line
from mailbot.outbound.connection import Connection, Doorway, Listen, StartTls, dialogue_of
from mailbot.outbound.headers import header_address
from mailbot.outbound.mail import Deferred, Delivery, Failed, Sent, TooLarge

_FINAL_ANSWER_FACTOR: Final = 2
"""The answer to the final dot may take longer than others (RFC 5321 section 4.5.3.2.6)."""


class Smarthost:
    """A relay (`mail.Relay`) that speaks SMTP. One instance belongs to one event loop.

    Each step of the dialogue has `timeout_seconds`. `local_name` is said in EHLO. `listen` hears the dialogue.
    """

    def __init__(
        self,
        url: str,
        timeout_seconds: float,
        *,
        max_connections: int = 4,
        starttls: StartTls = "when offered",
        username: str = "",
        password: str = "",
        ca_file: Path | None = None,
        local_name: str = "localhost",
        listen: Listen | None = None,
    ) -> None:
        dialogue = dialogue_of(url)
        self._doorway = Doorway(
            dialogue, timeout_seconds, starttls, username or dialogue.username, password, ca_file, local_name, listen
        )
        self._timeout = timeout_seconds
        self._slots = asyncio.Semaphore(max_connections)
        self._idle: list[Connection] = []

    async def send(self, raw: bytes, return_path: str, recipient: str) -> Delivery:
        """Hand over one mail. `raw` has CRLF line ends; addresses as in the envelope, "" for the null return path."""
        try:
            recipient = header_address(recipient)
        except ValueError:
            return Failed("the address cannot be written in SMTP")
        async with self._slots:
            while (idle := self._take_idle()) is not None:
                delivery = await self._hand_over(idle, raw, return_path, recipient, replaceable=True)
                if delivery is not None:
                    return delivery
            fresh = await self._doorway.open()
            if isinstance(fresh, Deferred):
                return fresh
            delivery = await self._hand_over(fresh, raw, return_path, recipient, replaceable=False)
            assert delivery is not None, "only a reused connection is replaced"
            return delivery

    async def greet(self) -> Sent | Deferred:
        """Open a connection, up to TLS and login, and say QUIT: whether the set-up works, without a mail."""
        connection = await self._doorway.open()
        if isinstance(connection, Deferred):
            return connection
        secured = connection.get_transport_info("cipher")
        limit = connection.esmtp_extensions.get("size") or "any size"
        await _quit(connection)
        return Sent(f"{secured[1] if secured else 'no TLS'}, takes {limit}")

    async def close(self) -> None:
        """Say QUIT on every idle connection."""
        while self._idle:
            await _quit(self._idle.pop())

    def _take_idle(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_connected:
                return connection
        return None

    async def _hand_over(
        self, connection: Connection, raw: bytes, return_path: str, recipient: str, *, replaceable: bool
    ) -> Delivery | None:
        """Try one mail on one connection; None when the connection was stale and nothing had been handed over."""
        step = Step.MAIL
        try:
            refusal = _beyond(connection, raw, recipient)
            if refusal is not None:
                self._idle.append(connection)
                return refusal
            await _mail_from(connection, raw, return_path, recipient)
            step = Step.RCPT
            await connection.rcpt(recipient, encoding="utf-8")
            step = Step.DATA
            code, text = await connection.data(raw, timeout=self._timeout * _FINAL_ANSWER_FACTOR)
        except aiosmtplib.SMTPResponseException as fault:
            if fault.code == 421 and replaceable and step is not Step.DATA:
                connection.close()
                return None
            await self._recover(connection, fault.code)
            return fate(step, fault.code, fault.message)
        except (aiosmtplib.SMTPException, OSError) as fault:
            connection.close()
            if replaceable and step is not Step.DATA and isinstance(fault, ConnectionError):
                return None
            return Deferred(f"{step}: {self._lost(fault)}")
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return fate(Step.DATA, code, text)

    async def _recover(self, connection: Connection, code: int) -> None:
        """Make a connection ready for the next mail after a refusal; let go of one that answers nonsense."""
        if not connection.is_connected or not 400 <= code < 600:
            connection.close()
            return
        try:
            await connection.rset()
            self._idle.append(connection)
        except (aiosmtplib.SMTPException, OSError):
            connection.close()  # the answer that counts is already known

    def _lost(self, fault: Exception) -> str:
        if isinstance(fault, TimeoutError):
            return f"no answer within {self._timeout:g} seconds"
        return one_answer_line(str(fault)) or type(fault).__name__


def _beyond(connection: Connection, raw: bytes, recipient: str) -> Delivery | None:
    """Refuse what this relay said it cannot take: RFC 1870 SIZE, RFC 6531 SMTPUTF8."""
    announced = connection.esmtp_extensions.get("size", "")
    limit = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 20 else 0
    if 0 < limit < len(raw):
        return TooLarge(f"the mail has {len(raw)} bytes, the smarthost takes {limit}", limit)
    if not recipient.isascii() and not connection.supports_extension("smtputf8"):
        return Failed("the address needs SMTPUTF8 (RFC 6531), which the smarthost does not offer")
    return None


async def _mail_from(connection: Connection, raw: bytes, return_path: str, recipient: str) -> None:
    options = []
    if connection.supports_extension("size"):
        options.append(f"SIZE={len(raw)}")
    if not recipient.isascii():
        options.append("SMTPUTF8")
    await connection.mail(return_path, options=options, encoding="utf-8")


async def _quit(connection: Connection) -> None:
    try:
        await connection.quit()
    except (aiosmtplib.SMTPException, OSError):
        connection.close()  # it is closed either way
