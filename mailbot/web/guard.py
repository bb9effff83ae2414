"""What stands around every page: who asks, under which path, how much and how long, and the headers of the answer.

In: any HTTP request. Out: a request whose body and time are bounded, whose path is free of a proxy's prefix and
whose client address is the real one; an answer that no browser sniffs, frames, indexes, stores or runs.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Final
from urllib.parse import unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailbot.clock import Clock
from mailbot.setting_readers import Network

log = logging.getLogger("mailbot.web")

REQUEST_SECONDS: Final = 600.0
PAUSE_SECONDS: Final = 60.0
"""Between two pieces of a body."""
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: Final = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


class TooMuch(Exception):
    """The body is larger than the page takes."""


@dataclass(frozen=True)
class Front:
    """How clients reach us: our own path prefix, and the proxies whose word counts."""

    path_prefix: str
    proxies: Sequence[Network]

    def is_proxy(self, address: str) -> bool:
        """Whether the peer is one of the configured proxies."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.proxies)

    def client(self, peer: str, headers: Headers) -> str:
        """The address of whoever asks: the last one in X-Forwarded-For that is no proxy of ours."""
        if not self.is_proxy(peer):
            return peer
        named = [part.strip() for line in headers.getlist("x-forwarded-for") for part in line.split(",")]
        return next((address for address in reversed(named[-20:]) if address and not self.is_proxy(address)), peer)

    def prefix(self, peer: str, headers: Headers) -> str:
        """The path under which a proxy shows us, without a slash at its end."""
        named = headers.get("x-forwarded-prefix", "").rstrip("/") if self.is_proxy(peer) else ""
        is_path = named.startswith("/") and not named.startswith("//") and named.isascii() and named.isprintable()
        return named if is_path and not set(named) & set("\"'<>\\?#;") else self.path_prefix


class Guard:
    """ASGI middleware. `front` is asked anew for each request, so that a reload counts."""

    def __init__(
        self, app: ASGIApp, clock: Clock, front: Callable[[], Front], max_body_bytes: Callable[[], int]
    ) -> None:
        self._app = app
        self._clock = clock
        self._front = front
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        self._place(scope, headers)
        answer = _Answer(send, self._stamp, is_head=scope["method"] == "HEAD")
        scope["method"] = "GET" if scope["method"] == "HEAD" else scope["method"]
        status = self._refusal(headers) or await self._answered(scope, receive, answer)
        if status:
            await PlainTextResponse(_WORDS[status], status, {"connection": "close"})(scope, receive, answer.send)

    def _refusal(self, headers: Headers) -> int:
        """The status of a request that is not even looked at, or 0."""
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()):
            return 400
        return 413 if len(length) > 15 or int(length) > self._max_body_bytes() else 0

    async def _answered(self, scope: Scope, receive: Receive, answer: _Answer) -> int:
        """Lets the pages answer; the status of what ended before there was an answer, or 0."""
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await self._app(scope, self._bounded(receive), answer.send)
        except ClientDisconnect:
            log.info("client left path_length=%d", len(scope["path"]))
        except TimeoutError:
            if answer.begun:
                raise
            return 408
        return 0

    def _place(self, scope: Scope, headers: Headers) -> None:
        """Notes client and prefix in the scope, and takes the prefix off the path where a proxy left it."""
        front = self._front()
        peer = scope["client"][0] if scope.get("client") else ""
        prefix = front.prefix(peer, headers)
        scope["state"] = {**scope.get("state", {}), "client": front.client(peer, headers), "prefix": prefix}
        plain = unquote(prefix)
        if plain and (scope["path"] == plain or scope["path"].startswith(plain + "/")):
            scope["path"] = scope["path"][len(plain) :] or "/"

    def _bounded(self, receive: Receive) -> Receive:
        left = self._max_body_bytes()

        async def bounded() -> Message:
            nonlocal left
            async with asyncio.timeout(PAUSE_SECONDS):
                message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise TooMuch
            return message

        return bounded

    def _stamp(self, headers: MutableHeaders) -> None:
        headers["date"] = format_datetime(self._clock.now(), usegmt=True)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store")


_WORDS: Final = {
    400: "This request makes no sense to this server.\n",
    408: "The request took too long. Please try again.\n",
    413: "This is more than can be taken at once. Please go back and send less, or smaller files.\n",
}


async def _too_much(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse(_WORDS[413], 413, {"connection": "close"})


async def _too_slow(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse(_WORDS[408], 408, {"connection": "close"})


BODY_FAULTS: Final = {TooMuch: _too_much, TimeoutError: _too_slow}
"""Exception handlers for an application behind the guard."""


class _Answer:
    """Sends one answer with our headers; without its body for HEAD."""

    def __init__(self, send: Send, stamp: Callable[[MutableHeaders], None], *, is_head: bool) -> None:
        self._send = send
        self._stamp = stamp
        self._is_head = is_head
        self.begun = False

    async def send(self, message: Message) -> None:
        """Passes one ASGI message on."""
        if message["type"] == "http.response.start":
            self.begun = True
            self._stamp(MutableHeaders(scope=message))
        elif self._is_head:
            message = {**message, "body": b""}
        await self._send(message)
