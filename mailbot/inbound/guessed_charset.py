"""The charset of a text that names none, or a wrong one, where it is no Western one (by chardet).

In: octets that are neither ASCII nor UTF-8. Out: the text, or None for a text that Windows-1252 reads as well as any.

A few accented letters prove nothing: chardet takes "50 £" for Greek and "déjà" for Macedonian. In a text of another
script every third letter or more lies beyond ASCII; there it was right for sentences of nine scripts in 17 charsets,
and is not for ten letters of Shift JIS.
"""

from __future__ import annotations

import re
from typing import Final

_SAMPLE_BYTES: Final = 8192
_MIN_BYTES: Final = 6
_MIN_CONFIDENCE: Final = 0.08
_ASCII_LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_ANY_BUT_ASCII: Final = bytes(range(128))
_CODECS: Final = {
    "windows-1251": "cp1251", "koi8-r": "koi8-r", "koi8-u": "koi8-u", "iso-8859-5": "iso-8859-5", "cp866": "cp866",
    "ibm866": "cp866", "cp932": "cp932", "shift_jis": "cp932",
    "shift-jis-2004": "cp932", "euc-jp": "euc-jp", "euc-jis-2004": "euc_jis_2004", "gb18030": "gb18030",
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5", "big5-hkscs": "big5hkscs", "cp949": "cp949",
    "euc-kr": "cp949", "windows-1253": "cp1253", "iso-8859-7": "iso-8859-7", "windows-1255": "cp1255",
    "iso-8859-8": "iso-8859-8", "windows-1256": "cp1256", "iso-8859-6": "iso-8859-6", "cp874": "cp874",
    "tis-620": "cp874", "iso-8859-11": "cp874",
}  # fmt: skip


def guessed(octets: bytes) -> str | None:
    """Return the text when it is surely in another script, else None."""
    first = _BEYOND_ASCII.search(octets)
    if first is None:
        return None
    start = octets.rfind(b"\n", 0, first.start()) + 1
    sample = octets[max(start, first.start() - _SAMPLE_BYTES // 2) :][:_SAMPLE_BYTES]
    beyond = len(sample.translate(None, _ANY_BUT_ASCII))
    letters = len(sample) - len(sample.translate(None, _ASCII_LETTERS))
    if beyond < _MIN_BYTES or 2 * beyond < letters:
        return None
    import chardet

    found = chardet.detect(sample)
    codec = _CODECS.get(str(found["encoding"] or "").lower())
    if codec is None or (found["confidence"] or 0) < _MIN_CONFIDENCE:
        return None
    text = octets.decode(codec, "replace")
    return text if text.count("\ufffd") * 50 < beyond else None
