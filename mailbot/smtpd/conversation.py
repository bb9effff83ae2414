"""What the commands of SMTP (RFC 5321) and LMTP (RFC 2033) mean here.

An envelope and a mail are gathered, the service is asked for its word, and every answer bears an enhanced code.
Of aiosmtpd's own commands only STARTTLS is kept: its EHLO offers AUTH once TLS stands and widens a limit that all
connections share, its MAIL and RCPT parse with the email package's private parser, its DATA reads line by line.
"""

from __future__ import annotations

import re

from aiosmtpd.smtp import TLSSetupException

from mailbot.service import handover
from mailbot.service.handover import Refusal
from mailbot.smtpd import answers
from mailbot.smtpd.address import Path, parse_path
from mailbot.smtpd.answers import Answer
from mailbot.smtpd.arrival import Arrival
from mailbot.smtpd.connection import Command, Connection, log
from mailbot.smtpd.handing_over import hand_over
from mailbot.smtpd.parameters import MailParameters, parse_mail_parameters
from mailbot.smtpd.traces import shown_address

_HELO_NAME = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}\Z")  # it may end up in a Received field, so nothing else


class Conversation(Connection):
    """SMTP."""

    def _commands(self) -> dict[str, Command]:
        return {"HELO": self._helo, "EHLO": self._ehlo, **self._common_commands()}

    def _common_commands(self) -> dict[str, Command]:
        return {
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": self._noop,
            "QUIT": self._quit,
            "HELP": self._help,
            "VRFY": self._vrfy,
            "STARTTLS": self._starttls,
            "BDAT": self._bdat,
            **dict.fromkeys(("EXPN", "AUTH", "ETRN", "TURN", "SEND", "SOML", "SAML"), self._not_implemented),
        }

    # Greeting

    async def _helo(self, hostname: str) -> None:
        """RFC 5321 section 4.1.1.1. The answer bears no enhanced code (RFC 2034 section 4)."""
        if await self._greeted(hostname, is_extended=False):
            await self.push(f"250 {self.hostname}")

    async def _ehlo(self, hostname: str) -> None:
        """Offer what really works; neither AUTH nor CHUNKING."""
        if await self._greeted(hostname, is_extended=True):
            words = [self.hostname, *self._extensions()]
            await self.push(*(f"250-{word}" for word in words[:-1]), f"250 {words[-1]}")

    async def _greeted(self, hostname: str, *, is_extended: bool) -> bool:
        if not _HELO_NAME.match(hostname):
            await self.refuse(answers.BAD_ARGUMENT)
            return False
        self._forget_envelope()
        self.session.host_name = hostname
        self.session.extended_smtp = is_extended
        return True

    def _extensions(self) -> list[str]:
        offered = ["PIPELINING", f"SIZE {self._limits.max_message_bytes}", "8BITMIME", "SMTPUTF8"]
        if self.tls_context is not None and not self._is_encrypted():
            offered.append("STARTTLS")
        return [*offered, "ENHANCEDSTATUSCODES"]

    async def _starttls(self, argument: str) -> None:
        """RFC 3207. What was sent before the handshake is forgotten, commands and session (CVE-2024-34083)."""
        if argument:
            await self.refuse(answers.BAD_ARGUMENT)
        elif self.tls_context is None:
            await self.refuse(answers.NO_TLS)
        elif self._is_encrypted():
            await self.refuse(answers.OUT_OF_ORDER)
        else:
            # aiosmtpd clears its reader when the handshake is done; what we read ahead is ours to clear.
            self._wire.discard()
            await self.smtp_STARTTLS("")
            if not self._is_encrypted():
                # A handshake that our own deadline cut short wakes aiosmtpd as if it stood.
                raise TLSSetupException

    def _is_encrypted(self) -> bool:
        return self.session.ssl is not None

    # Envelope

    async def _mail(self, argument: str) -> None:
        """Begin a mail: MAIL FROM, with SIZE, BODY and SMTPUTF8 where EHLO offered them."""
        path = self._parsed_argument("FROM:", argument, answers.BAD_SENDER)
        if self.session.host_name is None or self.envelope.mail_from is not None:
            await self.refuse(answers.OUT_OF_ORDER)
        elif isinstance(path, Answer):
            await self.refuse(path)
        elif isinstance(declared := self._declared(path), Answer):
            await self.refuse(declared)
        elif declared.size_bytes > self._limits.max_message_bytes:
            await self.refuse(answers.TOO_BIG)
        elif not (declared.smtputf8 or path.address.isascii()):
            await self.refuse(answers.NEEDS_SMTPUTF8)
        else:
            self.envelope.mail_from = path.address
            self.envelope.smtp_utf8 = declared.smtputf8
            await self.push(answers.SENDER_TAKEN)

    def _declared(self, path: Path) -> MailParameters | Answer:
        if path.parameters and not self.session.extended_smtp:
            return answers.BAD_PARAMETER
        return parse_mail_parameters(path.parameters)

    async def _rcpt(self, argument: str) -> None:
        """Name one recipient; the service decides on it."""
        path = self._parsed_argument("TO:", argument, answers.BAD_RECIPIENT)
        if self.envelope.mail_from is None:
            await self.refuse(answers.OUT_OF_ORDER)
        elif len(self.envelope.rcpt_tos) >= self._limits.max_recipients:
            await self.refuse(answers.TOO_MANY_RECIPIENTS)
        elif isinstance(path, Answer):
            await self.refuse(path)
        elif (refusal := await self._decided(path)) is not None:
            log.info("recipient refused peer=%s recipient=%s", self.peer, shown_address(path.address))
            await self.refuse(refusal)
        else:
            log.info("recipient taken peer=%s recipient=%s", self.peer, shown_address(path.address))
            self.envelope.rcpt_tos.append(path.address)
            await self.push(answers.RECIPIENT_TAKEN)

    async def _decided(self, path: Path) -> Answer | Refusal | None:
        if path.parameters:
            return answers.BAD_PARAMETER
        if not path.local:
            return answers.BAD_RECIPIENT
        if path.asks_to_relay:
            return answers.NO_RELAY
        if not path.domain and path.local.lower() != "postmaster":
            return answers.BAD_RECIPIENT
        if not (self.envelope.smtp_utf8 or path.address.isascii()):
            return answers.NEEDS_SMTPUTF8
        return await self._undisturbed(self._port.intake.recipient(path.address, self._described()))

    def _parsed_argument(self, keyword: str, argument: str, malformed: Answer) -> Path | Answer:
        if argument[: len(keyword)].upper() != keyword or len(argument) == len(keyword):
            return answers.BAD_ARGUMENT
        return parse_path(argument[len(keyword) :]) or malformed

    def _described(self) -> handover.Session:
        return handover.Session(self.peer, self.session.host_name or "", self._protocol_word())

    def _protocol_word(self) -> str:
        """RFC 3848, and RFC 6531 section 4.3."""
        secure = "S" if self._is_encrypted() else ""
        if self.envelope.smtp_utf8:
            return "UTF8SMTP" + secure
        return "ESMTP" + secure if self.session.extended_smtp else "SMTP"

    # Mail

    async def _data(self, argument: str) -> None:
        """Take one mail. Whatever becomes of it, its answers come after the final dot and the envelope is done."""
        if argument:
            await self.refuse(answers.BAD_ARGUMENT)
        elif not self.envelope.rcpt_tos:
            await self.refuse(answers.OUT_OF_ORDER)
        else:
            await self.push("354 send the mail, end with CRLF.CRLF")
            arrival = Arrival(self._limits, self._port.room)
            await self._receive(arrival)
            if self.is_open:
                await self._settle(arrival)

    async def _receive(self, arrival: Arrival) -> None:
        """Read up to the final dot; a refused mail that goes on without one ends the session."""
        self._reset_timeout(self._limits.data_timeout)
        rest: bytes | None = None
        try:
            while rest is None and not arrival.is_hopeless:
                rest = arrival.feed(await self._wire.block())
        except BaseException:
            log.info("mail broken off peer=%s bytes=%d", self.peer, arrival.size_bytes)
            arrival.release()
            raise
        if rest is not None:
            self._wire.unread(rest)
        elif arrival.fault is not None:
            self._say_and_close(*[arrival.fault] * self._answers_per_mail())

    async def _settle(self, arrival: Arrival) -> None:
        answer = arrival.fault or await self._handed_over(arrival)
        count = self._answers_per_mail()
        self._forget_envelope()
        if answer.code < 400:
            self._errors = self._idle_commands = 0
        else:
            log.info("mail refused peer=%s code=%d status=%s", self.peer, answer.code, answer.status)
        await self.push(*[answer] * count)
        self._count_error(answer)

    async def _handed_over(self, arrival: Arrival) -> Answer:
        envelope = handover.Envelope(
            self._described(),
            self.envelope.mail_from,
            tuple(dict.fromkeys(self.envelope.rcpt_tos)),
            arrival.message(),
        )
        return await self._undisturbed(hand_over(self._port, envelope, arrival))

    def _answers_per_mail(self) -> int:
        return 1

    # The rest

    async def _rset(self, argument: str) -> None:
        """Forget the envelope."""
        if argument:
            await self.refuse(answers.BAD_ARGUMENT)
        else:
            self._forget_envelope()
            await self.push(answers.DONE)

    async def _noop(self, _argument: str) -> None:
        """Do nothing."""
        await self.push(answers.DONE)

    async def _help(self, _argument: str) -> None:
        """Name the commands and nothing of this house."""
        await self.push(answers.HELP)

    async def _vrfy(self, argument: str) -> None:
        """Tell nothing: 252 for any address (RFC 5321 section 3.5.3)."""
        if argument:
            await self.push(answers.CANNOT_VERIFY)
        else:
            await self.refuse(answers.BAD_ARGUMENT)

    async def _quit(self, argument: str) -> None:
        """Say goodbye and close."""
        if argument:
            await self.refuse(answers.BAD_ARGUMENT)
        else:
            self._say_and_close(answers.GOODBYE)

    async def _not_implemented(self, _argument: str) -> None:
        """Known, and not for strangers: nobody lists, logs in or turns around here."""
        await self.refuse(answers.NOT_IMPLEMENTED)

    async def _bdat(self, _argument: str) -> None:
        """CHUNKING is not offered. The octets that follow would be taken as commands, so the session ends."""
        self._say_and_close(answers.NOT_IMPLEMENTED)


class LmtpConversation(Conversation):
    """LMTP (RFC 2033): greets with LHLO and answers once for each accepted recipient after the dot."""

    greeting_word = "LMTP"

    def _commands(self) -> dict[str, Command]:
        return {"LHLO": self._ehlo, **self._common_commands()}  # RFC 2033 section 4.1: neither HELO nor EHLO

    def _answers_per_mail(self) -> int:
        return len(self.envelope.rcpt_tos)

    def _protocol_word(self) -> str:
        word = "UTF8LMTP" if self.envelope.smtp_utf8 else "LMTP"
        return word + "S" if self._is_encrypted() else word
