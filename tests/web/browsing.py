"""What a browser does with a form, without a browser: hidden fields, multipart bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from mailbot.core.ticket import Party, Ticket
from tests.web.served import Answer, Served

File = tuple[str, bytes]


def hidden(page: str) -> dict[str, str]:
    """The seal of a page's forms."""
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0] for name in ("nonce", "csrf")}


def multipart(fields: Mapping[str, str], files: Sequence[File] = ()) -> tuple[dict[str, str], bytes]:
    """Headers and body of a form with files (RFC 7578)."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts += [
        f'--edge\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, content in files
    ]
    return {"Content-Type": "multipart/form-data; boundary=edge"}, b"".join([*parts, b"--edge--\r\n"])


def replied(
    here: Served,
    ticket: Ticket,
    text: str,
    files: Sequence[File] = (),
    party: Party = Party.VENDOR,
    seal: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Sends the reply form of a party's page."""
    path = here.path(ticket, party)
    seal = hidden(here.ask(path).text) if seal is None else seal
    own, body = multipart({**seal, "text": text}, files)
    return here.ask(f"{path}/reply", "POST", {**own, **(headers or {})}, body)


def acted(here: Served, ticket: Ticket, name: str, party: Party = Party.VENDOR, **fields: str) -> Answer:
    """Presses the button of an act."""
    path = here.path(ticket, party)
    body = urlencode({**hidden(here.ask(path).text), **fields}).encode()
    return here.ask(f"{path}/{name}", "POST", {"Content-Type": "application/x-www-form-urlencoded"}, body)
