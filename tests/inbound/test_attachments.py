"""Files in a mail: their names, what they are, and which of them are only decoration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.inbound.attachments import MAX_NAME_CHARS, safe_name, sniffed
from mailbot.inbound.message import read

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.parametrize(
    ("claimed", "safe"),
    [
        ("drawing.pdf", "drawing.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\ring.pdf", "ring.pdf"),
        ("ring\u202efdp.exe", "ringfdp.exe"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        (".htaccess", "htaccess"),
        ("CON.txt", "_CON.txt"),
        ("Zeichnung für Ölpumpe.pdf", "Zeichnung für Ölpumpe.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(claimed, safe):
    assert safe_name(claimed, "application/pdf") == safe


def test_a_long_name_keeps_its_ending():
    assert safe_name("x" * 500 + ".pdf").endswith("x.pdf")


@given(st.text(max_size=400))
def test_no_name_is_a_path_or_holds_controls(claimed):
    name = safe_name(claimed)

    assert name
    assert len(name) <= MAX_NAME_CHARS
    assert not set(name) & set('/\\\x00\r\n\u202e\u202d\u2066\u200b<>:|?*"')
    assert name not in (".", "..")


@pytest.mark.parametrize(
    ("octets", "declared", "media_type"),
    [
        (b"%PDF-1.7\n", "application/octet-stream", "application/pdf"),
        (b"%PDF-1.7\n", "image/png", "application/pdf"),
        (b"MZ\x90\x00", "application/pdf", "application/vnd.microsoft.portable-executable"),
        (b"<html><script>", "image/png", "text/html"),
        (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04", "image/jpeg", "application/zip"),
        (b"MZ is how the text begins", "text/plain", "text/plain"),
        (b"hello", "application/x-strange", "application/x-strange"),
    ],
)  # fmt: skip
def test_a_media_type_that_is_a_lie_is_corrected(octets, declared, media_type):
    assert sniffed(octets, declared) == media_type


def _with_pictures(html: str) -> bytes:
    return f"""From: ann@customer.example
Subject: Re: pump
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html

{html}
--r
Content-Type: image/png; name="leak.png"
Content-ID: <leak>
Content-Transfer-Encoding: base64

{PNG}
--r
Content-Type: image/png; name="logo.png"
Content-ID: <logo>
Content-Transfer-Encoding: base64

{PNG}
--r--
""".encode()


def test_a_picture_of_the_new_words_is_listed_and_a_logo_of_the_signature_is_not():
    page = '<div>Here: <img src="cid:leak"></div><div class="gmail_signature">Ann <img src="cid:logo"></div>'

    assert [file.name for file in read(_with_pictures(page)).attachments] == ["leak.png"]


def test_a_picture_that_nothing_shows_is_listed():
    assert len(read(_with_pictures("<div>See below</div>")).attachments) == 2


def test_names_by_rfc_2231_and_rfc_2047_are_decoded():
    raw = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/pdf\n"
        b"Content-Disposition: attachment; filename*0*=utf-8''%C3%96l; filename*1*=%20Pumpe.pdf\n\nA\n--x\n"
        b"Content-Type: application/pdf\nContent-Disposition: attachment; "
        b'filename="=?utf-8?q?R=C3=BCckgabe.pdf?="\n\nB\n--x--\n'
    )

    assert [file.name for file in read(raw).attachments] == ["Öl Pumpe.pdf", "Rückgabe.pdf"]


def test_an_attached_mail_is_a_file_and_not_part_of_the_words():
    raw = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nSee there.\n--x\n"
        b"Content-Type: message/rfc822\n\nSubject: inner\n\nInner words.\n--x--\n"
    )

    found = read(raw)

    assert found.text == "See there."
    assert [(file.name, file.media_type) for file in found.attachments] == [("inner.eml", "message/rfc822")]
