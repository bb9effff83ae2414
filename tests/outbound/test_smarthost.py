import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mailbot.outbound.connection import dialogue_of
from mailbot.outbound.mail import Deferred, Delivery, Failed, Sent, TooLarge
from mailbot.outbound.smarthost import Smarthost
from tests.outbound.scripted_relay import DROP, HANG, ScriptedRelay

RAW = b"Message-ID: <1@desk.example>\r\nSubject: hello\r\n\r\n.hidden dot\r\nbye\r\n"
ANN = "ann@customer.example"
BOUNCE = "bounce+x@desk.example"


def send(
    relay: ScriptedRelay, times: int = 1, raw: bytes = RAW, recipient: str = ANN, **options: Any
) -> list[Delivery]:
    """Send the same mail several times, one after the other, on one smarthost."""

    async def run() -> list[Delivery]:
        async with relay.running():
            smarthost = Smarthost(relay.url, 0.3, **options)
            try:
                return [await smarthost.send(raw, BOUNCE, recipient) for _ in range(times)]
            finally:
                await smarthost.close()

    return asyncio.run(run())


def test_a_taken_mail_is_sent_and_keeps_the_relays_last_answer_with_its_queue_id() -> None:
    relay = ScriptedRelay()

    (delivery,) = send(relay)

    assert delivery == Sent("250 2.0.0 queued as 4XyZ1")
    assert relay.mails == [RAW.replace(b"\r\n.", b"\r\n..") + b".\r\n"]
    assert f"MAIL FROM:<{BOUNCE}> SIZE={len(RAW)}" in relay.commands
    assert f"RCPT TO:<{ANN}>" in relay.commands


def test_mails_that_follow_one_another_share_a_connection() -> None:
    relay = ScriptedRelay()

    deliveries = send(relay, times=3)

    assert all(isinstance(delivery, Sent) for delivery in deliveries)
    assert relay.connections == 1
    assert relay.commands[-1] == "QUIT"


@pytest.mark.parametrize("step", ["connect", "MAIL", "RCPT", "DATA", "content"])
def test_a_4xx_at_any_step_defers_and_the_next_mail_goes(step: str) -> None:
    relay = ScriptedRelay({step: ["451 4.7.1 come back later"]})

    first, second = send(relay, times=2)

    assert isinstance(first, Deferred)
    assert "451 4.7.1 come back later" in first.answer
    assert not first.setup_fault
    assert isinstance(second, Sent)


@pytest.mark.parametrize("step", ["RCPT", "DATA", "content"])
def test_a_5xx_about_the_recipient_or_the_mail_fails_it_and_the_next_mail_goes(step: str) -> None:
    relay = ScriptedRelay({step: ["550 5.1.1 no such user"]})

    first, second = send(relay, times=2)

    assert first == Failed("550 5.1.1 no such user")
    assert isinstance(second, Sent)
    assert relay.connections == 1


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("connect", "554 5.7.1 go away"),
        ("MAIL", "550 5.7.1 sender rejected"),
        ("MAIL", "530 5.7.0 authentication required"),
        ("RCPT", "554 5.7.1 <ann@customer.example>: Relay access denied"),
        ("RCPT", "550 relay not permitted"),
        ("DATA", "503 5.5.1 bad sequence"),
    ],
)
def test_a_5xx_about_us_defers_since_it_would_hit_every_recipient_alike(step: str, answer: str) -> None:
    relay = ScriptedRelay({step: [answer]})

    (delivery,) = send(relay)

    assert isinstance(delivery, Deferred)
    assert delivery.setup_fault
    assert answer in delivery.answer


@pytest.mark.parametrize("step", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "content"])
def test_a_hang_at_any_step_ends_with_the_timeout_and_defers(step: str) -> None:
    relay = ScriptedRelay({step: [HANG]})

    (delivery,) = send(relay)

    assert isinstance(delivery, Deferred)
    assert "no answer within 0.3 seconds" in delivery.answer


@pytest.mark.parametrize("step", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "content"])
def test_a_drop_at_any_step_defers_and_is_never_sent_twice_by_itself(step: str) -> None:
    relay = ScriptedRelay({step: [DROP]})

    (delivery,) = send(relay)

    assert isinstance(delivery, Deferred)
    assert relay.connections == 1


def test_a_relay_that_is_not_there_defers() -> None:
    async def run() -> Delivery:
        async with ScriptedRelay().running() as relay:
            url = relay.url
        return await Smarthost(url, 0.3).send(RAW, BOUNCE, ANN)

    delivery = asyncio.run(run())

    assert isinstance(delivery, Deferred)
    assert not delivery.setup_fault


@pytest.mark.parametrize("farewell", [DROP, "421 4.4.2 idle too long"])
@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_kept_connection_that_went_stale_is_replaced_before_the_mail_counts_as_deferred(
    step: str, farewell: str
) -> None:
    relay = ScriptedRelay({step: ["250 2.1.0 ok", farewell]})

    deliveries = send(relay, times=2)

    assert all(isinstance(delivery, Sent) for delivery in deliveries)
    assert relay.connections == 2
    assert len(relay.mails) == 2


def test_connections_cut_while_idle_are_noticed() -> None:
    async def run() -> list[Delivery]:
        async with relay.running():
            smarthost = Smarthost(relay.url, 0.3)
            first = await smarthost.send(RAW, BOUNCE, ANN)
            relay.drop_all()
            second = await smarthost.send(RAW, BOUNCE, ANN)
            await smarthost.close()
            return [first, second]

    relay = ScriptedRelay()

    assert all(isinstance(delivery, Sent) for delivery in asyncio.run(run()))


def test_no_more_connections_than_allowed_are_opened() -> None:
    async def run() -> None:
        async with relay.running():
            smarthost = Smarthost(relay.url, 5, max_connections=3)
            await asyncio.gather(*(smarthost.send(RAW, BOUNCE, ANN) for _ in range(20)))
            await smarthost.close()

    relay = ScriptedRelay()
    asyncio.run(run())

    assert len(relay.mails) == 20
    assert relay.most_at_once == 3


def test_a_mail_beyond_the_announced_size_is_not_even_offered() -> None:
    relay = ScriptedRelay(extensions=("SIZE 50",))

    (delivery,) = send(relay)

    assert isinstance(delivery, TooLarge)
    assert delivery.limit_bytes == 50
    assert not any(command.startswith("MAIL") for command in relay.commands)


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("MAIL", "552 5.3.4 message size exceeds limit"),
        ("content", "552 5.3.4 too big"),
        ("content", "552 Message too large"),
    ],
)
def test_a_refused_size_is_told_from_other_refusals(step: str, answer: str) -> None:
    (delivery,) = send(ScriptedRelay({step: [answer]}))

    assert delivery == TooLarge(answer)


def test_a_full_mailbox_is_no_matter_of_the_mails_size() -> None:
    (delivery,) = send(ScriptedRelay({"content": ["552 5.2.2 mailbox full"]}))

    assert delivery == Failed("552 5.2.2 mailbox full")


def test_smtputf8_is_used_only_where_the_address_needs_it() -> None:
    relay = ScriptedRelay(extensions=("SMTPUTF8",))

    plain, utf8 = send(relay)[0], send(relay, recipient="änne@bücher.example")[0]

    assert isinstance(plain, Sent)
    assert isinstance(utf8, Sent)
    assert [command.endswith("SMTPUTF8") for command in relay.commands if command.startswith("MAIL")] == [False, True]
    assert "RCPT TO:<änne@xn--bcher-kva.example>" in relay.commands


def test_an_address_that_needs_smtputf8_fails_where_the_relay_has_none() -> None:
    (delivery,) = send(ScriptedRelay(), recipient="änne@bücher.example")

    assert isinstance(delivery, Failed)
    assert "SMTPUTF8" in delivery.answer


def test_an_address_that_could_smuggle_a_command_fails_before_anything_is_said() -> None:
    relay = ScriptedRelay()

    (delivery,) = send(relay, recipient="ann@customer.example>\r\nRSET")

    assert isinstance(delivery, Failed)
    assert relay.connections == 0


def test_a_long_or_odd_answer_is_kept_short_and_printable() -> None:
    (delivery,) = send(ScriptedRelay({"RCPT": ["550 5.1.1 \x1b[31m" + "no " * 100]}))

    assert isinstance(delivery, Failed)
    assert delivery.answer.isprintable()
    assert len(delivery.answer) <= 510


def test_a_login_uses_the_password() -> None:
    relay = ScriptedRelay(extensions=("AUTH PLAIN LOGIN",))

    (delivery,) = send(relay, username="desk", password="s3cret")

    assert isinstance(delivery, Sent)
    assert "AUTH PLAIN AGRlc2sAczNjcmV0" in relay.commands


def test_a_refused_login_is_a_fault_of_the_setup_and_not_of_the_recipient() -> None:
    relay = ScriptedRelay({"AUTH": ["535 5.7.8 no", "535 5.7.8 no"]}, extensions=("AUTH PLAIN",))

    (delivery,) = send(relay, username="desk", password="s3cret")

    assert isinstance(delivery, Deferred)
    assert delivery.setup_fault
    assert "535" in delivery.answer


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for `name`, and a server context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return pem, context


def send_by_name(relay: ScriptedRelay, **options: Any) -> Delivery:
    """Send one mail to the relay as "localhost", the name that its certificate bears."""

    async def run() -> Delivery:
        async with relay.running():
            smarthost = Smarthost(f"smtp://localhost:{relay.port}", 2, **options)
            try:
                return await smarthost.send(RAW, BOUNCE, ANN)
            finally:
                await smarthost.close()

    return asyncio.run(run())


def test_starttls_is_used_and_the_certificate_verified(tmp_path: Path) -> None:
    pem, context = certificate(tmp_path, "localhost")
    relay = ScriptedRelay(extensions=("STARTTLS",), tls=context)

    delivery = send_by_name(relay, starttls="required", ca_file=pem)

    assert isinstance(delivery, Sent)
    assert [command.partition(" ")[0] for command in relay.commands][:3] == ["EHLO", "STARTTLS", "EHLO"]


@pytest.mark.parametrize("name", ["localhost", "other.example"])
def test_a_certificate_that_is_unknown_or_of_another_host_keeps_the_mail_here(tmp_path: Path, name: str) -> None:
    pem, context = certificate(tmp_path, name)
    relay = ScriptedRelay(extensions=("STARTTLS",), tls=context)

    delivery = send_by_name(relay, starttls="required", ca_file=pem if name == "other.example" else None)

    assert isinstance(delivery, Deferred)
    assert delivery.setup_fault
    assert "certificate verify failed" in delivery.answer
    assert relay.mails == []


def test_a_relay_without_starttls_gets_no_mail_when_tls_is_asked_for() -> None:
    relay = ScriptedRelay()

    delivery = send_by_name(relay, starttls="required")

    assert isinstance(delivery, Deferred)
    assert delivery.setup_fault
    assert "STARTTLS" in delivery.answer
    assert relay.mails == []


def test_a_relay_that_refuses_starttls_gets_no_mail() -> None:
    relay = ScriptedRelay({"STARTTLS": ["454 4.7.0 TLS not available"]}, extensions=("STARTTLS",))

    delivery = send_by_name(relay, starttls="required")

    assert isinstance(delivery, Deferred)
    assert relay.mails == []


@pytest.mark.parametrize(
    ("url", "words"),
    [("http://relay.example", "smtp://"), ("smtp://", "smtp://"), ("smtp://desk:pw@relay.example", "password_file")],
)
def test_a_url_that_cannot_be_used_says_what_to_write(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        dialogue_of(url)


def test_urls_have_the_ports_of_their_schemes() -> None:
    assert dialogue_of("smtp://relay.example").port == 25
    assert dialogue_of("smtps://desk%40x@relay.example").port == 465
    assert dialogue_of("smtps://desk%40x@relay.example").username == "desk@x"


def test_the_dialogue_can_be_heard_without_the_password() -> None:
    relay = ScriptedRelay(extensions=("AUTH LOGIN",))
    relay.answers |= {
        "AUTH": ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"],
        "ZGVZAW==": ["334 UGFzc3dvcmQ6"],
        "CZNJCMV0": ["235 2.7.0 welcome"],
    }
    heard: list[str] = []

    (delivery,) = send(relay, username="desk", password="s3cret", listen=heard.append)

    assert isinstance(delivery, Sent)
    assert "czNjcmV0" in relay.commands
    assert heard[0] == "S: 220 relay.example ESMTP"
    assert "C: AUTH …" in heard
    assert "C: QUIT" in heard
    assert not any("s3cret" in line or "czNjcmV0" in line for line in heard)


def test_a_whole_dialogue_is_heard_in_order() -> None:
    heard: list[str] = []

    send(ScriptedRelay(), listen=heard.append)

    assert [line for line in heard if line.startswith("C: ")] == [
        "C: EHLO localhost",
        f"C: MAIL FROM:<{BOUNCE}> SIZE={len(RAW)}",
        f"C: RCPT TO:<{ANN}>",
        f"C: DATA, {len(RAW)} bytes",
        "C: QUIT",
    ]
    assert heard[-2:] == ["C: QUIT", "S: 221 2.0.0 bye"]
    assert "S: 250 2.0.0 queued as 4XyZ1" in heard


def test_a_greeting_tells_whether_the_setup_works_and_sends_nothing(tmp_path: Path) -> None:
    async def run(relay: ScriptedRelay, **options: Any) -> Delivery:
        async with relay.running():
            return await Smarthost(f"smtp://localhost:{relay.port}", 1, **options).greet()

    pem, context = certificate(tmp_path, "localhost")
    relay = ScriptedRelay(extensions=("STARTTLS", "SIZE 1000"), tls=context)
    refusing = ScriptedRelay({"AUTH": ["535 5.7.8 no"]}, extensions=("AUTH PLAIN",))

    works = asyncio.run(run(relay, starttls="required", ca_file=pem))
    fails = asyncio.run(run(refusing, username="desk", password="x"))

    assert works == Sent("TLSv1.3, takes 1000")
    assert isinstance(fails, Deferred)
    assert fails.setup_fault
    assert not any(command.startswith("MAIL") for command in relay.commands)


def test_a_ca_file_that_is_missing_defers_and_names_the_setup(tmp_path: Path) -> None:
    (delivery,) = send(ScriptedRelay(), ca_file=tmp_path / "nowhere.pem")

    assert isinstance(delivery, Deferred)
    assert delivery.setup_fault


@pytest.mark.parametrize("nonsense", ["what?", "999 what", "250" + "x" * 20_000])
def test_a_relay_that_answers_nonsense_defers_and_its_connection_is_not_used_again(nonsense: str) -> None:
    relay = ScriptedRelay({"RCPT": [nonsense]})

    first, second = send(relay, times=2)

    assert isinstance(first, Deferred)
    assert isinstance(second, Sent)
    assert relay.connections == 2
