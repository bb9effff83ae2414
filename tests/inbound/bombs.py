"""A hundred and more mails that are made to hurt whoever reads them: each a function without arguments to octets.

They are built when asked for, since some have the size of the largest mail that the port takes.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator

Bomb = Callable[[], bytes]
SCALE = float(os.environ.get("MAILBOT_BOMB_SCALE", "0.1"))
"""1 makes the largest mails those that the port takes; the test command has a tenth of that."""
BIG = int(20_000_000 * SCALE)
HEAD = "From: Eve <eve@else.example>\r\nTo: support@desk.example\r\nMIME-Version: 1.0\r\n"


def mail(
    body: str | bytes, content_type: str = "text/plain; charset=utf-8", fields: str = "", head: str = HEAD
) -> bytes:
    octets = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return f"{head}Subject: Pump\r\nContent-Type: {content_type}\r\n{fields}\r\n".encode() + octets


def with_field(name: str, value: str) -> bytes:
    return f"{HEAD}{name}: {value}\r\n\r\nIt leaks.\r\n".encode()


def with_lines(lines: str) -> bytes:
    return (HEAD + lines).encode()


def repeated(text: str, octets: int) -> str:
    octets = octets if octets <= BIG else max(int(octets * SCALE), 100_000)
    return text * (octets // len(text.encode("utf-8", "surrogatepass")))


def nested(depth: int, boundary: Callable[[int], str], kind: str = "mixed", *, closed: bool = True) -> bytes:
    opened = [
        f'Content-Type: multipart/{kind}; boundary="{boundary(level)}"\r\n\r\n--{boundary(level)}\r\n'
        for level in range(depth)
    ]
    ends = [f"\r\n--{boundary(level)}--\r\n" for level in reversed(range(depth))] if closed else []
    return (HEAD + "".join(opened) + "Content-Type: text/plain\r\n\r\nIt leaks.\r\n" + "".join(ends)).encode()


def many_parts(part: str, count: int, kind: str = "mixed") -> bytes:
    return mail(f"--b\r\n{part}\r\n" * count + "--b--\r\n", f"multipart/{kind}; boundary=b")


def wrapped_mails(depth: int) -> bytes:
    return (HEAD + "Content-Type: message/rfc822\r\n\r\n" * depth + "Subject: core\r\n\r\nIt leaks.\r\n").encode()


def alternating(depth: int) -> bytes:
    layers = "".join(
        f"Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"
        for n in range(depth)
    )
    return (HEAD + layers + "Content-Type: text/plain\r\n\r\nIt leaks.\r\n").encode()


def encoded(octets: bytes, encoding: str = "base64", content_type: str = "text/plain; charset=utf-8") -> bytes:
    return mail(octets, content_type, f"Content-Transfer-Encoding: {encoding}\r\n")


def html(text: str) -> bytes:
    return mail(text, "text/html; charset=utf-8")


def deep(tag: str, depth: int) -> bytes:
    return html(f"<{tag}>" * depth + "It leaks." + f"</{tag}>" * depth)


def report(status: str) -> bytes:
    parts = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.else.example\r\n\r\n{status}\r\n--b--\r\n"
    )
    return mail(parts, "multipart/report; report-type=delivery-status; boundary=b")


def tnef(body: bytes) -> bytes:
    octets = b"\x78\x9f\x3e\x22\x01\x00" + body
    return encoded(base64.encodebytes(octets), content_type="application/ms-tnef; name=winmail.dat")


def tnef_attribute(length: int, body: bytes = b"") -> bytes:
    return b"\x02" + (0x0006_9003).to_bytes(4, "little") + length.to_bytes(4, "little") + body


NESTED: dict[str, Bomb] = {
    "multiparts 100 deep": lambda: nested(100, lambda n: f"b{n}"),
    "multiparts 2000 deep": lambda: nested(2000, lambda n: f"b{n}"),
    "multiparts 50000 deep": lambda: nested(50_000, lambda n: f"b{n}"),
    "multiparts of one boundary": lambda: nested(20_000, lambda _: "b"),
    "boundaries that begin alike": lambda: nested(900, lambda n: "b" * (n + 1)),
    "multiparts never closed": lambda: nested(20_000, lambda n: f"b{n}", closed=False),
    "alternatives in alternatives": lambda: nested(5000, lambda n: f"b{n}", "alternative"),
    "related in related": lambda: nested(5000, lambda n: f"b{n}", "related"),
    "signed in signed": lambda: nested(5000, lambda n: f"b{n}", "signed"),
    "mails in mails 100": lambda: wrapped_mails(100),
    "mails in mails 20000": lambda: wrapped_mails(20_000),
    "mails and multiparts in turns": lambda: alternating(5000),
    "digests": lambda: nested(5000, lambda n: f"b{n}", "digest"),
}
PARTS: dict[str, Bomb] = {
    "100000 empty parts": lambda: many_parts("", 100_000),
    "100000 tiny parts": lambda: many_parts("\r\nx", 100_000),
    "20000 files": lambda: many_parts("Content-Disposition: attachment; filename=a.txt\r\n\r\nx", 20_000),
    "20000 alternatives": lambda: many_parts("Content-Type: text/html\r\n\r\n<p>x", 20_000, "alternative"),
    "20000 mails": lambda: many_parts("Content-Type: message/rfc822\r\n\r\nSubject: a\r\n\r\nx", 20_000),
    "3000 pictures": lambda: many_parts("Content-Type: image/png\r\nContent-ID: <a>\r\n\r\nx", 3000, "related"),
    "900 texts of 20 kB": lambda: many_parts("\r\n" + "word " * 4000, 900),
    "nothing but boundaries": lambda: mail(repeated("--b\r\n", BIG), "multipart/mixed; boundary=b"),
    "nearly boundaries": lambda: mail(repeated("--bX\r\n", BIG), "multipart/mixed; boundary=b"),
    "closing boundaries": lambda: mail(repeated("--b--\r\n", BIG), "multipart/mixed; boundary=b"),
    "boundary of 100 kB": lambda: mail(f"--{'b' * 100_000}\r\n\r\nx", f"multipart/mixed; boundary={'b' * 100_000}"),
    "boundary of regex signs": lambda: mail(
        repeated("--(a+)+$\r\n\r\nx\r\n", 2_000_000), 'multipart/mixed; boundary="(a+)+$"'
    ),
    "empty boundary": lambda: mail(repeated("--\r\n\r\nx\r\n", 5_000_000), 'multipart/mixed; boundary=""'),
    "no boundary named": lambda: mail(repeated("--\r\n\r\nx\r\n", 5_000_000), "multipart/mixed"),
    "preamble of 20 MB": lambda: mail(repeated("x\r\n", BIG) + "--b\r\n\r\nx\r\n--b--", "multipart/mixed; boundary=b"),
    "epilogue of 20 MB": lambda: mail(
        "--b\r\n\r\nx\r\n--b--\r\n" + repeated("x\r\n", BIG), "multipart/mixed; boundary=b"
    ),
    "part headers without end": lambda: mail("--b\r\n" + repeated("X-A: b\r\n", BIG), "multipart/mixed; boundary=b"),
}
HEADERS: dict[str, Bomb] = {
    "a field of 20 MB": lambda: with_field("X-Long", "x" * BIG),
    "a field without a name": lambda: with_field("", "x" * 1_000_000),
    "a name of 1 MB": lambda: with_field("X" * 1_000_000, "x"),
    "a million fields": lambda: with_lines("X: y\r\n" * 1_000_000 + "\r\nx"),
    "no end of the header": lambda: with_lines("X: y\r\n" * 3_000_000),
    "lines without a colon": lambda: with_lines("not a field\r\n" * 200_000 + "\r\nx"),
    "a field folded 100000 times": lambda: with_field("X-Folded", "a\r\n " * 100_000),
    "a subject folded 60000 times": lambda: with_field("Subject", "a\r\n " * 60_000),
    "a subject of 250 kB": lambda: with_field("Subject", "x" * 250_000),
    "5000 Received": lambda: with_lines("Received: from a by b; Mon, 5 Jan 2026 09:00:00 +0000\r\n" * 5000 + "\r\nx"),
    "100000 references": lambda: with_field("References", "<a@b.example> " * 100_000),
    "openings of references": lambda: with_field("References", "<" * 250_000),
    "a Message-ID of 250 kB": lambda: with_field("Message-ID", "<" + "a" * 250_000 + "@b.example>"),
    "a Date of 250 kB": lambda: with_field("Date", "Mon, " * 50_000),
    "a Date of digits": lambda: with_field("Date", "1" * 250_000),
    "results of 250 kB": lambda: with_field("Authentication-Results", "mx.desk.example; " + "dmarc=pass; " * 20_000),
    "results of comments": lambda: with_field("Authentication-Results", "mx.desk.example; " + "(" * 250_000),
    "list id of 250 kB": lambda: with_field("List-Id", "<" * 250_000),
    "auto-submitted of 250 kB": lambda: with_field("Auto-Submitted", " " * 250_000 + "no"),
}
AUTHORS: dict[str, Bomb] = {
    f"From: {name}": (lambda text=text: f"From: {text}\r\nSubject: Pump\r\n\r\nIt leaks.\r\n".encode())
    for name, text in {
        "100000 authors": "eve@else.example, " * 14_000,
        "open comments": "(" * 250_000 + "eve@else.example",
        "comments in comments": "(" * 100_000 + ")" * 100_000 + "eve@else.example",
        "open quotes": '"' + '\\"' * 120_000,
        "pairs of quotes": '""' * 120_000 + "<eve@else.example>",
        "groups": "a:" * 120_000 + ";" * 5,
        "angles": "<" * 250_000,
        "angles closed": "<" * 120_000 + "eve@else.example" + ">" * 120_000,
        "at signs": "@" * 250_000,
        "a route": "<" + "@a," * 80_000 + ":eve@else.example>",
        "dots": "." * 250_000 + "@else.example",
        "backslashes": "\\" * 250_000,
        "commas": "," * 250_000,
        "white space": "eve" + " " * 250_000 + "@else.example",
        "encoded words": "=?utf-8?q?a?= " * 17_000 + "<eve@else.example>",
    }.items()
}
WORDS: dict[str, Bomb] = {
    f"encoded words: {name}": (lambda text=text: with_field("Subject", text))
    for name, text in {
        "20000 of them": "=?utf-8?q?a?= " * 19_000,
        "base64": "=?utf-8?b?YQ==?= " * 15_000,
        "without spaces": "=?utf-8?q?a?=" * 19_000,
        "never closed": "=?utf-8?q?" + "a" * 250_000,
        "openings": "=?" * 125_000,
        "question marks": "=?" + "?" * 250_000,
        "unknown charset": "=?x-none?q?a?= " * 16_000,
        "a codec that inflates": "=?zlib_codec?b?eJwLAAAAAAE=?= " * 8_000,
        "utf-7": "=?utf-7?q?+AGE-?= " * 13_000,
        "charset of 200 kB": f"=?{'x' * 200_000}?q?a?=",
        "broken base64": "=?utf-8?b?" + "=" * 200_000 + "?=",
        "language tags": "=?utf-8*" + "a-" * 100_000 + "?q?a?=",
        "escapes": "=?utf-8?q?" + "=E2=80=AE" * 25_000 + "?=",
    }.items()
}
PARAMETERS: dict[str, Bomb] = {
    f"parameters: {name}": (lambda text=text: mail("It leaks.", f"text/plain; {text}"))
    for name, text in {
        "30000 of them": "; ".join(f"a{n}=b" for n in range(30_000)),
        "semicolons": ";" * 250_000,
        "continuations": "; ".join(f"name*{n}=a" for n in range(15_000)),
        "continuations encoded": "; ".join(f"name*{n}*=%41" for n in range(12_000)),
        "continuations backwards": "; ".join(f"name*{n}=a" for n in reversed(range(12_000))),
        "continuation of a great number": "name*999999999999=a",
        "one name 20000 times": "name=a; " * 30_000,
        "open quotes": 'name="' + "\\a" * 120_000,
        "charset of 250 kB": "charset=" + "x" * 250_000,
        "file name of 250 kB": "name=" + "x" * 250_000,
        "file name of dots and slashes": "name=" + "../" * 80_000,
        "comments": "(" * 250_000,
    }.items()
}
ENCODINGS: dict[str, Bomb] = {
    "base64 of 15 MB": lambda: encoded(base64.encodebytes(b"It leaks.\n" * 1_000_000)),
    "base64 in one line": lambda: encoded(base64.b64encode(b"It leaks.\n" * 1_500_000)),
    "base64 of padding": lambda: encoded(b"=" * BIG),
    "base64 of junk": lambda: encoded(b"!*" * (BIG // 2)),
    "base64 of line ends": lambda: encoded(b"A\r\n" * (BIG // 3)),
    "base64 of a file of 15 MB": lambda: encoded(
        base64.encodebytes(bytes(15_000_000)), content_type="application/pdf; name=a.pdf"
    ),
    "quoted-printable of signs": lambda: encoded(b"=" * BIG, "quoted-printable"),
    "quoted-printable soft breaks": lambda: encoded(b"=\r\n" * (BIG // 3), "quoted-printable"),
    "quoted-printable of escapes": lambda: encoded(b"=41" * (BIG // 3), "quoted-printable"),
    "quoted-printable of spaces": lambda: encoded((b" " * 70_000 + b"x\r\n") * 200, "quoted-printable"),
    "uuencode of 10 MB": lambda: mail(
        "begin 644 a.bin\r\n" + repeated("M" + "A" * 60 + "\r\n", 10_000_000) + "`\r\nend\r\n"
    ),
    "uuencode begun for ever": lambda: mail(repeated("begin 644 a\r\n", 5_000_000)),
    "uuencode as an encoding": lambda: encoded(b"begin 644 a\r\n" + b"M" + b"A" * BIG, "x-uuencode"),
    "unknown encoding": lambda: encoded(b"x" * BIG, "x-" + "y" * 10_000),
    "yEnc": lambda: mail(repeated("=ybegin line=128 size=1 name=a\r\n", 5_000_000)),
}
CHARSETS: dict[str, Bomb] = {
    f"charset {name}": (
        lambda name=name, octets=octets: mail(octets * (5_000_000 // len(octets)), f"text/plain; charset={name}")
    )
    for name, octets in {
        "utf-8": b"\xf0\x9f",
        "utf-16": b"\xff\xfe\x00",
        "utf-32": b"\x00\x00\x11\x00",
        "utf-7": b"+AGE-",
        "iso-2022-jp": b"\x1b$B\x1b(B",
        "iso-2022-kr": b"\x0e\x0f",
        "hz": b"~{~}",
        "gb18030": b"\x81\x30\x81\x30",
        "big5": b"\xa1",
        "unicode_escape": b"\\N{DIGIT ONE}",
        "zlib_codec": b"x\x9c",
        "bz2": b"BZh9",
        "rot13": b"nopq",
        "idna": b"xn--a.",
        "punycode": b"a-b",
        "undefined": b"x",
        "us-ascii": b"\xff",
    }.items()
}
PAGES: dict[str, Bomb] = {
    **{
        f"{tag} 100000 deep": (lambda tag=tag: deep(tag, 100_000))
        for tag in ("div", "b", "table", "blockquote", "font", "svg", "template", "form", "ul", "a", "span")
    },
    "tables in cells": lambda: html("<table><tr><td>" * 30_000),
    "quotes in quotes by class": lambda: html('<div class="gmail_quote">' * 50_000),
    "formatting crossed": lambda: html("<b><i><u><a href=x><p>" * 50_000),
    "openings": lambda: html("<" * 2_000_000),
    "openings of comments": lambda: html("<!--" * 1_000_000),
    "conditional comments": lambda: html("<!--[if mso]>" * 400_000),
    "marked sections": lambda: html("<![CDATA[" * 400_000),
    "a tag without end": lambda: html("<a " + "b=c " * 1_000_000),
    "a value without end": lambda: html('<a href="' + "x" * 5_000_000),
    "attributes 100000": lambda: html("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>"),
    "entities": lambda: html("&amp;" * 1_000_000),
    "entities without end": lambda: html("&#x" * 1_500_000),
    "great numbers": lambda: html("&#" + "9" * 500_000 + ";"),
    "style of 5 MB": lambda: html("<style>" + "a{b:c}" * 800_000 + "</style>x"),
    "script without end": lambda: html("<script>" + "</scrip" * 700_000),
    "closing tags": lambda: html("</p>" * 1_000_000),
    "breaks": lambda: html("<br>" * 1_000_000),
    "pictures": lambda: html("<img src=cid:a>" * 300_000),
    "links": lambda: html("<a href=http://else.example/>x</a>" * 150_000),
    "white space": lambda: html("x" + " " * 5_000_000 + "y"),
    "doctype without end": lambda: html("<!DOCTYPE " + "x " * 2_000_000),
    "text of 10 MB": lambda: html("It leaks. " * 1_000_000),
    "title without end": lambda: html("<title>" + "x" * 5_000_000),
    "select of options": lambda: html("<select>" + "<option>x" * 300_000),
    "lists without end": lambda: html("<ul><li>" * 50_000),
}
TEXTS: dict[str, Bomb] = {
    f"text: {name}": (lambda text=text, size=size: mail(repeated(text, size)))
    for name, (text, size) in {
        "one line of 20 MB": ("x", BIG),
        "lines of nothing": ("\r\n", BIG),
        "carriage returns": ("\r", BIG),
        "NUL": ("\0", BIG),
        "tabs": ("\t", BIG),
        "quote marks in one line": (">", 5_000_000),
        "quote marks and spaces": ("> ", 5_000_000),
        "quoted lines": ("> x\r\n", 5_000_000),
        "attributions": ("On Mon, 5 Jan 2026 at 09:00, Eve <eve@else.example> wrote:\r\n", 5_000_000),
        "half attributions": ("On ", 5_000_000),
        "attributions in one line": ("On Monday Eve wrote: ", 2_000_000),
        "German attributions": ("Am 05.01.2026 um 09:00 schrieb Eve:\r\n", 3_000_000),
        "header blocks": ("From: Eve\r\nSent: Monday\r\nTo: Bob\r\nSubject: x\r\n\r\n", 5_000_000),
        "half header blocks": ("From: Eve\r\n", 3_000_000),
        "original messages": ("-----Original Message-----\r\n", 3_000_000),
        "rules": ("_" * 30 + "\r\n", 3_000_000),
        "a rule": ("_", 5_000_000),
        "dashes": ("-", 5_000_000),
        "signatures": ("-- \r\nEve\r\n", 3_000_000),
        "phones": ("Sent from my iPhone\r\n", 3_000_000),
        "separators": ("##- Please write above -##\r\n", 3_000_000),
        "half separators": ("##- ", 3_000_000),
        "addresses": ("eve@else.example ", 5_000_000),
        "half addresses": ("a@", 5_000_000),
        "links": ("http://else.example/x ", 5_000_000),
        "half links": ("http://", 5_000_000),
        "our addresses": ("reply+0123456789abcdefghjkmnpqrstvwxyz@desk.example ", 3_000_000),
        "tokens": ("0123456789abcdef", 5_000_000),
        "half tokens": ("reply+", 3_000_000),
        "line separators": ("x\u2028", 5_000_000),
        "bidi marks": ("\u202e\u2066", 5_000_000),
        "joiners": ("\u200d", 5_000_000),
        "accents on one letter": ("\u0301", 5_000_000),
        "surrogates": ("\ud800", 3_000_000),
        "braces": ("{{ }}{% %}", 3_000_000),
        "stars": ("*", 3_000_000),
        "dates": ("2026-01-05 09:00 ", 3_000_000),
        "brackets": ("[", 3_000_000),
        "brackets closed": ("[]", 3_000_000),
        "colons": ("a:", 3_000_000),
        "pipes": ("| ", 3_000_000),
        "legal words": ("This e-mail is confidential and intended solely for ", 3_000_000),
        "spaces and a letter": (" " * 9_999 + "x", 5_000_000),
        "absence": ("I am out of the office until ", 3_000_000),
        "PGP armours": ("-----BEGIN PGP MESSAGE-----\r\n", 3_000_000),
        "greetings": ("Best regards\r\n", 3_000_000),
    }.items()
}
SPECIAL: dict[str, Bomb] = {
    "report of 50000 recipients": lambda: report(
        "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" * 50_000
    ),
    "report of one field without end": lambda: report("Diagnostic-Code: smtp; " + "x" * 5_000_000),
    "report of folds": lambda: report("Diagnostic-Code: smtp;" + "\r\n x" * 200_000),
    "report of colons": lambda: report(":" * 2_000_000),
    "odd bounce": lambda: mail(
        repeated("<a@b.example>: 550 5.1.1 no such user\r\n", 3_000_000),
        head="From: MAILER-DAEMON@x.example\r\nReturn-Path: <>\r\n",
    ),
    "odd bounce in one line": lambda: mail(
        repeated("550 ", 3_000_000), head="From: MAILER-DAEMON@x.example\r\nReturn-Path: <>\r\n"
    ),
    "odd bounce of words": lambda: mail(
        repeated("your message could not be delivered ", 3_000_000),
        head="From: postmaster@x.example\r\nReturn-Path: <>\r\n",
    ),
    "TNEF of nothing": lambda: tnef(bytes(10_000_000)),
    "TNEF that lies about its length": lambda: tnef(tnef_attribute(2**31 - 1)),
    "TNEF of tiny attributes": lambda: tnef(tnef_attribute(0, b"\0\0") * 300_000),
    "TNEF of a great count": lambda: tnef(tnef_attribute(8, b"\xff\xff\xff\xff\0\0\0\0") * 50_000),
    "calendar of 100000 lines": lambda: mail(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + "SUMMARY:x\r\n" * 200_000, "text/calendar"
    ),
    "calendar of folds": lambda: mail("BEGIN:VCALENDAR\r\nSUMMARY:x" + "\r\n y" * 500_000, "text/calendar"),
    "calendars in calendars": lambda: mail("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" * 100_000, "text/calendar"),
    "S/MIME of open sequences": lambda: encoded(
        base64.encodebytes(b"\x30\x80" * 1_000_000), content_type="application/pkcs7-mime; smime-type=signed-data"
    ),
    "S/MIME that lies about its length": lambda: encoded(
        base64.encodebytes(b"\x30\x84\xff\xff\xff\xff" * 100_000), content_type="application/pkcs7-mime"
    ),
    "S/MIME of strings": lambda: encoded(
        base64.encodebytes(b"\x30\x80\x24\x80" + b"\x04\x01x" * 1_000_000), content_type="application/pkcs7-mime"
    ),
    "PGP without end": lambda: mail("-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\n" + "- x\r\n" * 500_000),
    "partial": lambda: mail("x" * 1_000_000, "message/partial; id=a; number=1; total=999999999"),
    "external body": lambda: mail(
        "Content-Type: text/plain\r\n\r\n", "message/external-body; access-type=url; URL=http://127.0.0.1/"
    ),
    "returned headers of 5 MB": lambda: mail("X: y\r\n" * 900_000, "text/rfc822-headers"),
    "octets of every kind": lambda: bytes(range(256)) * int(60_000 * SCALE),
    "nothing": lambda: b"",
    "nothing but NUL": lambda: bytes(BIG),
    "nothing but line ends": lambda: b"\r\n" * (BIG // 2),
    "mbox lines": lambda: b"From eve Mon Jan  5 09:00:00 2026\r\n" * 300_000,
}


def bombs() -> Iterator[tuple[str, Bomb]]:
    """All of them, by name."""
    for kind in (NESTED, PARTS, HEADERS, AUTHORS, WORDS, PARAMETERS, ENCODINGS, CHARSETS, PAGES, TEXTS, SPECIAL):
        yield from kind.items()
