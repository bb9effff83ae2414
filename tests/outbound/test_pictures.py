"""The mails in a real browser: nothing is wider than a phone, and the dark half is used where it is asked for."""

import html
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.core.ticket import Kind, Party
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mail, example_mails
from mailbot.outbound.mail import OutgoingMail
from tests.outbound.reading_mails import html_of, parsed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("CI") != "true", reason="Chromium is not installed: the mails are not rendered"
)

MEASURE = """
<script>
window.onload = () => {
  for (const frame of document.querySelectorAll("iframe")) {
    const inner = frame.contentDocument;
    const found = document.createElement("i");
    const buttons = [...inner.querySelectorAll(".button, .quiet")].map((one) => one.offsetTop);
    const body = frame.contentWindow.getComputedStyle(inner.body);
    found.textContent = "WIDE " + inner.documentElement.scrollWidth + " BACK " + body.backgroundColor
      + " ROWS " + new Set(buttons).size;
    document.body.append(found);
  }
};
</script>
"""


def rendered(pages: list[str], width: int, folder: Path, *, dark: bool) -> list[tuple[int, str, int]]:
    """Of each page in a frame of `width` pixels: its scroll width, background colour, and rows of buttons."""
    assert CHROMIUM is not None, "CI needs Chromium"
    scheme = "dark" if dark else "light"
    frames = "".join(
        f'<iframe width="{width}" scrolling="no" style="border: 0; color-scheme: {scheme}"'
        f' srcdoc="{html.escape(page)}"></iframe>'
        for page in pages
    )
    (folder / "page.html").write_text(f'<html style="color-scheme: {scheme}"><meta charset="utf-8">{frames}{MEASURE}')
    options = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--no-first-run", f"--user-data-dir={folder / 'profile'}", "--dump-dom",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
    ]  # fmt: skip
    run = subprocess.run(
        [CHROMIUM, *options, f"file://{folder / 'page.html'}"], capture_output=True, text=True, check=True, timeout=100
    )
    found = re.findall(r"<i>WIDE (\d+) BACK (rgb\([^)]*\)) ROWS (\d+)</i>", run.stdout)
    return [(int(wide), back, int(rows)) for wide, back, rows in found]


def pages() -> list[str]:
    reply = example_mail(Kind.REPLY, Party.CUSTOMER)
    endless = replace(reply.newest[0], text="https://x.example/" + "y" * 500 + "\n" + "Z" * 300, who="W" * 80)
    hard = replace(
        reply,
        newest=(endless,),
        history=(endless,),
        ticket=replace(reply.ticket, details=(("K" * 30, "V" * 200),), subject="S" * 240),
    )
    mails = [*example_mails(), *example_mails("de"), hard]
    return [html_of(parsed(compose(mail, None))) for mail in mails]


@pytest.mark.parametrize("width", [320, 375, 700])
def test_no_mail_is_wider_than_its_window(width: int, tmp_path: Path) -> None:
    found = rendered(pages(), width, tmp_path, dark=False)

    assert len(found) == len(pages())
    assert {wide for wide, _, _ in found} == {width}
    assert {back for _, back, _ in found} == {"rgb(238, 240, 243)"}


def test_in_the_dark_every_mail_is_dark(tmp_path: Path) -> None:
    found = rendered(pages(), 375, tmp_path, dark=True)

    assert {back for _, back, _ in found} == {"rgb(18, 22, 27)"}


@pytest.mark.parametrize("width", [320, 375, 700])
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_a_reader_can_do_is_one_row_of_buttons_on_a_phone_too(width: int, language: str, tmp_path: Path) -> None:
    mails = [mail for mail in example_mails(language) if isinstance(mail, OutgoingMail)]
    markups = [html_of(parsed(compose(mail, None))) for mail in mails]

    found = rendered(markups, width, tmp_path, dark=False)

    assert all(markup.count("keep+") == mail.ticket.open for markup, mail in zip(markups, mails, strict=True))
    assert [(wide, rows) for wide, _, rows in found] == [(width, 1)] * len(mails)
