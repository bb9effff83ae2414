"""What the ticket page shows to one party: decided here from the store, so that a template cannot show too much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from mailbot.config import TicketType
from mailbot.core import own_tokens
from mailbot.core.replay import Then
from mailbot.core.reply_token import Purpose, Retired, Token, Unknown
from mailbot.core.ticket import Actor, Closed, Event, Open, Party, Ticket
from mailbot.core.vendor import Vendor
from mailbot.errors import NotFound
from mailbot.outbound.mail import DeskFace, EntryFace, NextFace
from mailbot.service import held_faces
from mailbot.service.desk import Desk
from mailbot.service.held_faces import HeldFace
from mailbot.service.hidden_addresses import without_addresses
from mailbot.service.mails import desk_face, entry_face, name_of, next_face, zone_of
from mailbot.service.record import CAP_MET
from mailbot.store import outbox, tickets, vendors
from mailbot.store.outbox import OutboxRow
from mailbot.store.tickets import Entry

MAX_TEXT_CHARS: Final = 30_000
MAX_CUT_CHARS: Final = 6_000
"""Of one entry on the page; its whole text is in the conversation to download."""
_MAX_CUTS: Final = 50
_MARKUP_OCTETS: Final = 260
_FILE_OCTETS: Final = 160


@dataclass(frozen=True)
class Fate:
    """How far a mail to a party is: `status` queued, sent, failed, withdrawn; `attempts` says whether it was tried."""

    to: Party
    status: str
    attempts: int
    next_try_at: datetime | None

    @property
    def is_troubled(self) -> bool:
        """Whether it failed or was put off."""
        return self.status == "failed" or (self.status == "queued" and self.attempts > 0)


@dataclass(frozen=True)
class PageEntry:
    """A history entry as the page shows it: its face, what was cut from it, and the fate of the mails about it."""

    face: EntryFace
    cut: str
    fates: tuple[Fate, ...]


@dataclass(frozen=True)
class Window:
    """How much of a conversation a page shows: entries before a number, newest first, as many as fit.

    `asked` is the held mail that the reader was asked about, if he came by that question.
    """

    before: int | None
    octets: int
    asked: int | None = None


@dataclass(frozen=True)
class TicketPage:
    """A ticket as one party may see it. `entries` are oldest first; `zone` is the reader's (IANA).

    `older` counts the entries before those. `held` are mails that wait for the reader's decision, `held_more` counts
    those beyond; `asked` is the one that he was asked about, when it is decided already.

    `takes_late`: an answer to a ticket that was closed too long ago opens a new one.
    """

    reader: Party
    ticket: Ticket
    type_label: str
    customer: str
    vendor: str
    next: NextFace | None
    entries: tuple[PageEntry, ...]
    older: int
    own_address_failing: bool
    other_address_failing: bool
    vendor_unreachable: str | None
    reopen_until: datetime | None
    reopen_within: timedelta
    takes_late: bool
    other_types: tuple[TicketType, ...]
    desk: DeskFace
    zone: str
    now: datetime
    held: tuple[HeldFace, ...] = ()
    held_more: int = 0
    asked: HeldFace | None = None


def reader_of(desk: Desk, text: str) -> Token | None:
    """The viewing token that `text` is; None for everything else.

    That is: no token of ours, a revoked one, one for another purpose, or for a ticket that is gone or was closed
    longer ago than `[web] links_expire_after`.
    """
    token = desk.addresses.keys.read(text)
    if isinstance(token, Unknown | Retired) or token.purpose is not Purpose.VIEW:
        return None
    with desk.store.read() as connection:
        if token.serial != tickets.epoch(connection, token.number, token.party):
            return None
        state = tickets.get_ticket(connection, token.number).state
    lifetime = timedelta(seconds=desk.config.web.links_expire_after)
    return None if isinstance(state, Closed) and desk.clock.now() - state.at > lifetime else token


def ticket_page(desk: Desk, token: Token, window: Window | None = None) -> TicketPage:
    """Everything that the page shows, with the whole conversation or a window of it. NotFound when it is gone."""
    with desk.store.read() as connection:
        return _page(connection, desk, token, window)


def attachment(desk: Desk, token: Token, entry_number: int, position: int) -> tuple[str, bytes]:
    """Name and octets of a file that this party may see. NotFound when there is none."""
    with desk.store.read() as connection:
        ticket = tickets.get_ticket(connection, token.number)
        for entry in tickets.entries(connection, ticket.number, entry_number):
            if entry.number == entry_number and _is_shown(entry) and entry.words:
                for file in entry.words.attachments[position - 1 : position] if position > 0 else ():
                    return file.name, desk.store.blobs.get(connection, file.digest)
    raise NotFound(f"ticket {token.number} has no file {entry_number}/{position}")


def attachments_within(desk: Desk, token: Token, max_bytes: int) -> Mapping[tuple[int, int], bytes]:
    """The octets of the ticket's files by entry and position, newest entries first, as long as they fit."""
    found: dict[tuple[int, int], bytes] = {}
    with desk.store.read() as connection:
        for entry in reversed(tickets.entries(connection, token.number)):
            for position, file in enumerate(entry.words.attachments if entry.words else (), 1):
                if file.bytes <= max_bytes:
                    found[entry.number, position] = desk.store.blobs.get(connection, file.digest)
                    max_bytes -= file.bytes
    return found


def without_tokens(desk: Desk, text: str) -> str:
    """A text in which each token of ours, whatever host surrounds it, is only hinted at."""
    return own_tokens.without_tokens(text, desk.addresses.keys)


def _page(connection: Connection, desk: Desk, token: Token, window: Window | None) -> TicketPage:
    ticket = tickets.get_ticket(connection, token.number)
    vendor = vendors.get_vendor(connection, ticket.vendor)
    waiting = held_faces.waiting(connection, desk, ticket, token.party) if window and window.before is None else ()
    held = held_faces.shown(waiting)
    asked = held_faces.decided(connection, desk, ticket, token.party, window.asked) if window else None
    if window:
        window = replace(window, octets=window.octets - held_faces.octets(held))
    shown, older = _within(tickets.entries(connection, ticket.number), window)
    mails = outbox.ticket_mails(connection, ticket.number)
    fates = _fates(mails, {entry.number for entry in shown})
    now = desk.clock.now()
    own, other = _addresses(ticket, vendor, token.party)
    return TicketPage(
        reader=token.party,
        ticket=ticket,
        type_label=desk.config.ticket_type(ticket.type).label,
        customer=name_of(desk, ticket, vendor, Actor.CUSTOMER),
        vendor=vendor.name,
        next=next_face(desk, Then(ticket.state, ticket.type), vendor.id, now),
        entries=tuple(
            _entry(connection, desk, ticket, vendor, _shortened(entry) if window else entry, token.party, fates)
            for entry in shown
        ),
        older=older,
        own_address_failing=_is_failing(connection, own),
        other_address_failing=_is_failing(connection, other),
        vendor_unreachable=_unreachable(desk, vendor, token.party),
        reopen_until=_reopen_until(desk, ticket),
        reopen_within=timedelta(seconds=desk.config.tickets.reopen_within),
        takes_late=desk.config.tickets.late_reply == "new ticket",
        other_types=_other_types(desk, ticket, token.party),
        desk=desk_face(desk),
        zone=zone_of(desk, vendor, token.party),
        now=now,
        held=held,
        held_more=len(waiting) - len(held),
        asked=asked,
    )


def _within(history: Sequence[Entry], window: Window | None) -> tuple[tuple[Entry, ...], int]:
    """The entries that a party may see and that fit, oldest first, and how many are older."""
    seen = [entry for entry in history if _is_shown(entry)]
    if window is None:
        return tuple(seen), 0
    wanted = [entry for entry in seen if window.before is None or entry.number < window.before]
    first, left = len(wanted), window.octets
    while first and (left := left - _octets(wanted[first - 1])) >= 0:
        first -= 1
    first = min(first, max(len(wanted) - 1, 0))  # one entry is always shown
    return tuple(wanted[first:]), first


def _is_shown(entry: Entry) -> bool:
    """Whether a party sees an entry at all; other notes are between the desk and itself."""
    is_cap = entry.event is Event.NOTE and dict(entry.facts).get("what") == CAP_MET
    return entry.event not in (Event.HELD, Event.NOTE) or is_cap


def _shortened(entry: Entry) -> Entry:
    """An entry with little more of its text than the page shows: a mail of megabytes costs no page its time."""
    words = entry.words
    if words is None or len(words.text) + sum(len(text) for _, text in words.cuts) <= MAX_CUT_CHARS:
        return entry
    cuts = tuple((rule, text[: MAX_CUT_CHARS + 1]) for rule, text in words.cuts[:_MAX_CUTS])
    return replace(entry, words=replace(words, text=words.text[: MAX_TEXT_CHARS + 1], cuts=cuts))


def _octets(entry: Entry) -> int:
    """About how much room an entry takes on the page, its markup included."""
    if entry.words is None:
        return _MARKUP_OCTETS
    cut = min(sum(len(text) for _, text in entry.words.cuts), MAX_CUT_CHARS)
    text = len(entry.words.text[:MAX_TEXT_CHARS].encode("utf-8", "replace"))
    return text + cut + _MARKUP_OCTETS + _FILE_OCTETS * len(entry.words.attachments)


def _entry(
    connection: Connection,
    desk: Desk,
    ticket: Ticket,
    vendor: Vendor,
    entry: Entry,
    reader: Party,
    fates: Mapping[int, tuple[Fate, ...]],
) -> PageEntry:
    face = entry_face(connection, desk, ticket, vendor, entry, reader)
    return PageEntry(
        face=replace(face, text=without_tokens(desk, face.text)),
        cut=_cut(desk, entry, reader),
        fates=fates.get(entry.number, ()),
    )


def _fates(mails: Iterable[OutboxRow], entries: AbstractSet[int]) -> Mapping[int, tuple[Fate, ...]]:
    """The mails to the parties by the entry that they are about."""
    found: dict[int, tuple[Fate, ...]] = {}
    for mail in mails:
        if mail.party is not None and mail.entry is not None and mail.entry in entries:
            fate = Fate(mail.party, mail.status, mail.attempts, mail.next_try_at)
            found[mail.entry] = (*found.get(mail.entry, ()), fate)
    return found


def _cut(desk: Desk, entry: Entry, reader: Party) -> str:
    """What was not new words. The other side's quotes may name addresses that this reader must not learn."""
    if entry.words is None or not entry.words.cuts:
        return ""
    text = without_tokens(desk, "\n\n".join(cut for _, cut in entry.words.cuts))
    is_own = entry.actor.value == reader.value
    return text if is_own or not desk.config.desk.hide_addresses else without_addresses(text)


def _addresses(ticket: Ticket, vendor: Vendor, reader: Party) -> tuple[str, str]:
    both = (ticket.customer_address, vendor.address)
    return both if reader is Party.CUSTOMER else (both[1], both[0])


def _is_failing(connection: Connection, address: str) -> bool:
    return bool(address) and outbox.failing_reason(connection, address) is not None


def _unreachable(desk: Desk, vendor: Vendor, reader: Party) -> str | None:
    if reader is Party.VENDOR or vendor.address:
        return None
    return vendor.contact or desk.config.desk.contact


def _reopen_until(desk: Desk, ticket: Ticket) -> datetime | None:
    if not isinstance(ticket.state, Closed):
        return None
    return ticket.state.at + timedelta(seconds=desk.config.tickets.reopen_within)


def _other_types(desk: Desk, ticket: Ticket, reader: Party) -> tuple[TicketType, ...]:
    if not desk.config.may_change_type(Actor(reader)) or not isinstance(ticket.state, Open):
        return ()
    return tuple(kind for name, kind in desk.config.types.items() if name != ticket.type)
