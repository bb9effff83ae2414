"""A real Postfix as smarthost, under bad conditions: down, greylisting, silent, refusing, forgetting, badly secured.

What holds in each: no mail is lost, none arrives twice but after a lost answer (and then under the same Message-ID),
and what `ticket show` and `outbox list` say is true.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.outbound.test_smarthost import certificate
from tests.system.bad_smarthost import (
    ANN,
    BOB,
    OPEN,
    PATIENCE,
    SMALL,
    TINY,
    ForgetfulWay,
    Ports,
    Scene,
    services,
)
from tests.system.conftest import relay_home, running
from tests.system.desk import Desk, desk_settings, merged
from tests.system.mailclient import Client
from tests.system.movedclock import MovedClock
from tests.system.policy import HANG, SETTINGS, STAGES, Policy
from tests.system.relay import Relay
from tests.system.waiting import PATIENCE_SECONDS, await_true, free_port


@pytest.fixture(scope="module")
def policy() -> Iterator[Policy]:
    policy = Policy()
    policy.start()
    yield policy
    policy.stop()


@pytest.fixture(scope="module")
def setting(parts: None, policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The one Postfix of these tests, with a port for each oddity, and the one desk."""
    with relay_home() as home:
        ports = Ports(*(free_port() for _ in range(6)))
        certificates = home / "certificates"
        certificates.mkdir()
        for name in ("localhost", "elsewhere.example"):
            certificate(certificates, name)
        relay = Relay(home, SETTINGS.format(port=policy.port), services(ports, certificates))
        with running(relay):
            folder = tmp_path_factory.mktemp("desk")
            by_relay = {
                "smtp": {"listen": f"127.0.0.1:{relay.desk_port}"},
                "smarthost": {"timeout": PATIENCE, "retry_longest": "0.5 seconds"},
                "limits": {"openings_per_address_and_hour": 100},
            }
            desk = Desk(folder, merged(desk_settings(folder / "var", ports.asking), by_relay))
            desk.start()
            relay.desk_tails.append(desk.tails)
            yield Scene(relay, policy, ports, desk, certificates)
            desk.clean_up()


@pytest.fixture
def scene(setting: Scene) -> Iterator[Scene]:
    yield setting
    setting.use(setting.ports.asking)


def test_a_greylisted_mail_is_tried_again_until_it_is_taken(scene: Scene) -> None:
    with scene.policy.rule("RCPT", "450 4.2.0 greylisted, come back"):
        number = scene.open_ticket()
        waiting = scene.await_mails(number, "450 4.2.0")

    assert {mail["status"] for mail in waiting} == {"queued"}
    assert all(mail["attempts"] and mail["next_try_at"] for mail in waiting)
    assert all("greylisted, come back" in mail["fate"] for mail in waiting)
    scene.await_sent(number)
    scene.is_there_once(number)


@pytest.mark.parametrize("action", ["421 4.3.2 too busy", "554 5.7.1 go away"])
def test_a_refusal_at_the_door_puts_everything_off(scene: Scene, action: str) -> None:
    with scene.policy.rule("CONNECT", action):
        number = scene.open_ticket()
        waiting = scene.await_mails(number, action[4:9])

    assert {mail["status"] for mail in waiting} == {"queued"}
    scene.await_sent(number)
    scene.is_there_once(number)


def test_a_full_mailbox_puts_off_its_own_mail_alone(scene: Scene) -> None:
    with scene.policy.rule("RCPT", "452 4.2.2 mailbox full", ANN):
        number = scene.open_ticket()
        scene.await_mails(number, "the relay took it", to="vendor")
        (waiting,) = scene.await_mails(number, "(the mailbox is full)", to="customer")

    assert waiting["status"] == "queued"
    scene.await_sent(number)
    scene.is_there_once(number)


def test_a_refused_party_has_failed_and_the_other_has_its_mail(scene: Scene) -> None:
    with scene.policy.rule("RCPT", "550 5.1.1 no such person", ANN):
        number = scene.open_ticket()
        scene.await_mails(number, "the relay took it", to="vendor")
        (failed,) = scene.await_mails(number, "there is no such mailbox", to="customer")

    ticket = scene.ask("ticket", "show", str(number))
    assert failed["status"] == "failed"
    assert failed["attempts"] == 1
    assert (ticket["customer"]["address_failing"], ticket["vendor"]["address_failing"]) == (True, False)
    assert [mail["status"] for mail in scene.outbox(number) if mail["to"] == "customer"] == ["failed"]
    await_true(lambda: scene.told_admins("does not accept mail") == 1, PATIENCE_SECONDS, "told", scene.relay.tails)
    assert len(scene.arrived(BOB, number)) == 1
    done = scene.desk.run("outbox", "retry", str(failed["id"]))
    assert done.returncode == 0, done.stderr
    scene.await_ticket(
        lambda ticket: not ticket["customer"]["address_failing"], "the address is mended by a mail", number
    )
    scene.is_there_once(number)


@pytest.mark.parametrize("stage", STAGES[:-1])
def test_a_silence_before_the_content_puts_off_and_the_mail_leaves_once(scene: Scene, stage: str) -> None:
    with scene.policy.rule(stage, HANG):
        number = scene.open_ticket()
        waiting = scene.await_mails(number, "no answer within 1 seconds")

    assert {mail["status"] for mail in waiting} == {"queued"}
    scene.await_sent(number)
    scene.is_there_once(number)


def test_a_silence_after_the_content_repeats_the_mail_under_its_message_id(scene: Scene) -> None:
    with scene.policy.rule("END-OF-MESSAGE", HANG):
        number = scene.open_ticket()
        scene.await_mails(number, "DATA: no answer within 1 seconds")
        taken = scene.policy.hanging

    ticket = scene.await_sent(number)
    assert taken >= 2
    for address, mail in zip((ANN, BOB), ticket["mails"], strict=True):
        assert {one.message_id for one in scene.arrived(address, number)} == {mail["message_id"]}


def test_a_smtpd_that_dies_over_the_content_had_not_taken_it(scene: Scene) -> None:
    with scene.policy.rule("END-OF-MESSAGE", HANG, ANN):
        number = scene.open_ticket()
        await_true(lambda: scene.policy.hanging == 1, PATIENCE_SECONDS, "Ann's mail is with smtpd", scene.relay.tails)
        scene.relay.kill_smtpd()
        (waiting,) = scene.await_mails(number, "Connection lost", "no answer", to="customer")

    assert waiting["status"] == "queued"
    scene.await_sent(number)
    assert len({one.message_id for one in scene.arrived(ANN, number)}) == 1


def test_an_answer_that_is_lost_on_the_way_repeats_the_mail_under_its_message_id(scene: Scene) -> None:
    way = ForgetfulWay(scene.ports.asking)
    with closing(way.listening):
        scene.use(way.port)
        number = scene.open_ticket()
        ticket = scene.await_sent(number)

    assert way.cut.is_set()
    twice, once = sorted((scene.arrived(address, number) for address in (ANN, BOB)), key=len, reverse=True)
    assert (len(twice), len(once)) == (2, 1)
    assert twice[0].message_id == twice[1].message_id
    assert {twice[0].message_id, once[0].message_id} == {mail["message_id"] for mail in ticket["mails"]}


def test_a_starttls_that_the_relay_refuses_keeps_mail_here_until_the_setup_is_mended(scene: Scene) -> None:
    scene.use(scene.ports.no_certificate, starttls="required")
    number = scene.open_ticket()
    waiting = scene.await_mails(number, "454 4.7.0")
    nothing_left = scene.relay.mailbox(BOB).mails()

    assert {mail["status"] for mail in waiting} == {"queued"}
    assert not [mail for mail in nothing_left if f"#{number}]" in mail.subject]
    scene.use(scene.ports.asking)
    scene.await_sent(number)
    scene.is_there_once(number)


@pytest.mark.parametrize(("port", "trusted"), [("other_name", "elsewhere.example"), ("good_name", "elsewhere.example")])
def test_a_certificate_of_another_name_or_signer_keeps_mail_here(scene: Scene, port: str, trusted: str) -> None:
    pem = str(scene.certificates / f"{trusted}.pem")
    scene.use(getattr(scene.ports, port), "localhost", starttls="required", ca_file=pem)
    number = scene.open_ticket()
    waiting = scene.await_mails(number, "certificate verify failed")

    assert {mail["status"] for mail in waiting} == {"queued"}
    good = str(scene.certificates / "localhost.pem")
    scene.use(scene.ports.good_name, "localhost", starttls="required", ca_file=good)
    scene.await_sent(number)
    scene.is_there_once(number)
    received = " ".join(scene.arrived(BOB, number)[0].message.get_all("Received", []))
    assert "TLSv1.3" in " ".join(received.split())


def test_the_admins_hear_once_that_the_smarthost_refuses_us(scene: Scene) -> None:
    assert scene.told_admins("smarthost refuses us") == 1


def test_a_mail_beyond_the_announced_size_goes_without_its_files_but_with_links(scene: Scene) -> None:
    scene.use(scene.ports.small)
    ann = Client("Ann", ANN, scene.relay)
    message = ann.compose("support@desk.example", "Pump leaks", "It drips. See the log.")
    message.add_attachment(b"0123456789abcdef" * 4000, "application", "octet-stream", filename="log.bin")
    before = {ticket["number"] for ticket in scene.ask("ticket", "list")}
    ann.send(message, "support@desk.example")
    await_true(lambda: len(scene.ask("ticket", "list")) > len(before), PATIENCE_SECONDS, "a ticket", scene.desk.tails)
    (number,) = {ticket["number"] for ticket in scene.ask("ticket", "list")} - before

    scene.await_sent(number)

    (mail,) = scene.arrived(BOB, number)
    assert len(mail.raw) < SMALL
    assert not list(mail.message.iter_attachments())
    assert "log.bin" in mail.text
    assert "/attachment/" in mail.text


def test_a_mail_that_is_too_large_even_without_files_has_failed_and_says_so(scene: Scene) -> None:
    scene.use(scene.ports.tiny)
    number = scene.open_ticket()
    failed = scene.await_mails(number, f"the smarthost takes {TINY}")

    assert {mail["status"] for mail in failed} == {"failed"}
    assert {row["status"] for row in scene.outbox(number)} == {"failed"}


def test_a_smarthost_that_is_down_for_an_hour_loses_and_doubles_nothing(scene: Scene, tmp_path: Path) -> None:
    scene.relay.clear()
    clock = MovedClock(tmp_path / "clock")
    start = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    clock.move_to(start)
    settings = desk_settings(tmp_path / "var", scene.relay.port)
    settings["smarthost"] = {"url": settings["smarthost"]["url"]}  # the default times: a minute, doubled
    desk = Desk(tmp_path, settings, clock.environment(monotonic_too=False))
    desk.start()
    try:
        other = Scene(scene.relay, scene.policy, scene.ports, desk, scene.certificates)
        with scene.relay.down():
            number = int(desk.ask(*OPEN)["number"])  # by the moved clock
            for tries, minutes in enumerate((0, 2, 5, 10, 20, 40), 1):  # each later than jitter lets the pauses be
                clock.move_to(start + timedelta(minutes=minutes))
                ticket = other.await_ticket(
                    lambda ticket, tries=tries: {mail["attempts"] for mail in ticket["mails"]} == {tries},
                    f"{tries} tries after {minutes} minutes",
                    number,
                )
            assert {mail["status"] for mail in ticket["mails"]} == {"queued"}
            assert all("Connect call failed" in mail["fate"] for mail in ticket["mails"])
        clock.move_to(start + timedelta(minutes=75))
        other.await_sent(number)
        other.is_there_once(number)
    finally:
        desk.clean_up()
