"""Maildirs, and mails as their readers see them.

In: a folder that a mail server delivers to. Out: `Mail` values in the order of their arrival.
"""

from __future__ import annotations

import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cached_property
from pathlib import Path

from tests.system.waiting import PATIENCE_SECONDS, await_true


@dataclass(frozen=True)
class Mail:
    """One delivered mail: its octets, and views of them."""

    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The parsed mail."""
        message = BytesParser(policy=email.policy.default).parsebytes(self.raw)
        assert isinstance(message, EmailMessage)
        return message

    def header(self, name: str) -> str:
        """One header field, decoded and unfolded; "" when absent. It may not stand there twice."""
        fields = self._head.get_all(name, [])
        assert len(fields) < 2, f"{name} stands {len(fields)} times"
        return str(fields[0]) if fields else ""

    @cached_property
    def _head(self) -> EmailMessage:
        message = BytesParser(policy=email.policy.default).parsebytes(self.raw, headersonly=True)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def message_id(self) -> str:
        return self.header("Message-ID")

    @property
    def references(self) -> list[str]:
        """Message-IDs of References, eldest first."""
        return self.header("References").split()

    @property
    def reply_address(self) -> str:
        """The bare address of Reply-To."""
        found = re.findall(r"[^\s<>,]+@[^\s<>,]+", self.header("Reply-To"))
        assert len(found) == 1, f"Reply-To: {self.header('Reply-To')}"
        return str(found[0])

    @property
    def text(self) -> str:
        """The plain part, line ends as LF."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part."""
        return self._part("html")

    def everything(self) -> str:
        """Headers and all parts, decoded, and the octets as they came: all that a reader could find."""
        message = self.message
        pieces = [self.raw.decode("latin-1")]
        for part in message.walk():
            pieces += [f"{name}: {value}" for name, value in part.items()]
            if not part.is_multipart():
                payload = part.get_payload(decode=True)
                assert isinstance(payload, bytes)
                pieces.append(payload.decode(part.get_content_charset("utf-8"), "replace"))
        return "\n".join(pieces)

    def _part(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        assert part is not None, f"no text/{subtype} part"
        return str(part.get_content()).replace("\r\n", "\n")


class Maildir:
    """A folder of delivered mails. `tails` gives the servers' logs for a failure's text."""

    def __init__(self, folder: Path, tails: Callable[[], str]) -> None:
        self.folder = folder
        self.tails = tails
        self._read: dict[str, Mail] = {}  # by file name: a delivered mail never changes

    def mails(self) -> list[Mail]:
        """All mails, in the order of their arrival."""
        files = [file for part in ("new", "cur") for file in (self.folder / part).glob("*")]
        return [self._mail(file) for file in sorted(files, key=lambda file: file.stat().st_mtime_ns)]

    def _mail(self, file: Path) -> Mail:
        if file.name not in self._read:
            self._read[file.name] = Mail(file.read_bytes())
        return self._read[file.name]

    def await_mails(self, count: int, within_seconds: float = PATIENCE_SECONDS) -> list[Mail]:
        """The first `count` mails; AssertionError with the log tails when they do not come."""
        await_true(
            lambda: len(self.mails()) >= count,
            within_seconds,
            f"{count} mails in {self.folder.parent.name}/{self.folder.name}",
            lambda: f"there are {[mail.subject for mail in self.mails()]}\n{self.tails()}",
        )
        return self.mails()

    def await_mail(self, number: int = 1, within_seconds: float = PATIENCE_SECONDS) -> Mail:
        """The mail that came as `number`th (from 1)."""
        return self.await_mails(number, within_seconds)[number - 1]

    def clear(self) -> None:
        """Throw all its mails away."""
        for part in ("new", "cur"):
            for file in (self.folder / part).glob("*"):
                file.unlink()
