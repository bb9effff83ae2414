import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime

import dkim  # type: ignore[import-untyped]  # dkimpy ships no types
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mails
from mailbot.outbound.signing import Algorithm, SigningKey, dns_record, new_private_key, signed

NOW = datetime(2026, 3, 2, tzinfo=UTC)
_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_ED25519 = ed25519.Ed25519PrivateKey.generate()


def pem(private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


KEYS = (SigningKey("desk.example", "rsa1", pem(_RSA)), SigningKey("desk.example", "ed1", pem(_ED25519)))


def dns(name: bytes, timeout: int = 5) -> bytes:
    """The records that the desk would publish."""
    if name == b"rsa1._domainkey.desk.example.":
        public = _RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    assert name == b"ed1._domainkey.desk.example."
    return b"v=DKIM1; k=ed25519; p=" + base64.b64encode(_ED25519.public_key().public_bytes_raw())


def verified(raw: bytes, signature: int) -> bool:
    try:
        result: bool = dkim.DKIM(raw).verify(idx=signature, dnsfunc=dns)
    except dkim.ValidationError:
        return False
    return result


@pytest.mark.parametrize("number", range(len(example_mails())))
def test_both_signatures_of_every_kind_of_mail_are_verified_by_another_program(number: int) -> None:
    raw = compose(example_mails()[number], None, KEYS)

    assert raw.count(b"DKIM-Signature:") == 2
    assert verified(raw, 0)
    assert verified(raw, 1)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda raw: raw.replace(b"[Desk #1042]", b"[Desk #1043]"),
        lambda raw: raw.replace(b"\r\nFrom: ", b"\r\nFrom: Eve <eve@evil.example>\r\nFrom: ", 1),
        lambda raw: raw.replace(b"pump", b"pomp"),
        lambda raw: raw + b"one line more\r\n",
    ],
)
def test_a_mail_that_was_changed_on_the_way_is_not_verified(tamper: Callable[[bytes], bytes]) -> None:
    raw = compose(example_mails()[0], None, KEYS)

    changed = tamper(raw)

    assert changed != raw
    assert not verified(changed, 0)
    assert not verified(changed, 1)


def test_refolded_fields_and_spaces_at_line_ends_do_no_harm() -> None:
    raw = compose(example_mails()[2], None, KEYS)

    changed = raw.replace(b"Subject: ", b"Subject:\r\n   ", 1).replace(b"</html>\r\n", b"</html>  \r\n") + b"\r\n\r\n"

    assert changed != raw
    assert verified(changed, 0)


@pytest.mark.parametrize("body", [b"", b"\r\n\r\n", b"a\r\n", b"a", b" \t\r\na  b \r\n\r\n"])
def test_odd_bodies_are_canonicalised_as_the_rfc_says(body: bytes) -> None:
    raw = b"From: a@desk.example\r\nSubject:  two   spaces \r\n\r\n" + body

    assert verified(signed(raw, KEYS, NOW), 0)


def test_the_same_mail_has_the_same_signatures() -> None:
    mail = example_mails()[0]

    assert compose(mail, None, KEYS) == compose(mail, None, KEYS)


def test_signature_fields_are_folded() -> None:
    head = compose(example_mails()[2], None, KEYS).partition(b"\r\nFrom:")[0]

    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert re.search(rb"h=from:from:reply-to:subject:", head)


def test_a_key_of_another_kind_is_refused_in_words() -> None:
    key = SigningKey("desk.example", "x", pem(ec.generate_private_key(ec.SECP256R1())))

    with pytest.raises(ValueError, match="RSA or Ed25519"):
        signed(b"From: a@desk.example\r\n\r\n", (key,), NOW)


@pytest.mark.parametrize("algorithm", ["rsa", "ed25519"])
def test_a_new_key_signs_and_its_record_verifies(algorithm: Algorithm) -> None:
    key = SigningKey("desk.example", "spring", new_private_key(algorithm))
    raw = signed(b"From: a@desk.example\r\n\r\nhello\r\n", (key,), NOW)

    name, record = dns_record(key)

    def published(asked: bytes, timeout: int = 5) -> bytes:
        return record.encode() if asked == name.encode() else b""

    assert name == "spring._domainkey.desk.example."
    assert dkim.DKIM(raw).verify(dnsfunc=published)
