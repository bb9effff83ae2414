"""Deciding on a held mail as people do: with a mouse and no scripts, with a keyboard, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.system.pages.conftest import NewContext
from tests.web.holding import EVE, holds
from tests.web.served import Served

WORDS = "Bob is away this week. Which pump is it?"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_yes_publishes_and_says_so(here: Served, new_context: NewContext, scripts: bool) -> None:
    ticket = here.open_ticket()
    key = holds(here, ticket, WORDS)
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(f"{here.url(ticket)}?held={key}")

    page.get_by_role("button", name="Yes, publish it").click()

    expect(page.get_by_role("status")).to_contain_text(f"The mail from {EVE} is published")
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.get_by_text("waits for your decision")).to_have_count(0)


def test_a_keyboard_reaches_both_buttons_and_each_names_the_mail_it_is_about(
    here: Served, new_context: NewContext
) -> None:
    ticket = here.open_ticket()
    holds(here, ticket, WORDS)
    page = new_context().new_page()
    page.goto(here.url(ticket))
    no = page.get_by_role("button", name="No, discard it")
    expect(page.get_by_role("region", name="A mail in your name waits for your decision")).to_be_visible()
    expect(page.get_by_role("article", name=EVE)).to_be_visible()
    expect(no).to_have_accessible_description(EVE)

    for _ in range(20):
        page.keyboard.press("Tab")
        if no.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("is discarded. Ann never saw it.")
    expect(page.get_by_role("status")).to_be_focused()


@pytest.mark.parametrize("width", [320, 375])
def test_on_a_phone_nothing_is_wider_than_it_and_the_buttons_are_large(
    here: Served, new_context: NewContext, width: int
) -> None:
    ticket = here.open_ticket()
    holds(here, ticket, f"See https://pumps.example/{'x' * 300}\n{WORDS}")
    page = new_context(viewport={"width": width, "height": 640}).new_page()
    page.goto(here.url(ticket))

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in ("Yes, publish it", "No, discard it"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["height"] >= 44
