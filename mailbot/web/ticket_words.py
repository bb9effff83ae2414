"""A ticket page in one reader's language and zone: what the templates may show, as plain dictionaries.

In: a `TicketPage` and the reader's language. Out: the variables of `ticket.html` and of the conversation's text.
The names are those of the mails' variables, so that both can share their sentences.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta

from mailbot.core.ticket import Actor, Closed, Event, Open, Party
from mailbot.outbound.mail import AttachmentFace, EntryFace
from mailbot.outbound.safe_text import MAX_NAME_CHARS, MAX_SUBJECT_CHARS, body_text, file_name, one_line
from mailbot.outbound.wording import Dates, linked, locale_of, size, zone_of
from mailbot.service.held_faces import MAX_TEXT_CHARS as HELD_TEXT_CHARS
from mailbot.service.held_faces import HeldFace
from mailbot.service.page_acts import pause_days
from mailbot.service.ticket_page import MAX_CUT_CHARS, MAX_TEXT_CHARS, Fate, PageEntry, TicketPage
from mailbot.web.pages import PageWords, Variables

_MAX_VALUE_CHARS: Final = 2000
_SPEAKING: Final = (Event.OPENED, Event.COMMENT)


class TicketWords:
    """One page on its way to the templates. `variables` may be shown; `say` speaks the reader's language."""

    def __init__(self, page: TicketPage, folder: str | None, language: str) -> None:
        self.page = page
        self.language = language
        self.variables: Variables = {}
        self.say = PageWords(folder, language, self.variables)
        self.date = Dates(language, zone_of(page.zone), self.say("date_pattern"))
        self.variables |= self._names() | {"say": self.say}
        self.variables |= self._times()

    @property
    def is_too_late(self) -> bool:
        """Whether the ticket was closed so long ago that an answer no longer reopens it."""
        until = self.page.reopen_until
        return until is not None and until < self.page.now

    def size(self, octets: int) -> str:
        """A file's size as the reader says it."""
        return size(octets, self.language)

    def entries(self) -> list[Variables]:
        """The conversation, newest first."""
        return [self._entry(entry) for entry in reversed(self.page.entries)]

    def held(self) -> list[Variables]:
        """Mails that wait for the reader's decision, oldest first."""
        return [self._held(face) for face in self.page.held]

    def asked(self) -> Variables | None:
        """What became of the held mail that the reader was asked about, once it is decided."""
        face = self.page.asked
        return (
            {"state": face.state, "text": self.say(f"held_{face.state}", sender=_name(face.sender))} if face else None
        )

    def details(self) -> list[tuple[str, str]]:
        """Labels and values, as in the mails."""
        say, ticket, known = self.say, self.page.ticket, self.variables
        rows = [
            (say("label_type"), known["type"]),
            (say("label_customer"), known["customer"]),
            (say("label_vendor"), known["vendor"]),
            (say("label_opened"), self.date(ticket.opened_at)),
        ]
        if ticket.successor_of:
            rows.append((say("label_successor"), say("successor")))
        return rows + [(_name(key), one_line(value, _MAX_VALUE_CHARS)) for key, value in ticket.details]

    def acts(self) -> list[str]:
        """Names of the acts that make sense now, beside a reply."""
        if not self.page.ticket.is_open:
            return [] if self.is_too_late else ["reopen"]
        names = ["keep", "pause"] if self.page.next or self.variables["paused_until"] else []
        return [*names, *(["type"] if self.page.other_types else []), "close"]

    def pause_days(self) -> Variables:
        """The first and last day that may be chosen, for the date field and for the eye."""
        first, last = pause_days(self.page.now, ZoneInfo(zone_of(self.page.zone).key))
        return {"first": first.isoformat(), "last": last.isoformat()}

    def day(self, on: date) -> str:
        """A day as the reader writes it."""
        return format_date(on, "full", locale=locale_of(self.language))

    def reopen_span(self) -> str:
        """How long after its closing an answer reopens the ticket."""
        return format_timedelta(self.page.reopen_within, threshold=2, locale=locale_of(self.language))

    def _names(self) -> Variables:
        page, ticket = self.page, self.page.ticket
        customer = _name(page.customer) or self.say("neutral_customer")
        vendor = _name(page.vendor)
        is_customer = page.reader is Party.CUSTOMER
        return {
            "reader": page.reader.value,
            "number": ticket.number,
            "subject": one_line(ticket.subject, MAX_SUBJECT_CHARS),
            "type": _name(page.type_label),
            "open": ticket.is_open,
            "customer": customer,
            "vendor": vendor,
            "me": _name(page.customer) if is_customer else vendor,
            "other": vendor if is_customer else customer,
            "successor_of": ticket.successor_of,
            "vendor_unreachable": page.vendor_unreachable,
            "other_failing": page.other_address_failing,
            "own_failing": page.own_address_failing,
            "desk": {
                "name": _name(page.desk.name),
                "contact": one_line(page.desk.contact, _MAX_VALUE_CHARS),
                "complaints": one_line(page.desk.complaints, _MAX_VALUE_CHARS),
            },
        }

    def _times(self) -> Variables:
        page, state = self.page, self.page.ticket.state
        upcoming = page.next
        paused = state.paused_until if isinstance(state, Open) else None
        return {
            "waiting": self._waiting(state) if isinstance(state, Open) else None,
            "closed": self._closed(state) if isinstance(state, Closed) else None,
            "next": {
                "action": upcoming.action,
                "at": self.date(upcoming.at),
                "rule": upcoming.rule,
                "you": upcoming.owes is page.reader,
                "who": self._party(upcoming.owes),
            }
            if upcoming
            else None,
            "paused_until": self.date(paused) if paused and paused > page.now else None,
            "reopen_until": self.date(page.reopen_until) if page.reopen_until and not self.is_too_late else None,
            "takes_late": page.takes_late,
        }

    def _waiting(self, state: Open) -> Variables:
        party = state.waiting_on
        since = self.date(state.last_activity_at)
        return {"you": party is self.page.reader, "who": self._party(party), "since": since}

    def _closed(self, state: Closed) -> Variables:
        return {
            "you": state.by.value == self.page.reader.value,
            "silence": state.by is Actor.INACTIVITY,
            "who": self._who(state.by),
            "at": self.date(state.at),
        }

    def _party(self, party: Party) -> str:
        return str(self.variables["customer" if party is Party.CUSTOMER else "vendor"])

    def _who(self, actor: Actor) -> str:
        if actor in (Actor.CUSTOMER, Actor.VENDOR):
            return self._party(Party(actor.value))
        return str(self.variables["desk"]["name"])

    def _entry(self, entry: PageEntry) -> Variables:
        face = entry.face
        is_own = face.actor.value == self.page.reader.value
        text, cut = body_text(face.text), body_text(entry.cut)
        shown = text[:MAX_TEXT_CHARS]
        speaks = face.event in _SPEAKING
        return {
            "number": face.number,
            "event": face.event.value,
            "speaks": speaks,
            "own": is_own,
            "heading": self._heading(face, is_own=is_own),
            "who": _name(face.who) or str(self.variables["customer"]),
            "when": face.at,
            "at": self.date(face.at),
            "machine_at": face.at.astimezone(UTC).isoformat(timespec="seconds"),
            "note": self._written_by(face),
            "text": text,
            "html": linked(shown),
            "cut": cut[:MAX_CUT_CHARS],
            "whole_cut": cut,
            "cut_heading": self.say("cut"),
            "is_shortened": len(text) > MAX_TEXT_CHARS or len(cut) > MAX_CUT_CHARS,
            "files": [self._file(file, place) for place, file in enumerate(face.attachments, 1)],
            "fates": self._fates(entry, is_own=is_own),
        }

    def _held(self, face: HeldFace) -> Variables:
        text = body_text(face.text)
        sender, name = _name(face.sender), _name(face.sender_name)
        return {
            "id": face.id,
            "sender": sender or self.say("held_nobody"),
            "signed": self.say("held_signed", signature=name) if name and name.casefold() != sender.casefold() else "",
            "why": self.say(f"held_why_{face.why}"),
            "is_doubtful": face.why in ("failed", "ambiguous"),
            "html": linked(text[:HELD_TEXT_CHARS]),
            "text": text,
            "is_shortened": len(text) > HELD_TEXT_CHARS,
            "files": [{"name": file_name(name), "size": self.size(octets)} for name, octets in face.files],
            "at": self.date(face.at),
            "machine_at": face.at.astimezone(UTC).isoformat(timespec="seconds"),
            "means": self.say("held_means", remembers=bool(sender) and face.why == "stranger"),
            "until": self.say("held_until", at=self.date(face.until)),
        }

    def _written_by(self, face: EntryFace) -> str:
        """Who wrote for the party, if that was somebody else."""
        if face.written_by is None:
            return ""
        return self.say("written_by", by=_name(face.written_by), who=_name(face.who) or self.variables["customer"])

    def _heading(self, face: EntryFace, *, is_own: bool) -> str:
        if is_own and face.event is Event.COMMENT:
            return self.say("you_wrote")
        return self.say(
            f"event_{face.event.value}",
            event=face.event.value,
            by=face.actor.value,
            you_did=is_own,
            who=_name(face.who) or str(self.variables["customer"]),
            facts={key: _name(value) for key, value in face.facts},
            until=self._until(face),
        )

    def _until(self, face: EntryFace) -> str:
        """Until when a pause holds the clock."""
        until = dict(face.facts).get("until", "")
        return self.date(datetime.fromisoformat(until)) if until else ""

    def _file(self, file: AttachmentFace, position: int) -> Variables:
        return {"name": file_name(file.name), "size": self.size(file.bytes), "position": position}

    def _fates(self, entry: PageEntry, *, is_own: bool) -> list[Variables]:
        """How the mails about an entry fare: those to whoever did not write it, the reader's own when it is late."""
        writer = entry.face.actor.value
        told = [
            self._fate(fate, you=fate.to is self.page.reader)
            for fate in entry.fates
            if fate.to.value != writer and (fate.to is not self.page.reader or fate.is_troubled)
        ]
        if is_own and self.page.vendor_unreachable is not None:
            told.append({"name": "none", "text": self.say("fate_none")})
        return told

    def _fate(self, fate: Fate, *, you: bool) -> Variables:
        name = fate.status
        at = self.date(fate.next_try_at) if fate.next_try_at else ""
        if name == "queued":
            later = fate.next_try_at is not None and (fate.next_try_at - self.page.now).total_seconds() > 60
            name = "waiting" if fate.attempts else "digest" if later else "sending"
        return {"name": name, "text": self.say(f"fate_{name}", you=you, at=at)}


def _name(name: str) -> str:
    return one_line(name, MAX_NAME_CHARS)
