"""The ticket pages: what the link in every mail opens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from markupsafe import escape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mailbot.service import ticket_page
from mailbot.service.desk import Desk
from mailbot.web.guard import Front, Guard


def ticket_app(desk: Desk, wake: Callable[[], None]) -> ASGIApp:
    """The ASGI application of the ticket pages."""

    async def page(request: Request) -> Response:
        token = ticket_page.reader_of(desk, request.path_params["token"])
        if token is None:
            return HTMLResponse("<h1>This link opens nothing</h1>", 404)
        view = await asyncio.to_thread(ticket_page.ticket_page, desk, token)
        entries = "".join(
            f"<article><h2>{escape(one.face.who)} {one.face.event}</h2><pre>{escape(one.face.text)}</pre></article>"
            for one in view.entries
        )
        return HTMLResponse(
            f"<!doctype html><title>#{view.ticket.number}</title><h1>{escape(view.ticket.subject)}</h1>{entries}"
        )

    async def missing(request: Request, _error: Exception) -> Response:
        return HTMLResponse("<h1>This link opens nothing</h1>", 404)

    app = Starlette(routes=[Route("/t/{token}", page)], exception_handlers={404: missing, 405: missing})
    return Guard(
        app,
        desk.clock,
        lambda: Front(urlsplit(desk.config.desk.base_url).path, desk.config.web.trusted_proxies),
        lambda: desk.config.smtp.max_message_bytes,
    )
