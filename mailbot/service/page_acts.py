"""What a party does on the ticket page: a comment with files, and the acts that a button sends.

In: the viewing token's ticket and party, what the form held. Out: the ticket as it is then. The same form sent
again changes nothing. Errors: those of `service.tickets`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from mailbot.core import ticket as act
from mailbot.core.reply_token import Token
from mailbot.core.sender import Act, Treatment
from mailbot.core.ticket import Actor, Attachment, Grade, Party, Ticket, TooLate, Via
from mailbot.errors import BadInput, NotFound, NotPermitted
from mailbot.inbound.attachments import safe_name, sniffed
from mailbot.outbound.safe_text import body_text
from mailbot.service import holding
from mailbot.service import tickets as acts
from mailbot.service.desk import Desk
from mailbot.service.files import without_own_tokens
from mailbot.service.holding import End
from mailbot.service.mails import zone_of
from mailbot.service.posting import treat
from mailbot.service.record import record
from mailbot.service.ticket_page import without_tokens
from mailbot.service.transaction import in_one_transaction
from mailbot.store import inbox, tickets, vendors
from mailbot.store.tickets import Words

MAX_TEXT_CHARS: Final = 100_000
MAX_PAUSE_DAYS: Final = 90


@dataclass(frozen=True)
class Upload:
    """A file as a browser sent it: its claimed name and media type, its octets."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Reply:
    """What the reply form held. `nonce` is the form's own; the same text by the same form is one comment."""

    text: str
    nonce: str
    uploads: Sequence[Upload] = ()


def comment(desk: Desk, token: Token, reply: Reply) -> Ticket:
    """Adds a party's words and files; on a ticket closed too long ago they open its successor, which is returned.

    BadInput for an empty or endless text; NotPermitted when the desk takes no late answers.
    """
    _permit(desk, Act.SPEAK)
    text = without_tokens(desk, body_text(reply.text))
    if not text.strip() and not reply.uploads:
        raise BadInput("empty")
    if len(text) > MAX_TEXT_CHARS:
        raise BadInput("long")
    uploads = tuple(
        replace(upload, content=without_own_tokens(desk, upload.name, upload.media_type, upload.content))
        for upload in reply.uploads
    )
    for upload in uploads:
        desk.store.blobs.write_file(upload.content)
    safe = replace(reply, text=text, uploads=uploads)
    return in_one_transaction(desk, lambda connection: _comment_once(connection, desk, token, safe))


def close(desk: Desk, token: Token) -> Ticket:
    """Closes the ticket."""
    _permit(desk, Act.CLOSE)
    return acts.close(desk, token.number, Actor(token.party)).ticket


def reopen(desk: Desk, token: Token) -> Ticket:
    """Reopens the ticket. NotPermitted when it was closed too long ago."""
    _permit(desk, Act.REOPEN)
    with desk.store.read() as connection:
        ticket = tickets.get_ticket(connection, token.number)
    if isinstance(act.comment(ticket, token.party, desk.clock.now(), _reopen_within(desk)), TooLate):
        raise NotPermitted("late")
    return acts.reopen(desk, token.number, Actor(token.party)).ticket


def keep_open(desk: Desk, token: Token) -> Ticket:
    """Restarts the clock."""
    _permit(desk, Act.KEEP_OPEN)
    return acts.keep_open(desk, token.number, Actor(token.party)).ticket


def change_type(desk: Desk, token: Token, new_type: str) -> Ticket:
    """Gives the ticket another type."""
    _permit(desk, Act.CHANGE_TYPE)
    return acts.change_type(desk, token.number, new_type, Actor(token.party)).ticket


def pause(desk: Desk, token: Token, last_day: date) -> Ticket:
    """Holds the clock until the end of a day, at most 90 days ahead, in the reader's zone. BadInput for another."""
    _permit(desk, Act.PAUSE)
    with desk.store.read() as connection:
        ticket = tickets.get_ticket(connection, token.number)
        zone = ZoneInfo(zone_of(desk, vendors.get_vendor(connection, ticket.vendor), token.party))
    first, last = pause_days(desk.clock.now(), zone)
    if not first <= last_day <= last:
        raise BadInput("date")
    until = datetime.combine(last_day + timedelta(days=1), time_of_day(), zone)
    return acts.pause(desk, token.number, Actor(token.party), until).ticket


def decide_held(desk: Desk, token: Token, key: int, *, publish: bool) -> Ticket:
    """Publishes or discards a mail that waits for this party; the ticket that has its words.

    One that was decided before stays as it was. NotFound for a held mail of anybody else or one that was never read,
    NotPermitted when its ticket was closed too long ago and the desk takes no late answers.
    """
    _permit(desk, Act.CONFIRM if publish else Act.DISCARD)

    def once(connection: Connection) -> Ticket:
        waiting = holding.find(connection, key)
        if (waiting.ticket, waiting.party) != (token.number, token.party) or waiting.reason == "shunted":
            raise NotFound(f"held mail {key} is none of ticket {token.number} for the {token.party}")
        decided = holding.decide(connection, desk, waiting, desk.clock.now(), publish=publish)
        if decided.end is End.TOO_LATE:
            raise NotPermitted("late")
        return decided.ticket

    return in_one_transaction(desk, once)


def pause_days(now: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last day until whose end a clock may be held."""
    today = now.astimezone(zone).date()
    return today + timedelta(days=1), today + timedelta(days=MAX_PAUSE_DAYS)


def _permit(desk: Desk, what: Act) -> None:
    """Who holds the link acts as the party; the same rule that mail passes says so."""
    if treat(desk, what, Grade.LINK) is not Treatment.POST:
        raise NotPermitted("refused")


def _comment_once(connection: Connection, desk: Desk, token: Token, reply: Reply) -> Ticket:
    now = desk.clock.now()
    ticket = tickets.get_ticket(connection, token.number)
    if not inbox.first_time(connection, f"page:{ticket.number}:{token.party}", _key(reply), now):
        return ticket
    words = Words(
        text=reply.text,
        sender="",
        sender_name="",
        grade=Grade.LINK,
        via=Via.PAGE,
        attachments=tuple(_stored(connection, desk, upload) for upload in reply.uploads),
    )
    change = act.comment(ticket, token.party, now, _reopen_within(desk))
    if not isinstance(change, TooLate):
        return record(connection, desk, change, words).ticket
    if desk.config.tickets.late_reply == "refuse":
        raise NotPermitted("late")
    return acts.succeed(connection, desk, ticket, Party(token.party), words, now).ticket


def _key(reply: Reply) -> str:
    """What makes a form the same as one sent before: its nonce and all that it held."""
    files = "".join(f"\0{upload.name}\0{hashlib.sha256(upload.content).hexdigest()}" for upload in reply.uploads)
    return hashlib.sha256(f"{reply.nonce}\0{reply.text}{files}".encode("utf-8", "surrogatepass")).hexdigest()


def _stored(connection: Connection, desk: Desk, upload: Upload) -> Attachment:
    media_type = sniffed(upload.content, _media_type(upload.media_type))
    digest = desk.store.blobs.put(connection, upload.content)
    return Attachment(safe_name(upload.name, media_type), media_type, len(upload.content), digest)


def _media_type(claimed: str) -> str:
    plain = claimed.partition(";")[0].strip().lower()
    main, slash, sub = plain.partition("/")
    allowed = (
        main.isascii() and sub.isascii() and (main + sub).replace("-", "").replace(".", "").replace("+", "").isalnum()
    )
    return plain if slash and main and sub and allowed and len(plain) <= 100 else "application/octet-stream"


def _reopen_within(desk: Desk) -> timedelta:
    return timedelta(seconds=desk.config.tickets.reopen_within)
