"""The CSV file of `mailbot vendor import`, as spreadsheets write it.

In: its octets, the vendors known, the ids of the config. Out: vendors to write, and what had to be guessed; BadInput
with every fault of the file, each with its line.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mailbot.core.vendor import Vendor
from mailbot.errors import BadInput
from mailbot.setting_readers import (
    address_or_domain,
    address_or_nothing,
    language_or_nothing,
    some_text,
    text,
    timezone_or_nothing,
    vendor_id,
)
from mailbot.toml_reader import nearest

_COLUMNS: Mapping[str, Callable[[str], Any]] = {
    "id": vendor_id,
    "name": some_text,
    "email": address_or_nothing,
    "ticket_email": address_or_nothing,
    "also": lambda cell: tuple(address_or_domain(one) for one in cell.split()),
    "contact": lambda cell: text(" ".join(cell.split())),
    "timezone": timezone_or_nothing,
    "language": language_or_nothing,
}
_SEPARATORS = ",;\t"
_HOW_TO_SAVE = 'save it as "CSV UTF-8"'


@dataclass(frozen=True)
class Row:
    """One vendor of the file: its line, and the cells of the columns that are there."""

    line: int
    cells: Mapping[str, str]


def decoded(octets: bytes) -> tuple[str, str]:
    """The text of a file, and what to say when its charset was guessed.

    UTF-8 with or without a byte order mark, UTF-16 with one; else Windows-1252, which Excel writes as plain "CSV" in
    western countries. BadInput when it is none of these.
    """
    utf16 = octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not utf16 and b"\0" in octets:
        line = octets.count(b"\n", 0, octets.index(b"\0")) + 1
        raise BadInput(f"line {line} has octets that are no text; {_HOW_TO_SAVE}")
    try:
        found = octets.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        if utf16:
            raise BadInput(f"the file is broken UTF-16 at octet {error.start}; {_HOW_TO_SAVE}") from error
        return _western(octets, octets.count(b"\n", 0, error.start) + 1)
    return found, ""


def _western(octets: bytes, line: int) -> tuple[str, str]:
    try:
        found = octets.decode("cp1252")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise BadInput(f"line {line} is neither UTF-8 nor Windows-1252; {_HOW_TO_SAVE}") from error
    return (
        found,
        f"Line {line} is not UTF-8, so the file was read as Windows-1252; if names look wrong, {_HOW_TO_SAVE}.",
    )


def rows_of(content: str) -> list[Row]:
    """The rows below the head, which names the columns and shows the separator. BadInput with every fault."""
    skipped, separator, body = _opening(content)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    try:
        lines = [(reader.line_num + skipped, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise BadInput(f"line {reader.line_num + skipped}: {error}") from error
    if not lines:
        raise BadInput("the file is empty")
    head = [name.casefold() for name in lines[0][1]]
    faults = [*_faults_of(head), *_too_long(lines[1:], len(head))]
    if faults:
        raise BadInput("\n".join(faults))
    return [Row(line, dict(zip(head, cells, strict=False))) for line, cells in lines[1:] if any(cells)]


def _opening(content: str) -> tuple[int, str, str]:
    """How many lines stand before the head, the separator, and the text from the head on.

    Excel may write a first line "sep=;" that names the separator.
    """
    first, _, rest = content.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip("\r ")) == 5:
        return 1, first.strip("\r ")[4], rest
    return 0, max(_SEPARATORS, key=first.count), content


def _faults_of(head: list[str]) -> Iterator[str]:
    for name in dict.fromkeys(head):
        if name not in _COLUMNS:
            yield f"unknown column {name!r}{nearest(name, _COLUMNS)}"
        elif head.count(name) > 1:
            yield f"column {name!r} is there {head.count(name)} times"
    if "id" not in head:
        yield "the column id is required"


def _too_long(lines: list[tuple[int, list[str]]], width: int) -> Iterator[str]:
    for line, cells in lines:
        if any(cells[width:]):
            yield f"line {line}: {len(cells)} cells below {width} columns; put text with a separator in quotes"


def vendors_of(rows: list[Row], known: Mapping[str, Vendor], in_config: frozenset[str]) -> list[Vendor]:
    """The vendors that rows name; columns that are not there leave known ones as they are. BadInput with all faults."""
    faults: list[str] = []
    seen: dict[str, int] = {}
    vendors = []
    for row in rows:
        try:
            vendor = _vendor(row.cells, known)
            _check_id(vendor.id, in_config, seen)
        except ValueError as error:
            faults.append(f"line {row.line}: {error}")
            continue
        seen[vendor.id] = row.line
        vendors.append(vendor)
    if faults:
        raise BadInput("\n".join(faults))
    return vendors


def _check_id(name: str, in_config: frozenset[str], seen: Mapping[str, int]) -> None:
    if name in in_config:
        raise ValueError(f'"{name}" is a vendor of the config, which counts; change it there')
    if name in seen:
        raise ValueError(f'"{name}" is on line {seen[name]}, too')


def _vendor(cells: Mapping[str, str], known: Mapping[str, Vendor]) -> Vendor:
    values = {name: _read(name, cells.get(name, "")) for name in _COLUMNS if name in cells or name == "id"}
    before = known.get(values["id"])
    if before is None and "name" not in values:
        raise ValueError(f'"{values["id"]}" is new, so it needs a name')
    return replace(before, **values) if before else Vendor(**values)


def _read(name: str, cell: str) -> Any:
    try:
        return _COLUMNS[name](cell)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
