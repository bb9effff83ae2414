"""The captured mails, to read as either party and to answer."""

from __future__ import annotations

from email import message_from_bytes, policy

from markupsafe import escape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mailbot.service.desk import Desk
from mailbot.web.guard import Front, Guard


def capture_app(desk: Desk) -> ASGIApp:
    """The ASGI application of the captured mails."""
    folder = desk.config.desk.data_dir / "captured"

    async def index(request: Request) -> Response:
        files = sorted(folder.glob("new/*"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        mails = [(file.name, message_from_bytes(file.read_bytes(), policy=policy.default)) for file in files]
        lines = "".join(
            f'<li><a href="/mail/{name}">{escape(str(mail["to"]))}: {escape(str(mail["subject"]))}</a>'
            for name, mail in mails
        )
        return HTMLResponse(f"<!doctype html><title>Captured mail</title><h1>Captured mail</h1><ul>{lines}</ul>")

    async def mail(request: Request) -> Response:
        for file in folder.glob("new/*"):
            if file.name == request.path_params["name"]:
                return PlainTextResponse(file.read_bytes())
        return PlainTextResponse("no such mail", 404)

    app = Starlette(routes=[Route("/", index), Route("/mail/{name}", mail)])
    return Guard(app, desk.clock, lambda: Front("", ()), lambda: desk.config.smtp.max_message_bytes)
