"""The outline of a mail says the same as the mail, and nothing in a mail is taken for a mark of ours."""

import pytest

from mailbot.inbound.bounds import bounded
from mailbot.inbound.message import read
from mailbot.inbound.outline import FIELD, Outline, mark_for
from mailbot.inbound.reading import ReadingLimits

HEAD = b"From: ann@customer.example\r\nSubject: Pump\r\nMIME-Version: 1.0\r\n"
LIMITS = ReadingLimits()


def mixed(*parts: bytes) -> bytes:
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        + b"\r\n--x\r\n".join(parts)
        + b"\r\n--x--\r\n"
    )


def test_an_outline_is_small_whatever_the_mail_holds():
    raw = mixed(b"\r\n" + b"It leaks.\r\n" * 50_000, b"Content-Type: image/png\r\n\r\n" + b"x\r\n" * 50_000)

    outline, _ = bounded(raw, LIMITS)

    assert len(outline.octets) < 600
    assert outline.beginning(10**6) == raw


def test_every_body_comes_back_as_it_was():
    raw = mixed(
        b"\r\nIt leaks.",
        b"Content-Type: application/x-a\r\n\r\n\x00\xff one\r\n\r\ntwo ",
        b"Content-Type: application/x-b\r\n\r\n",
    )

    found = read(raw)

    assert found.text == "It leaks."
    assert [file.content for file in found.attachments] == [b"\x00\xff one\r\n\r\ntwo ", b""]


def test_an_attached_mail_is_the_octets_that_came():
    inner = (
        b"Received: from a\r\n\tby b\r\nSubject:  two  spaces\r\nX-Odd :\tno field\r\n\r\nwords\r\n--x-\r\n> From\r\n"
    )
    found = read(mixed(b"\r\nSee there.", b"Content-Type: message/rfc822\r\n\r\n" + inner, b"\r\nBye."))

    assert [file.content for file in found.attachments] == [inner]
    assert found.text == "See there.\n\nBye."


def test_mails_in_a_digest_are_files_of_their_own():
    digest = (
        b"Content-Type: multipart/digest; boundary=y\r\n\r\n"
        b"--y\r\n\r\nSubject: one\r\n\r\na\r\n--y\r\n\r\nSubject: two\r\n\r\nb\r\n--y--"
    )

    found = read(mixed(b"\r\nSee there.", digest))

    assert [(file.name, file.content) for file in found.attachments] == [
        ("one.eml", b"Subject: one\r\n\r\na"),
        ("two.eml", b"Subject: two\r\n\r\nb"),
    ]


def test_a_report_is_the_octets_that_came():
    report = b"Reporting-MTA: dns; mx.else.example\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\n"
    found = read(mixed(b"\r\nSorry.", b"Content-Type: message/delivery-status\r\n\r\n" + report))

    assert [file.content for file in found.attachments] == [report]


@pytest.mark.parametrize("digits", [b"000001", b"999999", b"-00001", b"xxxxxx", b""])
def test_a_mark_of_no_body_stands_for_nothing(digits):
    mark = mark_for(b"")
    outline = Outline(b"a" + mark + digits + b"b", b"body", mark, ((0, 4),))

    assert outline.beginning(100).startswith(b"a")
    assert b"body" not in bytes(outline.restored(outline.octets))


def test_a_field_of_ours_that_a_stranger_writes_names_nothing():
    forged = FIELD.encode() + b": " + mark_for(b"") + b"000000\r\n"
    attached = forged + b"Content-Type: message/rfc822\r\n\r\nSubject: b\r\n\r\nc"

    found = read(mixed(forged + b"\r\nIt leaks.", attached))

    assert found.text == "It leaks."
    assert [file.content for file in found.attachments] == [b"Subject: b\r\n\r\nc"]


@pytest.mark.parametrize(
    "content_type",
    [
        b'multipart/mixed; boundary*0="x"; boundary*1="y"',
        b"multipart/mixed;\r\n\tboundary*=us-ascii'en'xy",
        b'Multipart/Mixed ; Boundary = "xy"',
        b"multipart/mixed; x=y; BOUNDARY=xy ; z",
        b'multipart/mixed; a="boundary=z"; boundary="xy"',
    ],
)
def test_a_boundary_is_what_the_parser_takes_for_it(content_type):
    raw = (
        HEAD
        + b"X-A: boundary=z\r\nContent-Type: "
        + content_type
        + b"\r\n\r\n--xy\r\n\r\none\r\n--xy\r\n\r\ntwo\r\n--xy--\r\n"
    )

    assert read(raw).text == "one\n\ntwo"


@pytest.mark.parametrize(
    "content_type",
    [
        b"multipart/mixed; boundary*=utf-8''%C3%BC",
        b"multipart/mixed; boundary*=none-such''x",
        b"multipart/mixed; boundary*=a\x00b''x",
        b"multipart/mixed; boundary*1=x",
        b"multipart/mixed; boundary=\xff",
        b"multipart/",
    ],
)
def test_a_boundary_that_cannot_be_loses_no_word(content_type):
    raw = HEAD + b"Content-Type: " + content_type + b"\r\n\r\n--x\r\n\r\none\r\n--x\r\n\r\ntwo\r\n--x--\r\n"

    text = read(raw).text

    assert "one" in text
    assert "two" in text


def test_lines_that_are_nearly_delimiters_are_looked_through_in_linear_time():
    raw = mixed(b"\r\n" + b"--xX\r\n" * 200_000, b"\r\nBehind it.")

    assert read(raw).text.endswith("Behind it.")
