"""Octets to text, whatever charset a mail claims.

In: decoded octets of a text part and the charset label of its Content-Type. Out: text without lone surrogates.
No label is trusted: a wrong one is noticed by what it makes of the octets.
"""

from __future__ import annotations

import codecs
import re

from mailbot.inbound.guessed_charset import guessed
from mailbot.inbound.substitution import substituted

_ALIASES = {
    "ansi_x3.110-1983": "latin-1",
    "x-unknown": "",
    "unknown": "",
    "unknown-8bit": "",
    "default": "",
    "default_charset": "",
    "8bit": "",
    "binary": "",
    "none": "",
    "utf8mb4": "utf-8",
    "utf": "utf-8",
    "utf-8859-1": "latin-1",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "windows-31j": "cp932",
    "sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "macintosh": "mac-roman",
    "windows-1252http-equivcontent-type": "cp1252",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "us-ascii": "",
    "ascii": "",
    "ansi": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso_8859-1": "cp1252",
    "cp-850": "cp850",
    "iso-2022-jp": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
}
_WINDOWS = re.compile(r"\A(?:win|windows|ms|ansi)[-_]?(?:cp)?[-_]?(?=\d{3,4}\Z)|\Acp[-_](?=\d)")
"""Ways to write cp1251 or cp932."""
_WESTERN = frozenset(("cp1252", "iso8859-1", "iso8859-15", "mac-roman"))
_NOT_TEXT = frozenset(
    [
        "base64",
        "hex",
        "bz2",
        "zip",
        "zlib",
        "uu",
        "quopri",
        "rot13",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "raw_unicode_escape",
        "mbcs",
        "oem",
    ]
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]+")
_ASCII_CONTROLS = dict.fromkeys(sign for sign in (*range(32), 127) if chr(sign) not in "\t\n\r")
_ESCAPED_JAPANESE = re.compile(rb"\x1b\$[@B]|\x1b\([IJ]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(octets: bytes, label: str | None) -> str:
    """Return the text of `octets`; what no charset explains becomes U+FFFD, never an error."""
    for mark, codec in _BOMS:
        if octets.startswith(mark):
            return octets[len(mark) :].decode(codec, "replace")
    codec = _codec(label)
    if codec in ("", "utf-8"):
        return _undeclared(octets)
    text = _try(octets, codec)
    if text is not None and not _looks_wrong(octets, codec):
        return (guessed(octets) or text) if codec in _WESTERN else text
    return _undeclared(octets) if text is None else (_try(octets, "utf-8") or text)


def _codec(label: str | None) -> str:
    """Return Python's codec for a charset label, or "" for none, an unknown one and what is no charset."""
    name = (label or "").strip().strip("'\"").lower().removeprefix("cs=")
    name = _ALIASES.get(name) or _ALIASES.get(name.removeprefix("x-"), _WINDOWS.sub("cp", name.removeprefix("x-")))
    if not name or len(name) > 40 or not name.isascii():
        return ""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return "" if found in _NOT_TEXT or found.replace("-", "_") in _NOT_TEXT else found


def _try(octets: bytes, codec: str) -> str | None:
    try:
        text = octets.decode(codec)
        text.encode("utf-8")
    except (UnicodeError, LookupError, ValueError):
        return None
    return text


def _looks_wrong(octets: bytes, codec: str) -> bool:
    """Tell whether the declared charset is a lie: UTF-8 octets read as a one-byte charset.

    Valid UTF-8 beyond ASCII is hardly ever anything else; a one-byte charset accepts any octets.
    """
    if octets.isascii() or codec.startswith(("utf", "iso2022")):
        return False
    return codec.startswith(("cp125", "iso8859", "latin", "koi8", "mac", "cp85")) and _try(octets, "utf-8") is not None


def _undeclared(octets: bytes) -> str:
    """Guess: UTF-8 if it is that, ISO-2022-JP by its escapes, another script if it surely is, else Windows-1252."""
    if _ESCAPED_JAPANESE.search(octets) and (text := _try(octets, "iso2022_jp_ext")) is not None:
        return text
    text = _try(octets, "utf-8")
    if text is not None:
        return text
    lenient = octets.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    beyond_ascii = len(lenient) - len(lenient.encode("ascii", "ignore")) - broken
    if beyond_ascii > 3 * broken:
        return lenient
    return guessed(octets) or octets.decode("cp1252", "replace")


def without_controls(text: str) -> str:
    """Drop control characters that are neither tab, line end nor next line."""
    return text.translate(_ASCII_CONTROLS) if text.isascii() else substituted(_CONTROL, "", text)
