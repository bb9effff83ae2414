"""Commands and answers on one connection, each tied to its step, and how a dialogue fails.

In: lines to say. Out: the relay's answers; `Refused` for a no, `BrokenOff` where no answer came.
"""

from __future__ import annotations

from collections.abc import Callable

from mailbot.outbound.answers import Step, one_answer_line
from mailbot.outbound.smtp_answers import Answer, BadAnswer
from mailbot.outbound.smtp_wire import Wire

Listen = Callable[[str], None]
"""Hears each line of the dialogue, "C: …" and "S: …"; passwords are not told."""


class Refused(Exception):
    """The relay said no, or "not now"."""

    def __init__(self, step: Step, answer: Answer) -> None:
        super().__init__(str(answer))
        self.step, self.answer = step, answer


class BrokenOff(Exception):
    """The dialogue ended in the middle. `handed_over`: the relay may have the whole mail (RFC 1047)."""

    def __init__(self, step: Step, cause: Exception, *, handed_over: bool = False) -> None:
        super().__init__(str(cause))
        self.step, self.cause, self.handed_over = step, cause, handed_over


class Lacking(Exception):
    """The relay does not offer what our set-up asks for."""

    def __init__(self, step: Step, words: str) -> None:
        super().__init__(words)
        self.step = step


class Talk:
    """A dialogue on one connection. Each answer has `seconds`; one that does not come ends the connection."""

    def __init__(self, wire: Wire, seconds: float, listen: Listen | None) -> None:
        self.wire = wire
        self.seconds = seconds
        self._listen = listen or (lambda _line: None)

    def write(self, lines: list[str], *told: str) -> None:
        """Say lines in one write. ValueError for one that would be more than one."""
        for line in lines:
            if any(control in line for control in "\r\n\0"):
                raise ValueError(f"a command of one line: {line!r}")
        for words in told:
            self._listen(f"C: {words}")
        if self.wire.is_open:  # else the answer that is waited for next says why not
            self.wire.write("".join(f"{line}\r\n" for line in lines).encode(), answers=len(lines))

    async def hear(self, step: Step) -> Answer:
        """The next answer, which is due at a step."""
        try:
            answer = await self.wire.answer(self.seconds)
        except (OSError, BadAnswer) as fault:
            self.wire.close()
            raise BrokenOff(step, fault) from fault
        self.tell(answer)
        if answer.code == 421:  # it closes the connection (RFC 5321 section 3.8)
            self.wire.close()
        return answer

    async def say(self, step: Step, line: str, told: str = "") -> Answer:
        """One command and its answer."""
        self.write([line], told or line)
        return await self.hear(step)

    def expect(self, step: Step, answer: Answer) -> None:
        """Raises Refused for a no, and BrokenOff for an answer that cannot be one to this command.

        Only 354 begins DATA: a mail is never taken for sent because DATA was answered by 250.
        """
        if answer.code == 354 if step is Step.DATA else answer.is_yes:
            return
        if answer.code < 400:
            self.wire.close()
            raise BrokenOff(step, BadAnswer(f"{one_answer_line(str(answer))} is no answer to that"))
        raise Refused(step, answer)

    def tell(self, answer: Answer) -> None:
        """Let the listener hear an answer."""
        for line in answer.lines:
            self._listen(f"S: {answer.code} {one_answer_line(line)}")
