"""Any octets at all get a definite answer, in time that grows with their number and no faster."""

from __future__ import annotations

import pickle
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.inbound.html_lines import html_lines
from mailbot.inbound.message import read
from mailbot.inbound.reading import Reading, ReadingLimits

MAILS = sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))
FUZZED = [path for path in MAILS if path.stem.startswith("fuzzed-")]
WRITTEN = [path for path in MAILS if path not in FUZZED]
TEXT = b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n"
HTML = b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n"
BOUNCE = b"From: MAILER-DAEMON@b.example\nSubject: failure notice\n\n"
MIXED = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
SIZE = 1_000_000
MAX_CPU_SECONDS = 1.5  # half a second alone on a desk's machine; a shared test machine is given three times that

REPEATED = {
    "quote marks, one a line": (TEXT, b">\n"),
    "quote marks in one line": (TEXT, b">"),
    "one line": (TEXT, b"x"),
    "the word On": (TEXT, b"On "),
    "lines that end like attributions": (TEXT, b"a:\n"),
    "attributions": (TEXT, b"On Mon, 1 Jan 2026 at 10:00, A <a@b.example> wrote:\n"),
    "header labels": (TEXT, b"From: a@b.example\nTo: b\n"),
    "signature delimiters": (TEXT, b"-- \na\n"),
    "answers between quotes": (TEXT, b"> a\n\nb\n\n"),
    "drawn rules": (TEXT, b"-----\n"),
    "blocks of a delivery report": (
        b"From: MAILER-DAEMON@b.example\nContent-Type: multipart/report; boundary=b\n\n"
        b"--b\nContent-Type: message/delivery-status\n\n",
        b"Final-Recipient: rfc822; a@b.example\n\n",
    ),
    "indented lines": (TEXT, b"                              x\n"),
    "taglines": (TEXT, b"x\n\nSent from my iPhone\n\n"),
    "notices": (TEXT, b"This e-mail is confidential, intended only for the addressee, if in error notify us\n\n"),
    "uuencode openings": (TEXT, b"begin 644 a\n"),
    "PGP openings": (TEXT, b"-----BEGIN PGP SIGNED MESSAGE-----\n"),
    "less-than signs": (HTML, b"<"),
    "unclosed tags": (HTML, b"<a "),
    "unclosed quotes in tags": (HTML, b"<a '"),
    "unclosed comments": (HTML, b"<!--"),
    "unclosed styles": (HTML, b"<style>"),
    "nested elements": (HTML, b"<div>"),
    "nested quotes": (HTML, b"<blockquote>x"),
    "nested signatures": (HTML, b"<div id=signature>"),
    "misnested elements": (HTML, b"<b><i></b></i>"),
    "preformatted lines": (HTML, b"<pre>\n"),
    "entities": (HTML, b"&#x"),
    "links": (HTML, b"<a href=http://x.example>y</a>"),
    "addresses in a bounce": (BOUNCE, b"a@b.example "),
    "lines in a bounce": (BOUNCE, b"<a@b.example>:\n"),
    "parts": (MIXED, b"--b\n\nhi\n"),
    "attached mails": (MIXED, b"--b\nContent-Type: message/rfc822\n\n"),
    "nested mails": (b"From: a@b.example\n", b"Content-Type: message/rfc822\n\n"),
    "nested containers": (b"", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"),
    "header fields": (b"From: a@b.example\n", b"X-A: b\n"),
    "encoded words": (b"From: a@b.example\nSubject: ", b"=?utf-8?q?a?= "),
    "mailboxes": (b"From: ", b"a@b.example, "),
    "parentheses": (b"From: ", b"("),
    "references": (b"References: ", b"<a@b.example> "),
    "quoted-printable": (b"Content-Transfer-Encoding: quoted-printable\n\n", b"="),
    "base64 padding": (b"Content-Transfer-Encoding: base64\n\n", b"QQ=="),
    "flowed lines": (b"Content-Type: text/plain; format=flowed\n\n", b"> a \n"),
}


@pytest.mark.parametrize("what", REPEATED)
def test_a_megabyte_of_one_thing_is_read_in_linear_time(what):
    head, piece = REPEATED[what]
    raw = head + (piece * (SIZE // len(piece) + 1))[:SIZE]
    began = time.process_time()

    found = read(raw)

    assert time.process_time() - began < MAX_CPU_SECONDS
    assert isinstance(found, Reading)


def test_many_containers_within_many_cost_no_more_than_others():
    raw = b"From: a@b.example\n"
    for level in range(48):
        raw += b"Content-Type: multipart/mixed; boundary=%s%d\n\n--%s%d\n" % (b"q" * 60, level, b"q" * 60, level)
    for number in range(1000):
        raw += b"\n--%s47\nContent-Type: multipart/mixed; boundary=%s%d\n\n" % (b"q" * 60, b"z" * 60, number)
    began = time.process_time()

    read(raw)

    assert time.process_time() - began < MAX_CPU_SECONDS


def _total(found: Reading) -> None:
    pickle.dumps(found)
    found.text.encode("utf-8")
    found.subject.encode("utf-8")
    assert "\x00" not in found.text


@given(st.binary(max_size=3000))
@settings(max_examples=150, deadline=None)
def test_any_octets_are_read(raw):
    _total(read(raw))


_PIECES = st.sampled_from(
    [
        b"From: a@b.example\n", b"Subject: =?utf-8?b?w7?=\n", b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Type: multipart/report; boundary=b\n", b"Content-Type: text/html; charset=x-none\n",
        b"Content-Type: message/rfc822\n", b"Content-Type: message/delivery-status\n",
        b"Content-Type: text / plain ;;\n", b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: uuencode\n",
        b"Content-Disposition: attachment; filename*0*=utf-7''+; filename*2=x\n",
        b"\n", b"\n\n", b"--b\n", b"--b--\n", b"\xff\xfe", b"\x1b$B", b"=?", b"> ",
        b"On 5 Jan 2026, X <x@y.example> wrote:\n", b"-- \n", b"<blockquote>", b"</div>", b"<a href='",
        b"begin 644 x\n", b"end\n", b"Final-Recipient: rfc822; a@b.example\n", b"QUJD\n", b"\x00", b"\r",
        b"words of a person\n",
    ]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_order_of_the_pieces_of_mails_is_read(pieces):
    _total(read(b"".join(pieces)))


@given(st.text(alphabet="<>/ab=\"' !-&;\n", max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_markup_is_rendered(html):
    assert all(isinstance(line.text, str) for line in html_lines(html))


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=200
    )
)
@settings(max_examples=200, deadline=None)
def test_what_a_person_types_is_never_lost_altogether(text):
    raw = TEXT + text.encode()

    found = read(raw)

    assert (
        bool(found.text.strip())
        == bool(
            text.strip(
                (
                    " "
                    "\u00a0\u00ad\u034f\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb\u1680\u2028\u2029\u3000\u202f\u205f"
                )
                + "".join(map(chr, range(0x2000, 0x200B)))
            )
        )
        or not found.text.strip()
    )


def test_the_same_mail_through_another_relay_has_the_same_digest():
    body = b"Content-Type: text/plain\r\n\r\nHello\r\n"

    first = read(b"Received: from a by b\r\nFrom: a@b.example\r\n" + body)
    second = read(b"Received: from c by d\nReceived: from a by b\nFrom: a@b.example\n" + body.replace(b"\r\n", b"\n"))

    assert first.content_digest == second.content_digest
    assert (first.hops, second.hops) == (1, 2)


def test_another_content_has_another_digest():
    assert read(TEXT + b"a").content_digest != read(TEXT + b"b").content_digest


def test_a_mail_over_a_bound_says_so():
    limits = ReadingLimits(max_parts=10, max_depth=3)

    assert any("parts" in note for note in read(MIXED + b"--b\n\nhi\n" * 50, limits).notes)


@pytest.mark.parametrize(
    ("label", "octets", "text"),
    [
        ("utf-8", "Grüße".encode("latin-1"), "Grüße"),
        ("iso-8859-1", "Grüße".encode(), "Grüße"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("x-no-such-charset", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", "“quoted”".encode("cp1252"), "“quoted”"),
        ("gb2312", "轉帳".encode("gbk"), "轉帳"),
        ("iso-2022-jp", "ポンプ".encode("iso-2022-jp"), "ポンプ"),
        ("", "ポンプ".encode("iso-2022-jp"), "ポンプ"),
        ("koi8-r", "насос".encode("koi8-r"), "насос"),
        ("utf-16", "Grüße".encode("utf-16"), "Grüße"),
        ("base64", b"plain", "plain"),
    ],
)
def test_a_wrong_charset_label_does_not_spoil_the_text(label, octets, text):
    raw = (
        b"From: a@b.example\nContent-Type: text/plain; charset="
        + label.encode()
        + b"\nContent-Transfer-Encoding: 8bit\n\n"
        + octets
    )

    assert read(raw).text == text


@pytest.mark.parametrize("path", FUZZED, ids=lambda path: path.stem)
def test_a_mail_that_once_broke_the_reader_is_read(path):
    _total(read(path.read_bytes()))


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_a_strange_mail_kept_as_a_file_keeps_its_word(path):
    assert "KEPT" in read(path.read_bytes()).text


def test_there_are_strange_mails():
    assert len(WRITTEN) >= 8


@pytest.mark.parametrize("piece", [b"It leaks since Monday.\r\n", b"> x\r\n", b">", b"QQ==", b"<a "])
@pytest.mark.parametrize("head", [TEXT, HTML, b"Content-Transfer-Encoding: base64\n\n"])
def test_a_large_mail_takes_less_than_ten_times_its_size(head, piece):
    raw = head + (piece * (3 * SIZE // len(piece) + 1))[: 3 * SIZE]
    tracemalloc.start()

    read(raw)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * len(raw)


@pytest.mark.parametrize("coding", [b"7bit", b"base64", b"quoted-printable"])
def test_a_large_mail_of_one_part_reads_as_a_small_one_does(coding):
    line = {b"7bit": b"It leaks.\r\n", b"base64": b"SXQgbGVha3MuDQo=\r\n", b"quoted-printable": b"It =6Ceaks.\r\n"}
    head = b"From: a@b.example\r\nSubject: Re: pump\r\nContent-Transfer-Encoding: " + coding + b"\r\n\r\n"

    small, large = read(head + line[coding] * 3), read(head + line[coding] * 60_000)

    assert large.text.split()[:6] == small.text.split() == ["It", "leaks."] * 3
    assert large.subject == small.subject
    assert len(large.text.split()) == 120_000
