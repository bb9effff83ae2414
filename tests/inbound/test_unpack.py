"""What is wrapped is opened where it can be, and kept and named where it cannot."""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from mailbot.inbound.message import read

HEAD = b"From: ann@customer.example\nSubject: pump\nMIME-Version: 1.0\n"


def _attribute(level: int, name: int, kind: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _tnef() -> bytes:
    html = b"<p>The pump <b>leaks</b>.</p>"
    properties = struct.pack("<I", 2) + struct.pack("<HHI", 0x0003, 0x3FDE, 65001)
    properties += struct.pack("<HHII", 0x0102, 0x1013, 1, len(html)) + html + b"\0" * (-len(html) % 4)
    long_name = "Zeichnung groß.pdf\0".encode("utf-16-le")
    file_properties = (
        struct.pack("<I", 1)
        + struct.pack("<HHII", 0x001F, 0x3707, 1, len(long_name))
        + long_name
        + b"\0" * (-len(long_name) % 4)
    )
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + _attribute(1, 0x9003, 6, properties)
        + _attribute(2, 0x9002, 6, b"\0" * 14)
        + _attribute(2, 0x8010, 1, b"ZEICHN~1.PDF\0")
        + _attribute(2, 0x800F, 6, b"%PDF-1.7 drawing")
        + _attribute(2, 0x9005, 6, file_properties)
    )


def _with_tnef(octets: bytes) -> bytes:
    return (
        HEAD
        + (
            b"Content-Type: multipart/mixed; boundary=x\n\n--x\n"
            b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        )
        + base64.encodebytes(octets)
        + b"--x--\n"
    )


def test_winmail_dat_gives_up_its_text_and_files():
    found = read(_with_tnef(_tnef()))

    assert found.text == "The pump leaks."
    assert [(file.name, file.media_type, file.content) for file in found.attachments] == [
        ("Zeichnung groß.pdf", "application/pdf", b"%PDF-1.7 drawing")
    ]


def test_a_winmail_dat_cut_anywhere_is_read_as_far_as_it_goes():
    whole = _tnef()

    for length in range(0, len(whole), 7):
        assert read(_with_tnef(whole[:length])).kind is not None


def test_a_uuencoded_file_leaves_the_text():
    lines = "\n".join(binascii.b2a_uu(b"0123456789" * 4).decode().rstrip("\n") for _ in range(3))
    found = read(HEAD + f"\nHere it is:\n\nbegin 644 ring.txt\n{lines}\n`\nend\n\nAnn\n".encode())

    assert found.text.split() == ["Here", "it", "is:", "Ann"]
    assert [(file.name, len(file.content)) for file in found.attachments] == [("ring.txt", 120)]


def test_a_person_who_writes_begin_is_heard():
    text = "Please\nbegin 100 percent\nof the work\nend\n"

    assert read(HEAD + b"\n" + text.encode()).text == text.rstrip()


def test_a_yenc_file_leaves_the_text():
    content = bytes(range(200))
    coded = b"".join(
        b"=" + bytes([(byte + 42 + 64) % 256]) if (byte + 42) % 256 in (0, 10, 13, 61) else bytes([(byte + 42) % 256])
        for byte in content
    )

    found = read(
        HEAD
        + b"Content-Transfer-Encoding: 8bit\n\nHello\n=ybegin line=128 size=200 name=ring.bin\n"
        + coded
        + b"\n=yend size=200\nAnn\n"
    )

    assert found.text.split() == ["Hello", "Ann"]
    assert [(file.name, file.content) for file in found.attachments] == [("ring.bin", content)]


def test_a_clear_signature_is_taken_off():
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe pump leaks.\n- - one\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n"
    )

    assert read(HEAD + b"\n" + text.encode()).text == "The pump leaks.\n- one"


def test_encrypted_mail_is_kept_and_named():
    raw = HEAD + (
        b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x\n\n--x\n'
        b"Content-Type: application/pgp-encrypted\n\nVersion: 1\n--x\n"
        b"Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\nxx\n"
        b"--x--\n"
    )

    found = read(raw)

    assert len(found.attachments) == 2
    assert "encrypted with PGP: kept, not read" in found.notes


def _opaque() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ann")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\nSigned words.\r\n"
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(inner)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )


def _with_smime(octets: bytes) -> bytes:
    return (
        HEAD
        + (
            b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"
            b"Content-Transfer-Encoding: base64\n\n"
        )
        + base64.encodebytes(octets)
    )


def test_opaque_signed_mail_is_read():
    found = read(_with_smime(_opaque()))

    assert found.text == "Signed words."
    assert found.attachments == ()


def test_opaque_signed_mail_in_streamed_form_is_read():
    oid_signed, oid_data = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")
    pieces = b"\x24\x80" + b"\x04\x0eContent-Type: " + b"\x04\x14text/plain\r\n\r\nStream" + b"\x04\x03ed.\x00\x00"
    octets = (
        b"\x30\x80"
        + oid_signed
        + b"\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80"
        + oid_data
        + b"\xa0\x80"
        + pieces
        + b"\x00\x00" * 5
    )

    assert read(_with_smime(octets)).text == "Streamed."


def test_encrypted_smime_is_kept_and_named():
    found = read(_with_smime(bytes.fromhex("300b06092a864886f70d010703")))

    assert [file.name for file in found.attachments] == ["smime.p7m"]
    assert any("S/MIME" in note for note in found.notes)


def test_an_invitation_without_text_is_shown_as_text():
    calendar = (
        b"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Repair of the\n  pump\n"
        b"DTSTART;TZID=Europe/Berlin:20260112T091500\nLOCATION:Harbour Road 5\\, gate 2\n"
        b"ORGANIZER:mailto:bob@acme.example\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    found = read(HEAD + b"Content-Type: text/calendar; method=REQUEST\n\n" + calendar)

    assert found.text == (
        "Invitation\nRepair of the pump\nBegins: 2026-01-12 09:15 (Europe/Berlin, UTC+1)\n"
        "Where: Harbour Road 5, gate 2\nOrganizer: bob@acme.example"
    )
    assert len(found.attachments) == 1
