"""Mails that want to run something in a reader's browser: whatever part they hide it in, nothing runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from mailbot.core.ticket import Party
from mailbot.inbound.message import read
from tests.web.served import Served, served

RUN = "window.ran=1;document.title='ran';alert(1)"
SNIPPETS = (
    f"<script>{RUN}</script>",
    f'"><script>{RUN}</script>',
    f"</textarea><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f'<img src=x onerror="{RUN}">',
    f"<svg onload={RUN}>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<math><mtext></table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={RUN}&gt;'>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    "<iframe src='https://evil.example/'></iframe>",
    f'<a href="javascript:{RUN}" autofocus onfocus="{RUN}">x</a>',
    f"javascript:{RUN}//http://",
    f'http://evil.example/"onmouseover="{RUN}',
    f"https://evil.example/'><img/src=x/onerror={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<object data='data:text/html,<script>{RUN}</script>'>",
    f'<form action="https://evil.example/"><button autofocus onfocus={RUN}>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<base href="https://evil.example/">',
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css'; body{background:url(https://evil.example/)}</style>",
    "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    f"\u2028<script>{RUN}</script>\u2029",
    f"＜script＞{RUN}＜/script＞",
    f"<scr\x00ipt>{RUN}</scr\x00ipt>",
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-",
    "\u202e\u2066<b>\u2069",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f"<template><script>{RUN}</script></template><xmp><script>{RUN}</script>",
)


TOUCH = """
for (const one of document.querySelectorAll("*")) {
  if (one instanceof HTMLDetailsElement) { one.removeAttribute("name"); one.open = true; }
  for (const name of ["mouseover", "focus", "toggle", "error", "load", "begin"]) one.dispatchEvent(new Event(name));
}
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One desk for all of them."""
    with served(tmp_path_factory.mktemp("desk")) as running:
        yield running


def look_through(page: Page, here: Served, url: str) -> None:
    """Opens a page, touches everything on it, and sees that nothing of a stranger's ran."""
    page.goto(url)
    page.evaluate(TOUCH)
    assert page.evaluate("window.ran") is None
    assert "49" not in page.locator("h1").inner_text()
    ours = [f"http://127.0.0.1:{here.port}/page.js", f"http://127.0.0.1:{here.capture_port}/page.js"]
    scripts = page.evaluate("Array.from(document.scripts, (one) => one.src)")
    assert all(script.startswith(tuple(ours)) for script in scripts)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
def test_nothing_in_names_subjects_texts_or_files_runs(here: Served, page: Page, snippet: str) -> None:
    ticket = here.open_ticket(
        snippet, subject=snippet[:200], customer_name=snippet[:120], details=((snippet[:50], snippet),)
    )
    file = here.stored(snippet, snippet.encode("utf-8", "replace"), "text/html")
    here.say(ticket, Party.CUSTOMER, snippet, cuts=(("quote", snippet),), attachments=(file,), sender_name=snippet)
    captured = here.capture_queued(ticket)

    look_through(page, here, here.url(ticket, Party.CUSTOMER))
    look_through(page, here, here.url(ticket, Party.VENDOR))
    look_through(page, here, f"http://127.0.0.1:{here.capture_port}/mail/{captured[-1]}")
    assert page.frames[-1].title() != "ran"


def test_nothing_in_a_list_of_captured_mails_runs(here: Served, page: Page) -> None:
    for number, snippet in enumerate(SNIPPETS):
        address = f"ann{number}@customer.example"
        here.capture_queued(here.open_ticket(subject=snippet[:200], customer_name=snippet, customer_address=address))

    look_through(page, here, f"http://127.0.0.1:{here.capture_port}/")


@pytest.mark.parametrize("snippet", SNIPPETS[:12], ids=range(12))
def test_html_mails_are_read_as_text_that_does_not_run(here: Served, page: Page, snippet: str) -> None:
    raw = (
        "From: Ann <ann@customer.example>\r\nTo: support@desk.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p>" + snippet.replace("\x00", "") + "\r\n"
    )
    ticket = here.open_ticket(read(raw.encode()).text or "(nothing)")

    look_through(page, here, here.url(ticket))


@pytest.mark.parametrize(
    ("name", "media_type", "content"),
    [
        ("x.html", "text/html", f"<script>{RUN}</script>"),
        ("x.svg", "image/svg+xml", f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"/>'),
        ("x.xml", "text/xml", f'<x:script xmlns:x="http://www.w3.org/1999/xhtml">{RUN}</x:script>'),
        ("x.js", "text/javascript", RUN),
        ("x.pdf", "application/pdf", "%PDF-1.4"),
        ("x.css", "text/css", "body{display:none}"),
    ],
)
def test_an_attachment_is_saved_and_never_shown(
    here: Served, page: Page, name: str, media_type: str, content: str
) -> None:
    ticket = here.open_ticket()
    here.say(ticket, Party.CUSTOMER, "See.", attachments=(here.stored(name, content.encode(), media_type),))
    page.goto(here.url(ticket))

    with page.expect_download() as download:
        page.evaluate("location.assign(document.querySelector('.files a').href)")

    assert download.value.path().read_text() == content
    assert page.title() != "ran"
