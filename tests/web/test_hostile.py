"""Hostile mails on the pages: what a stranger wrote is text there, in every place, and downloads have safe names."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser

import pytest

from mailbot.core.ticket import Party
from mailbot.outbound.capture import Capture
from mailbot.store.tickets import get_ticket
from tests.given import ANN, BOB, Play
from tests.life.test_loops import letters
from tests.life.test_outward import CONTROL, MARK, PIECES, hostile_mail
from tests.web.served import Served, asked

TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "link",
    "script",
    "body",
    "a",
    "header",
    "main",
    "section",
    "article",
    "div",
    "span",
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "time",
    "form",
    "label",
    "input",
    "textarea",
    "select",
    "option",
    "button",
    "progress",
    "details",
    "summary",
    "blockquote",
    "strong",
    "br",
    "footer",
    "iframe",
}
TARGETS = re.compile(r"/(?!/)[A-Za-z0-9/._?=&#%-]*|#[\w-]+|https?://[^\s<>\"]+|mailto:[^\s<>\"]+")


class Seen(HTMLParser):
    """Collects what a browser would obey."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.scripts = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.faults.append(f"{tag} {name}")
            if name in ("href", "src", "action") and not TARGETS.fullmatch(value or ""):
                self.faults.append(f"{tag} {name}={value}")
        self.scripts += tag == "script"


def see(page: str) -> None:
    seen = Seen(page)
    assert seen.faults == []
    assert seen.scripts <= 1
    assert not CONTROL.search(page.replace("\r\n", "\n"))
    assert "1337" not in page


def pieces_of(one: str) -> dict[str, str]:
    return dict.fromkeys(("subject", "name", "text", "file"), one)


@pytest.mark.parametrize("html", [False, True], ids=["plain", "html"])
def test_pages_show_hostile_mail_as_text_and_save_its_files_under_safe_names(here: Served, html: bool) -> None:
    play = Play(here.desk, here.clock)
    opened = play.receive("support@desk.example", hostile_mail(pieces_of(PIECES[0]), ANN, "<o@x.example>", html=html))
    number = int(opened.ticket or 0)
    reply = play.reply_address(number, Party.VENDOR)
    for count, piece in enumerate(PIECES):
        for author in ("carla@vendor.example", "eve@else.example"):
            mail = hostile_mail(pieces_of(piece), author, f"<{count}@{author}>", html=html)
            play.receive(reply, mail, BOB)
    with here.desk.store.read() as connection:
        known = get_ticket(connection, number)

    pages = [here.ask(here.path(known, party)).text for party in Party]
    links = {link for page in pages for link in re.findall(r'href="(/t/[^"]*/attachment/[^"]*)"', page)}
    for page in pages:
        assert MARK in page
        see(page)
    assert len(links) > 10
    for link in links:
        assert re.fullmatch(r"/t/[0-9a-z]{32}/attachment/\d+/\d+", link)
        answer = here.ask(link)
        disposition = answer.headers["content-disposition"]
        assert (answer.status, answer.headers["content-type"]) == (200, "application/octet-stream")
        assert re.fullmatch(
            r"attachment; filename=\"[A-Za-z0-9._ ()+-]+\"; filename\*=UTF-8''[A-Za-z0-9._~%-]+", disposition
        )
        assert not re.search(r"%2F|%5C|%0|%1|%7F|%E2%80%A[8-9A-E]", disposition, re.IGNORECASE)
    see_capture(here, play)


def see_capture(here: Served, play: Play) -> None:
    """The captured mails' pages show the same mails as text, too."""
    maildir = here.desk.config.desk.data_dir / "captured"
    for _, recipient, raw in letters(play)[:12]:
        sending = Capture(maildir).send(raw, "bounce@desk.example", recipient)
        asyncio.run_coroutine_threadsafe(sending, here.loop).result(30)
    index = asked(here.capture_port, "/").text
    see(index)
    for link in re.findall(r'href="(/mail/[0-9a-zA-Z.,_-]+)"', index)[:6]:
        see(asked(here.capture_port, link).text)
