"""Valid mails with something broken: a cut, a copy, other octets. Each is read, and what comes out can be stored."""

from __future__ import annotations

import os
import pickle
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.inbound.attachments import MAX_NAME_CHARS
from mailbot.inbound.message import read
from mailbot.inbound.reading import OwnHistory, Reading
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mails
from tests.inbound.clients import CLIENTS, Typed
from tests.inbound.test_attachment_counts import SHAPES
from tests.inbound.test_strange_mails import HEAD, MAILS

EXAMPLES = int(os.environ.get("MAILBOT_EXAMPLES", "400"))
MAX_CPU_SECONDS = 1.0
OURS = compose(next(one for one in example_mails("en") if one.kind.value == "reply"), None)
SEEDS = [
    *(HEAD + body.encode() for body, _ in SHAPES.values()),
    *(HEAD + body for body, _ in MAILS.values()),
    *(client(OURS, Typed(top="The valve is closed.")) for client in CLIENTS),
    *(path.read_bytes() for path in sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))),
]
PIECES = [
    b"\r\n", b"\n\n", b"\r", b"\0", b"\xff", b"--b\n", b"\n--b--\n", b"--", b"=", b"=?", b"?=", b'"', b"(", b"<", b">",
    b"&#", b"Content-Type: multipart/mixed; boundary=b\n\n", b"Content-Type: message/rfc822\n\n", b"\nContent-Type:",
    b"Content-Transfer-Encoding: base64\n", b"charset=utf-16", b"boundary=", b"filename*0*=", b"X-Mailbot-Body: ",
    b"begin 644 x\n", b"\nend\n", b"=ybegin line=1 size=1 name=x\n", b"BEGIN:VEVENT\n", b"\x78\x9f\x3e\x22\x01\x00",
    b"\x30\x80", b"\x1b$B", b"> ", b"On 5 Jan 2026, X <x@y.example> wrote:\n", b"<blockquote>", b"<!--",
    b"\xf0\x9f\x98\x80",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """One of the mails, changed in up to eight places."""
    raw = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.sampled_from([0, 1, 2, 7, 40, 300, 5000])))
        match draw(st.sampled_from(["cut", "copy", "insert", "octet", "move", "other"])):
            case "cut":
                del raw[start:end]
            case "copy":
                raw[start:start] = raw[start:end] * draw(st.integers(1, 5))
            case "insert":
                raw[start:start] = draw(st.sampled_from(PIECES))
            case "octet" if start < len(raw):
                raw[start] = draw(st.integers(0, 255))
            case "move":
                piece = raw[start:end]
                del raw[start:end]
                at = draw(st.integers(0, len(raw)))
                raw[at:at] = piece
            case _:
                other = draw(st.sampled_from(SEEDS))
                raw[start:end] = other[: draw(st.integers(0, len(other)))]
        del raw[60_000:]
    return bytes(raw)


@given(mutated())
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_mail_that_was_changed_anywhere_is_read(raw: bytes) -> None:
    began = time.process_time()

    found = read(raw, own=OwnHistory(("It leaks.",), "desk.example", "https://desk.example"))

    assert time.process_time() - began < MAX_CPU_SECONDS
    assert_storable(found)


def assert_storable(found: Reading) -> None:
    """It travels between processes, every text of it is text, and no name of a file can hurt."""
    assert pickle.loads(pickle.dumps(found)) == found
    texts = [found.text, found.subject, found.cut_text, found.list_id, *found.notes, *found.message_ids]
    texts += [text for one in found.failed_recipients for text in (one.address, one.status or "", one.diagnostic)]
    for text in texts:
        assert "\0" not in text
        text.encode("utf-8")
    for file in found.attachments:
        assert file.name
        assert len(file.name) <= MAX_NAME_CHARS
        assert not set(file.name) & set('/\\\0\r\n\u202e<>:|?*"')
        file.name.encode("utf-8")
        assert file.media_type.isascii()


def test_the_seeds_are_many() -> None:
    assert len(SEEDS) > 150
