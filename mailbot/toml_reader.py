"""Reads TOML tables into frozen dataclasses, and collects every fault with its line, all in one run.

A field says how its value is read: `setting(read, default)`. A reader takes the TOML value and gives ours, or
raises ValueError with what is wrong. Unknown keys are faults with the nearest right spelling.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from difflib import get_close_matches
from typing import Any, TypeVar

Reader = Callable[[Any], Any]
Section = TypeVar("Section")

_TABLE = re.compile(r"\s*\[\[?([^\]]+)\]")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(?:\.|$)""")


def setting(read: Reader, default: Any = MISSING) -> Any:
    """A field of a section: how its value is read, and its default (none: the key is required)."""
    if default is MISSING:
        return field(metadata={"read": read})
    return field(default=default, metadata={"read": read})


@dataclass(frozen=True)
class Places:
    """Where each key of a file stands: its line, or its table's."""

    name: str
    lines: Mapping[tuple[str, ...], int]

    def line(self, path: tuple[str, ...]) -> int:
        """The line of a key; of its table when the key itself is not there."""
        here = path
        while here and here not in self.lines:
            here = here[:-1]
        return self.lines.get(here, 1)

    def told(self, path: tuple[str, ...], message: str) -> str:
        """A fault of a key with its file and line."""
        return f"{self.name}:{self.line(path)}: {spelled(path)}: {message}"


def text_of(name: str, octets: bytes) -> str:
    """The text of a TOML file: UTF-8 (TOML 1.0), with or without a byte order mark.

    ValueError names the line and the octet that is none.
    """
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        column = error.start - (octets.rfind(b"\n", 0, error.start) + 1) + 1
        raise ValueError(
            f"{name}:{line}: not UTF-8: octet {column} of the line is 0x{octets[error.start]:02X};"
            " save the file as UTF-8"
        ) from error


class Document:
    """One TOML file: its tables, the places of its keys, and the faults found so far."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.faults: list[tuple[int, str]] = []
        self.places = Places(name, _lines_of_keys(text))
        try:
            self.tables: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.tables = {}
            line = re.search(r"line (\d+)", str(error))
            self.fault_at(int(line[1]) if line else text.count("\n") + 1, f"not TOML: {error}")

    def fault(self, path: tuple[str, ...], message: str) -> None:
        """Notes a fault of a key; it is reported at the key's line, or at its table's."""
        self.fault_at(self.places.line(path), f"{spelled(path)}: {message}")

    def fault_at(self, line: int, message: str) -> None:
        """Notes a fault of a line."""
        self.faults.append((line, message))

    def report(self) -> list[str]:
        """All faults in the order of their lines, each once."""
        return list(dict.fromkeys(f"{self.name}:{line}: {message}" for line, message in sorted(self.faults)))

    def table(self, path: tuple[str, ...], value: Any) -> Mapping[str, Any]:
        """A value that must be a table; {} and a fault when it is not."""
        if isinstance(value, dict):
            return value
        self.fault(path, "this must be a table, as in [" + ".".join(path) + "]")
        return {}

    def unknown(self, path: tuple[str, ...], known: list[str]) -> None:
        """Notes a key that nobody knows, with the nearest one that somebody does."""
        self.fault(path, f"unknown {'section' if len(path) == 1 else 'key'}{nearest(path[-1], known)}")

    def section(self, kind: type[Section], path: tuple[str, ...], value: Any, ignore: tuple[str, ...] = ()) -> Section:
        """Reads a table into `kind`; faulty and missing keys are noted and have their defaults (or None)."""
        table = self.table(path, value)
        known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]  # a dataclass by contract
        for key in table:
            if key not in known and key not in ignore:
                self.unknown((*path, key), [name for name in known if "read" in known[name].metadata])
        read = {name: self._read(item, path, table) for name, item in known.items() if "read" in item.metadata}
        return kind(**read)

    def _read(self, item: Field[Any], path: tuple[str, ...], table: Mapping[str, Any]) -> Any:
        default = None if item.default is MISSING else item.default
        if item.name not in table:
            if item.default is MISSING:
                self.fault((*path, item.name), "this key is required")
            return default
        try:
            return item.metadata["read"](table[item.name])
        except ValueError as error:
            self.fault((*path, item.name), str(error))
            return default


def nearest(word: str, known: Iterable[str]) -> str:
    """What to say behind an unknown word: the nearest known one, or all of them."""
    words = list(known)
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else "; the known ones are " + ", ".join(words)


def spelled(path: tuple[str, ...]) -> str:
    """A key as the admin finds it: `[smtp] listen`, `[types.refund.inactivity] vendor`."""
    *tables, key = path
    return f"[{'.'.join(tables)}] {key}" if tables else f"[{key}]"


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """The line of each table and key. A line inside a multi-line string may add a wrong one, which harms nobody."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if match := _TABLE.match(line):
            table = _parts(match[1])
            lines.setdefault(table, number)
        elif match := _KEY.match(line):
            lines.setdefault(table + _parts(match[1]), number)
    return lines


def _parts(text: str) -> tuple[str, ...]:
    return tuple(match[1] or match[2] or match[3] or "" for match in _PART.finditer(text))
