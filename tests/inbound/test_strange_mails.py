"""Mails as no standard wants them: the words come out right all the same."""

from __future__ import annotations

import base64
import binascii

import pytest

from mailbot.inbound.message import read

HEAD = b"From: ann@customer.example\nSubject: pump\nMIME-Version: 1.0\n"
GERMAN = "Grüße aus Köln"
RUSSIAN = "Насос течёт с понедельника"
JAPANESE = "ポンプが漏れています"
CHINESE = "水泵从星期一开始漏水"
TAIWANESE = "幫浦從星期一開始漏水"
KOREAN = "펌프가 새고 있습니다"
CHARSETS = {
    "iso-2022-jp": ("iso-2022-jp", JAPANESE), "iso-2022-jp-2": ("iso2022_jp_2", JAPANESE),
    "iso-2022-jp-ms": ("iso2022_jp_ext", JAPANESE), "_iso-2022-jp$ESC": ("iso-2022-jp", JAPANESE),
    "shift_jis": ("cp932", JAPANESE), "x-sjis": ("cp932", JAPANESE), "windows-31j": ("cp932", JAPANESE),
    "MS932": ("cp932", JAPANESE), "euc-jp": ("euc-jp", JAPANESE), "x-euc-jp": ("euc-jp", JAPANESE),
    "iso-2022-kr": ("iso-2022-kr", KOREAN), "euc-kr": ("euc-kr", KOREAN), "ks_c_5601-1987": ("cp949", KOREAN),
    "gb2312": ("gb18030", CHINESE), "gbk": ("gbk", CHINESE), "x-gbk": ("gbk", CHINESE),
    "gb18030": ("gb18030", CHINESE), "hz-gb-2312": ("hz", CHINESE), "big5": ("big5", TAIWANESE),
    "big5-hkscs": ("big5hkscs", TAIWANESE), "koi8-r": ("koi8-r", RUSSIAN), "koi8-u": ("koi8-u", RUSSIAN),
    "windows-1251": ("cp1251", RUSSIAN), "win-1251": ("cp1251", RUSSIAN), "windows-cp1251": ("cp1251", RUSSIAN),
    "iso-8859-5": ("iso-8859-5", RUSSIAN), "ibm866": ("cp866", RUSSIAN), "x-mac-cyrillic": ("mac-cyrillic", RUSSIAN),
    "utf-7": ("utf-7", GERMAN), "unicode-1-1-utf-7": ("utf-7", GERMAN), "utf-16": ("utf-16", GERMAN),
    "utf-16le": ("utf-16-le", GERMAN), "utf-16be": ("utf-16-be", GERMAN), "utf-32": ("utf-32", GERMAN),
    "iso-8859-15": ("iso-8859-15", GERMAN), "macintosh": ("mac-roman", GERMAN), "cp437": ("cp437", GERMAN),
    "ISO-8859-1:1987": ("latin-1", GERMAN), "iso8859_1": ("latin-1", GERMAN), "utf8": ("utf-8", GERMAN),
    "UTF_8": ("utf-8", GERMAN), "'utf-8'": ("utf-8", GERMAN), "iso-8859-8-i": ("iso-8859-8", "שלום"),
    "windows-1255": ("cp1255", "שלום"), "windows-1256": ("cp1256", "مرحبا"), "iso-8859-7": ("iso-8859-7", "Καλημέρα"),
    "windows-1254": ("cp1254", "İstanbul şubesi"), "tis-620": ("cp874", "ปั๊มน้ำรั่ว"),
    "windows-1257": ("cp1257", "Sūknis tek"), "iso-8859-2": ("iso-8859-2", "Čerpadlo teče"),
    # wrong ones
    "us-ascii": ("cp1252", GERMAN), "ascii": ("utf-8", GERMAN), "iso-8859-1": ("utf-8", GERMAN),
    "ISO-8859-1": ("cp1252", "“quoted” – dash"), "utf-8": ("cp1252", GERMAN), "UTF-8": ("koi8-r", RUSSIAN),
    "x-user-defined": ("cp1251", RUSSIAN), "latin1": ("gb18030", CHINESE),
    "Windows-1252": ("cp932", f"{JAPANESE}。新しいリングを送ってください。"),
    "unknown-8bit": ("big5", TAIWANESE), "none": ("euc-kr", KOREAN), "%%charset%%": ("cp1253", "Καλημέρα, στάζει"),
}  # fmt: skip


@pytest.mark.parametrize("coding", ["8bit", "base64"])
@pytest.mark.parametrize("label", CHARSETS)
def test_words_come_out_of_any_charset_whatever_its_name(label, coding):
    codec, words = CHARSETS[label]
    octets = f"{words}\n".encode(codec)
    body = base64.encodebytes(octets) if coding == "base64" else octets
    head = f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: {coding}\n\n"

    assert read(HEAD + head.encode() + body).text == words


@pytest.mark.parametrize(
    "words",
    ["Voilà, ça marche déjà très bien", "50 £", "é", "Grüße", "Møde på fredag", "smörgåsbord", "Ñandú", "“So” – ‘so’"],
)
def test_a_few_accents_are_western(words):
    assert read(HEAD + b"Content-Type: text/plain\n\n" + words.encode("cp1252")).text == words


SUBJECTS = {
    b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=": "Grüße",
    b"=?UTF-8?b?R3LDvMOfZQ==?=": "Grüße",
    b"=?utf-8?b?R3LDvMOfZQ?=": "Grüße",
    b"=?utf-8?Q?Gr=C3=BC?= =?utf-8?Q?=C3=9Fe?=": "Grüße",
    b"=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=": "Grüße",
    b"=?utf-8?Q?Gr=C3=BC?=\n =?iso-8859-1?Q?=DFe?=": "Grüße",
    b"=?iso-8859-1?Q?Gr=FC=DFe?= und =?utf-8?Q?K=C3=BCsse?=": "Grüße und Küsse",
    b"=?utf-8?Q?Gr=C3=BC=C3=9Fe aus K=C3=B6ln?=": "Grüße aus Köln",
    b"=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=": "Grüße",
    b"=?us-ascii?Q?Gr=FC=DFe?=": "Grüße",
    b"=?x-none?Q?Gr=C3=BC=C3=9Fe?=": "Grüße",
    b"=?iso-2022-jp?B?GyRCJV0lcyVXGyhC?=": "ポンプ",
    b"=?gb2312?B?y66xww==?=": "水泵",
    b"=?koi8-r?B?7sHTz9M=?=": "Насос",
    "Grüße".encode(): "Grüße",
    "Grüße".encode("latin-1"): "Grüße",
    b"a\n\t\tb": "a b",
    b'"=?utf-8?Q?Gr=C3=BC=C3=9Fe?="': '"Grüße"',
    b"=?utf-8?X?abc?=": "=?utf-8?X?abc?=",
    b"=?utf-8?Q?open": "=?utf-8?Q?open",
}


@pytest.mark.parametrize("raw", SUBJECTS)
def test_a_subject_is_read_however_it_is_encoded(raw):
    assert read(b"From: a@b.example\nSubject: " + raw + b"\n\nx\n").subject == SUBJECTS[raw]


def test_a_subject_in_raw_octets_is_of_the_charset_that_the_body_names():
    raw = (
        b"From: a@b.example\nSubject: "
        + RUSSIAN.encode("koi8-r")
        + b"\nContent-Type: text/plain; charset=koi8-r\n\nx\n"
    )

    assert read(raw).subject == RUSSIAN


def _part(head: str, body: str | bytes) -> bytes:
    return f"--b\n{head}\n\n".encode() + (body if isinstance(body, bytes) else body.encode()) + b"\n"


def _mixed(*parts: bytes, kind: str = "mixed") -> bytes:
    return f"Content-Type: multipart/{kind}; boundary=b\n\n".encode() + b"".join(parts) + b"--b--\n"


PLAIN = "Content-Type: text/plain; charset=utf-8"
UU = binascii.b2a_uu(b"0123456789").decode()
MAILS: dict[str, tuple[bytes, str]] = {
    "two charsets in two parts": (
        _mixed(
            _part("Content-Type: text/plain; charset=koi8-r", RUSSIAN.encode("koi8-r")),
            _part("Content-Type: text/plain; charset=big5", TAIWANESE.encode("big5")),
        ),
        f"{RUSSIAN}\n\n{TAIWANESE}",
    ),
    "UTF-8 with a mark at its beginning": (f"{PLAIN}\n\n".encode() + b"\xef\xbb\xbfIt leaks.\n", "It leaks."),
    "UTF-16 without a label": (b"Content-Type: text/plain\n\n" + GERMAN.encode("utf-16"), GERMAN),
    "UTF-16 named UTF-8": (f"{PLAIN}\n\n".encode() + GERMAN.encode("utf-16"), GERMAN),
    "one broken octet in UTF-8": (f"{PLAIN}\n\n".encode() + "Größe ü ö".encode() + b"\xff x", "Größe ü ö\ufffd x"),
    "quoted-printable with broken escapes": (
        f"{PLAIN}\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe =XY 100=\n%\n".encode(),
        "Grüße =XY 100%",
    ),
    "quoted-printable in small letters": (
        f"{PLAIN}\nContent-Transfer-Encoding: Quoted-Printable\n\nGr=c3=bc=c3=9fe\n".encode(), "Grüße"
    ),
    "base64 in one line with spaces": (
        f"{PLAIN}\nContent-Transfer-Encoding: BASE64 \n\nR3Lh vMOf".encode().replace(b"R3Lh", b"R3LD") + b" ZQ==",
        "Grüße",
    ),
    "base64 in padded pieces": (
        f"{PLAIN}\nContent-Transfer-Encoding: base64\n\nSXQ=\nIGxlYWtzLg==\n".encode(),
        "It leaks.",
    ),
    "base64 with a footer in clear": (
        f"{PLAIN}\nContent-Transfer-Encoding: base64\n\nSXQgbGVha3Mu\nCg==\n\nlist footer!\n".encode(),
        "It leaks.\n\nlist footer!",
    ),
    "base64 that is none": (f"{PLAIN}\nContent-Transfer-Encoding: x-base64\n\nIt leaks.\n".encode(), "It leaks."),
    "an encoding that nobody knows": (
        f"{PLAIN}\nContent-Transfer-Encoding: x-magic\n\nIt leaks.\n".encode(),
        "It leaks.",
    ),
    "two encodings": (
        f"{PLAIN}\nContent-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nIt leaks.\n".encode(),
        "It leaks.",
    ),
    "uuencode as an encoding": (
        f"{PLAIN}\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n{UU}`\nend\n".encode(), "0123456789"
    ),
    "uuencode without its end": (
        f"{PLAIN}\n\nIt leaks.\nbegin 644 a\n{UU}".encode(), f"It leaks.\nbegin 644 a\n{UU.rstrip()}"
    ),
    "a page that names its charset within": (
        b'Content-Type: text/html\n\n<meta charset="windows-1251"><p>' + RUSSIAN.encode("cp1251") + b"</p>", RUSSIAN
    ),
    "a page that names a charset of its own": (
        b"Content-Type: text/html\n\n<meta http-equiv=x content='text/html; charset=iso-8859-2'>"
        + "Čerpadlo teče".encode("iso-8859-2"),
        "Čerpadlo teče",
    ),
    "a page with entities": (b"Content-Type: text/html\n\n<p>Gr&uuml;&#223;e&nbsp;&#x1F600;</p>", "Grüße 😀"),
    "an empty plain form": (
        _mixed(_part(PLAIN, "\n \n"), _part("Content-Type: text/html", "<p>It leaks.</p>"), kind="alternative"),
        "It leaks.",
    ),
    "the page before the words": (
        _mixed(_part("Content-Type: text/html", "<p>It leaks.</p>"), _part(PLAIN, "It leaks."), kind="alternative"),
        "It leaks.",
    ),
    "three texts": (_mixed(_part(PLAIN, "one"), _part(PLAIN, "two"), _part(PLAIN, "three")), "one\n\ntwo\n\nthree"),
    "a part without a header": (_mixed(b"--b\n\nIt leaks.\n"), "It leaks."),
    "a part whose header never ends": (_mixed(_part(PLAIN, "one"), b"--b\nContent-Type: text/plain\n"), "one"),
    "a part without a blank line": (_mixed(b"--b\nIt leaks.\n"), "It leaks."),
    "a preamble and an epilogue": (
        b"Content-Type: multipart/mixed; boundary=b\n\npreamble\n" + _part(PLAIN, "It leaks.") + b"--b--\nepilogue\n",
        "It leaks.",
    ),
    "delimiters with spaces behind": (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b \t\n" + f"{PLAIN}\n\nIt leaks.\n--b-- \n".encode(),
        "It leaks.",
    ),
    "a boundary within another's name": (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb--\n--b\n\ntwo\n--b--\n",
        "one\n\ntwo",
    ),
    "an inner container that never closes": (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: multipart/mixed; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--b--\n",
        "one\n\ntwo",
    ),
    "a type of nothing": (b"Content-Type: ;\n\nIt leaks.\n", "It leaks."),
    "a type that is a word": (b"Content-Type: text\n\nIt leaks.\n", "It leaks."),
    "a type in quotes": (b'Content-Type: "text/plain"\n\nIt leaks.\n', "It leaks."),
    "words of a kind that nobody knows": (b"Content-Type: text/x-words\n\nIt leaks.\n", "It leaks."),
    "Markdown": (b"Content-Type: text/markdown; charset=utf-8\n\nIt *leaks*.\n", "It *leaks*."),
    "enriched text alone": (b"Content-Type: text/enriched\n\n<bold>It</bold> leaks: 1 << 2.\n", "It leaks: 1 < 2."),
    "lines that end in CR alone": (b"Content-Type: text/plain\n\nIt leaks.\rNow.\r", "It leaks.\nNow."),
    "lines that end in every way": (b"Content-Type: text/plain\n\na\r\nb\rc\nd", "a\nb\nc\nd"),
    "a flowed text with stuffed spaces": (
        b"Content-Type: text/plain; format=flowed\n\nIt \nleaks.\n From below.\n", "It leaks.\nFrom below."
    ),
    "a flowed text without spaces (DelSp)": (
        b"Content-Type: text/plain; format=flowed; delsp=yes\n\nIt le \naks.\n", "It leaks."
    ),
    "signed words": (
        _mixed(_part(PLAIN, "It leaks."), _part("Content-Type: application/pgp-signature", "x"), kind="signed"),
        "It leaks.",
    ),
    "signed words inline": (
        f"{PLAIN}\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIt leaks.\n-----BEGIN PGP SIGNATURE-----\n"
        "\nx\n-----END PGP SIGNATURE-----\n".encode(), "It leaks."
    ),
    "a digest with words of its own": (
        _mixed(_part(PLAIN, "See there."), _part("Content-Type: multipart/digest; boundary=c",
        "--c\n\nSubject: x\n\ny\n--c--")),
        "See there.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MAILS)
def test_the_words_of_a_strange_mail_come_out_right(what):
    raw, words = MAILS[what]

    assert read(HEAD + raw).text == words


NOTED = {
    "S/MIME": b"Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nAAAA\n",
    "PGP": _mixed(
        _part("Content-Type: application/pgp-encrypted", "Version: 1"),
        _part("Content-Type: application/octet-stream; name=encrypted.asc", "-----BEGIN PGP MESSAGE-----"),
        kind="encrypted",
    ),
    "encrypted with PGP": b"Content-Type: text/plain\n\n-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----\n",
    "a piece of a mail": b"Content-Type: message/partial; id=a; number=1; total=2\n\nSubject: x\n\ny\n",
}


@pytest.mark.parametrize("what", NOTED)
def test_what_cannot_be_opened_is_kept_and_a_note_says_so(what):
    assert any(what in note for note in read(HEAD + NOTED[what]).notes)
