"""Connections to the smarthost: opened, secured, logged in; or the reason why not.

In: the URL and what the config says about TLS and login. Out: a session that is ready for MAIL FROM, or
`Deferred`: nothing that happens before MAIL FROM says anything about a mail.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from mailbot.outbound.answers import Step, fate, one_answer_line
from mailbot.outbound.mail import Deferred
from mailbot.outbound.smtp_session import Session
from mailbot.outbound.smtp_talk import BrokenOff, Lacking, Listen, Refused
from mailbot.outbound.smtp_wire import connect

StartTls = Literal["when offered", "required", "never"]
"""With a login, "when offered" is as strict as "required"; on loopback it asks for nothing."""


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

    async def open(self) -> Session | Deferred:
        """Open a connection, up to EHLO after TLS and login; or say why not."""
        session: Session | None = None
        try:
            context = await asyncio.to_thread(self._tls_context)
            wire = await connect(self.dialogue.host, self.dialogue.port, self.timeout_seconds)
            session = Session(wire, self.timeout_seconds, self.listen)
            await self._enter(session, context)
        except Refused as refused:
            return self._refused(refused)
        except BrokenOff as broken:
            return self._broken_off(broken.step, broken.cause)
        except Lacking as lacking:
            return self._lacking(lacking)
        except (OSError, ValueError) as fault:
            return self._broken_off(Step.CONNECT, fault)
        else:
            entered, session = session, None
            return entered
        finally:
            if session is not None:
                session.wire.close()

    async def _enter(self, session: Session, context: ssl.SSLContext) -> None:
        host = self.dialogue.host
        if self.dialogue.implicit_tls:
            await session.implicit_tls(context, host)
        await session.greet(self.local_name)
        if self._wants_tls(session):
            await session.start_tls(context, host, self.local_name)
        if self.username:
            await session.log_in(self.username, self.password)

    def _wants_tls(self, session: Session) -> bool:
        if self.dialogue.implicit_tls or self.starttls == "never":
            return False
        if self.starttls == "required":
            return True
        if self.dialogue.on_loopback:
            return False
        return bool(self.username) or session.offers("STARTTLS")

    def _tls_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)

    # Why no connection came about. A refusal or TLS that fails is a matter of the set-up, silence is not.

    def _refused(self, refused: Refused) -> Deferred:
        answer = fate(refused.step, refused.answer.code, refused.answer.text)
        if isinstance(answer, Deferred):
            return answer
        return Deferred(f"{self._at(refused.step)}: {answer.answer}", setup_fault=True, unheard=True)

    def _lacking(self, lacking: Lacking) -> Deferred:
        return Deferred(f"{self._at(lacking.step)}: {lacking}", setup_fault=True, unheard=True)

    def _broken_off(self, step: Step, fault: Exception) -> Deferred:
        if isinstance(fault, TimeoutError):
            return Deferred(f"{self._at(step)}: no answer within {self.timeout_seconds:g} seconds", unheard=True)
        is_setup = isinstance(fault, ssl.SSLError | FileNotFoundError | PermissionError | ValueError)
        return Deferred(f"{self._at(step)}: {one_answer_line(str(fault))}", setup_fault=is_setup, unheard=True)

    def _at(self, step: Step) -> str:
        return f"{step} at {self.dialogue.host}:{self.dialogue.port}"
