"""A real browser for the pages: Debian's Chromium, driven by Playwright, without any name to look up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.system.packages import in_ci, missing, path_of
from tests.web.served import Served, served

ARGUMENTS = [
    "--no-sandbox",  # containers forbid it; the pages under test are ours
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run."""
    if "chromium" in missing():
        if in_ci():
            pytest.fail("CI=true and chromium is not installed")
        pytest.skip("SYSTEM TESTS SKIPPED: chromium is not installed (see `python -m tests.system.packages`)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Served]:
    """A desk whose pages are served."""
    with served(tmp_path) as running:
        yield running


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser) -> Iterator[NewContext]:
    """Makes browser profiles; each watches that its pages ask this machine alone and run nothing of a stranger's."""
    made: list[BrowserContext] = []
    strange: list[str] = []

    def watch(page: Page) -> None:
        page.on("request", lambda request: _note(strange, request.url))
        page.on("dialog", lambda dialog: (strange.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: strange.append(f"script error: {error}"))
        page.on("console", lambda said: strange.append(said.text) if "Content Security Policy" in said.text else None)

    def make(**how: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **how})
        context.set_default_timeout(10_000)
        context.on("page", watch)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert strange == []


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A tab of a desktop browser."""
    return new_context().new_page()


def _note(strange: list[str], url: str) -> None:
    if not url.startswith(("http://127.0.0.1:", "data:", "about:", "blob:")):
        strange.append(f"request: {url}")
