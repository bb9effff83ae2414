"""A mailbot that listens by SMTP and by LMTP: its end and its reload concern both ports."""

from __future__ import annotations

import signal
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.certificates import write_certificate
from tests.system.desk import Desk, desk_settings, merged
from tests.system.waiting import PATIENCE_SECONDS, await_true

HEAD = b"From: ann@customer.example\r\nSubject: Pump\r\nMessage-ID: <1@customer.example>\r\n\r\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = merged(desk_settings(tmp_path / "var", 25), {"smarthost": {"url": "capture"}})
    settings["smtp"]["lmtp_listen"] = f"unix:{tmp_path / 'lmtp'}"
    settings["smtp"]["tls_certificate"] = settings["smtp"]["tls_key"] = str(certificate(tmp_path))
    desk = Desk(tmp_path, settings)
    try:
        desk.start()
        yield desk
    finally:
        desk.clean_up()


def certificate(folder: Path) -> Path:
    """A new one, in the place of the one before."""
    return write_certificate(folder / "tls.pem", "mx.desk.example")


def by_smtp(desk: Desk) -> smtplib.SMTP:
    session = smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=PATIENCE_SECONDS)
    session.ehlo("relay.example")
    return session


def by_lmtp(desk: Desk) -> smtplib.LMTP:
    session = smtplib.LMTP(str(desk.folder / "lmtp"), timeout=PATIENCE_SECONDS)
    session.ehlo("relay.example")
    return session


def begin_mail(session: smtplib.SMTP) -> None:
    """Up to the middle of its text."""
    assert session.mail("ann@customer.example")[0] == session.rcpt("support@desk.example")[0] == 250
    assert session.docmd("DATA")[0] == 354
    session.send(HEAD + b"It ")


def end_mail(session: smtplib.SMTP) -> int:
    session.send(b"drips.\r\n.\r\n")
    return session.getreply()[0]


@pytest.mark.parametrize("arrives_by", ["SMTP", "LMTP"])
def test_a_mail_that_arrives_on_one_port_keeps_the_other_from_nothing_when_the_server_ends(
    desk: Desk, arrives_by: str
) -> None:
    assert desk.server is not None
    ways = (by_smtp, by_lmtp) if arrives_by == "SMTP" else (by_lmtp, by_smtp)
    with closing(ways[0](desk)) as sending, closing(ways[1](desk)) as idle:
        begin_mail(sending)

        desk.server.terminate()

        # Before the mail has ended: it never does on its own.
        assert idle.getreply()[0] == 421
        assert end_mail(sending) == 250
    desk.stop()


def reload(desk: Desk) -> None:
    assert desk.server is not None
    before = desk.log().count("reloaded")
    desk.server.send_signal(signal.SIGHUP)
    await_true(lambda: desk.log().count("reloaded") > before, PATIENCE_SECONDS, "the reload is told", desk.tails)


def shown_certificate(desk: Desk) -> str:
    """What STARTTLS shows a relay that connects now, as PEM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with closing(by_smtp(desk)) as session:
        session.starttls(context=context)
        assert isinstance(session.sock, ssl.SSLSocket)
        shown = session.sock.getpeercert(binary_form=True)
    assert shown is not None
    return ssl.DER_cert_to_PEM_cert(shown)


def test_a_reload_takes_bounds_and_a_renewed_certificate_into_use_on_both_ports(desk: Desk) -> None:
    with closing(by_smtp(desk)) as sending:
        begin_mail(sending)
        old = shown_certificate(desk)

        renewed = certificate(desk.folder).read_text()
        desk.configure(merged(desk.settings, {"smtp": {"max_message_bytes": "100 bytes"}}))
        reload(desk)

        assert old not in renewed
        assert shown_certificate(desk) in renewed
        for opened in (by_smtp, by_lmtp):
            with closing(opened(desk)) as session:
                assert session.esmtp_features["size"] == "100"
        # The mail that was arriving was promised more.
        sending.send(b"x" * 100 + b"\r\n")
        assert end_mail(sending) == 250
    desk.stop()


def test_a_certificate_that_cannot_be_used_is_told_and_changes_nothing(desk: Desk) -> None:
    before = shown_certificate(desk)
    (desk.folder / "tls.pem").write_text("nonsense")

    checked = desk.run("check")
    reload(desk)

    assert checked.returncode == 78
    assert b"[smtp] tls_certificate" in checked.stderr
    assert "config not reloaded" in desk.log()
    assert shown_certificate(desk) == before
    desk.stop()
    assert desk.run("serve").returncode == 78
