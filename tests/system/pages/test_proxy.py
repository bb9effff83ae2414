"""nginx in front, with the snippet of docs/page.md, under a path of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mailbot.core.ticket import Party
from tests.system.packages import in_ci, missing, path_of
from tests.system.waiting import await_true, free_port
from tests.web.served import Served, asked, served

PAGE = Path(__file__).resolve().parents[3] / "docs" / "page.md"
CONFIG = """\
daemon off;
pid {home}/pid;
error_log {home}/error.log;
events {{}}
http {{
  access_log {home}/access.log;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  server {{
    listen 127.0.0.1:{port};
{snippet}
  }}
}}
"""


def snippet(port: int) -> str:
    """The location block that the page tells admins to write, with our port put in."""
    text = PAGE.read_text().partition("```nginx\n")[2].partition("```")[0]
    assert "proxy_pass http://127.0.0.1:8080/" in text
    return text.replace("127.0.0.1:8080", f"127.0.0.1:{port}")


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[tuple[Served, int]]:
    """A desk behind nginx, and nginx's port."""
    if "nginx-light" in missing():
        if in_ci():
            pytest.fail("CI=true and nginx-light is not installed")
        pytest.skip("SYSTEM TESTS SKIPPED: nginx-light is not installed (see `python -m tests.system.packages`)")
    port, home = free_port(), tmp_path / "nginx"
    home.mkdir()
    changes = {
        "desk": {"base_url": f"http://127.0.0.1:{port}/desk"},
        "web": {"trusted_proxies": ["127.0.0.1"]},
    }
    with served(tmp_path, changes) as here:
        (home / "nginx.conf").write_text(CONFIG.format(home=home, port=port, snippet=snippet(here.port)))
        nginx = subprocess.Popen([path_of("nginx-light"), "-p", str(home), "-c", str(home / "nginx.conf")])
        try:
            await_true((home / "pid").exists, 10, "nginx is up", (home / "error.log").read_text)
            yield here, port
        finally:
            nginx.terminate()
            nginx.wait(timeout=10)


def test_behind_nginx_under_a_path_everything_works(proxied: tuple[Served, int], page: Page, tmp_path: Path) -> None:
    here, port = proxied
    ticket = here.open_ticket()
    file = tmp_path / "big.bin"
    file.write_bytes(b"x" * 3_000_000)

    page.goto(here.desk.addresses.page(ticket.number, Party.VENDOR))
    assert page.url.startswith(f"http://127.0.0.1:{port}/desk/t/")
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius") == "8px"
    page.get_by_label("Files").set_input_files([file])
    page.get_by_label("Message").fill("From behind a proxy.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("status")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="big.bin").click()

    assert download.value.path().stat().st_size == 3_000_000
    page.locator("summary", has_text="Close the ticket").click()
    page.get_by_role("button", name="Close it now").click()
    expect(page.get_by_text("You closed this ticket.")).to_be_visible()


def test_behind_nginx_the_headers_stay_strict_and_the_client_is_the_real_one(proxied: tuple[Served, int]) -> None:
    here, port = proxied
    path = "/desk" + here.path(here.open_ticket())

    headers = asked(port, path).headers
    for _ in range(101):
        limited = asked(port, "/desk/t/wrong", headers={"X-Forwarded-For": "192.0.2.1"})

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert limited.status == 429
