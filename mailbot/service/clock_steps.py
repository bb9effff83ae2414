"""What the admins hear when the wall clock steps: plans follow it, so a wrong clock warns people wrongly."""

from __future__ import annotations

import socket
from datetime import timedelta

from mailbot.service.desk import Desk
from mailbot.service.record import tell_admins

_DAY = timedelta(days=1)


def tell_of_step(desk: Desk, by: timedelta) -> None:
    """Owes each admin a notice that the wall clock stepped by so much, forward or (less than zero) back."""
    now = desk.clock.now()
    way = "forward" if by > timedelta() else "back"
    with desk.store.write() as connection:
        tell_admins(
            connection,
            desk,
            now,
            f"The clock of {socket.gethostname()} stepped {way} by {_span(abs(by))}",
            f"It was {(now - by):%Y-%m-%d %H:%M} UTC, and is {now:%Y-%m-%d %H:%M} UTC now. Either the clock was set, or"
            " the machine slept meanwhile.",
            "Warnings and closings follow the clock. Nothing is sent twice, and nobody is closed out before the full"
            " time after a warning that really left; but if the clock is wrong, so are the warnings that just left.",
            "Check the time service of that machine. `mailbot due` lists what comes next.",
        )


def _span(by: timedelta) -> str:
    if by >= 2 * _DAY:
        return f"{round(by / _DAY)} days"
    return f"{round(by / timedelta(hours=1), 1):g} hours"
