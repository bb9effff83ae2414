"""Which files a mail has, as a person would count them: mails of many shapes, each with the names that are listed."""

from __future__ import annotations

import binascii
from base64 import encodebytes

import pytest

from mailbot.inbound.message import read
from tests.inbound.test_unpack import _opaque, _tnef

PNG = b"\x89PNG\r\n\x1a\n0123456789"
TEXT = "Content-Type: text/plain; charset=utf-8\n\nIt leaks.\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>It leaks.</p>\n"
ICS = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Repair\nEND:VEVENT\nEND:VCALENDAR\n"
EVENT = f"Content-Type: text/calendar; method=REQUEST\n\n{ICS}"
INNER = f"From: bob@acme.example\nSubject: inner\nMIME-Version: 1.0\n{TEXT}"


def part(media_type: str, *fields: str, body: str | bytes = "words", name: str = "", disposition: str = "") -> str:
    head = [f"Content-Type: {media_type}" + (f'; name="{name}"' if name else "")]
    head += [
        f'Content-Disposition: {disposition}; filename="{name}"' if name else f"Content-Disposition: {disposition}"
    ] * (disposition != "")
    if isinstance(body, bytes):
        return "\n".join([*head, "Content-Transfer-Encoding: base64", *fields, "", encodebytes(body).decode()])
    return "\n".join([*head, *fields, "", body, ""])


def many(kind: str, *parts: str, boundary: str = "b", more: str = "") -> str:
    inner = "".join(f"--{boundary}\n{one}\n" for one in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}{more}\n\n{inner}--{boundary}--\n"


def mixed(*parts: str) -> str:
    return many("mixed", *parts)


def picture(name: str = "leak.png", cid: str = "", disposition: str = "inline") -> str:
    return part("image/png", *([f"Content-ID: <{cid}>"] if cid else []), body=PNG, name=name, disposition=disposition)


def page(html: str, *parts: str) -> str:
    return many("related", f"Content-Type: text/html; charset=utf-8\n\n{html}\n", *parts, boundary="r")


def attached(name: str, media_type: str = "application/pdf", body: str | bytes = b"%PDF-1.7 x") -> str:
    return part(media_type, body=body, name=name, disposition="attachment")


def named(field: str, body: str = "words") -> str:
    return f"Content-Type: application/octet-stream\nContent-Disposition: attachment;{field}\n\n{body}\n"


def with_uuencode(*names: str) -> str:
    line = binascii.b2a_uu(b"0123456789" * 4).decode()
    return "Content-Type: text/plain\n\nSee:\n\n" + "".join(f"begin 644 {name}\n{line}`\nend\n\n" for name in names)


SIGNED = '; protocol="application/pgp-signature"'
REPORT = "Reporting-MTA: dns; mx.else.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n"
LOGO = '<p>It leaks.</p><div class="gmail_signature">Ann <img src="cid:logo"></div>'
QUOTE = '<p>It leaks.</p><div class="gmail_quote"><blockquote>old <img src="cid:old"></blockquote></div>'

SHAPES: dict[str, tuple[str, list[str]]] = {
    # one file or none
    "words alone": (TEXT, []),
    "a page alone": (HTML, []),
    "words and a page": (many("alternative", TEXT, HTML), []),
    "a file": (mixed(TEXT, attached("ring.pdf")), ["ring.pdf"]),
    "two files of one name": (mixed(TEXT, attached("ring.pdf"), attached("ring.pdf")), ["ring.pdf", "ring.pdf"]),
    "a file above the words": (mixed(attached("ring.pdf"), TEXT), ["ring.pdf"]),
    "a file inline": (mixed(TEXT, part("application/pdf", name="ring.pdf", disposition="inline")), ["ring.pdf"]),
    "a file without disposition": (mixed(TEXT, part("application/pdf", name="ring.pdf")), ["ring.pdf"]),
    "a file without a name": (mixed(TEXT, part("application/octet-stream")), ["file"]),
    "a file without a type": (mixed(TEXT, 'Content-Disposition: attachment; filename="a.bin"\n\nwords'), ["a.bin"]),
    "an empty file": (mixed(TEXT, attached("empty.pdf", body=b"")), ["empty.pdf"]),
    "a file with words": (mixed(TEXT, attached("log.txt", "text/plain", "words\n")), ["log.txt"]),
    "words inline with a name, below words": (
        mixed(TEXT, part("text/plain", name="log.txt", disposition="inline")), ["log.txt"]
    ),
    "words inline with a name, in place of a text": (
        mixed(part("text/plain", name="hares.txt", disposition="inline")), ["hares.txt"]
    ),
    "a winmail.dat that ends before anything came": (
        mixed(TEXT, part("application/ms-tnef", name="winmail.dat", body=b"x\x9f>\x22\1\0")), ["winmail.dat"]
    ),
    "words with a name, alone": (part("text/plain", name="mail.txt", disposition="inline"), []),
    "a page as a file": (mixed(TEXT, attached("offer.html", "text/html", "<p>offer</p>")), ["offer.html"]),
    "a table": (mixed(TEXT, part("text/csv", body="a,b")), ["file.csv"]),
    "a visiting card": (mixed(TEXT, part("text/vcard", body="BEGIN:VCARD")), ["file.vcf"]),
    "a voice": (mixed(TEXT, attached("voice.wav", "audio/x-wav")), ["voice.wav"]),
    "nothing but a file": (attached("scan.pdf"), ["scan.pdf"]),
    "nothing but a picture": (picture(), ["leak.png"]),
    "nothing but words as a file": (attached("scan.txt", "text/plain", "words\n"), ["scan.txt"]),
    "a mail without a body": ("", []),
    "a container without parts": ("Content-Type: multipart/mixed; boundary=b\n\n--b--\n", []),
    "ten files": (mixed(TEXT, *(attached(f"{n}.pdf") for n in range(10))), [f"{n}.pdf" for n in range(10)]),
    "containers in containers": (
        mixed(many("mixed", TEXT, attached("a.pdf"), boundary="c"), attached("b.pdf")),
        ["a.pdf", "b.pdf"],
    ),
    "a container that is a file": (
        mixed(TEXT, many("mixed", attached("a.pdf"), boundary="c", more="\nContent-Disposition: attachment")),
        ["a.pdf"],
    ),
    # pictures
    "a picture inline": (mixed(TEXT, picture()), ["leak.png"]),
    "words between pictures (Apple Mail)": (
        mixed(TEXT, picture("1.png"), TEXT, picture("2.png"), TEXT), ["1.png", "2.png"]
    ),
    "pages between pictures (Apple Mail)": (
        mixed(HTML, picture("1.png"), HTML, picture("2.png"), HTML),
        ["1.png", "2.png"],
    ),
    "a picture that the page shows": (page('<p>See <img src="cid:leak"></p>', picture(cid="leak")), ["leak.png"]),
    "a picture that the page shows twice": (
        page('<p><img src="cid:leak"> <img src="cid:leak"></p>', picture(cid="leak")), ["leak.png"]
    ),
    "a picture with an encoded address": (
        page('<p>x</p><div class="gmail_signature"><img src="cid:a%40b"></div>', picture(cid="a@b")), []
    ),
    "a picture that no page shows": (page("<p>x</p>", picture(cid="leak")), ["leak.png"]),
    "a picture without an id": (page("<p>x</p>", picture()), ["leak.png"]),
    "a logo": (page(LOGO, picture("logo.png", "logo")), []),
    "a picture and a logo": (
        page('<p><img src="cid:leak"></p>' + LOGO, picture(cid="leak"), picture("logo.png", "logo")), ["leak.png"]
    ),
    "a picture of the quote": (page(QUOTE, picture("old.png", "old")), []),
    "a logo and a file": (mixed(page(LOGO, picture("logo.png", "logo")), attached("ring.pdf")), ["ring.pdf"]),
    "words, and a page with its picture": (
        many("alternative", TEXT, page('<p>It leaks. <img src="cid:leak"></p>', picture(cid="leak"))), ["leak.png"]
    ),
    "words, and a page with its logo": (many("alternative", TEXT, page(LOGO, picture("logo.png", "logo"))), []),
    "a picture in the page itself": (page('<p><img src="data:image/png;base64,iVBORw0KGgo="></p>'), []),
    "a file beside the page's forms (Apple Mail)": (
        many("alternative", TEXT, many("mixed", HTML, attached("ring.pdf"), HTML, boundary="c")), ["ring.pdf"]
    ),
    # other forms of the text
    "a page for fast phones (AMP)": (many("alternative", TEXT, part("text/x-amp-html", body="<html>"), HTML), []),
    "a page for watches": (many("alternative", TEXT, part("text/watch-html", body="<b>x</b>"), HTML), []),
    "enriched text": (many("alternative", TEXT, part("text/enriched", body="<bold>It</bold> leaks.")), []),
    # mails
    "a mail": (mixed(TEXT, f"Content-Type: message/rfc822\n\n{INNER}"), ["inner.eml"]),
    "a mail with a name": (
        mixed(TEXT, f'Content-Type: message/rfc822; name="old.eml"\nContent-Disposition: attachment\n\n{INNER}'),
        ["old.eml"],
    ),
    "a mail with a file": (
        mixed(
            TEXT,
            "Content-Type: message/rfc822\n\nSubject: inner\n" + many("mixed", TEXT, attached("a.pdf"), boundary="c"),
        ),
        ["inner.eml"],
    ),
    "a mail within a mail": (
        mixed(TEXT, f"Content-Type: message/rfc822\n\nSubject: outer\nContent-Type: message/rfc822\n\n{INNER}"),
        ["outer.eml"],
    ),
    "a mail in base64": (mixed(TEXT, part("message/rfc822", body=INNER.encode())), ["inner.eml"]),
    "two mails": (mixed(TEXT, *[f"Content-Type: message/rfc822\n\n{INNER}"] * 2), ["inner.eml"] * 2),
    "a digest of three": (mixed(TEXT, many("digest", *["\n" + INNER] * 3, boundary="c")), ["inner.eml"] * 3),
    "nothing but a mail": (f"Content-Type: message/rfc822\n\n{INNER}", ["inner.eml"]),
    "a mail in other characters": (mixed(TEXT, f"Content-Type: message/global\n\n{INNER}"), ["inner.eml"]),
    "a piece of a mail": (part("message/partial; id=a; number=1; total=2", body="x"), ["message.eml"]),
    "a delivery report": (
        many("report", TEXT, part("message/delivery-status", body=REPORT), part("message/rfc822", body=INNER)),
        ["file.txt", "inner.eml"],
    ),
    # signed, encrypted
    "signed with PGP": (
        many("signed", TEXT, attached("signature.asc", "application/pgp-signature", "x"), more=SIGNED),
        ["signature.asc"],
    ),
    "signed with PGP, a file": (
        many(
            "signed",
            many("mixed", TEXT, attached("a.pdf"), boundary="c"),
            part("application/pgp-signature"),
            more=SIGNED,
        ),
        ["a.pdf", "file.asc"],
    ),
    "signed with S/MIME": (
        many("signed", TEXT, attached("smime.p7s", "application/pkcs7-signature", b"x")), ["smime.p7s"]
    ),
    "signed with S/MIME in one": (
        part("application/pkcs7-mime; smime-type=signed-data", body=_opaque(), name="smime.p7m"),
        [],
    ),
    "encrypted with S/MIME": (attached("smime.p7m", "application/pkcs7-mime", b"x"), ["smime.p7m"]),
    # wrapped
    "winmail.dat": (mixed(TEXT, attached("winmail.dat", "application/ms-tnef", _tnef())), ["Zeichnung groß.pdf"]),
    "winmail.dat by its name": (
        mixed(TEXT, attached("winmail.dat", "application/octet-stream", _tnef())), ["Zeichnung groß.pdf"]
    ),
    "winmail.dat among the forms": (
        many("alternative", TEXT, attached("winmail.dat", "application/ms-tnef", _tnef())), ["Zeichnung groß.pdf"]
    ),
    "winmail.dat that is none": (mixed(TEXT, attached("winmail.dat", "application/ms-tnef", b"x")), ["winmail.dat"]),
    "uuencode": (with_uuencode("ring.txt"), ["ring.txt"]),
    "uuencode twice": (with_uuencode("1.txt", "2.txt"), ["1.txt", "2.txt"]),
    "uuencode beside a file": (mixed(with_uuencode("1.txt"), attached("ring.pdf")), ["1.txt", "ring.pdf"]),
    "a file from an old Mac": (
        mixed(TEXT, many("appledouble", part("application/applefile", name="%leak.png"), picture(), boundary="c")),
        ["leak.png"],
    ),
    # invitations
    "an invitation": (EVENT, ["file.ics"]),
    "an invitation as Outlook sends it": (many("alternative", TEXT, HTML, EVENT), ["file.ics"]),
    "an invitation as Gmail sends it": (
        mixed(many("alternative", TEXT, HTML, EVENT, boundary="c"), attached("invite.ics", "application/ics", ICS)),
        ["invite.ics"],
    ),
    "an event as a file": (mixed(TEXT, attached("event.ics", "text/calendar", ICS)), ["event.ics"]),
    # names
    "RFC 2231, in pieces": (
        mixed(TEXT, named(" filename*0*=utf-8''%C3%96l; filename*1*=%20Pumpe.pdf")),
        ["Öl Pumpe.pdf"],
    ),
    "RFC 2231, pieces in disorder": (mixed(TEXT, named(' filename*1="pe.pdf"; filename*0="pum"')), ["pumpe.pdf"]),
    "RFC 2231 beside a plain name": (
        mixed(TEXT, named(" filename=\"Ol.pdf\"; filename*=utf-8''%C3%96l.pdf")),
        ["Öl.pdf"],
    ),
    "RFC 2231 in an unknown charset": (mixed(TEXT, named(" filename*=x-none''%C3%96l.pdf")), ["Öl.pdf"]),
    "RFC 2047 in a name": (mixed(TEXT, named(' filename="=?utf-8?q?=C3=96l.pdf?="')), ["Öl.pdf"]),
    "RFC 2047 over two lines": (
        mixed(TEXT, named('\n filename="=?utf-8?q?=C3=96l?=\n =?utf-8?q?pumpe.pdf?="')),
        ["Ölpumpe.pdf"],
    ),
    "a name in raw octets": (mixed(TEXT, named(' filename="Öl.pdf"')), ["Öl.pdf"]),
    "a name without quotes": (mixed(TEXT, named(" filename=ring drawing.pdf")), ["ring drawing.pdf"]),
    "a name of nothing": (mixed(TEXT, named(' filename=""')), ["file"]),
    "a name in the type alone": (mixed(TEXT, part("application/pdf", name="ring.pdf", body=b"%PDF-1")), ["ring.pdf"]),
    "a path": (mixed(TEXT, named(' filename="../../etc/passwd"')), ["passwd"]),
    "a path of Windows": (mixed(TEXT, named(' filename="C:\\\\new\\\\ring.pdf"')), ["ring.pdf"]),
    "a name that turns around": (mixed(TEXT, named(' filename="ring\u202efdp.exe"')), ["ringfdp.exe"]),
    "a name with a tab": (mixed(TEXT, named(' filename="ring\tdrawing.pdf"')), ["ringdrawing.pdf"]),
    "a name of 500 letters": (mixed(TEXT, named(f' filename="{"x" * 500}.pdf"')), ["x" * 116 + ".pdf"]),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_mail_has_the_files_that_a_person_would_count(shape):
    body, names = SHAPES[shape]
    raw = f"From: ann@customer.example\nSubject: pump\nMIME-Version: 1.0\n{body}".encode()

    for octets in (raw, raw.replace(b"\n", b"\r\n")):
        found = read(octets)

        assert [file.name for file in found.attachments] == names
        assert not any("words" in found.text for _ in names if "words" not in shape)


def test_there_are_more_than_sixty_shapes():
    assert len(SHAPES) > 60
