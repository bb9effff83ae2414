"""Whatever a subject, a name, a file name or a text holds, the mail parses back and bears only our own headers."""

from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.utils import getaddresses, parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.ticket import Kind, Party
from mailbot.outbound import headers
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mail, example_mails
from mailbot.outbound.mail import AttachmentFace
from mailbot.outbound.safe_text import body_text, file_name, one_line
from tests.outbound.reading_mails import html_of, parsed, text_of, unflowed

OURS = {
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Thread-Topic",
    "Thread-Index", "Auto-Submitted", "X-Auto-Response-Suppress", "List-Id", "Feedback-ID", "MIME-Version",
    "Content-Type",
}  # fmt: skip
REPLY = example_mail(Kind.REPLY, Party.CUSTOMER)

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\r\n\0\u2028\u2029\u202e\u2066\u200f\x85\x1b\ud800 \t\"\\<>@,;:=?%'🦊é漢ﷺ"),
    ),
    max_size=300,
)
INJECTIONS = [
    "x\r\nBcc: eve@evil.example",
    "x\nBcc: eve@evil.example\n\nbody",
    "x\rBcc: eve@evil.example",
    "x\0y\u2028Bcc: eve@evil.example\u2029z",
    "=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
    "=?utf-8?q?=0D=0ABcc:_eve@evil.example?=",
    '"><script>alert(1)</script>',
    "\u202egnp.exe",
    "a" * 10_000,
    "word " * 2_000,
    "🦊" * 2_500,
    "\ud800\udfff broken",
    "",
    "   ",
]


def display_name(raw: bytes, field: str) -> str:
    """A display name by the parser for old programs: the new one puts spaces between encoded words of a name."""
    phrase = parseaddr(" ".join(str(message_from_bytes(raw)[field]).split()))[0]
    return str(make_header(decode_header(phrase)))


def assert_only_our_headers(raw: bytes) -> None:
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.replace(b"\r\n", b"").find(b"\n") == -1
    assert raw.replace(b"\r\n", b"").find(b"\r") == -1
    names = parsed(raw).keys()
    assert set(names) <= OURS
    assert len(names) == len(set(names))


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_hostile_subject_stays_a_subject(text: str) -> None:
    raw = compose(replace(REPLY, ticket=replace(REPLY.ticket, subject=text)), None)

    assert_only_our_headers(raw)
    assert parsed(raw)["Subject"] == f"[Desk #1042] {one_line(text, 250)}".strip()


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_any_subject_parses_back_to_its_safe_form(text: str) -> None:
    raw = compose(replace(REPLY, ticket=replace(REPLY.ticket, subject=text)), None)

    assert_only_our_headers(raw)
    assert parsed(raw)["Subject"] == f"[Desk #1042] {one_line(text, 250)}".strip()


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_any_name_parses_back_to_its_safe_form_and_never_to_an_address(text: str) -> None:
    raw = compose(replace(REPLY, to_name=text, writer=text), None)

    assert_only_our_headers(raw)
    message = parsed(raw)
    assert [author.addr_spec for author in message["From"].addresses] == ["desk@desk.example"]
    assert [to.addr_spec for to in message["To"].addresses] == ["ann@customer.example"]
    assert display_name(raw, "To") == one_line(text, 80)


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_hostile_name_stays_a_name(text: str) -> None:
    raw = compose(replace(REPLY, to_name=text, writer=text, desk=replace(REPLY.desk, name=text or "Desk")), None)

    assert_only_our_headers(raw)
    assert [spec for _, spec in getaddresses([str(parsed(raw)["To"])])] == ["ann@customer.example"]


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_any_file_name_parses_back_to_its_safe_form(text: str) -> None:
    file = AttachmentFace(text, "application/pdf", 4, "", b"file")
    entry = replace(REPLY.newest[0], attachments=(file,))

    raw = compose(replace(REPLY, newest=(entry,)), None)

    (attachment,) = parsed(raw).iter_attachments()
    assert attachment.get_filename() == file_name(text)
    assert attachment.get_content() == b"file"
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.exe", "x.exe"),
        ("a\r\nb.txt", "a b.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        ("", "file"),
        ("...", "file"),
        ('a"b;c.txt', "a_b_c.txt"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_file_names_lose_what_could_harm(name: str, safe: str) -> None:
    assert file_name(name) == safe


@settings(max_examples=100, deadline=None)
@given(HOSTILE)
def test_any_comment_is_in_both_parts_in_its_safe_form(text: str) -> None:
    entry = replace(REPLY.newest[0], text=text, attachments=())

    raw = compose(replace(REPLY, newest=(entry,), history=(entry,)), None)

    assert_only_our_headers(raw)
    message = parsed(raw)
    safe = body_text(text)
    assert safe in unflowed(text_of(message))
    assert "<script" not in html_of(message)


@pytest.mark.parametrize(
    "media_type", ["message/rfc822", "multipart/mixed", "text/html\r\nX: y", "", "x" * 500, "a/b/c"]
)
def test_a_media_type_that_could_nest_or_inject_becomes_octet_stream(media_type: str) -> None:
    entry = replace(REPLY.newest[0], attachments=(AttachmentFace("x", media_type, 4, "", b"file"),))

    (attachment,) = parsed(compose(replace(REPLY, newest=(entry,)), None)).iter_attachments()

    assert attachment.get_content_type() == "application/octet-stream"
    assert "X" not in attachment


@pytest.mark.parametrize(
    "address", ["", "ann", "ann@b\r\nBcc: x@y.example", "a b@c.example", "ann@c.example>", "a,b@c.example"]
)
def test_an_address_that_is_none_is_refused_and_never_written(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        compose(replace(REPLY, to_address=address), None)


def test_message_ids_of_strangers_that_are_none_are_left_out() -> None:
    ids = (
        "<ok@a.example>",
        "<bad id@a.example>",
        "<x@y>\r\nBcc: z@a.example",
        "plain",
        "<" + "x" * 900 + "@a.example>",
    )

    message = parsed(compose(replace(REPLY, in_reply_to=ids[2], references=ids), None))

    assert message["References"] == "<ok@a.example>"
    assert "In-Reply-To" not in message


def test_an_international_domain_is_written_in_ascii_and_a_local_part_as_it_is() -> None:
    idn = compose(replace(REPLY, to_address="ann@bücher.example"), None)
    utf8 = compose(replace(REPLY, to_address="änne@bücher.example"), None)

    assert b"To: Ann Miller <ann@xn--bcher-kva.example>\r\n" in idn
    assert idn.isascii()
    assert "To: Ann Miller <änne@xn--bcher-kva.example>\r\n".encode() in utf8


def test_every_kind_of_mail_is_without_defects_and_has_what_each_mail_needs() -> None:
    for mail in example_mails():
        raw = compose(mail, None)
        message = parsed(raw)

        assert_only_our_headers(raw)
        assert message["Message-ID"] == mail.message_id
        assert message["Date"].datetime == mail.date
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"
        assert message["List-Id"] == "Desk <tickets.desk.example>"
        assert message["From"].addresses[0].addr_spec == "desk@desk.example"
        assert all(part.get("Content-Transfer-Encoding", "7bit") != "8bit" for part in message.walk())


def test_from_is_the_writer_and_the_desk_and_reply_to_is_the_readers_reply_address() -> None:
    message = parsed(compose(REPLY, None))

    assert message["From"].addresses == (Address("Bob Carter (Acme) via Desk", addr_spec="desk@desk.example"),)
    assert message["Reply-To"].addresses[0].addr_spec == REPLY.reply_address


def test_auto_submitted_can_be_switched_off_for_mails_that_carry_a_persons_words() -> None:
    assert "Auto-Submitted" not in parsed(compose(replace(REPLY, auto_submitted=False), None))


def test_long_encoded_words_are_cut_between_characters() -> None:
    words = headers.encoded_words("漢字" * 50).split(" ")

    assert all(len(word) <= 75 for word in words)
    assert headers.field("Subject", " ".join(words)).count("\r\n") == len(words)
