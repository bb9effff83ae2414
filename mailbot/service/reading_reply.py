"""Reading in a worker: what a mail says, knowing what we wrote to its author before."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from mailbot.inbound.message import read
from mailbot.inbound.own_history import lines_of
from mailbot.inbound.reading import OwnHistory, Reading, ReadingLimits
from mailbot.outbound.compose import compose
from mailbot.outbound.mail import OutgoingMail
from mailbot.store.places import octets_of

log = logging.getLogger("mailbot.inbox")


def read_reply(
    raw: bytes | Path, limits: ReadingLimits, own: OwnHistory, last: OutgoingMail | None, templates: str | None
) -> Reading:
    """The reading of a mail, or of the mail in a file. StoreUnavailable when that cannot be read.

    `last` is our newest mail to its author: composed anew, it is what he may have quoted.
    """
    octets = octets_of(raw)
    if last is None:
        return read(octets, limits, own)
    try:
        lines = lines_of(compose(last, templates))
    except Exception:  # a template that broke meanwhile must not keep mail from coming in
        log.exception("own mail not composed, its quote is told by the comments alone")
        lines = ()
    return read(octets, limits, replace(own, lines=(*lines, *own.lines)))
