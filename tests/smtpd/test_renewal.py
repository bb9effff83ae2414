"""Other settings while the port runs: they hold for connections to come, and nobody is disturbed."""

from __future__ import annotations

import asyncio
import ssl
from ipaddress import ip_network

from mailbot.config_sections import Smtp
from mailbot.smtpd import PortLimits, PortSettings
from tests.certificates import write_certificate
from tests.smtpd.conftest import PATIENCE, RunningPort


def renew(port: RunningPort, limits: PortLimits, **others: object) -> None:
    async def renew_in_its_loop() -> None:
        settings = PortSettings(limits=limits, host_name="new.example", tls=None, proxy_peers=(), uncapped_peers=())
        port.listener.renew(**{**settings, **others})

    asyncio.run_coroutine_threadsafe(renew_in_its_loop(), port.loop).result(PATIENCE)


def test_new_bounds_hold_for_connections_to_come_and_an_open_mail_goes_on(port):
    in_data = port.talk().greeted().begun()
    in_data.send(b"x" * 500 + b"\r\n")

    renew(port, PortLimits(max_message_bytes=1000))
    newcomer = port.talk()

    assert newcomer.answer().startswith("220 new.example ")
    assert "250-SIZE 1000" in newcomer.say("EHLO relay.example").splitlines()
    assert newcomer.say("MAIL FROM:<> SIZE=1001").startswith("552 5.3.4")
    in_data.send(b"x" * 1000 + b"\r\n.\r\n")
    assert in_data.answer().startswith("250 2.6.0")
    assert len(port.intake.mails[0].raw) == 1504


def test_a_lowered_cap_sends_nobody_away_and_a_raised_one_lets_others_in(start_port):
    port = start_port(max_connections=2)
    first, second = port.talk().greeted(), port.talk().greeted()

    renew(port, PortLimits(max_connections=1))
    refused = port.talk().answer()
    stay = [talk.say("NOOP")[:3] for talk in (first, second)]
    renew(port, PortLimits(max_connections=3))

    assert (refused[:9], stay) == ("421 4.3.2", ["250", "250"])
    port.talk().greeted()


def test_a_relay_that_is_named_anew_is_no_longer_capped(start_port):
    port = start_port(max_connections_per_peer=1)
    port.talk().greeted()
    refused = port.talk().answer()

    renew(port, PortLimits(max_connections_per_peer=1), uncapped_peers=(ip_network("127.0.0.0/8"),))

    assert refused.startswith("421 4.7.0 ")
    port.talk().greeted()


def test_a_renewed_certificate_is_shown_to_connections_to_come(start_port, tls_context, tmp_path):
    port = start_port(tls=tls_context)
    renewed = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    renewed.load_cert_chain(write_certificate(tmp_path / "both.pem", "mx.desk.example"))
    shown = []

    for context in (tls_context, renewed):
        renew(port, PortLimits(), tls=context)
        talk = port.talk().greeted()
        assert talk.say("STARTTLS").startswith("220 2.0.0")
        shown.append(talk.encrypted().sock.getpeercert(binary_form=True))

    assert shown[0] != shown[1]
    assert ssl.DER_cert_to_PEM_cert(shown[1]) in (tmp_path / "both.pem").read_text()


def test_closing_ends_connections_from_before_a_renewal_too(port):
    old = port.talk().greeted()

    renew(port, PortLimits())
    port.closing()()

    assert old.answer().startswith("421 4.3.2")
    assert old.is_closed()


def test_the_defaults_of_the_port_are_those_of_the_config():
    limits, section = PortLimits(), Smtp()

    shared = vars(limits).keys() & vars(section).keys()

    assert len(shared) == 6
    assert {name: getattr(limits, name) for name in shared} == {name: getattr(section, name) for name in shared}
