"""The captured mails in the browser: read as either party, answered by SMTP. For trying out, on loopback.

Whoever reaches this listener reads every captured mail, so it answers only to its own names (no DNS rebinding), and
its forms are sealed.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mailbot.email_address import valid_address
from mailbot.errors import BadInput, NotFound
from mailbot.outbound.wording import Dates, linked, zone_of
from mailbot.service.desk import Desk
from mailbot.store import inbox, outbox
from mailbot.web import captured, forms, mail_writing, pages
from mailbot.web.captured import CapturedMail, Headline, MailAction
from mailbot.web.downloads import download
from mailbot.web.forms import Seal, SentForm
from mailbot.web.guard import BODY_FAULTS, CONTENT_SECURITY_POLICY, Front, Guard
from mailbot.web.mail_writing import Writer, Written
from mailbot.web.pages import Variables

log = logging.getLogger("mailbot.web")

_DONE: Final = ("answer", "act", "write")
_LOOKS: Final = 100
_LOOK_SECONDS: Final = 0.1
_PAGE_POLICY: Final = {"content-security-policy": f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"}
_FRAME_HEADERS: Final = {
    "content-security-policy": (
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation;"
        " default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'"
    ),
    "x-frame-options": "SAMEORIGIN",
}

_EXAMPLE: Final = {"name": "Ann", "address": "ann@customer.example", "to": "", "subject": "", "text": ""}

Handler = Callable[[Request], Awaitable[Response]]


def capture_app(desk: Desk) -> ASGIApp:
    """The ASGI application of the captured mails."""
    app = CapturePages(desk).app()
    return Guard(app, desk.clock, lambda: Front("", ()), lambda: 4 * desk.config.smtp.max_message_bytes)


class CapturePages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._maildir = desk.config.desk.data_dir / "captured"
        self._secret = secrets.token_bytes(32)

    def app(self) -> Starlette:
        """The routes."""
        routes = [
            Route("/", self._known_host(self._index)),
            Route("/write", self._known_host(self._write), methods=["POST"]),
            Route("/mail/{name}", self._known_host(self._mail)),
            Route("/mail/{name}/html", self._known_host(self._html_part)),
            Route("/mail/{name}/raw", self._known_host(self._raw)),
            Route("/mail/{name}/answer", self._known_host(self._answer), methods=["POST"]),
            Route("/mail/{name}/act", self._known_host(self._act), methods=["POST"]),
            Route("/{name}", self._known_host(self._static)),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: self._missing, **BODY_FAULTS})

    def _known_host(self, handler: Handler) -> Handler:
        """Answers only under a name that nobody else's DNS can give us."""

        async def answer(request: Request) -> Response:
            host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
            if not (_is_own(host) or host == self._desk.config.capture.listen[0]):
                return self._notice("Unknown host", "Open this page as http://127.0.0.1 or http://localhost.", 421)
            try:
                return await handler(request)
            except NotFound:
                return await self._missing(request)

        return answer

    async def _index(self, request: Request) -> Response:
        box = request.query_params.get("box", "")
        return await self._shown_index(box, _known(request.query_params.get("done", "")))

    async def _shown_index(
        self, box: str = "", done: str = "", error: str = "", typed: dict[str, str] | None = None
    ) -> Response:
        lines = await asyncio.to_thread(captured.headlines, self._maildir)
        boxes: dict[str, list[Headline]] = {}
        for line in lines:
            boxes.setdefault(line.recipient, []).append(line)
        variables: Variables = {
            "boxes": {name: mails for name, mails in boxes.items() if box in ("", name)},
            "box": box if box in boxes else "",
            "done": done,
            "error": error,
            "intake": self._intake(),
            "typed": _EXAMPLE | (typed or {}),
            "form": self._seal(),
            "date": self._date(),
            "smtp": "{}:{}".format(*self._desk.config.smtp.listen),
        }
        return self._page("captured.html", variables, 422 if error else 200)

    async def _mail(self, request: Request) -> Response:
        done = _known(request.query_params.get("done", ""))
        return await self._shown_mail(request.path_params["name"], done)

    async def _shown_mail(self, name: str, done: str = "", error: str = "", draft: str = "") -> Response:
        mail = await self._found(name)
        variables: Variables = {
            "mail": mail,
            "headline": mail.headline,
            "fields": _fields(mail),
            "text": linked(mail.text),
            "done": done,
            "error": error,
            "draft": draft,
            "form": self._seal(),
            "date": self._date(),
        }
        return self._page("captured-mail.html", variables, 422 if error else 200)

    async def _html_part(self, request: Request) -> Response:
        mail = await self._found(request.path_params["name"])
        return HTMLResponse(captured.framed(mail, f"/mail/{mail.headline.name}"), headers=_FRAME_HEADERS)

    async def _raw(self, request: Request) -> Response:
        mail = await self._found(request.path_params["name"])
        return download(mail.raw, f"{mail.headline.name}.eml")

    async def _answer(self, request: Request) -> Response:
        mail = await self._found(request.path_params["name"])
        form = await forms.read_form(request, self._desk.config.smtp.max_message_bytes)
        draft = form.fields.get("text", "")
        try:
            writer = mail_writing.writer_of(mail, self._desk.clock.now(), self._nonce(request, form))
            await self._send(mail_writing.answer(mail, writer, draft, form.uploads))
        except BadInput as error:
            return await self._shown_mail(mail.headline.name, error=str(error), draft=draft)
        return _to_index("answer")

    async def _act(self, request: Request) -> Response:
        mail = await self._found(request.path_params["name"])
        form = await forms.read_form(request, 100_000)
        try:
            writer = mail_writing.writer_of(mail, self._desk.clock.now(), self._nonce(request, form))
            await self._send(mail_writing.act(mail, writer, _chosen_action(mail, form.fields.get("action", ""))))
        except BadInput as error:
            return await self._shown_mail(mail.headline.name, error=str(error))
        return _to_index("act")

    async def _write(self, request: Request) -> Response:
        form = await forms.read_form(request, self._desk.config.smtp.max_message_bytes)
        typed = form.fields
        try:
            nonce = self._nonce(request, form)
            writer = Writer(
                typed.get("name", ""), valid_address(typed.get("address", "")), self._desk.clock.now(), nonce
            )
            to = self._chosen_intake(typed.get("to", ""))
            mail = mail_writing.first_mail(writer, to, typed.get("subject", ""), typed.get("text", ""), form.uploads)
            await self._send(mail)
        except BadInput as error:
            return await self._shown_index(error=str(error), typed=typed)
        return _to_index("write")

    async def _send(self, mail: Written) -> None:
        """Sends, and waits a little until the desk has done what it caused, so that the next page shows it."""
        await mail_writing.send(mail, self._desk.config.smtp.listen)
        log.info("mail sent for a trier bytes=%d", len(mail.raw))
        for _ in range(_LOOKS):
            if await asyncio.to_thread(self._is_quiet):
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _is_quiet(self) -> bool:
        """Whether no mail waits to be understood or to leave at once."""
        with self._desk.store.read() as connection:
            now = self._desk.clock.now()
            owed = outbox.list_rows(connection, "queued")
            return not inbox.list_rows(connection, waiting=True, most=1) and not any(
                row.next_try_at <= now for row in owed if row.next_try_at
            )

    async def _static(self, request: Request) -> Response:
        found = pages.static_file(self._folder, request.path_params["name"])
        if found is None:
            return await self._missing(request)
        return Response(found.content, media_type=found.media_type, headers={"cache-control": "max-age=300"})

    async def _missing(self, _request: Request, _error: Exception | None = None) -> Response:
        return self._notice("Not here", "There is no such page, or the mail is gone.", 404)

    async def _found(self, name: str) -> CapturedMail:
        return await asyncio.to_thread(captured.captured_mail, self._maildir, name)

    def _seal(self) -> Seal:
        nonce = secrets.token_hex(16)
        return Seal(nonce, self._mac(nonce))

    def _nonce(self, request: Request, form: SentForm) -> str:
        """The form's nonce. BadInput for a form that is not one of ours, or that is too much."""
        nonce = form.fields.get("nonce", "")
        sealed = hmac.compare_digest(form.fields.get("csrf", "").encode(), self._mac(nonce).encode())
        if form.fault in ("large", "long", "files"):
            raise BadInput("that is more than fits into one mail")
        if form.fault or not sealed or not forms.comes_from_us(request):
            raise BadInput("this form was not complete or too old; send it again")
        return nonce

    def _mac(self, nonce: str) -> str:
        return hmac.digest(self._secret, nonce.encode("utf-8", "surrogatepass"), "sha256").hex()

    def _intake(self) -> list[tuple[str, str]]:
        """The desk's addresses that open tickets, with what they open."""
        config = self._desk.config
        vendors = {vendor.id: vendor.name for vendor in config.vendors}
        return [
            (
                f"{name}@{config.desk.domain}",
                f"{vendors.get(section.vendor, section.vendor)}, {config.ticket_type(section.type).label}",
            )
            for name, section in config.intake.items()
        ]

    def _chosen_intake(self, address: str) -> str:
        if address not in [known for known, _ in self._intake()]:
            raise BadInput("choose one of the desk's addresses")
        return address

    def _date(self) -> Dates:
        config = self._desk.config
        zone = zone_of(config.desk.timezone or config.calendar.zone)
        return Dates("en", zone, "{weekday} {day} {month}, {time} {zone}")

    def _notice(self, title: str, text: str, status: int) -> Response:
        return self._page("notice.html", {"title": title, "text": text}, status)

    def _page(self, template: str, variables: Variables, status: int) -> Response:
        frame = {"language": "en", "prefix": "", "version": pages.versions(self._folder)}
        return HTMLResponse(pages.render(self._folder, template, variables | frame), status, _PAGE_POLICY)

    @property
    def _folder(self) -> str | None:
        folder = self._desk.config.desk.templates
        return str(folder) if folder else None


def _is_own(host: str) -> bool:
    """Whether a host name is this machine's own whatever any DNS says: localhost, or an address by number."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _chosen_action(mail: CapturedMail, number: str) -> MailAction:
    known = {str(place): action for place, action in enumerate(mail.actions)}
    if number not in known:
        raise BadInput("this mail has no such action")
    return known[number]


def _known(done: str) -> str:
    return done if done in _DONE else ""


def _to_index(done: str) -> Response:
    return RedirectResponse(f"/?done={done}", 303)


def _fields(mail: CapturedMail) -> list[tuple[str, str]]:
    """The header fields that a trier wants to see."""
    wanted = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "Return-Path", "Auto-Submitted")
    return [(name, " ".join(str(mail.message[name]).split())) for name in wanted if mail.message[name]]
