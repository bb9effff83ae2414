"""One mail for one recipient on an open session: the envelope, in one write where the relay allows, and the content.

In: a session, an envelope, octets. Out: the relay's last answer, a yes; or `Refused`, or `BrokenOff`.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.outbound.answers import Step
from mailbot.outbound.smtp_answers import Answer, BadAnswer
from mailbot.outbound.smtp_session import Session
from mailbot.outbound.smtp_talk import BrokenOff, Refused

_FINAL_ANSWER_FACTOR: Final = 2
"""The answer to the final dot may take longer than others (RFC 5321 section 4.5.3.2.6)."""
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")

Commands = dict[Step, str]


async def hand_over(session: Session, return_path: str, recipient: str, content: bytes) -> Answer:
    """Send one mail. After Refused, a session that is still open needs RSET."""
    content = with_crlf(content)
    commands = {
        Step.MAIL: f"MAIL FROM:<{return_path}>{_options(session, recipient, content)}",
        Step.RCPT: f"RCPT TO:<{recipient}>",
        Step.DATA: "DATA",
    }
    told = commands | {Step.DATA: f"DATA, {len(content)} bytes"}
    if session.offers("PIPELINING"):
        await _say_at_once(session, commands, told)
    else:
        for step, line in commands.items():
            session.expect(step, await session.say(step, line, told[step]))
    return await _hand_over_content(session, content)


def _options(session: Session, recipient: str, content: bytes) -> str:
    options = ""
    if session.offers("SIZE"):
        options += f" SIZE={len(content)}"
    if session.offers("8BITMIME") and not content.isascii():  # RFC 6152 section 2
        options += " BODY=8BITMIME"
    return options if recipient.isascii() else f"{options} SMTPUTF8"  # RFC 6531 section 3.4


async def _say_at_once(session: Session, commands: Commands, told: Commands) -> None:
    """Say MAIL, RCPT and DATA in one write (RFC 2920 section 3.1). Afterwards the relay waits for the content.

    A relay that hangs up after a refusal has refused.
    """
    session.write(list(commands.values()), *told.values())
    heard: dict[Step, Answer] = {}
    refused: Refused | None = None
    for step in commands:
        try:
            heard[step] = await session.hear(step)
            session.expect(step, heard[step])
        except Refused as refusal:
            refused = refused or refusal
        except BrokenOff:
            if refused is None:
                raise
            break
    if refused is not None:
        await _send_nothing(session, heard)
        raise refused


async def _send_nothing(session: Session, heard: dict[Step, Answer]) -> None:
    """End a DATA that the relay began although it had refused the envelope, by a lone dot (RFC 2920 section 3.1).

    Where it took the recipient, though not the return path, the dot would be an empty mail to him: hang up.
    """
    if not session.is_open or heard[Step.DATA].code != 354:
        return
    if heard[Step.RCPT].is_yes:
        session.wire.close()
        return
    try:
        await session.say(Step.DATA, ".")
    except BrokenOff:
        return  # the answer that counts is already known


async def _hand_over_content(session: Session, content: bytes) -> Answer:
    """The octets in one write; the answer to the final dot. Until it comes, who has the mail is open (RFC 1047)."""
    try:
        session.wire.write(dot_stuffed(content))
        final_seconds = session.seconds * _FINAL_ANSWER_FACTOR
        answer = await session.wire.answer_to_content(session.seconds, final_seconds)
    except (OSError, BadAnswer) as fault:
        session.wire.close()
        raise BrokenOff(Step.DATA, fault, handed_over=True) from fault
    session.tell(answer)
    if session.wire.unsent_bytes or answer.code == 421:  # the rest of the mail would be commands to it
        session.wire.close()
    if not answer.is_yes:
        raise Refused(Step.DATA, answer)
    return answer


def dot_stuffed(content: bytes) -> bytes:
    """A mail as DATA wants it: dots stuffed, and the final one (RFC 5321 section 4.5.2)."""
    first_dot = b"." if content.startswith(b".") else b""
    return first_dot + content.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def with_crlf(content: bytes) -> bytes:
    """A mail whose lines all end with CRLF: a bare CR or LF could end it for others (RFC 5321 section 2.3.8)."""
    ends = content.count(b"\r\n")
    if content.count(b"\n") != ends or content.count(b"\r") != ends:
        content = _LINE_END.sub(b"\r\n", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"
