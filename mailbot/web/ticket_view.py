"""The variables of the ticket page's template: the ticket's words, what was just done or went wrong, the forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from mailbot.web.forms import MAX_FILES, Seal
from mailbot.web.pages import Variables
from mailbot.web.ticket_words import TicketWords

FAULTS: Final = ("empty", "long", "large", "files", "form", "date", "late", "refused", "busy")
"""What can be wrong with a form; the words say `error_…` for each."""
DONE: Final = ("reply", "successor", "close", "reopen", "keep", "pause", "type")


@dataclass(frozen=True)
class Shown:
    """What a showing of the page adds to the ticket.

    `before`: only entries before this number. `done`: what was just done. `fault`: what went wrong with the form
    whose text was `draft` or whose act was `act`. `asked`: the held mail that the reader was asked about.
    """

    before: int | None = None
    done: str = ""
    fault: str = ""
    draft: str = ""
    act: str = ""
    asked: int | None = None


def ticket_variables(words: TicketWords, shown: Shown, seal: Seal, here: str, max_bytes: int) -> Variables:
    """What `ticket.html` may show. `here` is the page's own path, `max_bytes` what one answer may hold."""
    days = words.pause_days()
    limits = {"max_size": words.size(max_bytes), "max_files": MAX_FILES, "reopen_days": words.reopen_span()}
    newest, rest = _newest_apart(words.entries()) if shown.before is None else (None, words.entries())
    words.variables |= limits | _spelled(words, days)
    return words.variables | {
        "here": here,
        "form": {"nonce": seal.nonce, "csrf": seal.csrf},
        "done": shown.done if not shown.fault else "",
        "error": words.say(f"error_{shown.fault}") if shown.fault else "",
        "draft": shown.draft,
        "opened_act": shown.act,
        "reply_way": _reply_way(words),
        "acts": words.acts(),
        "days": days,
        "other_types": [(kind.name, kind.label) for kind in words.page.other_types],
        "details": words.details(),
        "held": words.held(),
        "held_more": words.page.held_more,
        "asked": words.asked(),
        "newest": newest,
        "entries": rest,
        "older": {"before": words.page.entries[0].face.number, "count": words.page.older} if words.page.older else None,
        "is_older_page": shown.before is not None,
    }


def _newest_apart(entries: list[Variables]) -> tuple[Variables | None, list[Variables]]:
    """The newest words, which stand above the form as they do in a mail, and everything else."""
    newest = next((entry for entry in entries if entry["speaks"]), None)
    return newest, [entry for entry in entries if entry is not newest]


def _reply_way(words: TicketWords) -> str:
    """What an answer would do: it goes "to" the other side, "reopens", "starts" anew, or is "refused"."""
    if words.page.ticket.is_open:
        return "to" if words.page.vendor_unreachable is None else "unreachable"
    if not words.is_too_late:
        return "reopens"
    return "starts" if words.page.takes_late else "refused"


def _spelled(words: TicketWords, days: Variables) -> Variables:
    """The days that may be chosen, as the reader writes them."""
    return {f"{which}_day": words.day(date.fromisoformat(days[which])) for which in ("first", "last")}
