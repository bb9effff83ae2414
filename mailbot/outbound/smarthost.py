"""Bytes to the relay: mails handed to the smarthost by SMTP (RFC 5321) on a few connections that are kept.

In: composed mails, one recipient each. Out: a `Delivery`. Expected faults of the relay and the network are values;
only a fault of ours raises. A connection that the relay dropped while it lay idle is replaced before a mail counts as
deferred; after the final dot a mail is never sent again by itself, since the relay may have taken it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailbot.outbound.answers import Step, fate, one_answer_line
from mailbot.outbound.connection import Doorway, StartTls, dialogue_of
from mailbot.outbound.headers import header_address
from mailbot.outbound.mail import Deferred, Delivery, Failed, NotSevenBit, Sent, TooLarge
from mailbot.outbound.smtp_handover import hand_over
from mailbot.outbound.smtp_session import Session
from mailbot.outbound.smtp_talk import BrokenOff, Listen, Refused

IDLE_SECONDS: Final = 30.0
"""How long a connection is kept for the next mail: longer, and firewalls on the way forget it without a word."""

_FAREWELL_SECONDS: Final = 5.0


@dataclass
class _Idle:
    """A connection that waits for the next mail, and the timer that ends it."""

    session: Session
    timer: asyncio.TimerHandle


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
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        dialogue = dialogue_of(url)
        self._doorway = Doorway(
            dialogue, timeout_seconds, starttls, username or dialogue.username, password, ca_file, local_name, listen
        )
        self._timeout = timeout_seconds
        self._slots = asyncio.Semaphore(max_connections)
        self._idle_seconds = idle_seconds
        self._idle: list[_Idle] = []

    async def send(self, raw: bytes, return_path: str, recipient: str) -> Delivery:
        """Hand over one mail; addresses as in the envelope, "" for the null return path."""
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
        session = await self._doorway.open()
        if isinstance(session, Deferred):
            return session
        secured = session.wire.tls_version or "no TLS"
        await session.quit()
        return Sent(f"{secured}, takes {session.max_bytes or 'any size'}")

    async def close(self) -> None:
        """Say QUIT on every idle connection; a relay that does not answer that is not waited for."""
        sessions = []
        while (session := self._take_idle()) is not None:
            sessions.append(session)
        try:
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await asyncio.gather(*(session.quit() for session in sessions))
        except TimeoutError:
            for session in sessions:
                session.wire.close()

    def _take_idle(self) -> Session | None:
        while self._idle:
            idle = self._idle.pop()
            idle.timer.cancel()
            if idle.session.is_open:
                return idle.session
        return None

    def _keep(self, session: Session) -> None:
        """Let a connection wait for the next mail, for a while."""
        if session.is_open:
            timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._forget, session)
            self._idle.append(_Idle(session, timer))

    def _forget(self, session: Session) -> None:
        self._idle = [idle for idle in self._idle if idle.session is not session]
        session.farewell()

    async def _hand_over(
        self, session: Session, raw: bytes, return_path: str, recipient: str, *, replaceable: bool
    ) -> Delivery | None:
        """Try one mail on one connection; None when the connection was stale and nothing had been handed over."""
        try:
            refusal = _beyond(session, raw, recipient)
            if refusal is not None:
                self._keep(session)
                return refusal
            answer = await hand_over(session, return_path, recipient, raw)
        except Refused as refused:
            if refused.answer.code == 421 and replaceable and refused.step is not Step.DATA:
                return None
            if refused.answer.code >= 400 and await session.reset():
                self._keep(session)
            else:
                session.wire.close()
            return fate(refused.step, refused.answer.code, refused.answer.text)
        except BrokenOff as broken:
            if replaceable and not broken.handed_over and isinstance(broken.cause, ConnectionError):
                return None
            return Deferred(f"{broken.step}: {self._lost(broken.cause)}", unheard=True)
        except BaseException:
            session.wire.close()
            raise
        self._keep(session)
        return fate(Step.DATA, answer.code, answer.text)

    def _lost(self, fault: Exception) -> str:
        if isinstance(fault, TimeoutError):
            return f"no answer within {self._timeout:g} seconds"
        return one_answer_line(str(fault)) or type(fault).__name__


def _beyond(session: Session, raw: bytes, recipient: str) -> Delivery | None:
    """Refuse what this relay cannot take (RFC 1870 SIZE, RFC 6531 SMTPUTF8, RFC 6152 8BITMIME), or none need."""
    if 0 < session.max_bytes < len(raw):
        limit = session.max_bytes
        return TooLarge(f"the mail has {len(raw)} bytes, the smarthost takes {limit}", limit)
    if not recipient.isascii() and not session.offers("SMTPUTF8"):
        return Failed("the address needs SMTPUTF8 (RFC 6531), which the smarthost does not offer")
    if recipient.isascii() and not session.offers("8BITMIME") and not raw.isascii():
        return NotSevenBit("the mail needs 8BITMIME (RFC 6152), which the smarthost does not offer")
    if b"\0" in raw:
        return NotSevenBit("the mail holds NUL, which is no character of mail (RFC 5322 section 4)")
    return None
