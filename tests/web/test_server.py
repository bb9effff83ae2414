"""The listener itself: binding, answering at once, ending in order."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mailbot.web import server
from mailbot.web.server import PageServer
from tests.system.waiting import free_port


async def hello(_request: Request) -> Response:
    return PlainTextResponse("hello")


def app(handler: object = hello) -> Starlette:
    return Starlette(routes=[Route("/", handler)])  # type: ignore[arg-type]  # a handler


async def ask(port: int) -> bytes:
    """One request on a connection of its own; everything until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer


def test_a_taken_address_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(OSError, match=rf"ticket pages 127\.0\.0\.1:{port}: Address already in use"):
            asyncio.run(PageServer(app(), ("127.0.0.1", port), "ticket pages").start())


def test_it_serves_and_ends_and_its_port_is_free_again() -> None:
    async def serve() -> bytes:
        page_server = PageServer(app(), ("127.0.0.1", 0), "pages")
        await page_server.start()
        answer = await ask(page_server.bound[1])
        await page_server.stop()
        again = PageServer(app(), page_server.bound, "pages")
        await again.start()
        await again.stop()
        return answer

    assert asyncio.run(serve()).endswith(b"hello")


def test_answers_leave_at_once_on_a_connection_that_stays() -> None:
    async def nodelay() -> int:
        page_server = PageServer(app(), ("127.0.0.1", 0), "pages")
        await page_server.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", page_server.bound[1])
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"hello")
        (connection,) = page_server.connections
        option: int = connection.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()
        await page_server.stop()
        return option

    assert asyncio.run(nodelay())


def test_at_its_end_an_open_request_is_answered_and_an_idle_connection_is_closed() -> None:
    async def serve() -> tuple[bytes, bytes]:
        begun, go = asyncio.Event(), asyncio.Event()

        async def slow(_request: Request) -> Response:
            begun.set()
            await go.wait()
            return PlainTextResponse("answered")

        page_server = PageServer(app(slow), ("127.0.0.1", 0), "pages")
        await page_server.start()
        idle, idle_writer = await asyncio.open_connection("127.0.0.1", page_server.bound[1])
        asking = asyncio.create_task(ask(page_server.bound[1]))
        await begun.wait()
        stopping = asyncio.create_task(page_server.stop())
        left = await idle.read()
        go.set()
        await stopping
        idle_writer.close()
        return await asking, left

    answer, left = asyncio.run(serve())

    assert answer.endswith(b"answered")
    assert left == b""


def test_a_request_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "STOP_SECONDS", 0.1)

    async def serve() -> bytes:
        begun = asyncio.Event()

        async def endless(_request: Request) -> Response:
            begun.set()
            await asyncio.Event().wait()
            return PlainTextResponse("never")

        page_server = PageServer(app(endless), ("127.0.0.1", 0), "pages")
        await page_server.start()
        asking = asyncio.create_task(ask(page_server.bound[1]))
        await begun.wait()
        await page_server.stop()
        return await asking

    assert asyncio.run(serve()) == b""


def test_it_serves_in_any_thread_and_leaves_signals_alone() -> None:
    answers: list[bytes] = []
    port = free_port()

    async def serve() -> None:
        page_server = PageServer(app(), ("127.0.0.1", port), "pages")
        await page_server.start()
        answers.append(await ask(port))
        await page_server.stop()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    thread.join(20)

    assert answers[0].startswith(b"HTTP/1.1 200")
