"""From an outbox row to what the mail is made from: everything that its templates may show, decided here.

Read from the store at sending, from the history up to the row's entry, so that a retry says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.config import Config
from mailbot.core.replay import Then, replay
from mailbot.core.reply_token import Purpose, Token
from mailbot.core.sender import fold
from mailbot.core.ticket import Actor, Closed, Event, Grade, Kind, Open, Party, Ticket, Via
from mailbot.core.vendor import Vendor
from mailbot.outbound.mail import (
    AttachmentFace,
    DeskFace,
    EntryFace,
    NextFace,
    OutgoingMail,
    OutgoingNotice,
    TicketFace,
)
from mailbot.outbound.templates import languages
from mailbot.service.desk import Desk
from mailbot.service.hidden_addresses import name_without_addresses, without_printed_addresses
from mailbot.service.record import next_due
from mailbot.store import outbox, tickets, vendors
from mailbot.store.outbox import OutboxRow
from mailbot.store.tickets import Entry

_BETWEEN_US = (Event.HELD, Event.NOTE)
_RELAYS_WORDS = (Event.OPENED, Event.COMMENT)


def outgoing(connection: Connection, desk: Desk, row: OutboxRow, now: datetime) -> OutgoingMail | OutgoingNotice:
    """What the mail of an outbox row is made from."""
    if row.notice is not None:
        return _notice(connection, desk, row)
    return _mail(connection, desk, row, now, with_files=True)


def last_mail(
    connection: Connection, desk: Desk, ticket: int, party: Party, now: datetime, *, before: int | None = None
) -> OutgoingMail | None:
    """What the newest mail that a party has from us about a ticket was made from, without files.

    With `before`, the newest about an entry before that one.
    """
    sent = [
        row
        for row in outbox.ticket_mails(connection, ticket)
        if row.party is party
        and row.notice is None
        and row.status == "sent"
        and (before is None or (row.entry or 0) < before)
    ]
    return _mail(connection, desk, sent[-1], now, with_files=False) if sent else None


def desk_face(desk: Desk) -> DeskFace:
    """What mails and pages tell of the desk."""
    return face_of(desk.config)


def face_of(config: Config) -> DeskFace:
    """What mails tell of the desk of a config."""
    section = config.desk
    return DeskFace(
        section.name, section.domain, section.base_url, section.contact, section.complaints, section.address
    )


def _notice(connection: Connection, desk: Desk, row: OutboxRow) -> OutgoingNotice:
    notice = row.notice or {}
    party = row.party or (Party(notice["party"]) if "party" in notice else None)
    return OutgoingNotice(
        kind=row.kind,
        to_address=row.to_address,
        to_name="",
        message_id=row.message_id,
        date=row.created_at,
        subject=notice["subject"],
        reason=notice.get("reason", ""),
        paragraphs=tuple(filter(None, notice.get("paragraphs", ()))),
        quoted=notice.get("quoted", ""),
        actions=tuple((label, target) for label, target in notice.get("actions", ())),
        desk=desk_face(desk),
        reply_to=notice.get("reply_to", ""),
        language=_language(connection, desk, row.ticket, party),
        says=notice.get("says", ""),
        facts=tuple(notice.get("facts", {}).items()),
    )


@dataclass(frozen=True)
class _Matter:
    """What was read for one mail: its row, the ticket as it was at its entry, and our earlier mails to the party."""

    row: OutboxRow
    party: Party
    ticket: Ticket
    vendor: Vendor
    entries: tuple[Entry, ...]
    then: Then
    earlier: tuple[OutboxRow, ...]

    @property
    def is_open(self) -> bool:
        """Whether the ticket was open then."""
        return isinstance(self.then.state, Open)

    def is_new(self, entry: Entry) -> bool:
        """Whether this party has not been told of an entry yet."""
        return entry.number > max((mail.entry or 0 for mail in self.earlier), default=0)


def _matter(connection: Connection, row: OutboxRow) -> _Matter:
    assert row.ticket is not None
    assert row.entry is not None
    assert row.party is not None
    ticket = tickets.get_ticket(connection, row.ticket)
    history = tickets.entries(connection, ticket.number)
    earlier = tuple(
        mail
        for mail in outbox.ticket_mails(connection, ticket.number)
        if mail.party is row.party and mail.id < row.id and mail.status != "withdrawn" and mail.notice is None
    )
    vendor = vendors.get_vendor(connection, ticket.vendor)
    then = replay(history, ticket.type, row.entry)
    return _Matter(row, row.party, ticket, vendor, history[: row.entry], then, earlier)


def _mail(connection: Connection, desk: Desk, row: OutboxRow, now: datetime, *, with_files: bool) -> OutgoingMail:
    matter = _matter(connection, row)
    ticket, vendor, party, config = matter.ticket, matter.vendor, matter.party, desk.config
    faces = [
        entry_face(connection, desk, ticket, vendor, entry, party, with_files=with_files and matter.is_new(entry))
        for entry in matter.entries
        if entry.event not in _BETWEEN_US
    ]
    about = next(face for face in faces if face.number == row.entry)
    newest = _newest(faces, matter)
    thread = _thread(matter)
    return OutgoingMail(
        kind=row.kind,
        to_party=party,
        to_name=ticket.customer_name if party is Party.CUSTOMER else vendor.name,
        to_address=row.to_address,
        message_id=row.message_id,
        date=now if row.kind is Kind.WARNING else row.created_at,
        in_reply_to=thread[-1] if thread else None,
        references=_references(desk, matter, thread),
        return_path=_return_path(desk, row.message_id, party),
        reply_address=desk.addresses.reply(ticket.number, party, ticket.epoch(party)),
        close_address=_action(desk, Purpose.CLOSE, matter) if matter.is_open else "",
        keep_address=_action(desk, Purpose.KEEP, matter) if matter.is_open and _has_plan(desk, matter) else "",
        page_url=desk.addresses.page(ticket.number, party, ticket.epoch(party)),
        writer=newest[0].who if about.event in _RELAYS_WORDS and newest else about.who,
        desk=desk_face(desk),
        ticket=_ticket_face(desk, matter, now),
        entry=about,
        newest=newest,
        history=tuple(reversed(faces)),
        zone=zone_of(desk, vendor, party),
        language=_language(connection, desk, ticket.number, party),
        other_failing=_other_failing(connection, matter),
        vendor_unreachable=_unreachable(desk, matter),
        auto_submitted=config.tickets.announce_as_automatic or about.event not in _RELAYS_WORDS,
        human_words=about.event in _RELAYS_WORDS,
        repeats_nothing=_repeats_nothing(matter),
        reopen_until=_reopen_until(desk, matter.then),
        max_history_bytes=config.limits.max_history_bytes,
        max_attachment_bytes=config.limits.max_attachment_bytes,
    )


def entry_face(
    connection: Connection,
    desk: Desk,
    ticket: Ticket,
    vendor: Vendor,
    entry: Entry,
    reader: Party,
    *,
    with_files: bool = False,
) -> EntryFace:
    """One history entry as `reader` may see it. `with_files` brings the attachments' octets along."""
    return EntryFace(
        number=entry.number,
        event=entry.event,
        at=entry.at,
        actor=entry.actor,
        who=_who(desk, ticket, vendor, entry),
        text=_text(desk, ticket, vendor, entry, reader),
        written_by=_written_by(desk, entry),
        facts=_facts(desk, ticket, vendor, entry),
        attachments=tuple(_files(connection, desk, ticket, entry, reader, with_files=with_files)),
    )


def name_of(desk: Desk, ticket: Ticket, vendor: Vendor, actor: Actor) -> str:
    """The display name of whoever acted; "" for a customer without one, whom each language names itself."""
    if actor is Actor.CUSTOMER:
        return _shown_name(desk, ticket.customer_name)
    return vendor.name if actor is Actor.VENDOR else desk.config.desk.name


def zone_of(desk: Desk, vendor: Vendor, party: Party) -> str:
    """The time zone in which a party reads dates."""
    own = vendor.timezone if party is Party.VENDOR else ""
    return own or desk.config.desk.timezone or desk.config.calendar.zone


def _language(connection: Connection, desk: Desk, ticket: int | None, party: Party | None) -> str:
    """The reader's language, where there are templates for it; else the desk's, which the admins read too."""
    section = desk.config.desk
    if ticket is None or party is None:
        return section.language
    if party is Party.CUSTOMER:
        own = tickets.customer_language(connection, ticket)
    else:
        own = vendors.get_vendor(connection, tickets.get_ticket(connection, ticket).vendor).language
    known = languages(str(section.templates) if section.templates else None)
    return own if {own.lower(), own.lower().partition("-")[0]} & set(known) else section.language


def next_face(desk: Desk, then: Then, vendor_id: str, now: datetime, *, warned_now: bool = False) -> NextFace | None:
    """What the clock will do with a vendor's ticket in that state; a warning counts as sent now."""
    state = then.state
    if isinstance(state, Closed):
        return None
    due = next_due(desk, then.type, vendor_id, replace(state, warned_at=now) if warned_now else state)
    return NextFace(due.action, due.at, due.rule, state.waiting_on) if due else None


def _who(desk: Desk, ticket: Ticket, vendor: Vendor, entry: Entry) -> str:
    name = name_of(desk, ticket, vendor, entry.actor)
    if entry.words is None:
        return name
    return _with_address(desk, name, entry.words.sender or _on_file(ticket, vendor, entry.actor))


def _with_address(desk: Desk, name: str, address: str) -> str:
    """A name, and its address where the desk shows addresses."""
    if desk.config.desk.hide_addresses or not address:
        return name
    return f"{name} <{address}>" if name else address


def _on_file(ticket: Ticket, vendor: Vendor, actor: Actor) -> str:
    """The address on file of a party; "" for the desk."""
    if actor is Actor.CUSTOMER:
        return ticket.customer_address
    return vendor.address if actor is Actor.VENDOR else ""


def _shown_name(desk: Desk, name: str) -> str:
    return name_without_addresses(name) if desk.config.desk.hide_addresses else name


def _text(desk: Desk, ticket: Ticket, vendor: Vendor, entry: Entry, reader: Party) -> str:
    """An entry's words as the reader may see them: without what a program printed of the other side's addresses."""
    words = entry.words
    if words is None:
        return ""
    if not desk.config.desk.hide_addresses:
        return words.text
    also = (address for address in vendor.also if "@" in address.lstrip("@"))
    theirs = {ticket.customer_address} if reader is Party.VENDOR else {vendor.email, vendor.ticket_email, *also}
    if entry.actor.value == reader.other.value:
        theirs.add(words.sender)
    return without_printed_addresses(words.text, frozenset(map(fold, filter(None, theirs))))


def _written_by(desk: Desk, entry: Entry) -> str | None:
    """Who wrote for a party by mail, other than its addressee."""
    words = entry.words
    if words is None or words.grade not in (Grade.COLLEAGUE, Grade.STRANGER, Grade.FAILED) or words.via is not Via.MAIL:
        return None
    return _shown_name(desk, words.sender_name)


def _facts(desk: Desk, ticket: Ticket, vendor: Vendor, entry: Entry) -> tuple[tuple[str, str], ...]:
    if entry.event is Event.TYPE_CHANGED:
        return tuple((key, desk.config.ticket_type(name).label) for key, name in entry.facts)
    if entry.event is Event.DELIVERY_FAILED:
        failed = Actor(dict(entry.facts)["party"])
        return (("who", name_of(desk, ticket, vendor, failed)),)
    return entry.facts


def _files(
    connection: Connection, desk: Desk, ticket: Ticket, entry: Entry, reader: Party, *, with_files: bool
) -> Iterable[AttachmentFace]:
    page = desk.addresses.page(ticket.number, reader, ticket.epoch(reader))
    left = desk.config.limits.max_attachment_bytes if with_files else -1
    for position, file in enumerate(entry.words.attachments if entry.words else (), 1):
        url = f"{page}/attachment/{entry.number}/{position}"
        content = desk.store.blobs.get(connection, file.digest) if file.bytes <= left else None
        left -= file.bytes if content is not None else 0
        yield AttachmentFace(file.name, file.media_type, file.bytes, url, content)


def _newest(faces: Sequence[EntryFace], matter: _Matter) -> tuple[EntryFace, ...]:
    """The comments since the last mail to this party, newest first; the last one when there are none."""
    told = max((mail.entry or 0 for mail in matter.earlier), default=0)
    spoken = [face for face in reversed(faces) if face.event in _RELAYS_WORDS]
    return tuple(face for face in spoken if face.number > told) or tuple(spoken[:1])


def _thread(matter: _Matter) -> list[str]:
    """Message-IDs of this party's own mails and ours to it, oldest first; never one of the other side's."""
    own = [
        (entry.number, 0, entry.words.message_id)
        for entry in matter.entries
        if entry.words and entry.actor.value == matter.party.value and entry.words.message_id
    ]
    ours = [(mail.entry or 0, 1, mail.message_id) for mail in matter.earlier]
    return [message_id for _, _, message_id in sorted([*own, *ours])]


def _references(desk: Desk, matter: _Matter, thread: list[str]) -> tuple[str, ...]:
    """The first keeps the conversation together, the latest show where it stands (RFC 5322 section 3.6.4).

    A relay that rewrites Message-IDs gives our first mail one that no later mail names: a common root joins them.
    """
    rewritten = desk.config.smarthost.rewrites_message_id
    root = [desk.addresses.thread_root(matter.ticket.number, matter.party)] if rewritten else []
    return tuple(dict.fromkeys([*root, *thread[:1], *thread[-9:]]))


def _return_path(desk: Desk, message_id: str, party: Party) -> str:
    mail = desk.addresses.read_message_id(message_id)
    assert mail is not None, "a party's mail bears a Message-ID of ours"
    return desk.addresses.address(Token(Purpose.BOUNCE, party, mail.number, mail.serial))


def _action(desk: Desk, purpose: Purpose, matter: _Matter) -> str:
    epoch = matter.ticket.epoch(matter.party)
    return desk.addresses.address(Token(purpose, matter.party, matter.ticket.number, epoch))


def _has_plan(desk: Desk, matter: _Matter) -> bool:
    """Whether silence of either side has consequences, so that keeping the ticket open means something."""
    plans = desk.config.plans_for(matter.then.type, matter.ticket.vendor)
    return any(plans.for_party(party) for party in Party)


def _ticket_face(desk: Desk, matter: _Matter, now: datetime) -> TicketFace:
    ticket, state = matter.ticket, matter.then.state
    return TicketFace(
        number=ticket.number,
        type_label=desk.config.ticket_type(matter.then.type).label,
        open=isinstance(state, Open),
        subject=ticket.subject,
        opened_at=ticket.opened_at,
        customer=_with_address(desk, name_of(desk, ticket, matter.vendor, Actor.CUSTOMER), ticket.customer_address),
        vendor=_with_address(desk, matter.vendor.name, matter.vendor.address),
        waiting_on=state.waiting_on if isinstance(state, Open) else None,
        waiting_since=state.last_activity_at if isinstance(state, Open) else None,
        next=next_face(desk, matter.then, ticket.vendor, now, warned_now=matter.row.kind is Kind.WARNING),
        details=ticket.details,
        successor_of=ticket.successor_of,
    )


def _other_failing(connection: Connection, matter: _Matter) -> bool:
    other = matter.vendor.address if matter.party is Party.CUSTOMER else matter.ticket.customer_address
    return bool(other) and outbox.failing_reason(connection, other) is not None


def _unreachable(desk: Desk, matter: _Matter) -> str | None:
    if matter.party is Party.VENDOR or matter.vendor.address:
        return None
    return matter.vendor.contact or desk.config.desk.contact


def _repeats_nothing(matter: _Matter) -> bool:
    """An opener whose From fails DMARC hears nothing of what he wrote: no desk is a relay for spam."""
    opening = matter.entries[0].words
    only_opened = not any(entry.event is Event.COMMENT for entry in matter.entries)
    return matter.party is Party.CUSTOMER and opening is not None and opening.grade is Grade.FAILED and only_opened


def _reopen_until(desk: Desk, then: Then) -> datetime | None:
    if isinstance(then.state, Open):
        return None
    return then.state.at + timedelta(seconds=desk.config.tickets.reopen_within)
