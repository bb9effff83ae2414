"""Example mails of every kind: for `mailbot check`, `mailbot preview`, the golden files and the benchmark."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailbot.core.ticket import Actor, Event, Kind, Party
from mailbot.outbound.mail import (
    AttachmentFace,
    DeskFace,
    EntryFace,
    NextFace,
    OutgoingMail,
    OutgoingNotice,
    TicketFace,
)

_OPENED = datetime(2026, 3, 2, 8, 12, tzinfo=UTC)
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

_DESK = DeskFace(
    name="Desk",
    domain="desk.example",
    base_url="https://desk.example",
    contact="+49 30 555 0100, weekdays 9 to 17",
    complaints="complaints@desk.example",
)

_PAGE = "https://desk.example/t/1042"
_ANN, _BOB = "Ann Miller", "Bob Carter (Acme)"

_LEAK = """Hello,

the pump that came last week leaks at the lower seal. I tightened the four
screws as the manual says, and it still drips: about one cup an hour.

The manual I used: https://acme.example/manuals/pump-a17.pdf

Ann"""

_QUESTION = """Hello Ann,

that sounds like the seal ring. Could you tell me the serial number? It is on the
silver plate next to the inlet.

Bob"""

_SERIAL = """It says:

    A17-2025-00917
    Made in Austria

Does that help?"""

_RING = """Hello Ann,

thank you. The ring of that series was too thin; I am sending you the new one today, free of charge, and it should \
be with you on Friday. Fitting it takes ten minutes, the drawing is attached.

Please close the valve first!

Bob"""

_PHOTO = AttachmentFace("leak.jpg", "image/jpeg", 2_418_113, f"{_PAGE}/attachment/1")
_DRAWING = AttachmentFace("Fitting the ring.pdf", "application/pdf", len(_PDF), f"{_PAGE}/attachment/2", _PDF)


def _after(days: int, hours: int) -> datetime:
    return _OPENED + timedelta(days=days, hours=hours)


_ENTRIES = (
    EntryFace(1, Event.OPENED, _OPENED, Actor.CUSTOMER, _ANN, _LEAK, attachments=(_PHOTO,)),
    EntryFace(2, Event.COMMENT, _after(0, 5), Actor.VENDOR, _BOB, _QUESTION),
    EntryFace(
        3,
        Event.TYPE_CHANGED,
        _after(0, 6),
        Actor.VENDOR,
        _BOB,
        facts=(("from", "Refund"), ("to", "Technical support")),
    ),
    EntryFace(4, Event.COMMENT, _after(1, 1), Actor.CUSTOMER, _ANN, _SERIAL),
    EntryFace(5, Event.COMMENT, _after(2, 0), Actor.VENDOR, _BOB, _RING, attachments=(_DRAWING,)),
)


def example_mails(language: str = "en") -> list[OutgoingMail | OutgoingNotice]:
    """One mail of every kind to each party, and the notices, all about one ticket."""
    tickets = [mail for kind in _KINDS for mail in _pair(kind, language)]
    return [*tickets, *_special(language), *_notices(language), *_clock(language)]


def example_mail(kind: Kind, party: Party, language: str = "en") -> OutgoingMail:
    """The example mail of one kind to one party."""
    count, entry = _KINDS[kind]
    history = _ENTRIES[:count] + ((entry,) if entry else ())
    last = history[-1]
    newest = tuple(entry for entry in history[-1:] if entry.text) or ((_ENTRIES[3],) if kind is Kind.WARNING else ())
    token = "a7kq2m9xw4tz" + party.value[0] + "8r3fh6p1cd5eb0jn2vs"
    waiting = None if kind is Kind.CLOSED else Party.CUSTOMER if last.actor is Actor.VENDOR else Party.VENDOR
    return OutgoingMail(
        kind=kind,
        to_party=party,
        to_name="Ann Miller" if party is Party.CUSTOMER else "Acme Support",
        to_address="ann@customer.example" if party is Party.CUSTOMER else "support@acme.example",
        message_id=f"<1042.{last.number}.{party.value}@desk.example>",
        date=last.at + timedelta(seconds=2),
        in_reply_to=None if last.number == 1 else f"<1042.{last.number - 1}.{party.value}@desk.example>",
        references=tuple(f"<1042.{number}.{party.value}@desk.example>" for number in range(1, last.number)),
        return_path=f"bounce+{token}@desk.example",
        reply_address=f"reply+{token}@desk.example",
        close_address="" if kind is Kind.CLOSED else f"close+{token}@desk.example",
        keep_address="" if kind is Kind.CLOSED else f"keep+{token}@desk.example",
        page_url=f"https://desk.example/t/{token}",
        writer=last.who if last.actor in (Actor.CUSTOMER, Actor.VENDOR) else "Desk",
        desk=_DESK,
        ticket=_ticket(kind, last, waiting),
        entry=last,
        newest=newest,
        history=tuple(reversed(history)),
        zone="Europe/Berlin",
        language=language,
        human_words=bool(newest),
        reopen_until=last.at + timedelta(days=14) if kind is Kind.CLOSED else None,
    )


_KINDS: dict[Kind, tuple[int, EntryFace | None]] = {
    Kind.OPENED: (1, None),
    Kind.REPLY: (5, None),
    Kind.TYPE_CHANGED: (3, None),
    Kind.WARNING: (4, EntryFace(5, Event.WARNING, _after(3, 1), Actor.INACTIVITY, "Desk")),
    Kind.CLOSED: (5, EntryFace(6, Event.CLOSED, _after(7, 1), Actor.CUSTOMER, "Ann Miller")),
    Kind.REOPENED: (
        5,
        EntryFace(6, Event.REOPENED, _after(8, 2), Actor.CUSTOMER, "Ann Miller", "It drips again."),
    ),
}


def _ticket(kind: Kind, last: EntryFace, waiting: Party | None) -> TicketFace:
    return TicketFace(
        number=1042,
        type_label="Technical support" if kind is not Kind.OPENED else "Refund",
        open=kind is not Kind.CLOSED,
        subject="Pump leaks at the lower seal",
        opened_at=_OPENED,
        customer="Ann Miller",
        vendor="Acme",
        waiting_on=waiting,
        waiting_since=_after(1, 1) if kind is Kind.WARNING else last.at,
        next=_next(kind, last, waiting) if waiting else None,
        details=(("Order", "A-17"), ("Product", "Garden pump A17")),
    )


def _next(kind: Kind, last: EntryFace, waiting: Party) -> NextFace:
    if kind is Kind.WARNING:
        return NextFace("close", _after(7, 1), "vendor: close after 2 days", waiting)
    return NextFace("warn", last.at + timedelta(days=2), "vendor: warn after 48 hours", waiting)


def _pair(kind: Kind, language: str) -> list[OutgoingMail]:
    return [example_mail(kind, party, language) for party in Party]


def _special(language: str) -> list[OutgoingMail]:
    """Mails with something to add: nobody can be reached, nothing is repeated, silence closed it."""
    opened = example_mail(Kind.OPENED, Party.CUSTOMER, language)
    closed = example_mail(Kind.CLOSED, Party.VENDOR, language)
    silence = EntryFace(6, Event.CLOSED, closed.entry.at, Actor.INACTIVITY, "Desk")
    return [
        replace(opened, vendor_unreachable="Acme, +43 1 555 0199"),
        replace(opened, repeats_nothing=True),
        replace(example_mail(Kind.REPLY, Party.CUSTOMER, language), other_failing=True, max_history_bytes=600),
        replace(
            closed,
            entry=silence,
            writer="Desk",
            history=(silence, *closed.history[1:]),
        ),
    ]


def _clock(language: str) -> list[OutgoingMail]:
    """Mails about a clock that the vendor started anew, and one that he holds."""
    until = (("until", _after(9, 0).isoformat()),)
    acts = [
        EntryFace(6, Event.KEPT_OPEN, _after(3, 0), Actor.VENDOR, "Acme"),
        EntryFace(6, Event.PAUSED, _after(3, 0), Actor.VENDOR, "Acme", facts=until),
    ]
    answers = _pair(Kind.REPLY, language)
    return [
        replace(mail, entry=act, writer="Acme", history=(act, *mail.history), human_words=False)
        for act in acts
        for mail in answers
    ]


def _notices(language: str) -> list[OutgoingNotice]:
    notice = OutgoingNotice(
        kind=Kind.NOTICE,
        to_address="admin@desk.example",
        to_name="",
        message_id="<notice.7@desk.example>",
        date=_after(1, 0),
        subject="Acme's address does not accept mail",
        reason="Mails to Acme on ticket #1042 come back.",
        paragraphs=("The relay said: 550 5.1.1 no such user.", "Ann Miller sees this on her next mail."),
        quoted="",
        actions=(),
        desk=_DESK,
        language=language,
    )
    return [
        notice,
        replace(
            notice,
            kind=Kind.CONFIRM,
            to_address="ann@customer.example",
            to_name="Ann Miller",
            message_id="<confirm.8@desk.example>",
            subject="[Desk #1042] Pump leaks at the lower seal",
            says="confirm",
            facts=(("number", "1042"), ("sender", "ann@home.example"), ("files", "plate.jpg"), ("remembers", "yes")),
            quoted="It stopped leaking after I turned it off.\nAnn, from my phone",
            actions=(
                ("confirm_yes", "confirm+a7kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example"),
                ("confirm_no", "discard+b2kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs@desk.example"),
                ("confirm_page", "https://desk.example/t/c3kq2m9xw4tzc8r3fh6p1cd5eb0jn2vs?held=8"),
            ),
        ),
        replace(
            notice,
            kind=Kind.REFUSED,
            to_address="ann@customer.example",
            message_id="<refused.9@desk.example>",
            subject="[Desk #1042] Pump leaks at the lower seal",
            says="late_reply",
            facts=(("number", "1042"),),
        ),
        *(
            replace(
                notice,
                kind=Kind.REFUSED,
                message_id=f"<refused.{says}@desk.example>",
                says=says,
                facts=(("number", "1042"), ("sender", "ann@home.example")),
            )
            for says in ("late_keep", "expired")
        ),
        replace(
            notice,
            kind=Kind.FORWARD,
            message_id="<forward.10@desk.example>",
            subject="Mail to postmaster@desk.example",
            reason="A mail came for postmaster@desk.example.",
            paragraphs=("It is attached as it came.",),
            attachments=(AttachmentFace("mail.eml", "message/rfc822", 22, "", b"Subject: hello\r\n\r\nhello\r\n"),),
        ),
    ]
