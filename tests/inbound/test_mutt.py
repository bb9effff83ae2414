"""A real mail program answers a mail of ours: mutt from Debian, driven by commands in a terminal."""

import os
import shutil
import subprocess

import pytest

from mailbot.inbound.message import read
from mailbot.inbound.own_history import lines_of
from mailbot.inbound.reading import OwnHistory
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mails

MUTT = shutil.which("mutt") or shutil.which("neomutt")
OURS = compose(next(mail for mail in example_mails("en") if mail.kind.value == "reply"), None)
OWN = OwnHistory(lines_of(OURS), "desk.example", "https://desk.example")

_EDITORS = {
    "top": "sed -i '1i The valve is closed.\\n' \"$1\"",
    "bottom": 'printf "\\nThe valve is closed.\\n" >> "$1"',
    "between": "sed -i '0,/^> Please close the valve first!$/s//&\\n\\nThe valve is closed.\\n/' \"$1\"",
}


def _answer(folder, edit: str) -> bytes:
    """Let mutt open the mailbox, answer the mail in it with an editor that types, and hand the answer to a file."""
    inbox = folder / "inbox"
    for name in ("cur", "new", "tmp"):
        (inbox / name).mkdir(parents=True)
    (inbox / "new" / "1.ours").write_bytes(OURS.replace(b"\r\n", b"\n"))
    for name, line in (("editor", edit), ("sendmail", f'cat > "{folder}/answer"')):
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    settings = [
        f'set editor="{folder}/editor" sendmail="{folder}/sendmail" tmpdir="{folder}" folder="{folder}"',
        f'set spoolfile="{inbox}" header_cache="" record="" signature="" sort=date',
        "set fast_reply include=yes copy=no reply_to=yes wait_key=no edit_headers=no postpone=no recall=no",
        "set delete=no move=no quit=yes confirmappend=no abort_unmodified=no abort_nosubject=no",
        'set from="ann@customer.example" realname="Ann" use_domain=no',
        'push "<reply><send-message><quit>"',
    ]
    (folder / "muttrc").write_text("\n".join(settings) + "\n")
    environment = {**os.environ, "TERM": "xterm", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    command = f"{MUTT} -n -F {folder}/muttrc -f {inbox}"
    subprocess.run(
        ["script", "-qec", command, "/dev/null"],
        env=environment,
        timeout=20,
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    return (folder / "answer").read_bytes()


@pytest.mark.skipif(not (MUTT and shutil.which("script")), reason="mutt and script are not installed")
@pytest.mark.parametrize("place", _EDITORS)
def test_what_is_typed_in_mutt_comes_back_exactly(tmp_path, place):
    found = read(_answer(tmp_path, _EDITORS[place]), own=OWN)

    said = [line for line in found.text.split("\n") if line and not line.startswith(">")]
    assert said == ["The valve is closed."]
    assert found.message_ids
