"""The pictures of docs/mails.md: `python -m tests.outbound.pictures`."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from mailbot.core.ticket import Actor, Kind, Party
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mail, example_mails
from mailbot.outbound.mail import OutgoingMail, OutgoingNotice
from tests.outbound.reading_mails import html_of, parsed
from tests.system.packages import path_of
from tests.system.pages.conftest import ARGUMENTS

DOCS = Path(__file__).resolve().parents[2] / "docs"
HEIGHT, GAP = 1100, 12


def main() -> None:
    reply, warning = example_mail(Kind.REPLY, Party.CUSTOMER), example_mail(Kind.WARNING, Party.VENDOR)
    reopened = example_mail(Kind.REOPENED, Party.VENDOR)
    unreachable = replace(example_mail(Kind.OPENED, Party.CUSTOMER), vendor_unreachable="Acme, +43 1 555 0199")
    silence = next(mail for mail in _mails("de") if mail.kind is Kind.CLOSED and mail.entry.actor is Actor.INACTIVITY)
    question = next(mail for mail in example_mails() if mail.kind is Kind.CONFIRM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of("chromium"), args=ARGUMENTS)
        _take(browser, [reply, warning, unreachable], "mails-phone-light", 375, "light")
        _take(browser, [reply, warning, silence], "mails-phone-dark", 375, "dark")
        _take(browser, [reopened, question], "mails-desktop", 640, "light")
        browser.close()


def _mails(language: str) -> list[OutgoingMail]:
    return [mail for mail in example_mails(language) if isinstance(mail, OutgoingMail)]


def _take(browser: Browser, mails: Sequence[OutgoingMail | OutgoingNotice], name: str, width: int, scheme: str) -> None:
    """Mails side by side in windows of `width` pixels, from their tops."""
    frames = "".join(
        f'<iframe width="{width}" height="{HEIGHT}" scrolling="no" style="border: 0; color-scheme: {scheme}"'
        f' srcdoc="{html.escape(html_of(parsed(compose(mail, None))))}"></iframe>'
        for mail in mails
    )
    style = f"margin: 0; display: flex; gap: {GAP}px; background: #888888; color-scheme: {scheme}"
    whole = {"width": len(mails) * (width + GAP) - GAP, "height": HEIGHT}
    context = browser.new_context(viewport=whole, color_scheme=scheme, device_scale_factor=0.75)  # type: ignore[arg-type]  # light or dark
    page = context.new_page()
    page.set_content(f'<body style="{style}">{frames}</body>', wait_until="networkidle")
    page.screenshot(path=DOCS / f"{name}.png")
    context.close()


if __name__ == "__main__":
    main()
