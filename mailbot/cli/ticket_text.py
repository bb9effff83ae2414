"""A ticket as plain text for a terminal: at a glance first, then the conversation, then what is behind it."""

from __future__ import annotations

import textwrap
from typing import Any

from mailbot.cli.entry import one_line

Json = dict[str, Any]


def ticket_text(ticket: Json) -> str:
    """What `mailbot ticket show` prints. `ticket` is `service.show.ticket_object`'s."""
    parts = [_head(ticket), *(_comment(comment) for comment in ticket["comments"]), _history(ticket)]
    parts += [_held(ticket)] if ticket["held"] else []
    parts.append(_mails(ticket))
    return "\n\n".join(parts)


def _head(ticket: Json) -> str:
    customer, vendor = ticket["customer"], ticket["vendor"]
    lines = [
        f"Ticket {ticket['number']}: {one_line(ticket['subject'])}",
        f"  {'status':<9} {_status(ticket)}",
        f"  {'type':<9} {ticket['type']}",
        f"  {'customer':<9} {one_line(customer['name']) or '-'} <{one_line(customer['address'])}>{_failing(customer)}",
        f"  {'vendor':<9} {one_line(vendor['name'])} <{vendor['address'] or 'no address on file'}>{_failing(vendor)}",
        f"  {'opened':<9} {ticket['opened_at']}",
    ]
    lines += [f"  {one_line(key):<9} {one_line(value)}" for key, value in ticket["details"].items()]
    lines += [
        f"  {'page':<9} {party['page']}  ({name})" for name, party in (("customer", customer), ("vendor", vendor))
    ]
    return "\n".join(lines)


def _status(ticket: Json) -> str:
    if ticket["status"] == "closed":
        return "closed"
    coming = ticket["next"]
    then = f"; {coming['at']} {coming['rule']}" if coming else "; nothing happens by itself"
    return f"open, waiting on the {ticket['waiting_on']} since {ticket['last_activity_at']}{then}"


def _failing(party: Json) -> str:
    return "  (does not accept mail)" if party["address_failing"] else ""


def _comment(comment: Json) -> str:
    grade = comment["sender_grade"]
    how = f"{comment['via']}, {grade}" if grade not in ("desk", "link") else comment["via"]
    head = f"-- {comment['number']}. {comment['party']}, {comment['at']} ({how})"
    files = [
        f"[{one_line(file['name'])}, {file['media_type']}, {file['bytes']} bytes]" for file in comment["attachments"]
    ]
    return "\n".join([head, textwrap.indent(comment["text"], "   "), *(f"   {file}" for file in files)])


def _history(ticket: Json) -> str:
    lines = [f"   {entry['at']}  {entry['event']} by {entry['by']}{_facts(entry)}" for entry in ticket["history"]]
    return "\n".join(["-- history", *lines])


def _facts(entry: Json) -> str:
    return "".join(f", {key} {one_line(value)}" for key, value in entry["facts"].items())


def _held(ticket: Json) -> str:
    lines = [
        f"   {mail['id']}: {one_line(mail['sender']) or 'unknown sender'} for the {mail['party']} ({mail['reason']})\n"
        + textwrap.indent(mail["text"], "      ")
        for mail in ticket["held"]
    ]
    return "\n".join(["-- held, waiting for the addressee or `mailbot hold release|reject`", *lines])


def _mails(ticket: Json) -> str:
    lines = [f"   {mail['id']}: {mail['kind']} to {mail['to']}: {one_line(mail['fate'])}" for mail in ticket["mails"]]
    return "\n".join(["-- mails", *lines])
