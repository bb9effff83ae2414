"""Opening by mail within bounds: how many tickets one mailbox, or one domain, may open within an hour.

A few are answered, many more are opened without an answer, and what comes beyond waits for an admin: held, with
nothing sent to anybody. So two machines that write to each other without any mark fall silent. While one mail of a
mailbox waits, its next ones wait behind it, lest a slow loop go on the hour after; what nobody decides on expires
like any held mail. Mail that fails DMARC is counted apart, so that a forger cannot use up somebody's number.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.core.public_mail_providers import PUBLIC_MAIL_PROVIDERS
from mailbot.core.sender import base_address
from mailbot.core.ticket import Grade, Party
from mailbot.core.verdict import Outcome, Verdict
from mailbot.service.case import Case
from mailbot.service.desk import Desk
from mailbot.service.record import cleaned, tell_admins
from mailbot.store import held, outbox, tickets
from mailbot.store.held import Reason
from mailbot.store.tickets import Words

_HOUR = timedelta(hours=1)


def may_answer(case: Case, address: str, grade: Grade) -> bool:
    """Whether an opener is answered: within the cap per address and hour, so that nobody can flood him with us."""
    limit = case.desk.config.limits.openings_per_address_and_hour
    if _opened(case.connection, address, grade, case.now)[0] < limit:
        return True
    case.found("cap", f"{address} opened {limit} tickets within the hour: not answered")
    if outbox.tell_once(case.connection, f"openings:{base_address(address)}:{case.now:%Y-%m-%dT%H}"[:200], case.now):
        tell_admins(
            case.connection,
            case.desk,
            case.now,
            f"{address} opened more than {limit} tickets within an hour",
            "They are open, but their opener is not answered by mail for now.",
        )
    return False


def beyond_cap(connection: Connection, desk: Desk, address: str, grade: Grade, now: datetime) -> Reason | None:
    """Which cap a further ticket of this address would exceed; None when it may open."""
    limits = desk.config.limits
    waiting = _waiting(connection, address, grade)
    by_address, by_domain = _opened(connection, address, grade, now)
    if waiting["cap"] or by_address >= limits.tickets_per_address_and_hour:
        return "cap"
    is_public = _domain(address) in PUBLIC_MAIL_PROVIDERS
    if not is_public and (waiting["domain cap"] or by_domain >= limits.tickets_per_domain_and_hour):
        return "domain cap"
    return None


def hold(case: Case, words: Words, why: Reason) -> Verdict:
    """Keeps a mail that opens no ticket; the admins are told of the first one, and nobody is answered."""
    of = base_address(words.sender) if why == "cap" else f"all of {_domain(words.sender)}"
    is_first = not _waiting(case.connection, words.sender, words.grade)[why]
    held.hold(case.connection, None, Party.CUSTOMER, case.row.id, case.now, why, cleaned(case.desk, words))
    if is_first:
        _tell_first(case, of)
    return case.verdict(Outcome.HELD, f"too many tickets from {of} within the hour: an admin decides")


def _tell_first(case: Case, of: str) -> None:
    tell_admins(
        case.connection,
        case.desk,
        case.now,
        f"Mail from {of} opens no more tickets for now",
        "Too many came within an hour; two machines may be answering each other. This mail and the next ones are held,"
        " nothing is answered, and nothing is lost.",
        "`mailbot hold list` shows them; `mailbot hold release ID…` opens their tickets, `mailbot hold reject ID…` ends"
        " the matter. The next mails open tickets again when none of them waits any more.",
        "[limits] tickets_per_address_and_hour and tickets_per_domain_and_hour say how many are too many.",
    )


def _opened(connection: Connection, address: str, grade: Grade, now: datetime) -> tuple[int, int]:
    """How many tickets the mailbox, and all of its domain, opened by mail within the hour."""
    openers = tickets.openers_by_mail(connection, _domain(address), now - _HOUR)
    alike = [opener for opener, of in openers if (of is Grade.FAILED) == (grade is Grade.FAILED)]
    return sum(base_address(opener) == base_address(address) for opener in alike), len(alike)


def _waiting(connection: Connection, address: str, grade: Grade) -> dict[Reason, bool]:
    """Whether mails of the mailbox, or of its domain, wait for an admin."""
    openings = held.held_openings(connection, _domain(address))
    alike = [one for one in openings if (one.words.grade is Grade.FAILED) == (grade is Grade.FAILED)]
    own = any(base_address(one.words.sender) == base_address(address) for one in alike if one.reason == "cap")
    return {"cap": own, "domain cap": any(one.reason == "domain cap" for one in alike)}


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
