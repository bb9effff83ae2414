"""What a template may show: an `OutgoingMail` as plain dictionaries in its reader's language and zone.

In: the mail and the words of its language. Out: the variables of `mail.txt` and `mail.html`. Both parts get the
same variables, so they say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

from mailbot.core.marks import HISTORY_CLASS, MAIL_CLASS, separator
from mailbot.core.ticket import Actor, Party
from mailbot.outbound import threads
from mailbot.outbound.mail import AttachmentFace, DeskFace, EntryFace, OutgoingMail, OutgoingNotice
from mailbot.outbound.safe_text import MAX_NAME_CHARS, MAX_SUBJECT_CHARS, body_text, file_name, one_line
from mailbot.outbound.template_files import Templates, Words
from mailbot.outbound.wording import Dates, linked, size, zone_of

_MAX_VALUE_CHARS: Final = 2000

Variables = dict[str, Any]


class Letter:
    """One mail on its way to the templates: its words, its dates and its variables."""

    def __init__(self, mail: OutgoingMail, templates: Templates) -> None:
        self.mail = mail
        self.language = templates.language(mail.language)
        self.variables: Variables = {}
        self.say = Words(templates, self.language, self.variables)
        self._tag = mail.language if mail.language.lower().startswith(self.language) else self.language
        self.date = Dates(self._tag, zone_of(mail.zone), self.say("date_pattern"))
        self.attached = _attached(mail)
        self._entries: dict[int, Variables] = {}
        self.variables |= self._sentence_variables()

    def _sentence_variables(self) -> Variables:
        """What the sentences of a language may speak of."""
        mail, ticket = self.mail, self.mail.ticket
        customer, vendor = _name(ticket.customer) or self.say("neutral_customer"), _name(ticket.vendor)
        return {
            "say": self.say,
            "kind": mail.kind.value,
            "reader": mail.to_party.value,
            "number": ticket.number,
            "type": _name(ticket.type_label),
            "open": ticket.open,
            "customer": customer,
            "vendor": vendor,
            "other": vendor if mail.to_party is Party.CUSTOMER else customer,
            "successor_of": ticket.successor_of,
            "waiting": self._waiting(customer, vendor),
            "next": self._next(customer, vendor),
            "reopen_until": self.date(mail.reopen_until) if mail.reopen_until else None,
            "vendor_unreachable": _name(mail.vendor_unreachable) if mail.vendor_unreachable is not None else None,
            "other_failing": mail.other_failing,
            "desk": desk_variables(mail.desk),
            **self._entry_words(mail.entry),
        }

    def _waiting(self, customer: str, vendor: str) -> Variables | None:
        party, since = self.mail.ticket.waiting_on, self.mail.ticket.waiting_since
        if self.mail.entry.actor is Actor.INACTIVITY and party is None:
            party, since = _silent_party(self.mail.history)
        if party is None:
            return None
        return {
            "you": party is self.mail.to_party,
            "who": customer if party is Party.CUSTOMER else vendor,
            "since": self.date(since) if since else None,
        }

    def _next(self, customer: str, vendor: str) -> Variables | None:
        upcoming = self.mail.ticket.next
        if upcoming is None:
            return None
        return {
            "action": upcoming.action,
            "at": self.date(upcoming.at),
            "rule": upcoming.rule,
            "you": upcoming.owes is self.mail.to_party,
            "who": customer if upcoming.owes is Party.CUSTOMER else vendor,
        }

    def _entry_words(self, entry: EntryFace) -> Variables:
        """What a sentence about one history entry may speak of."""
        until = dict(entry.facts).get("until")
        return {
            "event": entry.event.value,
            "by": entry.actor.value,
            "you_did": entry.actor.value == self.mail.to_party.value,
            "who": _name(entry.who) or self.say("neutral_customer"),
            "facts": {key: _name(value) for key, value in entry.facts},
            "until": self.date(datetime.fromisoformat(until)) if until else None,
        }

    def parts(self, paragraphs: list[str]) -> Variables:
        """Everything that the two parts show, `paragraphs` on top."""
        return self.variables | {
            "language": self.language,
            "subject": self.subject(),
            "separator": separator(self.say("separator")),
            "mail_class": MAIL_CLASS,
            "history_class": HISTORY_CLASS,
            "paragraphs": [self.sentence(paragraph) for paragraph in paragraphs],
            "callouts": self._callouts(),
            "newest": [self._own(entry) for entry in self.mail.newest],
            "actions": self._actions(),
            "details": self._details(),
            "history": [self._own(entry) for entry in self.shown],
            "older": self._older(),
            "footer": self._footer(),
        }

    def entry(self, entry: EntryFace) -> Variables:
        """One history entry as both parts show it."""
        text = body_text(entry.text)
        return {
            "heading": self.heading(entry),
            "at": self.date(entry.at),
            "note": self._written_by(entry),
            "text": text,
            "html": linked(text),
            "files": [self._file(file) for file in entry.attachments],
        }

    def _written_by(self, entry: EntryFace) -> str:
        """Who wrote for the party, if that was somebody else."""
        if entry.written_by is None:
            return ""
        return self.say("written_by", by=_name(entry.written_by), who=_name(entry.who) or self.say("neutral_customer"))

    def heading(self, entry: EntryFace) -> str:
        """One line: who did what."""
        return self.sentence(self.say(f"event_{entry.event.value}", **self._entry_words(entry)))

    def sentence(self, text: str) -> str:
        """Begin a sentence with a capital where it begins with our own word for a nameless customer."""
        return text[:1].upper() + text[1:] if text.startswith(self.say("neutral_customer")) else text

    def subject(self) -> str:
        """The subject of this and every other mail about the ticket."""
        opened_as = self.say("neutral_subject") if self.mail.repeats_nothing else self.mail.ticket.subject
        return threads.subject(self.mail.desk.name, self.mail.ticket.number, opened_as)

    def complete_history(self) -> AttachmentFace:
        """The whole history as a text file, for a mail that shows only the newest of it."""
        rule = "\n\n" + "-" * 60 + "\n\n"
        content = (self.subject() + rule + rule.join(map(self._in_file, self.mail.history)) + "\n").encode()
        return AttachmentFace(self.say("history_file"), "text/plain", len(content), "", content, charset="utf-8")

    def _in_file(self, entry: EntryFace) -> str:
        """An entry as the file shows it. No links to files: a link acts for its reader, and files get passed on."""
        note = self._written_by(entry)
        files = "\n".join(f"[{file_name(file.name)}, {size(file.bytes, self._tag)}]" for file in entry.attachments)
        head = f"{self.heading(entry)}, {self.date(entry.at)}" + (f"\n({note})" if note else "")
        return "\n\n".join(filter(None, (head, body_text(entry.text), files)))

    @cached_property
    def shown(self) -> tuple[EntryFace, ...]:
        """The newest entries of the history, as many as the budget holds, and the very newest in any case."""
        left = self.mail.max_history_bytes
        shown: list[EntryFace] = []
        for entry in self.mail.history:
            left -= _octets(self._own(entry))
            if left < 0 and shown:
                break
            shown.append(entry)
        return tuple(shown)

    @property
    def is_folded(self) -> bool:
        """Whether the history is beyond its budget, so that the mail does not show all of it."""
        return len(self.shown) < len(self.mail.history)

    def _own(self, entry: EntryFace) -> Variables:
        """An entry as both parts show it, made once."""
        if id(entry) not in self._entries:
            self._entries[id(entry)] = self.entry(entry)
        return self._entries[id(entry)]

    def _older(self) -> str:
        """A word on where the entries are that the mail does not show."""
        if not self.is_folded:
            return ""
        count = len(self.mail.history)
        older = count - len(self.shown)
        if not self.mail.attaches_history:
            return self.say("older_on_page", older=older, count=count)
        return self.say("older_attached", older=older, count=count, file=self.say("history_file"))

    def _callouts(self) -> list[str]:
        """What the reader must know about the other side's mail."""
        mail = self.mail
        wanted = {"other_failing": mail.other_failing, "vendor_unreachable": mail.vendor_unreachable is not None}
        return [self.say(name) for name, is_wanted in wanted.items() if is_wanted]

    def _actions(self) -> list[Variables]:
        mail = self.mail
        actions = [action(self.say("action_page"), mail.page_url)] if mail.page_url else []
        for name, address in (("keep", mail.keep_address), ("close", mail.close_address)):
            if address:
                label, about = self.say(f"action_{name}"), self.say(f"{name}_subject")
                actions.append(mailto(label, address, about))
        return actions

    def _details(self) -> list[tuple[str, str]]:
        say, ticket, known = self.say, self.mail.ticket, self.variables
        rows = [
            (say("label_subject"), self.subject().partition("] ")[2]),
            (say("label_type"), known["type"]),
            (say("label_status"), say("status")),
            (say("label_customer"), known["customer"]),
            (say("label_vendor"), known["vendor"]),
            (say("label_opened"), self.date(ticket.opened_at)),
        ]
        if ticket.next:
            rows.append((say("label_next"), say("next_step")))
        if ticket.successor_of:
            rows.append((say("label_successor"), say("successor")))
        rows += [(_name(key), one_line(value, _MAX_VALUE_CHARS)) for key, value in ticket.details]
        return rows

    def _footer(self) -> list[str]:
        desk = self.mail.desk
        lines = [self.say("footer")]
        if desk.complaints:
            lines.append(self.say("footer_complaints"))
        if desk.contact:
            lines.append(self.say("footer_contact"))
        return lines

    def _file(self, file: AttachmentFace) -> Variables:
        return {
            "name": file_name(file.name),
            "size": size(file.bytes, self._tag),
            "url": file.url,
            "attached": file in self.attached,
        }


def desk_variables(desk: DeskFace) -> Variables:
    """What templates may tell of the desk."""
    return {
        "name": _name(desk.name),
        "contact": one_line(desk.contact, _MAX_VALUE_CHARS),
        "complaints": one_line(desk.complaints, _MAX_VALUE_CHARS),
    }


def notice_variables(notice: OutgoingNotice, templates: Templates) -> Variables:
    """What `notice.txt` and `notice.html` may show."""
    language = templates.language(notice.language)
    base: Variables = {
        "kind": notice.kind.value,
        "desk": desk_variables(notice.desk),
        "facts": {key: one_line(value, _MAX_VALUE_CHARS) for key, value in notice.facts},
    }
    say = Words(templates, language, base)
    quoted = body_text(notice.quoted)
    reason = say(f"{notice.says}_reason") if notice.says else one_line(notice.reason, _MAX_VALUE_CHARS)
    paragraphs = (say(f"{notice.says}_text"),) if notice.says else notice.paragraphs
    return base | {
        "say": say,
        "language": language,
        "subject": one_line(notice.subject, MAX_SUBJECT_CHARS),
        "separator": separator(say("separator")) if notice.reply_to else "",
        "mail_class": MAIL_CLASS,
        "reason": reason,
        "paragraphs": [body_text(paragraph) for paragraph in paragraphs],
        "actions": [_notice_action(say(label) if notice.says else label, target) for label, target in notice.actions],
        "quoted": quoted,
        "quoted_lines": quoted.split("\n"),
        "quoted_html": linked(quoted),
        "footer": [say("footer_notice"), *([say("footer_contact")] if notice.desk.contact else [])],
    }


def action(label: str, url: str) -> Variables:
    """Something a reader can click."""
    return {"label": label, "url": url}


def mailto(label: str, address: str, about: str) -> Variables:
    """A mail action as a link that writes a mail (RFC 6068).

    It has no body: clients send what stands there, and our own words must never become a comment.
    """
    return action(label, f"mailto:{quote(address, safe='@+')}?subject={quote(about, safe='')}")


def _notice_action(label: str, target: str) -> Variables:
    return action(label, target) if "://" in target else mailto(label, target.removeprefix("mailto:"), label)


def _attached(mail: OutgoingMail) -> list[AttachmentFace]:
    """The files of the newest comments that travel along, in order, as long as they fit."""
    left = mail.max_attachment_bytes
    attached: list[AttachmentFace] = []
    for file in (file for entry in mail.newest for file in entry.attachments):
        if file.content is not None and len(file.content) <= left and file not in attached:
            attached.append(file)
            left -= len(file.content)
    return attached


def _silent_party(history: Iterable[EntryFace]) -> tuple[Party | None, datetime | None]:
    """Whose silence closed a ticket, and since when: the side across from whoever acted last."""
    for entry in history:
        if entry.actor in (Actor.CUSTOMER, Actor.VENDOR):
            return Party(entry.actor.value).other, entry.at
    return None, None


def _octets(entry: Variables) -> int:
    """What an entry counts for: who, when, its words and its files' names, in UTF-8, once for both parts."""
    written = (entry["heading"], entry["at"], entry["note"], entry["text"], *(file["name"] for file in entry["files"]))
    return len("".join(written).encode())


def _name(name: str) -> str:
    return one_line(name, MAX_NAME_CHARS)
