"""Whether every page template works: found by `mailbot check`, at start and at reload, not by a reader.

In: the admin's templates folder. Out: readable faults. Every page is rendered in every language and state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Final

from mailbot.config import TicketType
from mailbot.core.inactivity import Plans
from mailbot.core.ticket import Actor, Closed, Event, Open, Party, State, Ticket
from mailbot.outbound.mail import AttachmentFace, DeskFace, EntryFace, NextFace
from mailbot.outbound.template_files import templates_of
from mailbot.outbound.templates import readable_fault
from mailbot.outbound.wording import Dates, linked, zone_of
from mailbot.service.held_faces import MAX_TEXT_CHARS, HeldFace, Why
from mailbot.service.record import CAP_MET
from mailbot.service.ticket_page import Fate, PageEntry, TicketPage
from mailbot.web import pages
from mailbot.web.captured import CapturedMail, Headline, MailAction
from mailbot.web.forms import Seal
from mailbot.web.pages import Variables
from mailbot.web.ticket_view import DONE, FAULTS, Shown, ticket_variables
from mailbot.web.ticket_words import TicketWords

_AT: Final = datetime(2026, 3, 2, 8, 12, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_SEAL: Final = Seal("nonce", "csrf")
_MAIL: Final = Headline(
    "0" * 32, _AT, "ann@customer.example", "Ann", "Acme via Desk", "Pump leaks", "reply", "customer"
)


def verify_page_templates(folder: str | None) -> list[str]:
    """Render every page in every language; list the faults, each with file, line and what is wrong."""
    faults: dict[str, None] = {}
    for language in sorted(pages.languages(templates_of(folder, "page"))):
        for show in _showings(folder, language):
            try:
                show()
            except Exception as fault:  # noqa: BLE001  # a template is an admin's program; whatever it raises is a finding
                faults[readable_fault(fault)] = None
    return list(faults)


def _showings(folder: str | None, language: str) -> Iterator[Callable[[], object]]:
    frame: Variables = {"language": language, "prefix": "", "version": dict.fromkeys(pages.STATIC_FILES, "0")}

    def shown(name: str, variables: Variables) -> Callable[[], str]:
        return lambda: pages.render(folder, name, variables | frame)

    def ticket(page: TicketPage, how: Shown) -> Callable[[], str]:
        return lambda: pages.render(
            folder,
            "ticket.html",
            ticket_variables(TicketWords(page, folder, language), how, _SEAL, "/t/token", 1_000_000) | frame,
        )

    for page in _example_pages():
        yield ticket(page, Shown())
    for done in DONE:
        yield ticket(_page(_OPEN), Shown(done=done))
    for fault in FAULTS:
        yield ticket(_page(_OPEN), Shown(fault=fault, draft="words", act="pause"))
    for name in ("wrong", "often", "fault"):
        say = pages.PageWords(folder, language, {})
        yield lambda say=say, name=name: (say(f"{name}_title"), say(f"{name}_text"))  # type: ignore[misc]  # bound now
    yield shown("notice.html", {"title": "title", "text": "text"})
    yield shown("captured.html", _index_variables())
    yield shown("captured-mail.html", _mail_variables())


_OPEN: Final = Open(Party.CUSTOMER, _AT)
_STATES: Final[tuple[State, ...]] = (
    _OPEN,
    Open(Party.VENDOR, _AT),
    Open(Party.CUSTOMER, _AT, paused_until=_AT + 3 * _DAY),
    Closed(Party.CUSTOMER, _AT, _AT, Actor.VENDOR),
    Closed(Party.CUSTOMER, _AT, _AT, Actor.CUSTOMER),
    Closed(Party.CUSTOMER, _AT, _AT, Actor.DESK),
    Closed(Party.CUSTOMER, _AT, _AT, Actor.INACTIVITY),
)


def _example_pages() -> Iterator[TicketPage]:
    for state in _STATES:
        for reader in Party:
            yield replace(_page(state), reader=reader)
    late = _page(_STATES[3])
    yield replace(late, reopen_until=_AT - _DAY)
    yield replace(late, reopen_until=_AT - _DAY, takes_late=False)
    open_page = _page(_OPEN)
    yield replace(open_page, held=tuple(_held_mails()), held_more=2)
    yield replace(open_page, held=tuple(_held_mails())[:1])
    for decided in ("released", "rejected", "expired"):
        yield replace(open_page, asked=replace(next(_held_mails()), state=decided))
    yield replace(open_page, next=None, own_address_failing=True, other_address_failing=True)
    yield replace(open_page, next=NextFace("close", _AT + _DAY, "vendor: close after 2 days", Party.VENDOR))
    yield replace(open_page, reader=Party.CUSTOMER, vendor_unreachable="+1 555 0100", customer="")


def _page(state: State) -> TicketPage:
    details = (("order", "A-17"),)
    ticket = Ticket(
        1042, 1, "refund", "Pump leaks", "Ann", "ann@customer.example", "acme", details, _AT, state, successor_of=1001
    )
    closed = isinstance(state, Closed)
    return TicketPage(
        reader=Party.VENDOR,
        ticket=ticket,
        type_label="Refund",
        customer="Ann",
        vendor="Acme",
        next=None if closed else NextFace("warn", _AT + _DAY, "vendor: warn after 48 hours", Party.VENDOR),
        entries=tuple(_entries()),
        older=3,
        own_address_failing=False,
        other_address_failing=False,
        vendor_unreachable=None,
        reopen_until=_AT + 14 * _DAY if closed else None,
        reopen_within=14 * _DAY,
        takes_late=True,
        other_types=() if closed else (TicketType("technical-support", "Technical support", Plans()),),
        desk=DeskFace("Desk", "desk.example", "https://desk.example", "+1 555 0100", "complaints@desk.example"),
        zone="Europe/Berlin",
        now=_AT,
    )


def _held_mails() -> Iterator[HeldFace]:
    face = HeldFace(7, "eve@else.example", "Eve", "stranger", "Hi", (("plan.pdf", 91_234),), _AT, _AT + _DAY, "held")
    yield face
    whys: tuple[Why, ...] = ("failed", "ambiguous", "unproven")
    for why in whys:
        yield replace(face, why=why, sender="", sender_name="", text="", files=())
    yield replace(face, text="It drips. " * MAX_TEXT_CHARS)


def _entries() -> Iterator[PageEntry]:
    facts = {
        Event.TYPE_CHANGED: (("from", "Refund"), ("to", "Technical support")),
        Event.PAUSED: (("until", _AT.isoformat()),),
        Event.DELIVERY_FAILED: (("who", "Ann"),),
        Event.NOTE: (("what", CAP_MET), ("party", "vendor")),
    }
    fates = (
        Fate(Party.CUSTOMER, "sent", 1, None),
        Fate(Party.CUSTOMER, "queued", 0, _AT),
        Fate(Party.CUSTOMER, "queued", 0, _AT + _DAY),
        Fate(Party.CUSTOMER, "queued", 2, _AT + _DAY),
        Fate(Party.CUSTOMER, "failed", 1, None),
        Fate(Party.CUSTOMER, "withdrawn", 0, None),
        Fate(Party.VENDOR, "failed", 1, None),
    )
    files = (AttachmentFace("plan.pdf", "application/pdf", 91_234, ""),)
    for number, event in enumerate((one for one in Event if one is not Event.HELD), 1):
        speaks = event in (Event.OPENED, Event.COMMENT)
        for actor in Actor:
            face = EntryFace(number, event, _AT, actor, "Ann", facts=facts.get(event, ()))
            if speaks:
                face = replace(face, text="It drips.", written_by="Eve", attachments=files)
            yield PageEntry(face, "--\nAnn" if speaks else "", fates)
        if speaks:
            yield PageEntry(EntryFace(number, event, _AT, Actor.VENDOR, "Acme", attachments=files), "", ())


def _index_variables() -> Variables:
    return {
        "boxes": {_MAIL.recipient: [_MAIL] * 9, "bob@vendor.example": [replace(_MAIL, to_name="", kind="", party="")]},
        "box": "",
        "done": "answer",
        "error": "refused",
        "intake": [("support@desk.example", "Acme, Technical support")],
        "typed": {"name": "Ann", "address": "ann@customer.example", "to": "", "subject": "", "text": ""},
        "form": _SEAL,
        "date": _dates(),
        "smtp": "127.0.0.1:8025",
    }


def _mail_variables() -> Variables:
    actions = (MailAction("Close the ticket", "close+token@desk.example", "Close", "Close it"),)
    mail = CapturedMail(
        _MAIL, b"", EmailMessage(), "text", "<p>html</p>", (("plan.pdf", 91_234),), "reply+token@desk.example", actions
    )
    return {
        "mail": mail,
        "headline": _MAIL,
        "fields": [("From", "Acme via Desk <desk@desk.example>")],
        "text": linked("text"),
        "done": "",
        "error": "refused",
        "draft": "words",
        "form": _SEAL,
        "date": _dates(),
    }


def _dates() -> Dates:
    return Dates("en", zone_of("UTC"), "{weekday} {day} {month}, {time} {zone}")
