"""Signed tokens: what a reply address, a mail action, a return path, a page link or a Message-ID of ours says.

A token is 20 octets, written as 32 characters of Crockford's base32 in lower case (no i, l, o, u; case is
folded and look-alikes are read as what they look like). 9 octets name key, purpose, party, number and serial;
11 octets (88 bits) are a truncated HMAC-SHA-256 over them.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from mailbot.core.ticket import Party

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {character: value for value, character in enumerate(ALPHABET)} | {"o": 0, "i": 1, "l": 1}
_HEAD_OCTETS, _MAC_OCTETS = 9, 11
TOKEN_CHARACTERS = (_HEAD_OCTETS + _MAC_OCTETS) * 8 // 5
_SHAPE = re.compile(rf"[0-9a-z]{{{TOKEN_CHARACTERS}}}")


class Purpose(IntEnum):
    """What a token is good for. A token of one purpose is worth nothing for another."""

    REPLY = 1
    CLOSE = 2
    KEEP = 3
    CONFIRM = 4
    DISCARD = 5
    BOUNCE = 6
    VIEW = 7
    MESSAGE = 8
    NOTICE = 9
    FORM = 10


@dataclass(frozen=True)
class Token:
    """What a token names. `number` is a ticket's (a held mail's for CONFIRM, an outbox row's for NOTICE).

    `serial` tells mails of one ticket apart: the number of the history entry (BOUNCE, MESSAGE); for a FORM of the
    ticket page it is the start of its nonce's digest. For what a party uses (REPLY, CLOSE, KEEP, VIEW) it is the epoch:
    how often its addresses and links were revoked.
    """

    purpose: Purpose
    party: Party
    number: int
    serial: int = 0


@dataclass(frozen=True)
class Unknown:
    """Not a token that any key of ours signed."""


@dataclass(frozen=True)
class Retired:
    """Signed by a key that is no longer in use."""


@dataclass(frozen=True)
class Key:
    """A signing key: `number` 1 to 255, `secret` of 32 octets. A retired one recognises its tokens only."""

    number: int
    secret: bytes = field(repr=False)
    retired: bool = False


class TokenKeys:
    """Signs with the newest key, recognises with all. Rotation adds a key; the older ones stay valid until retired."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._keys = {key.number: key for key in keys}
        active = [key for key in self._keys.values() if not key.retired]
        if not active:
            raise ValueError("no active token key")
        self._newest = max(active, key=lambda key: key.number)

    @property
    def newest(self) -> int:
        """The number of the key that signs."""
        return self._newest.number

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of all keys, retired ones too."""
        return frozenset(self._keys)

    def sign(self, token: Token) -> str:
        """The 32 characters for `token`. ValueError when a number does not fit."""
        if not (0 <= token.number < 1 << 32 and 0 <= token.serial < 1 << 24):
            raise ValueError(f"number or serial out of range: {token}")
        kind = token.purpose << 1 | (token.party is Party.VENDOR)
        head = bytes([self._newest.number, kind]) + token.number.to_bytes(4) + token.serial.to_bytes(3)
        return _encode(head + _mac(self._newest, head))

    def read(self, text: str) -> Token | Unknown | Retired:
        """What `text` names, in any letter case. Compares in constant time."""
        octets = _decode(text)
        if octets is None:
            return Unknown()
        head, mac = octets[:_HEAD_OCTETS], octets[_HEAD_OCTETS:]
        key = self._keys.get(head[0])
        if key is None or not hmac.compare_digest(mac, _mac(key, head)):
            return Unknown()
        if key.retired:
            return Retired()
        return Token(
            purpose=Purpose(head[1] >> 1),
            party=Party.VENDOR if head[1] & 1 else Party.CUSTOMER,
            number=int.from_bytes(head[2:6]),
            serial=int.from_bytes(head[6:9]),
        )


def new_key(number: int) -> Key:
    """A fresh random key."""
    return Key(number, secrets.token_bytes(32))


def read_keys(text: str) -> TokenKeys:
    """The keys of a key file: a line each, `NUMBER HEX` or `NUMBER retired HEX`; ValueError names a bad line."""
    keys = []
    for line_number, line in enumerate(text.splitlines(), 1):
        if words := line.partition("#")[0].split():
            keys.append(_read_key(words, line_number))
    return TokenKeys(keys)


def write_key(key: Key) -> str:
    """The key file's line for `key`, newline included."""
    return f"{key.number} {'retired ' if key.retired else ''}{key.secret.hex()}\n"


def _read_key(words: list[str], line_number: int) -> Key:
    retired = len(words) == 3 and words[1] == "retired"
    try:
        key = Key(int(words[0]), bytes.fromhex(words[-1]), retired)
    except ValueError:
        key = Key(0, b"")
    if not 1 <= key.number <= 255 or len(key.secret) < 16 or len(words) != 2 + retired:
        raise ValueError(f"line {line_number} is not `NUMBER HEX` or `NUMBER retired HEX`")
    return key


def _mac(key: Key, head: bytes) -> bytes:
    return hmac.digest(key.secret, b"mailbot token 1:" + head, "sha256")[:_MAC_OCTETS]


def _encode(octets: bytes) -> str:
    value = int.from_bytes(octets)
    return "".join(ALPHABET[value >> shift & 31] for shift in range(len(octets) * 8 - 5, -1, -5))


def _decode(text: str) -> bytes | None:
    folded = text.lower()
    if not _SHAPE.fullmatch(folded) or "u" in folded:
        return None
    value = 0
    for character in folded:
        value = value << 5 | _VALUE[character]
    return value.to_bytes(_HEAD_OCTETS + _MAC_OCTETS)
