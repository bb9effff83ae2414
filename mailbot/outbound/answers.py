"""What a smarthost's answer means for one mail: Sent, Deferred, Failed or TooLarge. A pure table.

In: the step of the dialogue and the answer. The rule behind the table: only an answer about *this recipient* or
*this mail* may fail it. An answer about *us* (banner, EHLO, STARTTLS, AUTH, MAIL, "relay access denied") is a fault
of the smarthost's set-up: it would hit every mail alike, and marking every party's address as failing for a
password that ran out would do harm that no retry can heal. Such mails wait, and the admins are told.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from mailbot.outbound.mail import Deferred, Delivery, Failed, Sent, TooLarge


class Step(StrEnum):
    """Where in the dialogue an answer came (RFC 5321 section 4.1.4)."""

    CONNECT = "connect"
    HELLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL FROM"
    RCPT = "RCPT TO"
    DATA = "DATA"


_ABOUT_US: Final = frozenset({Step.CONNECT, Step.HELLO, Step.STARTTLS, Step.AUTH, Step.MAIL})
_LOGIN_CODES: Final = frozenset({530, 534, 535, 538})
"""Authentication required, too weak, failed, needs encryption (RFC 4954 section 6)."""
_PROTOCOL_CODES: Final = frozenset({500, 502, 503, 504, 521, 555})
"""The dialogue itself went wrong (RFC 5321 section 4.2.2, RFC 7504): nothing is said of the recipient."""
_NO_RELAYING: Final = re.compile(
    r"relay(ing)?\b.{0,40}\b(denied|not permitted|prohibited|not allowed)|not permitted to relay", re.IGNORECASE
)
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_SIZE_WORDS: Final = re.compile(r"\bsize\b|too (?:large|big|long)", re.IGNORECASE)
MAX_ANSWER_CHARS: Final = 500


def fate(step: Step, code: int, text: str) -> Delivery:
    """Decide what an answer means. `text` is the answer without its code, lines joined."""
    answer = f"{code} {one_answer_line(text)}".strip()
    if 200 <= code < 300:
        return Sent(answer)
    if _is_too_large(step, code, text):
        return TooLarge(answer)
    if code < 500 or code > 599:
        return Deferred(answer, unheard=step in _ABOUT_US)
    if step in _ABOUT_US or code in _LOGIN_CODES or code in _PROTOCOL_CODES or _NO_RELAYING.search(answer):
        return Deferred(f"the smarthost refused us at {step}: {answer}", setup_fault=True, unheard=True)
    return Failed(answer)


def one_answer_line(text: str) -> str:
    """An answer's lines as one bounded, printable line."""
    joined = " ".join(text[: 4 * MAX_ANSWER_CHARS].split())
    return "".join(character if character.isprintable() else "?" for character in joined)[:MAX_ANSWER_CHARS]


def _is_too_large(step: Step, code: int, text: str) -> bool:
    """5.3.4 (RFC 3463); a bare 552 must speak of size, else it may be a full mailbox, which no smaller mail mends."""
    if code not in (552, 554) or step not in (Step.MAIL, Step.DATA):
        return False
    status = _STATUS.match(text)
    if status:
        return status[0] == "5.3.4"
    return code == 552 and _SIZE_WORDS.search(text) is not None
