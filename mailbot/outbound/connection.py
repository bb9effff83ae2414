"""Connections to the smarthost: opened, secured, logged in; or the reason why not.

In: the URL and what the config says about TLS and login. Out: an `aiosmtplib` connection that is ready for MAIL FROM,
or `Deferred`: nothing that happens before MAIL FROM says anything about a mail.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import aiosmtplib

from mailbot.outbound.answers import Step, fate, one_answer_line
from mailbot.outbound.mail import Deferred

StartTls = Literal["when offered", "required", "never"]
"""With a login, "when offered" is as strict as "required"; on loopback it asks for nothing."""

Listen = Callable[[str], None]
"""Hears each line of the dialogue, "C: …" and "S: …"; passwords are not told."""


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


class Connection(aiosmtplib.SMTP):
    """One connection to the smarthost, which can be listened to.

    CRAM-MD5 is left out: it needs the password in clear at the relay, and TLS is there for the way.
    """

    AUTH_METHODS = ("plain", "login")

    def __init__(self, listen: Listen | None, **options: Any) -> None:
        super().__init__(**options)
        self._listen = listen or (lambda _line: None)
        self._in_login = False

    async def execute_command(self, *args: bytes, **options: Any) -> aiosmtplib.SMTPResponse:
        """Say one command and hear its answer; both are told to the listener."""
        line = b" ".join(args).decode("utf-8", "replace")
        is_secret = self._in_login or line.startswith("AUTH ")
        self._listen(f"C: {'AUTH …' if is_secret else line}")
        response = await super().execute_command(*args, **options)
        self._in_login = is_secret and response.code == 334  # more of the login follows (RFC 4954 section 4)
        self.tell(response)
        return response

    async def data(self, message: str | bytes, /, **options: Any) -> aiosmtplib.SMTPResponse:
        """Hand over the content."""
        self._listen(f"C: DATA, {len(message)} bytes")
        response = await super().data(message, **options)
        self.tell(response)
        return response

    def tell(self, response: aiosmtplib.SMTPResponse) -> None:
        """Let the listener hear an answer."""
        for line in response.message.split("\n"):
            self._listen(f"S: {response.code} {one_answer_line(line)}")


@dataclass(frozen=True)
class Doorway:
    """Everything that opening a connection needs."""

    dialogue: Dialogue
    timeout_seconds: float
    starttls: StartTls
    username: str
    password: str
    ca_file: Path | None
    local_name: str
    listen: Listen | None = None

    async def open(self) -> Connection | Deferred:
        """Open a connection, up to EHLO after TLS and login; or say why not."""
        step = Step.CONNECT
        connection = Connection(
            self.listen,
            hostname=self.dialogue.host,
            port=self.dialogue.port,
            timeout=self.timeout_seconds,
            local_hostname=self.local_name,
            use_tls=self.dialogue.implicit_tls,
            start_tls=False,
        )
        try:
            connection.tls_context = await asyncio.to_thread(self._tls_context)
            connection.tell(await connection.connect())
            step = Step.HELLO
            await _hello(connection)
            if self._wants_tls(connection):
                step = Step.STARTTLS
                await connection.starttls()
                await _hello(connection)
            if self.username:
                step = Step.AUTH
                await connection.login(self.username, self.password)
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            connection.close()
            return self._closed(step, fault)
        except asyncio.CancelledError:
            connection.close()
            raise
        return connection

    def _wants_tls(self, connection: Connection) -> bool:
        if self.dialogue.implicit_tls or self.starttls == "never":
            return False
        if self.starttls == "required":
            return True
        if self.dialogue.on_loopback:
            return False
        return bool(self.username) or connection.supports_extension("starttls")

    def _tls_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)

    def _closed(self, step: Step, fault: Exception) -> Deferred:
        """Why no connection came about. A refusal or TLS that fails is a matter of the set-up, silence is not."""
        where = f"{step} at {self.dialogue.host}:{self.dialogue.port}"
        if isinstance(fault, aiosmtplib.SMTPResponseException):
            answer = fate(step, fault.code, fault.message)
            return answer if isinstance(answer, Deferred) else Deferred(f"{where}: {answer.answer}", setup_fault=True)
        if isinstance(fault, TimeoutError):
            return Deferred(f"{where}: no answer within {self.timeout_seconds:g} seconds")
        is_network = isinstance(fault, ConnectionError) and not isinstance(fault.__cause__, ssl.SSLError)
        return Deferred(f"{where}: {one_answer_line(str(fault))}", setup_fault=not is_network)


async def _hello(connection: Connection) -> None:
    """EHLO, or HELO for a relay that knows no better (RFC 5321 section 3.2)."""
    try:
        await connection.ehlo()
    except aiosmtplib.SMTPHeloError:
        if not connection.is_connected:
            raise
        await connection.helo()
