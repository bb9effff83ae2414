"""The pages by axe-core's rules: every state, light and dark, phone and desktop, without a violation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from mailbot.core.ticket import Actor, Party
from mailbot.outbound.example import example_mails
from mailbot.outbound.mail import OutgoingMail
from mailbot.store import outbox
from tests.system.pages.conftest import NewContext
from tests.web.holding import decide, holds
from tests.web.served import Served, served

LOOKS: list[dict[str, Any]] = [
    {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    {"color_scheme": "light", "viewport": {"width": 375, "height": 800}},
    {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}},
]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with tickets in every state."""
    with served(tmp_path_factory.mktemp("desk")) as here:
        yield here


@pytest.fixture(scope="module")
def states(full: Served) -> dict[str, str]:
    """URLs by what they show."""
    here = full
    new = here.open_ticket(details=(("order", "A-17"),))
    talk = here.open_ticket("Hello,\n\nsee https://pumps.example/\n")
    here.settle(talk)
    here.say(talk, Party.VENDOR, "Which one?", cuts=(("signature", "--\nBob"),))
    here.say(talk, Party.CUSTOMER, "This.", attachments=(here.stored("plate.png", b"x"),), sender_name="Eve")
    closed = here.open_ticket(subject="Closed")
    here.close(closed, Actor.INACTIVITY)
    mute = here.open_ticket(vendor="mute")
    failing = here.open_ticket(customer_address="gone@customer.example")
    with here.desk.store.write() as connection:
        outbox.mark_failing(connection, "gone@customer.example", "550", here.clock.now())
    here.settle(failing, "failed", Party.CUSTOMER)
    held = here.open_ticket("Hello")
    holds(here, held, "Which one?", author="Eve Miller <eve@else.example>")
    holds(here, held, "Send money.", author="a@b.example, c@d.example")
    holds(here, held, "It drips. " * 700)
    decided = holds(here, held, "No.")
    decide(here, held, "discard", decided)
    captured = here.capture(*(mail for mail in example_mails("en") if isinstance(mail, OutgoingMail)))
    capture = f"http://127.0.0.1:{here.capture_port}"
    return {
        "new": here.url(new),
        "talk of the vendor": here.url(talk),
        "talk of the customer": here.url(talk, Party.CUSTOMER),
        "done": here.url(talk) + "?done=reply",
        "closed": here.url(closed),
        "vendor without address": here.url(mute, Party.CUSTOMER),
        "failing address": here.url(failing),
        "own failing address": here.url(failing, Party.CUSTOMER),
        "held mails": here.url(held),
        "a decided held mail": here.url(held) + f"?held={decided}",
        "wrong link": here.url(new)[:-5] + "00000",
        "no captured mail": f"{capture}/?box=nobody",
        "captured mails": f"{capture}/?done=answer",
        "a captured mail": f"{capture}/mail/{captured[0]}",
        "no such mail": f"{capture}/mail/none",
    }


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "light phone", "dark narrow phone"])
def test_no_state_violates_a_rule_of_axe(states: dict[str, str], new_context: NewContext, look: dict[str, Any]) -> None:
    page = new_context(**look).new_page()

    found = {name: _violations(page, url) for name, url in states.items()}

    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_has_landmarks_one_heading_of_the_first_rank_and_its_language(
    states: dict[str, str], new_context: NewContext, language: str
) -> None:
    page = new_context(locale=language).new_page()

    page.goto(states["talk of the vendor"])

    assert page.locator("html").get_attribute("lang") == language
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("banner").count() == 1
    assert page.get_by_role("contentinfo").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("region").count() >= 4


def _violations(page: Page, url: str) -> list[str]:
    """What axe finds, with everything that can be opened open."""
    page.goto(url)
    page.evaluate(
        "document.querySelectorAll('details').forEach((one) => { one.removeAttribute('name'); one.open = true; })"
    )
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]
