"""Bytes to the relay: mails handed to the smarthost by SMTP (RFC 5321) on a few connections that are kept.

In: composed mails, one recipient each. Out: a `Delivery`. Expected faults of the relay and the network are values;
only a fault of ours raises. A connection that the relay dropped while it lay idle is replaced before a mail counts as
deferred; after the final dot a mail is never sent again by itself, since the relay may have taken it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

import aiosmtplib

from mailbot.outbound.answers import Step, fate, one_answer_line
from mailbot.outbound.headers import header_address
from mailbot.outbound.mail import Deferred, Delivery, Failed, TooLarge

StartTls = Literal["when offered", "required", "never"]
"""With a login, "when offered" is as strict as "required"; on loopback it asks for nothing."""

_FINAL_ANSWER_FACTOR: Final = 2
"""The answer to the final dot may take longer than others (RFC 5321 section 4.5.3.2.6)."""


@dataclass(frozen=True)
class Dialogue:
    """How to reach the smarthost, from its URL: smtp:// or smtps://, with a user name if it wants a login."""

    host: str
    port: int
    implicit_tls: bool
    username: str

    @property
    def on_loopback(self) -> bool:
        """Whether the connection stays on this machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def dialogue_of(url: str) -> Dialogue:
    """Read a smarthost URL such as "smtp://relay.example:25" or "smtps://desk@relay.example".

    Raises ValueError with words for the admin.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(f"smarthost url {url!r}: write smtp://host:port, smtps://host:port or capture")
    if parts.password is not None:
        raise ValueError("smarthost url: a password belongs into a file (password_file), not into the URL")
    implicit_tls = parts.scheme == "smtps"
    username = unquote(parts.username or "")
    return Dialogue(parts.hostname, parts.port or (465 if implicit_tls else 25), implicit_tls, username)


class _Connection(aiosmtplib.SMTP):
    """One connection to the smarthost; CRAM-MD5 is left out, since it needs the password in clear at the relay."""

    AUTH_METHODS = ("plain", "login")


class Smarthost:
    """A relay (`mail.Relay`) that speaks SMTP. One instance belongs to one event loop."""

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
    ) -> None:
        self._dialogue = dialogue_of(url)
        self._timeout = timeout_seconds
        self._username = username or self._dialogue.username
        self._password = password
        self._ca_file = ca_file
        self._starttls = starttls
        self._local_name = local_name
        self._slots = asyncio.Semaphore(max_connections)
        self._idle: list[_Connection] = []

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
            fresh = await self._connect()
            if not isinstance(fresh, _Connection):
                return fresh
            delivery = await self._hand_over(fresh, raw, return_path, recipient, replaceable=False)
            assert delivery is not None, "only a reused connection is replaced"
            return delivery

    async def close(self) -> None:
        """Say QUIT on every idle connection."""
        while self._idle:
            await self._quit(self._idle.pop())

    def _take_idle(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_connected:
                return connection
        return None

    async def _connect(self) -> _Connection | Deferred:
        """Open a connection, up to EHLO after TLS and login; or say why not."""
        step = Step.CONNECT
        connection = _Connection(
            hostname=self._dialogue.host,
            port=self._dialogue.port,
            timeout=self._timeout,
            local_hostname=self._local_name,
            use_tls=self._dialogue.implicit_tls,
            start_tls=False,
            tls_context=await asyncio.to_thread(self._tls_context),
        )
        try:
            await connection.connect()
            step = Step.HELLO
            await self._hello(connection)
            if self._wants_tls(connection):
                step = Step.STARTTLS
                await connection.starttls()
                await self._hello(connection)
            if self._username:
                step = Step.AUTH
                await connection.login(self._username, self._password)
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            connection.close()
            return self._no_connection(step, fault)
        except asyncio.CancelledError:
            connection.close()
            raise
        return connection

    async def _hello(self, connection: _Connection) -> None:
        try:
            await connection.ehlo()
        except aiosmtplib.SMTPHeloError:
            if not connection.is_connected:
                raise
            await connection.helo()

    def _wants_tls(self, connection: _Connection) -> bool:
        if self._dialogue.implicit_tls or self._starttls == "never":
            return False
        if self._starttls == "required":
            return True
        if self._dialogue.on_loopback:
            return False
        return bool(self._username) or connection.supports_extension("starttls")

    def _tls_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self._ca_file) if self._ca_file else None)

    def _no_connection(self, step: Step, fault: Exception) -> Deferred:
        where = f"{self._dialogue.host}:{self._dialogue.port}"
        if isinstance(fault, aiosmtplib.SMTPResponseException):
            answer = fate(step, fault.code, fault.message)
            said = one_answer_line(f"{fault.code} {fault.message}")
            return answer if isinstance(answer, Deferred) else Deferred(f"{step} at {where}: {said}", setup_fault=True)
        if isinstance(fault, aiosmtplib.SMTPTimeoutError | TimeoutError):
            return Deferred(f"{step} at {where}: no answer within {self._timeout:g} seconds")
        is_network = isinstance(fault, ConnectionError | aiosmtplib.SMTPConnectError) and not _is_tls_fault(fault)
        return Deferred(f"{step} at {where}: {one_answer_line(str(fault))}", setup_fault=not is_network)

    async def _hand_over(
        self, connection: _Connection, raw: bytes, return_path: str, recipient: str, *, replaceable: bool
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
            answer = await self._content(connection, raw)
        except aiosmtplib.SMTPResponseException as fault:
            if fault.code == 421 and replaceable and step is not Step.DATA:
                connection.close()
                return None
            return await self._refused(connection, step, fault)
        except (aiosmtplib.SMTPException, OSError) as fault:
            connection.close()
            if replaceable and step is not Step.DATA and isinstance(fault, ConnectionError):
                return None
            return Deferred(f"{step}: {self._lost(fault)}")
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return answer

    async def _content(self, connection: _Connection, raw: bytes) -> Delivery:
        code, text = await connection.data(raw, timeout=self._timeout * _FINAL_ANSWER_FACTOR)
        return fate(Step.DATA, code, text)

    async def _refused(self, connection: _Connection, step: Step, fault: aiosmtplib.SMTPResponseException) -> Delivery:
        """Settle a refusal and make the connection ready for the next mail, or let go of it."""
        try:
            if connection.is_connected:
                await connection.rset()
                self._idle.append(connection)
        except (aiosmtplib.SMTPException, OSError):
            connection.close()  # the answer that counts is already known
        return fate(step, fault.code, fault.message)

    def _lost(self, fault: Exception) -> str:
        if isinstance(fault, TimeoutError):
            return f"no answer within {self._timeout:g} seconds"
        return one_answer_line(str(fault)) or type(fault).__name__

    async def _quit(self, connection: _Connection) -> None:
        try:
            await connection.quit()
        except (aiosmtplib.SMTPException, OSError):
            connection.close()  # it is closed either way


def _is_tls_fault(fault: BaseException) -> bool:
    return isinstance(fault, ssl.SSLError) or isinstance(fault.__cause__, ssl.SSLError)


def _beyond(connection: _Connection, raw: bytes, recipient: str) -> Delivery | None:
    """Refuse what this relay said it cannot take: RFC 1870 SIZE, RFC 6531 SMTPUTF8."""
    announced = connection.esmtp_extensions.get("size", "")
    limit = int(announced) if announced.isascii() and announced.isdigit() else 0
    if 0 < limit < len(raw):
        return TooLarge(f"the mail has {len(raw)} bytes, the smarthost takes {limit}", limit)
    if not recipient.rpartition("@")[0].isascii() and not connection.supports_extension("smtputf8"):
        return Failed("the address needs SMTPUTF8 (RFC 6531), which the smarthost does not offer")
    return None


async def _mail_from(connection: _Connection, raw: bytes, return_path: str, recipient: str) -> None:
    options = []
    if connection.supports_extension("size"):
        options.append(f"SIZE={len(raw)}")
    if not recipient.rpartition("@")[0].isascii():
        options.append("SMTPUTF8")
    await connection.mail(return_path, options=options, encoding="utf-8")
