"""Strangers' text made safe to stand in a mail: one documented form for headers, names, files and bodies.

In: any string. Out: a string that holds no control characters, no lone surrogates and no bidirectional
overrides, so that it can neither end a header, nor forge a line, nor turn a name around.
"""

from __future__ import annotations

import re
from typing import Final

_OVERRIDES: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Bidirectional embeddings, overrides and isolates (Unicode TR 9), and the byte order mark."""
_BREAKS: Final = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS: Final = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_OVERRIDES}]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")

MAX_SUBJECT_CHARS: Final = 250
MAX_NAME_CHARS: Final = 80
MAX_FILE_NAME_CHARS: Final = 120


def one_line(text: str, max_chars: int) -> str:
    """Make text fit for one header line: no breaks, single spaces, at most `max_chars` characters."""
    words = whole_line(text[: max_chars * 4])
    return words if len(words) <= max_chars else words[: max_chars - 1].rstrip() + "…"


def whole_line(text: str) -> str:
    """Make text one line, however long: as it is kept, to be cut where it is shown."""
    return " ".join(_CONTROLS.sub("", _SURROGATES.sub("\ufffd", _BREAKS.sub(" ", text))).split())


def body_text(text: str) -> str:
    """Make text fit for a body: line ends become LF, controls go, trailing white space goes."""
    if not text.isascii() or not text.isprintable():
        text = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _BREAKS.sub("\n", text)))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def file_name(name: str) -> str:
    """Make a file's name safe for a header and a disk: no path, no quotes, its ending kept when it is cut."""
    plain = one_line(name, 1000).replace("\\", "/").rpartition("/")[2]
    plain = re.sub(r'[":*?<>|;]', "_", plain).strip(" .") or "file"
    if len(plain) <= MAX_FILE_NAME_CHARS:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return plain[:MAX_FILE_NAME_CHARS]
    return f"{stem[: MAX_FILE_NAME_CHARS - len(ending) - 1]}.{ending}"
