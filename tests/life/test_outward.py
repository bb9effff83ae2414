"""Nothing that a stranger writes becomes a header, a template, a path, markup or SQL: hostile mails, end to end.

Each example goes in as raw octets and is looked for wherever anything comes out: mails to both parties and the admins,
pages, downloads, the command line, the log, files of the capture.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path
from urllib.parse import quote

from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mailbot.__main__ import mailbot
from mailbot.core.ticket import Party
from mailbot.core.verdict import Outcome
from mailbot.logs import SafeFormatter
from mailbot.outbound.capture import Capture
from tests.given import ANN, BOB, BY_SMTP, Play, a_play
from tests.life.test_loops import letters

ADMIN = "admin@operator.example"
VICTIM = "victim@else.example"
MARK = "zqx"
"""Stands in each hostile piece, so that the looking cannot miss where it went."""

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
PIECES = [
    f"{MARK}\r\nBcc: {VICTIM}\r\n",
    f"{MARK}\nX-Injected: 1",
    f"{MARK}\rX-Injected: 1",
    f"{MARK}\x00\x07\x1b[2J\x1b]0;owned\x07",
    f"{MARK}\x9b31m\x85X-Injected: 1",
    f"{MARK}\u2028X-Injected: 1\u2029",
    f"{MARK}\u202egpj.exe\u2066",
    f"{MARK}{{{{ 7 * 191 }}}}{{% for x in [1, 2] %}}{MARK}!{{% endfor %}}",
    f"{MARK}{{{{ config }}}}{{{{ ''.__class__.__mro__ }}}}",
    f'{MARK}"><script>alert(1)</script><img src=x onerror=alert(1)>',
    f"{MARK}'; DROP TABLE ticket; --",
    f"../../{MARK}/../../etc/passwd",
    f"..\\{MARK}\\C:\\con.txt",
    f"=?utf-8?q?{MARK}=0D=0ABcc:_{VICTIM}?=",
    f'{MARK}" <{VICTIM}>, "',
    f"{MARK},{VICTIM};(",
    f"{MARK}%0d%0aX-Injected:%201",
    f"{MARK}\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") + "\u00fc\u4e2d",
    MARK + "a" * 500,
]
HOSTILE = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join)
FIELDS = ("subject", "name", "text", "file")
MAILS = st.fixed_dictionaries(dict.fromkeys(FIELDS, HOSTILE))
OURS = {
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "mime-version",
    "content-type", "content-transfer-encoding", "content-language", "content-disposition", "content-id",
    "auto-submitted", "x-auto-response-suppress", "list-id", "feedback-id", "thread-topic", "thread-index",
}  # fmt: skip
EACH = settings(
    max_examples=int(os.environ.get("MAILBOT_EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # an example costs a second; making it smaller would cost minutes
)


def encoded(text: str) -> str:
    """A text as encoded words in which every octet is escaped, as no honest client would."""
    return " ".join(
        f"=?utf-8?q?{''.join(f'={octet:02X}' for octet in chunk)}?="
        for chunk in (text.encode("utf-8", "replace")[start : start + 20] for start in range(0, len(text) * 4, 20))
        if chunk
    )


def hostile_mail(pieces: dict[str, str], author: str, message_id: str, *, html: bool) -> bytes:
    """A mail whose every part that a stranger chooses is hostile, as octets."""
    body = pieces["text"].replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").replace(b"\n", b"\r\n")
    kind = b"html" if html else b"plain"
    name = quote(pieces["file"].encode("utf-8", "replace"), safe="")
    lines = [
        f"From: {encoded(pieces['name'][:150])} <{author}>".encode(),
        b"To: support@desk.example",
        f"Cc: {VICTIM}".encode(),
        f"Subject: {encoded(pieces['subject'])}".encode(),
        f"Message-ID: {message_id}".encode(),
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/mixed; boundary="edge"',
        b"",
        b"--edge",
        b"Content-Type: text/" + kind + b"; charset=utf-8",
        b"Content-Transfer-Encoding: 8bit",
        b"",
        body,
        b"--edge",
        f"Content-Type: text/html; name*=utf-8''{name}".encode(),
        f"Content-Disposition: attachment; filename*=utf-8''{name}".encode(),
        b"",
        b"<script>alert(1)</script>",
        b"--edge--",
        b"",
    ]
    return b"\r\n".join(lines)


@dataclass
class Told:
    """What a desk wrote after hostile mail: (recipient, octets) of mails, what commands printed, the log."""

    mails: list[tuple[str, bytes]]
    printed: dict[str, str]
    logged: str
    number: int


@contextmanager
def a_desk() -> Iterator[Play]:
    """A desk in a folder of its own, for one example."""
    with tempfile.TemporaryDirectory() as folder:
        play = a_play(Path(folder))
        try:
            yield play
        finally:
            play.desk.store.close()


@contextmanager
def told(pieces: dict[str, str], *, html: bool) -> Iterator[tuple[Play, Told]]:
    """Hostile mail opens a ticket, answers it, and is held on it; then everything is looked at."""
    with a_desk() as play, logged() as log:
        opened = play.receive("support@desk.example", hostile_mail(pieces, ANN, "<1@c.example>", html=html))
        assert opened.outcome is Outcome.OPENED
        number = int(opened.ticket or 0)
        reply = play.reply_address(number, Party.VENDOR)
        colleague = hostile_mail(pieces, "carla@vendor.example", "<2@v.example>", html=html)
        assert play.receive(reply, colleague, BOB).outcome is Outcome.COMMENTED
        stranger = hostile_mail(pieces, "eve@else.example", "<3@e.example>", html=html)
        assert play.receive(reply, stranger, "eve@else.example").outcome is Outcome.HELD
        play.receive("postmaster@desk.example", hostile_mail(pieces, ANN, "<4@c.example>", html=html))
        bad = hostile_mail(pieces, f"{ANN}>, <{VICTIM}", "<5@c.example>", html=html)
        play.receive("support@desk.example", bad, "eve@else.example")
        mails = [(recipient, raw) for _, recipient, raw in letters(play)]
        yield play, Told(mails, printed(play, number), log(), number)


@contextmanager
def logged() -> Iterator[object]:
    """What mailbot logs meanwhile, as it is written."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger("mailbot")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel("INFO")
    try:
        yield lambda: "\n".join(SafeFormatter("%(levelname)s %(name)s %(message)s").format(one) for one in records)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


COMMANDS = [
    "ticket list", "ticket show {}", "inbox list", "inbox show 1", "inbox show 5", "hold list", "outbox list",
    "timeline {}", "explain 1", "explain 3",
]  # fmt: skip


def printed(play: Play, number: int) -> dict[str, str]:
    """What commands print for people, and as JSON."""
    config = str(play.desk.config.file)
    out = {}
    for command in COMMANDS:
        for tail in ([], ["--json"]):
            words = [*command.format(number).split(), *tail, "--config", config]
            done = CliRunner().invoke(mailbot, words, catch_exceptions=False)
            assert done.exit_code == 0, (words, done.output)
            out[" ".join(words[:-2])] = done.stdout
    return out


def headers_and_parts(raw: bytes) -> Iterator[Message]:
    message = message_from_bytes(raw, policy=SMTP)
    yield from message.walk()


@settings(EACH)
@given(pieces=MAILS, html=st.booleans())
def test_hostile_mail_stays_text_wherever_it_comes_out(pieces, html):
    with told(pieces, html=html) as (play, out):
        assert {recipient for recipient, _ in out.mails} == {ANN, BOB, ADMIN}
        for recipient, raw in out.mails:
            if raw.startswith(b"Received: "):  # mail to a role goes on as it came, to the admins alone
                assert recipient == ADMIN
                assert raw.count(b"\r\nResent-To: ") == 1
            else:
                see_mail(recipient, raw)
        see_printed(out.printed)
        see_log(out.logged)
        see_files(play, out)
        assert len(play.show(out.number)["comments"]) == 2


def see_mail(recipient: str, raw: bytes) -> None:
    """Only our header fields, one addressee, no attached name that is a path, no template that ran."""
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    assert b"\x00" not in raw
    names = [line.partition(b":")[0].decode().lower() for line in re.split(rb"\r\n(?![ \t])", head)]
    assert set(names) <= OURS, names
    assert len(names) == len(set(names))
    own, *parts = headers_and_parts(raw)
    addressed = [address.addr_spec for address in own["to"].addresses]
    assert addressed == [recipient]
    assert [address.addr_spec for address in own["from"].addresses] == ["desk@desk.example"]
    for field in ("from", "to", "reply-to"):
        assert VICTIM not in {address.addr_spec for address in (own[field].addresses if own[field] else ())}
    for part in parts:
        assert {name.lower() for name in part} <= OURS or part.get_content_type() == "text/html"
        see_name(part.get_filename())
        if part.get_content_type() == "text/html" and part.get_content_disposition() != "attachment":
            see_markup(part.get_content())
        if part.get_content_type() == "text/plain" and part.get_content_disposition() != "attachment":
            assert not CONTROL.search(part.get_content().replace("\r\n", "\n"))
            assert "1337" not in part.get_content()


def see_name(name: str | None) -> None:
    """A file's name is no path, is one line, and turns nothing around."""
    if name is not None:
        assert not set(name) & set('/\\:"<>|?*')
        assert not CONTROL.search(name)
        assert name.strip(". ")


def see_markup(page: str) -> None:
    """Markup is shown and not obeyed; templates of strangers are text."""
    assert not re.search(r"<script(?! src=\"[^\"]*page\.js)|<img src=x|<[^>]*\sonerror\s*=", page, re.IGNORECASE)
    assert "1337" not in page
    assert f"{MARK}!{MARK}!" not in page


def see_printed(printed_by: dict[str, str]) -> None:
    """A terminal obeys nothing of it; JSON stays JSON, on one line."""
    for words, text in printed_by.items():
        assert not CONTROL.search(text.replace("\n", "")), words
        assert not re.search(r"(?m)^(X-Injected|Bcc)", text), words
        if "--json" in words:
            json.loads(text)
            assert text.count("\n") == 1, words


def see_log(text: str) -> None:
    """One line for each event, without controls, none that a stranger began."""
    assert not CONTROL.search(text)
    assert all(re.match(r"(INFO|WARNING|ERROR) mailbot", line) for line in text.split("\n")), text


def see_files(play: Play, out: Told) -> None:
    """A captured mail's file and the stored files have names of our own; nothing stands outside."""
    maildir = play.desk.config.desk.data_dir / "captured"
    for recipient, raw in out.mails[:2]:
        asyncio.run(Capture(maildir).send(raw, "bounce@desk.example", recipient))
    everything = [path for path in play.desk.config.desk.data_dir.parent.rglob("*") if path.is_file()]
    assert len([path for path in everything if "captured" in path.parts]) >= 2
    for path in everything:
        assert MARK not in str(path)
        assert re.fullmatch(r"[A-Za-z0-9._,=:+@-]+", path.name), path


@settings(EACH)
@given(
    local=st.text(st.characters(codec="utf-8"), min_size=1, max_size=12),
    domain=st.text(st.characters(codec="utf-8"), min_size=1, max_size=12),
    shape=st.sampled_from(["{0} <{1}>", "{1}", "<{1}> {0}", '"{0}" <{1}>', "{0}:{1};", "{1}, ann@customer.example"]),
)
def test_a_hostile_author_address_opens_nothing_or_is_written_to_as_one_address(local, domain, shape):
    with a_desk() as play:
        author = shape.format(encoded(local), f"{local}@{domain}.example")
        raw = b"From: " + author.encode("utf-8", "replace").replace(b"\r", b"").replace(b"\n", b"")
        raw += b"\r\nTo: support@desk.example\r\nSubject: Hi\r\nMessage-ID: <1@x.example>\r\n\r\nHelp\r\n"

        verdict = play.receive("support@desk.example", raw, "eve@else.example", BY_SMTP)

        mails = [(recipient, raw) for _, recipient, raw in letters(play)]
        if verdict.outcome is Outcome.OPENED:
            customer = play.show(int(verdict.ticket or 0))["customer"]["address"]
            assert {recipient for recipient, _ in mails} == {customer, BOB}
            assert not CONTROL.search(customer)
            assert not set(customer) & set(" \t<>,;()")
        else:
            assert {recipient for recipient, _ in mails} <= {ADMIN}
        for recipient, raw_mail in mails:
            if recipient != ADMIN and recipient.isascii():
                see_mail(recipient, raw_mail)


def test_the_looking_would_see_what_it_looks_for():
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "desk@desk.example", ANN, "x"
    message["X-Injected"] = "1"
    message.set_content("x")

    for found in (
        lambda: see_mail(ANN, message.as_bytes()),
        lambda: see_name("../x"),
        lambda: see_markup("<script>alert(1)</script>"),
        lambda: see_markup("1337"),
        lambda: see_printed({"ticket show": "\x1b[2J"}),
        lambda: see_log("INFO mailbot x\nforged"),
    ):
        try:
            found()
        except AssertionError:
            continue
        raise RuntimeError("it would not be seen")
