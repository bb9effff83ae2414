"""Forms: sealed when shown, read within bounds when sent.

A form bears a nonce of its own, and a seal over nonce, ticket and party that only we can make. Whoever sends it was
shown it; where the browser says from where, that must be our own page. No cookie is ever set.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from mailbot.core.reply_token import Purpose, Token
from mailbot.service.desk import Desk
from mailbot.service.page_acts import Upload
from mailbot.web.guard import TooMuch

MAX_FILES: Final = 20
_MAX_FIELDS: Final = 30
_MAX_FIELD_BYTES: Final = 2_000_000


@dataclass(frozen=True)
class Seal:
    """The hidden fields of a form."""

    nonce: str
    csrf: str


@dataclass(frozen=True)
class SentForm:
    """What a browser sent. `fault` names what was wrong with it: "large", "long", "files", "form", or nothing."""

    fields: dict[str, str] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()
    fault: str = ""


def new_seal(desk: Desk, viewing: Token) -> Seal:
    """A seal for one showing of a form."""
    nonce = secrets.token_urlsafe(16)
    return Seal(nonce, desk.addresses.keys.sign(_form_token(viewing, nonce)))


def is_sealed(desk: Desk, viewing: Token, form: SentForm) -> bool:
    """Whether a form that was sent is one that we showed to this party of this ticket."""
    nonce = form.fields.get("nonce", "")
    read = desk.addresses.keys.read(form.fields.get("csrf", ""))
    return bool(nonce) and read == _form_token(viewing, nonce)


def comes_from_us(request: Request, *base_urls: str) -> bool:
    """Whether the browser names one of our own pages as the form's origin, or none.

    Our pages send no referrer, so that a browser writes `Origin: null` (Fetch section 3.2); Sec-Fetch-Site, which
    no page can forge, then says more.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "null")
    known = {urlsplit(url).netloc.lower() for url in base_urls} | {request.headers.get("host", "").lower()}
    return site in ("same-origin", "none") and (origin == "null" or urlsplit(origin).netloc.lower() in known)


async def read_form(request: Request, max_bytes: int) -> SentForm:
    """Reads a form of at most `max_bytes`. What was typed survives a form that is too large."""
    stream = request.stream()
    is_multipart = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    if not is_multipart:
        return await _read_plain(request, stream, max_bytes)
    parser = MultiPartParser(
        request.headers,
        _metered(stream, max_bytes),
        max_files=10 * MAX_FILES,
        max_fields=_MAX_FIELDS,
        max_part_size=_MAX_FIELD_BYTES,
    )
    fault = ""
    try:
        await parser.parse()
    except (TooMuch, MultiPartException) as error:
        fault = _fault(error)
        async for _ in stream:  # a browser that is cut off while it sends shows no answer
            pass
    return await _gathered(parser.items, fault)


async def _read_plain(request: Request, stream: AsyncGenerator[bytes], max_bytes: int) -> SentForm:
    meter = _metered(stream, min(max_bytes, _MAX_FIELD_BYTES))
    parser = FormParser(request.headers, meter, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD_BYTES)
    try:
        form = await parser.parse()
    except (TooMuch, MultiPartException) as error:
        return SentForm(fault="long" if isinstance(error, TooMuch) else _fault(error))  # a form without files
    return SentForm({name: value for name, value in form.multi_items() if isinstance(value, str)})


def _fault(error: TooMuch | MultiPartException) -> str:
    if isinstance(error, TooMuch):
        return "large"
    return "long" if "exceeded maximum size" in error.message else "form"


async def _gathered(items: list[tuple[str, str | UploadFile]], fault: str) -> SentForm:
    fields = {name: value for name, value in items if isinstance(value, str)}
    files = [value for name, value in items if isinstance(value, UploadFile) and name == "files" and value.filename]
    if len(files) > MAX_FILES:
        fault = fault or "files"
    try:
        uploads = () if fault else tuple([await _upload(file) for file in files])
    finally:
        for _, value in items:
            if isinstance(value, UploadFile):
                await value.close()
    return SentForm(fields, uploads, fault)


async def _upload(file: UploadFile) -> Upload:
    return Upload(file.filename or "", file.content_type or "", await file.read())


async def _metered(stream: AsyncGenerator[bytes], max_bytes: int) -> AsyncGenerator[bytes]:
    """Passes on what fits, so that the text, which comes first, is read; then raises TooMuch."""
    async for chunk in stream:
        if chunk:
            yield chunk[:max_bytes]
        max_bytes -= len(chunk)
        if max_bytes < 0:
            raise TooMuch


def _form_token(viewing: Token, nonce: str) -> Token:
    start = hashlib.sha256(nonce.encode("utf-8", "surrogatepass")).digest()[:3]
    return Token(Purpose.FORM, viewing.party, viewing.number, int.from_bytes(start))
