"""SIGHUP on the real process: a broken template or config is reported and changes nothing; a good one is in use."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.desk import Desk, desk_settings, merged
from tests.system.waiting import PATIENCE_SECONDS, await_true

SAYS = "Good news about ticket #{{ number }}."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = desk_settings(tmp_path / "data", 1)
    (tmp_path / "templates" / "mail" / "en").mkdir(parents=True)
    one = Desk(tmp_path, merged(settings, {"desk": {"templates": "templates"}, "smarthost": {"url": "capture"}}))
    one.start()
    yield one
    one.clean_up()


def hang_up(desk: Desk, expect: str) -> None:
    """Sends SIGHUP and waits until the log says what came of it."""
    assert desk.server is not None
    before = desk.log().count(expect)
    desk.server.send_signal(signal.SIGHUP)
    await_true(lambda: desk.log().count(expect) > before, PATIENCE_SECONDS, expect, desk.tails)


def captured(desk: Desk, count: int) -> list[str]:
    """The captured mails, once there are so many."""
    folder = desk.data_dir / "captured" / "new"
    found: list[Path] = []

    def all_there() -> bool:
        found[:] = folder.iterdir() if folder.is_dir() else []
        return len(found) >= count

    await_true(all_there, PATIENCE_SECONDS, f"{count} mails are captured", desk.tails)
    return [path.read_text() for path in found]


def open_ticket(desk: Desk) -> None:
    words = ["--type", "refund", "--vendor", "acme", "--customer", "ann@customer.example", "--subject", "S"]
    desk.ask("ticket", "open", *words, "--body", "It leaks.")


def test_a_broken_override_is_named_and_mails_go_on_as_before_until_it_is_mended(desk: Desk) -> None:
    override = desk.folder / "templates" / "mail" / "en" / "opened.txt"

    override.write_text("{{ nobody }}")
    checked = desk.run("check")
    hang_up(desk, "config not reloaded")
    open_ticket(desk)
    as_before = captured(desk, 2)
    override.write_text(SAYS)
    hang_up(desk, "config reloaded")
    open_ticket(desk)
    mended = captured(desk, 4)

    assert checked.returncode == 78
    assert b"opened.txt, line 1" in checked.stderr
    assert "opened.txt, line 1" in desk.log()
    assert not any("Good news" in mail for mail in as_before)
    assert sum("Good news about ticket #1002." in mail for mail in mended) == 2
    desk.stop()


def test_new_bounds_of_reading_hold_at_once_and_what_needs_a_restart_is_told(desk: Desk) -> None:
    desk.configure(merged(desk.settings, {"limits": {"reading_memory": "1 MiB"}, "web": {"listen": "127.0.0.1:1"}}))
    hang_up(desk, "config reloaded")
    mail = "From: ann@customer.example\r\nMessage-ID: <1@x>\r\nSubject: Big\r\n\r\n" + "It leaks.\r\n" * 200_000
    desk.run("inject", "--recipient", "support@desk.example", stdin=mail.encode())

    def verdict() -> str | None:
        (row,) = desk.ask("inbox", "list")
        found: str | None = row["verdict"]
        return found

    await_true(lambda: verdict() is not None, PATIENCE_SECONDS, "the mail has its verdict", desk.tails)
    hang_up(desk, "config reloaded")

    assert verdict() == "shunted"
    assert desk.log().count("changed key needs a restart key='[web] listen'") == 2
    assert desk.log().count("changed key needs a restart") == 2
    desk.stop()
