"""Delivery reports in the form of RFC 3464: which recipients failed, and how.

In: the leaves of a mail. Out: one `FailedRecipient` for each recipient block that reports trouble, and the
Message-ID of the mail that bounced. Blocks are also found in text parts, where a gateway broke the MIME.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.message import Message

from mailbot.inbound.charset import without_controls
from mailbot.inbound.mime import Leaf
from mailbot.inbound.reading import FailedRecipient

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.*)")
_ADDRESS = re.compile(r"[^\s<>\"(),;:\[\]]{1,128}@[^\s<>\"(),;:]{1,255}")
_CLASS = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}(?!\.?\d)")  # no part of an IP address
_SMTP_CODE = re.compile(r"(?<![\dA-Za-z_.])([45])\d\d(?![\d.])")  # no part of a provider's own "ABC_416"
_MAX_TEXT_CHARS = 200_000
_FINE = frozenset(("delivered", "relayed", "expanded"))


def reported_recipients(leaves: Iterable[Leaf]) -> tuple[FailedRecipient, ...]:
    """Return what the delivery-status blocks of a mail say, in their order; empty without such blocks.

    Only where the mail itself has none, a report that a relay or a spam filter wrapped whole into it counts.
    """
    leaves = tuple(leaves)
    return _told_in(leaf for leaf in leaves if _is_report(leaf)) or _told_in(filter(is_wrapped_report, leaves))


def _told_in(leaves: Iterable[Leaf]) -> tuple[FailedRecipient, ...]:
    found: dict[str, FailedRecipient] = {}
    for leaf in leaves:
        for block in _joined(_blocks(without_controls(leaf.text[:_MAX_TEXT_CHARS]))):
            for one in _recipients(block):
                found.setdefault(one.address.lower(), one)
    return tuple(found.values())


def is_wrapped_report(leaf: Leaf) -> bool:
    """Whether a part is a whole mail that is a delivery report."""
    if leaf.embedded is None or leaf.embedded.get_content_type() != "multipart/report":
        return False
    return str(leaf.embedded.get_param("report-type", "")).lower().endswith("delivery-status")


def _is_report(leaf: Leaf) -> bool:
    return leaf.media_type in ("message/delivery-status", "message/global-delivery-status") or _holds_report(leaf)


def _holds_report(leaf: Leaf) -> bool:
    return (
        leaf.media_type in ("text/plain", "application/octet-stream")
        and "final-recipient" in leaf.text[:_MAX_TEXT_CHARS].lower()
        and "reporting-mta" in leaf.text[:_MAX_TEXT_CHARS].lower()
    )


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Yield each block of fields; names in lower case, folded lines joined, the first of two of a name counts."""
    block: dict[str, str] = {}
    last = ""
    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        if not line.strip():
            if block:
                yield block
            block, last = {}, ""
        elif line[0] in " \t" and last:
            block[last] = f"{block[last]} {line.strip()}"[:4000]
        elif field := _FIELD.match(line):
            last = field.group(1).lower()
            if last in block and last == "final-recipient":
                yield block
                block = {}
            block.setdefault(last, field.group(2).strip()[:4000])


def _joined(blocks: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Yield the blocks; where a relay put blank lines between the fields of one recipient, they come together again."""
    pending: dict[str, str] = {}
    for block in blocks:
        if "final-recipient" in pending and "action" not in pending and "final-recipient" not in block:
            pending = {**block, **pending}
            continue
        if pending:
            yield pending
        pending = block
    if pending:
        yield pending


def _recipients(block: dict[str, str]) -> Iterator[FailedRecipient]:
    """Yield the recipients of a block: the one that we wrote to first, then the one it was rewritten to."""
    action = block.get("action", "").lower().split(" ")[0].strip(";,.")
    if action in _FINE:
        return
    diagnostic = block.get("diagnostic-code", "")
    status = _more_exact(status_in(block.get("status", "")), status_in(diagnostic))
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        if address := _address(block.get(name, "")):
            yield FailedRecipient(address, _permanent(action, status, diagnostic), status, diagnostic[:1000])


def _more_exact(status: str | None, said: str | None) -> str | None:
    """The code of the field Status, unless it says no more than its class and the other server says more."""
    if status is None or (said is not None and status.endswith(".0.0") and said[0] == status[0]):
        return said
    return status


def _address(value: str) -> str | None:
    """Take the address out of "rfc822; address" (RFC 3464 section 2.3.1), in whatever way it is written."""
    found = _ADDRESS.search(value.partition(";")[2] or value)
    return found.group().strip(".'") if found else None


def _permanent(action: str, status: str | None, diagnostic: str) -> bool | None:
    """Judge by the action first: "failed" means that nobody will try again, whatever the code."""
    if action in ("failed", "failure", "error"):
        return True
    if action in ("delayed", "delay"):
        return False
    if status:
        return status.startswith("5")
    return permanent_by_code(diagnostic)


def status_in(text: str) -> str | None:
    """Return the first enhanced code (RFC 3463) in a text."""
    found = _CLASS.search(text)
    return found.group() if found else None


def permanent_by_code(text: str) -> bool | None:
    """Judge by the first SMTP or enhanced code in a text; None without one."""
    found = _CLASS.search(text) or _SMTP_CODE.search(text)
    if found is None or found.group(1) == "2":
        return None
    return found.group(1) == "5"


def bounced_message_id(leaves: Iterable[Leaf]) -> str | None:
    """Return the Message-ID of the mail that came back, from its copy or its header section."""
    for leaf in leaves:
        found = _message_id_of(leaf.embedded) if leaf.embedded is not None else _message_id_in(leaf)
        if found:
            return found
    return None


def _message_id_of(message: Message) -> str | None:
    value = str(message.get("message-id", "")).strip()
    return value[:400] or None


_MESSAGE_ID_LINE = re.compile(
    r"^\s{0,4}(?:original-)?message-id:\s{0,4}(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE
)


def _message_id_in(leaf: Leaf) -> str | None:
    if leaf.media_type not in (
        "text/rfc822-headers",
        "text/plain",
        "message/delivery-status",
        "message/disposition-notification",
        "message/global-headers",
    ):
        return None
    found = _MESSAGE_ID_LINE.search(leaf.text[:_MAX_TEXT_CHARS])
    return found.group(1) if found else None
