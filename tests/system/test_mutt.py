"""A real mail program answers mails of ours: mutt from Debian, driven by commands, on the captured Maildir."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.desk import Desk, desk_settings, merged
from tests.system.packages import path_of

ANN, BOB = "ann@customer.example", "bob@vendor.example"
ASKED = "The pump drips at the seal.\nWhich seal do we need?\nWe are in Cork."
SAID = "A number 7, and close the valve first."
WAYS_TO_TYPE = {
    "above the quote": (f"sed -i '1i {SAID}\\n' \"$1\"", SAID),
    "below the quote": (f'printf "\\n{SAID}\\n" >> "$1"', SAID),
    "between its lines": (
        f"sed -i '0,/^> Which seal do we need?$/s//&\\n\\n{SAID}\\n/' \"$1\"",
        f"> The pump drips at the seal.\n> Which seal do we need?\n\n{SAID}",
    ),
}


@pytest.fixture
def desk(parts: None, tmp_path: Path) -> Iterator[Desk]:
    """A running mailbot that captures what it sends, with a ticket that Ann opened."""
    desk = Desk(tmp_path / "desk", merged(desk_settings(tmp_path / "var", 25), {"smarthost": {"url": "capture"}}))
    desk.start()
    head = f"From: Ann <{ANN}>\nTo: support@desk.example\nSubject: Pump drips\nMessage-ID: <1@customer.example>\n\n"
    desk.run("inject", "--recipient", "support@desk.example", "--sender", ANN, stdin=f"{head}{ASKED}\n".encode())
    desk.await_ticket(lambda ticket: {mail["status"] for mail in ticket["mails"]} == {"sent"}, "both are told")
    yield desk
    desk.clean_up()


def answer_in_mutt(desk: Desk, folder: Path, to: str, edit: str) -> None:
    """Lets mutt open the captured mails, answer the one to `to` with an editor that types, and hand it in by a pipe."""
    inject = f'for recipient; do :; done\nexec {desk.program} inject --recipient "$recipient" --sender {to}'
    for name, script in (("editor", edit), ("sendmail", f"{inject} --config {desk.config}")):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    settings = [
        f'set editor="{folder}/editor" sendmail="{folder}/sendmail" tmpdir="{folder}" folder="{folder}"',
        f'set from="{to}" realname="Bob" use_domain=no header_cache="" record="" signature=""',
        "set fast_reply include=yes copy=no reply_to=yes wait_key=no edit_headers=no postpone=no recall=no",
        "set delete=no move=no quit=yes confirmappend=no abort_unmodified=no abort_nosubject=no",
        f'push "<limit>~t {to}<enter><reply><send-message><quit>"',
    ]
    (folder / "muttrc").write_text("\n".join(settings) + "\n")
    mutt = f"{path_of('mutt')} -n -F {folder}/muttrc -f {shlex.quote(str(desk.data_dir / 'captured'))}"
    subprocess.run(
        ["script", "-qec", mutt, "/dev/null"],
        env={**os.environ, "TERM": "xterm", "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        timeout=60,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("way", WAYS_TO_TYPE)
def test_what_is_typed_in_mutt_becomes_the_comment_and_nothing_else(desk: Desk, tmp_path: Path, way: str) -> None:
    edit, comment = WAYS_TO_TYPE[way]

    answer_in_mutt(desk, tmp_path, BOB, edit)

    ticket = desk.await_ticket(lambda ticket: len(ticket["comments"]) == 2, "the answer is a comment")
    assert ticket["comments"][1]["text"].strip() == comment
    assert ticket["comments"][1]["party"] == "vendor"
