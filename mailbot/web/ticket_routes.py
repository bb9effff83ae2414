"""The ticket pages: what the link in every mail opens, and what its forms do.

A GET changes nothing. An unknown route, a wrong token, a revoked one and a ticket that is gone get one answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mailbot.core.reply_token import Token
from mailbot.core.ticket import Ticket
from mailbot.errors import BadInput, Conflict, MailbotError, NotFound, NotPermitted, StoreUnavailable
from mailbot.outbound.safe_text import body_text
from mailbot.service import held_faces, page_acts, ticket_page
from mailbot.service.desk import Desk
from mailbot.service.page_acts import Reply
from mailbot.service.ticket_page import Window
from mailbot.web import downloads, forms, pages
from mailbot.web.forms import SentForm
from mailbot.web.guard import BODY_FAULTS, Front, Guard
from mailbot.web.pages import Variables
from mailbot.web.ticket_view import DONE, Shown, ticket_variables
from mailbot.web.ticket_words import TicketWords
from mailbot.web.wrong_links import WrongLinks

log = logging.getLogger("mailbot.web")

ACTS: Final = ("close", "reopen", "keep", "pause", "type")
DECISIONS: Final = ("confirm", "discard")
_FORM_BYTES: Final = 100_000
_PAGE_OCTETS: Final = 60_000
"""Of the conversation on one page: with the rest and a generous reserve for escapes it stays under 100 kB."""
_AT_ONCE: Final = 8
"""Forms whose files are in memory at once."""
_STATUS: Final[Mapping[str, int]] = {"large": 413, "long": 413, "busy": 503, "form": 403, "late": 409, "refused": 403}

Handler = Callable[[Request, Token], Awaitable[Response]]


def ticket_app(desk: Desk, wake: Callable[[], None]) -> ASGIApp:
    """The ASGI application of the ticket pages. `wake` is called after each change."""
    ticket_pages = TicketPages(desk, wake)
    return Guard(ticket_pages.app(), desk.clock, lambda: _front(desk), lambda: 4 * desk.config.smtp.max_message_bytes)


class TicketPages:
    """The handlers."""

    def __init__(self, desk: Desk, wake: Callable[[], None]) -> None:
        self._desk = desk
        self._wake = wake
        self._wrong = WrongLinks(desk.clock)
        self._room = asyncio.Semaphore(_AT_ONCE)

    def app(self) -> Starlette:
        """The routes."""
        place = "/t/{token}"
        app = Starlette(
            routes=[
                Route(place, self._for_reader(self._show)),
                Route(place + "/conversation.txt", self._for_reader(self._text)),
                Route(place + "/conversation.mbox", self._for_reader(self._mbox)),
                Route(place + "/attachment/{entry:int}/{position:int}", self._for_reader(self._attachment)),
                Route(place + "/held/{key:int}.txt", self._for_reader(self._held_text)),
                Route(place + "/reply", self._for_reader(self._reply), methods=["POST"]),
                Route(place + "/{act}", self._for_reader(self._act), methods=["POST"]),
                Route(place + "/{act}", self._for_reader(self._back)),
                Route("/{name}", self._static),
            ],
            exception_handlers={HTTPException: self._wrong_link, Exception: self._fault, **BODY_FAULTS},
        )
        app.router.redirect_slashes = False
        return app

    def _for_reader(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Finds out who reads, and answers what goes wrong on the way."""

        async def answer(request: Request) -> Response:
            try:
                token = await asyncio.to_thread(ticket_page.reader_of, self._desk, request.path_params["token"])
                return await (handler(request, token) if token else self._wrong_link(request))
            except NotFound:
                return await self._wrong_link(request)
            except (StoreUnavailable, Conflict) as error:
                log.warning("page waits for the store error=%s", error)
                return self._notice(request, "fault", 503, {"retry-after": "30"})

        return answer

    async def _show(self, request: Request, token: Token) -> Response:
        before = request.query_params.get("before", "")
        done = request.query_params.get("done", "")
        shown = Shown(
            before=_number(before),
            done=done if done in DONE else "",
            asked=_number(request.query_params.get("held", "")),
        )
        return await self._page(request, token, shown, 200)

    async def _text(self, request: Request, token: Token) -> Response:
        def made() -> Response:
            words = self._words(request, token)
            return downloads.download(
                downloads.conversation_text(words), f"{words.say('download_name')}.txt", "text/plain; charset=utf-8"
            )

        async with self._room:
            return await asyncio.to_thread(made)

    async def _mbox(self, request: Request, token: Token) -> Response:
        def made() -> Response:
            words = self._words(request, token)
            files = ticket_page.attachments_within(self._desk, token, self._desk.config.smtp.max_message_bytes)
            content = downloads.conversation_mbox(words, files)
            return downloads.download(content, f"{words.say('download_name')}.mbox", "application/mbox")

        async with self._room:
            return await asyncio.to_thread(made)

    async def _attachment(self, request: Request, token: Token) -> Response:
        entry, position = request.path_params["entry"], request.path_params["position"]
        name, content = await asyncio.to_thread(ticket_page.attachment, self._desk, token, entry, position)
        return downloads.download(content, name)

    async def _held_text(self, request: Request, token: Token) -> Response:
        key = request.path_params["key"]
        text = await asyncio.to_thread(held_faces.whole_text, self._desk, token.number, token.party, key)
        return downloads.download(body_text(text).encode(), f"held-{key}.txt", "text/plain; charset=utf-8")

    async def _back(self, request: Request, _token: Token) -> Response:
        """An act's address typed or reloaded after an error: back to the page, which changes nothing."""
        if request.path_params["act"] not in (*ACTS, *DECISIONS, "reply"):
            return await self._wrong_link(request)
        return self._to_page(request, request.path_params["token"])

    async def _reply(self, request: Request, token: Token) -> Response:
        async with self._room:
            form = await forms.read_form(request, self._desk.config.smtp.max_message_bytes)
            draft = form.fields.get("text", "")
            if fault := form.fault or self._mistrust(request, token, form):
                return await self._page(request, token, Shown(fault=fault, draft=draft), _STATUS.get(fault, 422))
            reply = Reply(draft, form.fields["nonce"], form.uploads)
            return await self._do(request, token, "reply", lambda: page_acts.comment(self._desk, token, reply), draft)

    async def _act(self, request: Request, token: Token) -> Response:
        name = request.path_params["act"]
        if name not in (*ACTS, *DECISIONS):
            return await self._wrong_link(request)
        form = await forms.read_form(request, _FORM_BYTES)
        if fault := form.fault or self._mistrust(request, token, form):
            return await self._page(request, token, Shown(fault=fault, act=name), _STATUS.get(fault, 422))
        if name in DECISIONS:
            return await self._decide(request, token, name, form)
        return await self._do(request, token, name, lambda: self._act_on(name, token, form))

    async def _decide(self, request: Request, token: Token, name: str, form: SentForm) -> Response:
        """Publishes or discards a held mail; the page then says what became of it, whoever decided first."""
        key = _number(form.fields.get("held", ""))

        def act() -> Ticket:
            if key is None:
                raise BadInput("form")
            return page_acts.decide_held(self._desk, token, key, publish=name == "confirm")

        return await self._do(request, token, name, act, leads_to=f"held={key}")

    def _act_on(self, name: str, token: Token, form: SentForm) -> Ticket:
        if name == "pause":
            return page_acts.pause(self._desk, token, _day(form.fields.get("until", "")))
        if name == "type":
            return page_acts.change_type(self._desk, token, form.fields.get("type", ""))
        act = {"close": page_acts.close, "reopen": page_acts.reopen, "keep": page_acts.keep_open}[name]
        return act(self._desk, token)

    async def _do(
        self,
        request: Request,
        token: Token,
        name: str,
        act: Callable[[], Ticket],
        draft: str = "",
        leads_to: str = "",
    ) -> Response:
        """Acts, and leads back to the page, which then says what was done or what was wrong."""
        try:
            ticket = await asyncio.to_thread(act)
        except (BadInput, NotPermitted, StoreUnavailable, Conflict, NotFound) as error:
            fault = _fault_name(error)
            log.info("page act refused ticket=%d act=%s fault=%s", token.number, name, fault)
            return await self._page(request, token, Shown(fault=fault, draft=draft, act=name), _STATUS.get(fault, 422))
        self._wake()
        log.info("page act done ticket=%d act=%s by=%s", ticket.number, name, token.party)
        if ticket.number != token.number:
            page = self._desk.addresses.page(ticket.number, token.party, ticket.epoch(token.party))
            return self._to_page(request, page.rpartition("/")[2], "done=successor")
        return self._to_page(request, request.path_params["token"], leads_to or f"done={name}")

    def _mistrust(self, request: Request, token: Token, form: SentForm) -> str:
        ours = forms.comes_from_us(request, self._desk.config.desk.base_url)
        return "" if ours and forms.is_sealed(self._desk, token, form) else "form"

    async def _page(self, request: Request, token: Token, shown: Shown, status: int) -> Response:
        def made() -> str:
            words = self._words(request, token, Window(shown.before, _PAGE_OCTETS, shown.asked))
            seal = forms.new_seal(self._desk, token)
            here = f"{request.state.prefix}/t/{request.path_params['token']}"
            max_bytes = self._desk.config.smtp.max_message_bytes
            variables = ticket_variables(words, shown, seal, here, max_bytes)
            return self._rendered(request, "ticket.html", words.language, variables)

        return self._html(await asyncio.to_thread(made), self._language(request), status)

    def _words(self, request: Request, token: Token, window: Window | None = None) -> TicketWords:
        return TicketWords(ticket_page.ticket_page(self._desk, token, window), self._folder, self._language(request))

    async def _static(self, request: Request) -> Response:
        found = pages.static_file(self._folder, request.path_params["name"])
        if found is None:
            return await self._wrong_link(request)
        is_versioned = request.query_params.get("v") == found.version
        lasting = "public, max-age=31536000, immutable" if is_versioned else "public, max-age=300"
        return Response(found.content, media_type=found.media_type, headers={"cache-control": lasting})

    async def _wrong_link(self, request: Request, _error: Exception | None = None) -> Response:
        """The one answer to everything that is no link of ours."""
        if self._wrong.is_too_often(request.state.client):
            return self._notice(request, "often", 429, {"retry-after": "60"})
        return self._notice(request, "wrong", 404)

    async def _fault(self, request: Request, _error: Exception) -> Response:
        """A mistake of ours; Starlette raises it again after this, so that the log has it."""
        return self._notice(request, "fault", 500)

    def _notice(self, request: Request, name: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
        language = self._language(request)
        say = pages.PageWords(self._folder, language, {})
        variables = {"title": say(f"{name}_title"), "text": say(f"{name}_text")}
        return self._html(self._rendered(request, "notice.html", language, variables), language, status, headers)

    def _rendered(self, request: Request, name: str, language: str, variables: Variables) -> str:
        frame = {"language": language, "prefix": request.state.prefix, "version": pages.versions(self._folder)}
        return pages.render(self._folder, name, variables | frame)

    def _html(self, page: str, language: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
        return HTMLResponse(page, status, {"content-language": language, **(headers or {})})

    def _language(self, request: Request) -> str:
        accepted = request.headers.get("accept-language", "")
        return pages.reader_language(accepted, self._folder, self._desk.config.desk.language)

    @property
    def _folder(self) -> str | None:
        folder = self._desk.config.desk.templates
        return str(folder) if folder else None

    def _to_page(self, request: Request, token: str, query: str = "") -> Response:
        return RedirectResponse(f"{request.state.prefix}/t/{token}" + (f"?{query}" if query else ""), 303)


def _fault_name(error: MailbotError) -> str:
    """The error as the page's words name it."""
    if isinstance(error, StoreUnavailable | Conflict):
        return "busy"
    known = ("empty", "long", "date", "late", "form")
    return str(error) if str(error) in known else "refused"


def _number(text: str) -> int | None:
    """A whole number that somebody wrote; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("date") from error


def _front(desk: Desk) -> Front:
    return Front(urlsplit(desk.config.desk.base_url).path.rstrip("/"), desk.config.web.trusted_proxies)
