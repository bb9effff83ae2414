"""preview, dkim keygen and send-test, with real templates, keys, files and sockets."""

import base64
import json
import shutil
import stat
import subprocess
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner

from mailbot.__main__ import mailbot
from mailbot.core.ticket import Kind
from mailbot.errors import MailbotError
from mailbot.outbound.mail import Failed
from tests.given import ANN, BOB, SETTINGS, a_play
from tests.outbound.scripted_relay import ScriptedRelay


def run(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(mailbot, [*words, "--config", str(folder / "config.toml")], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def fails(folder: Path, *words: str) -> MailbotError:
    with pytest.raises(MailbotError) as caught:
        run(folder, *words)
    return caught.value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(SETTINGS)
    return tmp_path


def test_preview_writes_every_kind_as_mail_text_and_html(folder):
    out = folder / "out"

    said = run(folder, "preview", "--out", str(out))

    names = {path.name for path in out.iterdir()}
    assert {str(out / name) for name in names} == set(said.split())
    for kind in ("opened", "reply", "type-changed", "closed", "warning", "reopened"):
        assert {f"{kind}-{party}.{end}" for party in ("customer", "vendor") for end in ("eml", "txt", "html")} <= names
    assert {f"{kind.value}-notice.eml" for kind in (Kind.CONFIRM, Kind.REFUSED, Kind.NOTICE, Kind.FORWARD)} <= names
    mail = message_from_bytes((out / "reply-vendor.eml").read_bytes(), policy=policy.default)
    assert mail["Subject"] == "[Desk #1042] Pump leaks at the lower seal"
    assert mail["From"].addresses[0].addr_spec == "desk@desk.example"
    assert "Bob Carter" in (out / "reply-vendor.txt").read_text()
    assert "<body" in (out / "reply-vendor.html").read_text()


def test_preview_of_one_kind_party_and_language(folder):
    out = folder / "out"

    run(folder, "preview", "warning", "--party", "vendor", "--language", "de", "--out", str(out))

    assert {path.name for path in out.iterdir()} == {f"warning-vendor.{end}" for end in ("eml", "txt", "html")}
    assert "wartet" in (out / "warning-vendor.txt").read_text()
    assert "de, en" in str(fails(folder, "preview", "--language", "tlh", "--out", str(out)))


def test_preview_of_a_ticket_shows_the_mails_that_it_caused(tmp_path):
    play = a_play(tmp_path)
    number = play.open("It leaks at the seal.")
    play.desk.store.close()
    out = tmp_path / "out"

    run(tmp_path, "preview", "--ticket", str(number), "--out", str(out))

    assert {path.name for path in out.iterdir()} == {
        f"opened-{party}.{end}" for party in ("customer", "vendor") for end in ("eml", "txt", "html")
    }
    assert "It leaks at the seal." in (out / "opened-vendor.txt").read_text()
    assert "caused no such mail" in str(fails(tmp_path, "preview", "closed", "--ticket", str(number)))
    assert fails(tmp_path, "preview", "--ticket", "7").exit_code == 66


def test_preview_names_the_line_of_a_broken_template(folder):
    words = folder / "templates" / "mail" / "en" / "reply.txt"
    words.parent.mkdir(parents=True)
    words.write_text("Hello\n{{ nobody }}\n")
    (folder / "config.toml").write_text(SETTINGS.replace("[desk]", '[desk]\ntemplates = "templates"'))

    error = fails(folder, "preview", "--out", str(folder / "out"))

    assert error.exit_code == 78
    assert "reply.txt, line 2" in str(error)
    assert "nobody" in str(error)
    assert not (folder / "out").exists()


@pytest.mark.parametrize("algorithm", ["rsa", "ed25519"])
def test_keygen_prints_the_dns_record_of_the_key_that_it_wrote(folder, algorithm):
    said = run(folder, "dkim", "keygen", "2026a", "--algorithm", algorithm)

    key = folder / "data" / "dkim" / "2026a.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert 'keys = ["data/dkim/2026a.pem"]' in said
    record = next(line for line in said.splitlines() if "IN TXT" in line)
    assert record.startswith(f'2026a._domainkey.desk.example. IN TXT ( "v=DKIM1; k={algorithm}; p=')
    strings = record.split('"')[1::2]
    assert all(len(one) <= 255 for one in strings)
    assert openssl_public_key(key, algorithm) == "".join(strings).partition("p=")[2]


def openssl_public_key(key: Path, algorithm: str) -> str:
    """The public half as OpenSSL derives it, as records have it (for Ed25519 the bare 32 octets)."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    der = subprocess.run(
        ["openssl", "pkey", "-in", str(key), "-pubout", "-outform", "DER"], check=True, capture_output=True
    ).stdout
    return base64.b64encode(der if algorithm == "rsa" else der[-32:]).decode()


def test_keygen_never_overwrites_a_key_and_wants_a_selector(folder):
    run(folder, "dkim", "keygen", "2026a")
    before = (folder / "data" / "dkim" / "2026a.pem").read_bytes()

    error = fails(folder, "dkim", "keygen", "2026a")

    assert "another selector" in str(error)
    assert (folder / "data" / "dkim" / "2026a.pem").read_bytes() == before
    assert fails(folder, "dkim", "keygen", "../a").exit_code == 65


def test_a_key_from_keygen_signs_once_its_line_is_in_the_config(folder):
    run(folder, "dkim", "keygen", "2026a")
    (folder / "config.toml").write_text(SETTINGS + '[dkim]\nkeys = ["data/dkim/2026a.pem"]\n')

    run(folder, "send-test", ANN)

    (mail,) = (folder / "data" / "captured" / "new").iterdir()
    assert (
        b"\r\nDKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=desk.example;\r\n s=2026a;" in mail.read_bytes()
    )


def test_send_test_shows_the_dialogue_and_the_relays_answer(folder, relays):
    relay = relays(ScriptedRelay())
    (folder / "config.toml").write_text(SETTINGS + f'[smarthost]\nurl = "{relay.url}"\n')

    said = run(folder, "send-test", BOB).splitlines()

    assert said[:3] == ["S: 220 relay.example ESMTP", "C: EHLO desk.example", "S: 250 relay.example"]
    assert f"C: RCPT TO:<{BOB}>" in said
    assert "S: 250 2.0.0 queued as 4XyZ1" in said
    assert said[-1] == "sent: 250 2.0.0 queued as 4XyZ1"
    assert b"Subject: Test mail from Desk\r\n" in relay.mails[0]


def test_send_test_says_why_a_mail_was_not_taken(folder, relays):
    relay = relays(ScriptedRelay({"RCPT": ["550 5.1.1 no such user"]}))
    (folder / "config.toml").write_text(SETTINGS + f'[smarthost]\nurl = "{relay.url}"\n')

    error = fails(folder, "send-test", BOB)

    assert error.exit_code == 75
    assert str(error).startswith("failed: 550 5.1.1 no such user")
    assert fails(folder, "send-test", "nobody").exit_code == 65


def test_outbox_show_tells_the_fate_in_words_and_retry_mends_the_address(tmp_path):
    play = a_play(tmp_path)
    number = play.open()
    play.deliver(Failed("550 5.1.1 no such user"))
    mail = play.show(number)["mails"][1]
    play.desk.store.close()

    shown = run(tmp_path, "outbox", "show", str(mail["id"]))
    before = json.loads(run(tmp_path, "ticket", "show", str(number), "--json"))["vendor"]["address_failing"]
    said = run(tmp_path, "outbox", "retry", str(mail["id"]))
    after = json.loads(run(tmp_path, "ticket", "show", str(number), "--json"))["vendor"]["address_failing"]

    assert "550 5.1.1 no such user (there is no such mailbox)" in shown
    assert said == "1 mail is tried now.\n"
    assert (before, after) == (True, False)
