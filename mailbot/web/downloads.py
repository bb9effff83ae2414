"""Files that a browser saves: attachments, and the conversation as text or as a mailbox.

Nothing here is ever shown inline: strangers chose the octets and the names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from mailbot.outbound.safe_text import file_name
from mailbot.web.pages import Variables
from mailbot.web.ticket_words import TicketWords

_RULE: Final = "\n\n" + "-" * 60 + "\n\n"
_FROM_LINE: Final = re.compile(rb"(?m)^(>*From )")
_POLICY: Final = SMTP.clone(max_line_length=900)


def download(content: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """An answer that a browser saves under a name (RFC 6266, RFC 8187) and never runs."""
    safe = file_name(name)
    plain = re.sub(r"[^A-Za-z0-9._ ()+-]", "_", safe)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
    headers = {"content-disposition": disposition, "content-security-policy": "default-src 'none'; sandbox"}
    return Response(content, media_type=media_type, headers=headers)


def conversation_text(words: TicketWords) -> bytes:
    """The whole conversation, newest first, as plain text."""
    known = words.variables
    head = [f"{words.say('ticket_number')}: {known['subject']}", f"{words.say('state')}. {words.say('lead')}"]
    details = "\n".join(f"{label}: {value}" for label, value in words.details())
    entries = [_entry_text(entry) for entry in words.entries()]
    return _RULE.join(["\n".join(head), details, *entries]).encode("utf-8", "replace") + b"\n"


def conversation_mbox(words: TicketWords, files: Mapping[tuple[int, int], bytes]) -> bytes:
    """The comments, oldest first, as a mailbox (mboxrd) that mail programs import."""
    spoken = [entry for entry in reversed(words.entries()) if entry["speaks"]]
    return b"".join(_mbox_entry(words, entry, files) for entry in spoken)


def _entry_text(entry: Variables) -> str:
    pieces = [entry["heading"], entry["at"]]
    pieces += [f"({entry['note']})"] if entry["note"] else []
    pieces += ["", entry["text"]] if entry["text"] else []
    pieces += ["", *(f"[{file['name']}, {file['size']}]" for file in entry["files"])] if entry["files"] else []
    pieces += ["", f"{entry['cut_heading']}:", entry["whole_cut"]] if entry["whole_cut"] else []
    return "\n".join(pieces)


def _mbox_entry(words: TicketWords, entry: Variables, files: Mapping[tuple[int, int], bytes]) -> bytes:
    desk = words.page.desk
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(entry["who"], addr_spec=desk.mailbox)
    message["To"] = Address(desk.name, addr_spec=desk.mailbox)
    message["Subject"] = words.variables["subject"] or words.say("ticket_number")
    message["Date"] = entry["when"]
    message["Message-ID"] = f"<ticket-{words.page.ticket.number}-{entry['number']}@{desk.domain}>"
    left_out = [
        words.say("nothing_attached", file=file["name"], size=file["size"])
        for file in entry["files"]
        if (entry["number"], file["position"]) not in files
    ]
    message.set_content("\n\n".join([entry["text"], *left_out]) + "\n", cte="quoted-printable")
    for file in entry["files"]:
        content = files.get((entry["number"], file["position"]))
        if content is not None:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=file["name"])
    raw = message.as_bytes().replace(b"\r\n", b"\n")
    stamp = entry["when"].strftime("%a %b %d %H:%M:%S %Y")
    return f"From {desk.mailbox} {stamp}\n".encode() + _FROM_LINE.sub(rb">\1", raw) + b"\n"
