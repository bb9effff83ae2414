"""One session with a relay (RFC 5321): greeting, EHLO, TLS, login, then mails, RSET and QUIT.

In: who we are, what to secure and log in with. Out: what the relay offers; `Refused`, `BrokenOff` or `Lacking`.
"""

from __future__ import annotations

import base64
import ssl
from typing import Final

from mailbot.outbound.answers import Step
from mailbot.outbound.smtp_answers import Answer, BadAnswer
from mailbot.outbound.smtp_talk import BrokenOff, Lacking, Talk

_UNKNOWN_MECHANISM: Final = range(500, 505)
"""RFC 5321 section 4.2.2, RFC 4954 section 4: nothing is said of the password."""


class Session(Talk):
    """A dialogue on one connection, and what the relay offered in it."""

    _offers: dict[str, str]

    @property
    def is_open(self) -> bool:
        """Whether more can be said. After a refusal, `reset` goes before the next mail."""
        return self.wire.is_open

    @property
    def max_bytes(self) -> int:
        """The announced SIZE (RFC 1870); 0 when there is no limit, or none that can be read."""
        announced = self._offers.get("SIZE", "")
        return int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 20 else 0

    def offers(self, extension: str) -> bool:
        """Whether EHLO named it, e.g. "STARTTLS"."""
        return extension in self._offers

    async def greet(self, local_name: str) -> None:
        """Hear the greeting and say EHLO."""
        self.expect(Step.CONNECT, await self.hear(Step.CONNECT))
        await self._hello(local_name)

    async def implicit_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Secure a connection whose first octet is TLS (RFC 8314 section 3.3)."""
        await self._secure(Step.CONNECT, context, host)

    async def start_tls(self, context: ssl.SSLContext, host: str, local_name: str) -> None:
        """STARTTLS, and EHLO again: nothing that was offered in clear counts any more (RFC 3207 section 4.2)."""
        if not self.offers("STARTTLS"):
            raise Lacking(Step.STARTTLS, "SMTP STARTTLS extension not supported by server.")
        self.expect(Step.STARTTLS, await self.say(Step.STARTTLS, "STARTTLS"))
        await self._secure(Step.STARTTLS, context, host)
        await self._hello(local_name)

    async def log_in(self, user: str, password: str) -> None:
        """AUTH PLAIN (RFC 4616), else LOGIN, which no RFC describes and everybody speaks.

        CRAM-MD5 is left out: it needs the password in clear at the relay, and TLS is there for the way.
        """
        mechanisms = self._offers.get("AUTH", "").upper().split()
        if "PLAIN" in mechanisms:
            words = _base64(f"\0{user}\0{password}")
            answer = await self._say_secretly(f"AUTH PLAIN {words}", words)
        elif "LOGIN" not in mechanisms:
            raise Lacking(Step.AUTH, "the server offers neither AUTH PLAIN nor AUTH LOGIN.")
        if "PLAIN" not in mechanisms or ("LOGIN" in mechanisms and answer.code in _UNKNOWN_MECHANISM):
            answer = await self._say_secretly("AUTH LOGIN", _base64(user), _base64(password))
        self.expect(Step.AUTH, answer)

    async def reset(self) -> bool:
        """RSET after a refusal; whether the connection is good for another mail."""
        if not self.is_open:
            return False
        try:
            return (await self.say(Step.MAIL, "RSET")).is_yes
        except BrokenOff:
            return False  # the answer that counts is already known

    def farewell(self) -> None:
        """Say QUIT and leave without waiting for the answer."""
        self.wire.farewell(b"QUIT\r\n")

    async def quit(self) -> None:
        """Say QUIT, hear the answer, end the connection."""
        try:
            if self.is_open:
                await self.say(Step.CONNECT, "QUIT")
        except BrokenOff:
            return  # it is closed either way
        self.wire.close()

    async def _hello(self, local_name: str) -> None:
        """EHLO, or HELO for a relay that knows no better (RFC 5321 section 3.2)."""
        self._offers = {}
        answer = await self.say(Step.HELLO, f"EHLO {local_name}")
        if answer.is_yes:
            self._offers = _offers(answer)
        elif answer.code >= 500:
            answer = await self.say(Step.HELLO, f"HELO {local_name}")
        self.expect(Step.HELLO, answer)

    async def _secure(self, step: Step, context: ssl.SSLContext, host: str) -> None:
        try:
            await self.wire.start_tls(context, host, self.seconds)
        except (OSError, BadAnswer) as fault:
            self.wire.close()
            raise BrokenOff(step, fault) from fault

    async def _say_secretly(self, *lines: str) -> Answer:
        """Say the lines of a login, one for each 334 (RFC 4954 section 4); the last answer."""
        for line in lines:
            answer = await self.say(Step.AUTH, line, "AUTH …")
            if answer.code != 334:
                break
        return answer


def _offers(answer: Answer) -> dict[str, str]:
    """What EHLO offers: names in capitals, each with its parameters (RFC 5321 section 4.1.1.1).

    Old servers write "AUTH=LOGIN", alone or beside "AUTH LOGIN".
    """
    found: dict[str, str] = {}
    for line in answer.lines[1:]:
        spelled = line.replace("=", " ", 1) if line.upper().startswith("AUTH=") else line
        name, _, parameters = spelled.partition(" ")
        found[name.upper()] = f"{found.get(name.upper(), '')} {parameters}".strip()
    return found


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
