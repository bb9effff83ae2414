"""DKIM signatures (RFC 6376, RFC 8463): RSA-2048 and Ed25519, one or both at once, relaxed/relaxed.

In: a composed message of ours and the desk's keys. Out: the message with DKIM-Signature fields on top.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

Algorithm = Literal["rsa", "ed25519"]

SIGNED_FIELDS = (
    "from", "reply-to", "subject", "date", "message-id", "to", "in-reply-to", "references", "mime-version",
    "content-type", "auto-submitted", "list-id", "feedback-id",
)  # fmt: skip
"""What is signed when it is there (RFC 6376 section 5.4.1); From once more than it occurs, against a second one."""
_FOLDS = re.compile(rb"\r\n(?=[ \t])")
_SPACES = re.compile(rb"[ \t]+")


@dataclass(frozen=True)
class SigningKey:
    """A key of the desk: `pem` its private half (PKCS#8), published under `selector`._domainkey.`domain`."""

    domain: str
    selector: str
    pem: bytes


SigningKeys = tuple[SigningKey, ...]


def signed(raw: bytes, keys: SigningKeys, at: datetime) -> bytes:
    """Put one signature per key on top of a message with CRLF line ends.

    Raises ValueError for a key that cannot be read or is neither RSA nor Ed25519.
    """
    head, _, body = raw.partition(b"\r\n\r\n")
    fields = _fields(head + b"\r\n")
    body_hash = base64.b64encode(sha256(_relaxed_body(body)).digest()).decode()
    signatures = [_signature(key, fields, body_hash, int(at.timestamp())) for key in keys]
    return b"".join(signatures) + raw


def new_private_key(algorithm: Algorithm) -> bytes:
    """Make a private key as PEM (PKCS#8); RSA has 2048 bits (RFC 8301 section 3.2)."""
    made = (
        generate_private_key(public_exponent=65537, key_size=2048)
        if algorithm == "rsa"
        else Ed25519PrivateKey.generate()
    )
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def dns_record(key: SigningKey) -> tuple[str, str]:
    """The name and the text of the TXT record that publishes a key (RFC 6376 section 3.6, RFC 8463 section 4)."""
    private = _private_key(key.pem)
    if isinstance(private, RSAPrivateKey):
        kind = "rsa"
        public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        kind = "ed25519"
        public = private.public_key().public_bytes_raw()
    return f"{key.selector}._domainkey.{key.domain}.", f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"


def _signature(key: SigningKey, fields: list[tuple[str, bytes]], body_hash: str, at: int) -> bytes:
    """One DKIM-Signature field, with its CRLF."""
    private = _private_key(key.pem)
    algorithm = "rsa-sha256" if isinstance(private, RSAPrivateKey) else "ed25519-sha256"
    chosen = [(name, line) for wanted in SIGNED_FIELDS for name, line in reversed(fields) if name == wanted]
    names = ":".join(["from", *(name for name, _ in chosen)])
    open_field = (
        f"DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed; d={key.domain};\r\n"
        f" s={key.selector}; t={at};\r\n h={_folded(names, ':')};\r\n bh={body_hash};\r\n b="
    ).encode()
    # The oversigned From is looked for from the bottom up: the one that exists is first, the missing one is empty.
    content = b"".join(_relaxed(line) + b"\r\n" for _, line in chosen) + _relaxed(open_field)
    value = base64.b64encode(_sign(private, content)).decode()
    return open_field + "\r\n ".join(value[start : start + 72] for start in range(0, len(value), 72)).encode() + b"\r\n"


def _sign(private: RSAPrivateKey | Ed25519PrivateKey, content: bytes) -> bytes:
    if isinstance(private, RSAPrivateKey):
        return private.sign(content, padding.PKCS1v15(), hashes.SHA256())
    return private.sign(sha256(content).digest())  # RFC 8463 section 3: Ed25519 signs the digest


@lru_cache(maxsize=16)
def _private_key(pem: bytes) -> RSAPrivateKey | Ed25519PrivateKey:
    private = load_pem_private_key(pem, password=None)
    if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
        raise ValueError("a DKIM key is RSA or Ed25519, this one is neither")
    return private


def _fields(head: bytes) -> list[tuple[str, bytes]]:
    """Header fields in order: lower-case name and the whole field without its last CRLF."""
    lines = re.split(rb"\r\n(?![ \t])", head.removesuffix(b"\r\n"))
    return [(line.partition(b":")[0].strip().decode("ascii").lower(), line) for line in lines]


def _relaxed(line: bytes) -> bytes:
    """Relaxed header canonicalisation (RFC 6376 section 3.4.2), without the CRLF."""
    name, _, value = line.partition(b":")
    return name.strip().lower() + b":" + _SPACES.sub(b" ", _FOLDS.sub(b"", value)).strip(b" \t")


def _relaxed_body(body: bytes) -> bytes:
    """Relaxed body canonicalisation (RFC 6376 section 3.4.4)."""
    lines = body.replace(b"\t", b" ")
    while b"  " in lines:  # each round halves every run; a regular expression takes six times as long
        lines = lines.replace(b"  ", b" ")
    trimmed = lines.replace(b" \r\n", b"\r\n").rstrip(b"\r\n ")
    return trimmed + b"\r\n" if trimmed else b""


def _folded(text: str, mark: str) -> str:
    """Fold a list after its marks, so that no line is long."""
    lines = [""]
    for piece in text.split(mark):
        if len(lines[-1]) + len(piece) > 66:
            lines.append("")
        lines[-1] += piece + mark
    return "\r\n  ".join(lines).removesuffix(mark)
