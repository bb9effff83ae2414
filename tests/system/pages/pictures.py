"""The pictures of docs/page.md: `python -m tests.system.pages.pictures`."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from mailbot.core.ticket import Party
from tests.system.packages import path_of
from tests.system.pages.conftest import ARGUMENTS
from tests.web.served import Served, served

DOCS = Path(__file__).resolve().parents[3] / "docs"
LEAK = """Hello,

the pump that came last week leaks at the lower flange. I tightened the four screws as the manual says, and it still \
drips: about one cup an hour.

Ann"""


def main() -> None:
    with served(Path(tempfile.mkdtemp()), {"desk": {"name": "Pump Market"}}) as here, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of("chromium"), args=ARGUMENTS)
        vendor, customer, mail = _states(here)
        _take(browser, vendor, "page-desktop", 1200, "light")
        _take(browser, customer, "page-phone-dark", 375, "dark")
        _take(browser, mail, "page-captured", 1200, "light")
        browser.close()


def _states(here: Served) -> tuple[str, str, str]:
    ticket = here.open_ticket(LEAK, subject="Pump leaks at the flange", details=(("order", "A-17"),))
    here.settle(ticket)
    here.clock.move(timedelta(hours=3))
    here.say(ticket, Party.VENDOR, "Which pump is it? Please send a picture of the plate.", cuts=(("x", "--\nBob"),))
    (name,) = here.capture_queued(ticket)[:1]
    here.clock.move(timedelta(hours=18))
    picture = here.stored("plate.jpg", b"\xff\xd8\xff" * 40_000, "image/jpeg")
    here.say(ticket, Party.CUSTOMER, "Here it is.", attachments=(picture,))
    here.settle(ticket, party=Party.CUSTOMER)
    mail = f"http://127.0.0.1:{here.capture_port}/mail/{name}"
    return here.url(ticket), here.url(ticket, Party.CUSTOMER), mail


def _take(browser: Browser, url: str, name: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]  # light or dark
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    page.screenshot(path=DOCS / f"{name}.png", full_page=width < 500)
    context.close()


if __name__ == "__main__":
    main()
