"""`mailbot doctor` on real files, a real server process, real SMTP servers and a real DNS server."""

import json
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner

from mailbot.__main__ import mailbot
from mailbot.cli.checkup import Finding
from mailbot.cli.checkup_dns import check_dns
from mailbot.config import load
from mailbot.outbound.mail import Deferred
from mailbot.setting_readers import endpoint
from tests.given import SETTINGS, a_play
from tests.outbound.scripted_relay import ScriptedRelay
from tests.system.desk import Desk, desk_settings
from tests.system.waiting import free_port

GOOD_DNS = {
    ("desk.example.", "MX"): ["10 mx.desk.example."],
    ("mx.desk.example.", "A"): ["192.0.2.1"],
    ("desk.example.", "TXT"): ['"v=spf1 mx -all"', '"unrelated=1"'],
    ("_dmarc.desk.example.", "TXT"): ['"v=DMARC1; p=reject; adkim=s"'],
}


def findings(folder: Path, *words: str, expect: int = 0) -> dict[str, Finding]:
    """What the doctor says, by its subject; of several findings on one the last."""
    arguments = ["doctor", *words, "--json", "--config", str(folder / "config.toml")]
    done = CliRunner().invoke(mailbot, arguments, catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return {one["what"]: Finding(**one) for one in json.loads(done.stdout)}


def of_dns(folder: Path, nameserver: str) -> dict[str, Finding]:
    """What the doctor says of DNS alone."""
    return {one.what: one for one in check_dns(load(folder / "config.toml"), endpoint(nameserver))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(SETTINGS + '[smtp]\nlisten = "127.0.0.1:1"\n')
    return tmp_path


def test_a_desk_that_only_tries_mailbot_out_is_warned_of_nothing_but_what_it_lacks(folder):
    found = findings(folder)

    assert {what: one.level for what, one in found.items()} == {
        "config": "ok",
        "templates": "ok",
        "data folder": "ok",
        "database": "ok",
        "mails out": "ok",
        "mails in": "ok",
        "clock": "ok",
        "smarthost": "warn",
        "SMTP port": "warn",
        "relay in": "skip",
        "DNS": "skip",
    }


def test_each_finding_is_a_line_for_people(folder):
    done = CliRunner().invoke(mailbot, ["doctor", "--config", str(folder / "config.toml")])

    lines = done.stdout.splitlines()
    assert f"ok    config        {folder / 'config.toml'}, desk 'Desk' on desk.example" in lines
    assert any(line.startswith("warn  SMTP port     ") and line.endswith("`mailbot serve` starts it") for line in lines)


def test_a_config_that_cannot_be_read_fails(folder):
    (folder / "config.toml").write_text('[desk]\nnam = "Desk"\n')

    found = findings(folder, expect=1)

    assert found["config"].level == "fail"


@pytest.mark.parametrize(("changed", "code"), [("", 0), ('[smarthost]\nurl = "smtp://127.0.0.1:1"\n', 1)])
def test_the_process_exits_with_1_when_something_fails(folder, changed, code):
    config = folder / "config.toml"
    config.write_text(config.read_text() + changed)

    done = subprocess.run(
        [sys.executable, "-m", "mailbot", "doctor", "--config", str(config)], capture_output=True, check=False
    )

    assert done.returncode == code, done.stdout


def test_a_broken_template_fails_with_its_line(folder):
    words = folder / "templates" / "mail" / "de" / "closed.txt"
    words.parent.mkdir(parents=True)
    words.write_text("{% if %}")
    (folder / "config.toml").write_text(SETTINGS.replace("[desk]", '[desk]\ntemplates = "templates"'))

    found = findings(folder, expect=1)

    assert found["templates"].level == "fail"
    assert "closed.txt, line 1" in found["templates"].words


def test_a_data_folder_that_others_can_read_is_named(folder):
    (folder / "data").mkdir(mode=0o755)
    done = CliRunner().invoke(mailbot, ["doctor", "--config", str(folder / "config.toml")])

    assert "is open to other users (mode 755); it holds mail and keys: chmod 700" in done.stdout


def test_a_clock_behind_its_own_records_fails(tmp_path):
    play = a_play(tmp_path)
    play.clock.at = play.clock.at.replace(year=2096)
    play.open()
    play.desk.store.close()

    found = findings(tmp_path, expect=1)

    assert found["clock"].level == "fail"
    assert "2096" in found["clock"].words


def test_a_smarthost_is_greeted_and_its_refusals_are_told(folder, relays):
    good = relays(ScriptedRelay())
    refusing = relays(ScriptedRelay({"connect": ["554 5.7.1 go away"]}))
    base = SETTINGS + '[smtp]\nlisten = "127.0.0.1:1"\n'

    (folder / "config.toml").write_text(base + f'[smarthost]\nurl = "{good.url}"\n')
    greeted = findings(folder)["smarthost"]
    (folder / "config.toml").write_text(base + f'[smarthost]\nurl = "{refusing.url}"\n')
    refused = findings(folder, expect=1)["smarthost"]

    assert greeted == Finding("ok", "smarthost", f"{good.url} greets us, no TLS, takes 1000000")
    assert "554 5.7.1 go away" in refused.words
    assert "MAIL" not in {command.partition(" ")[0] for command in good.commands}


def test_mail_that_the_smarthost_puts_off_is_told(tmp_path):
    play = a_play(tmp_path)
    play.open()
    play.deliver(Deferred("451 4.3.0 later"))
    play.desk.store.close()

    found = findings(tmp_path)

    assert found["mails out"].level == "warn"
    assert "2 mails are put off, the newest because: 451 4.3.0 later" in found["mails out"].words


class Forwarding:
    """A relay that hands every mail on to a port, its recipient as `rewrite` makes it; None keeps it."""

    def __init__(self, port: int, rewrite: str | None) -> None:
        self.port = port
        self.rewrite = rewrite

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        with smtplib.SMTP("127.0.0.1", self.port) as client:
            client.sendmail(envelope.mail_from or "", [self.rewrite or envelope.rcpt_tos[0]], envelope.content)
        return "250 2.0.0 queued as 1"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    desk = Desk(folder, desk_settings(folder / "data", 1))
    desk.start()
    yield desk
    desk.stop()


@pytest.mark.parametrize(
    ("rewrite", "level", "says"),
    [
        (None, "ok", "its plus part intact"),
        ("support@desk.example", "fail", "a mail to support+chec…@desk.example came in as one to support@desk.example"),
    ],
)
def test_a_mail_through_the_relay_comes_in_and_its_plus_part_is_looked_at(served, rewrite, level, says):
    port = int(served.settings["smtp"]["listen"].rpartition(":")[2])
    relay = Controller(Forwarding(port, rewrite), hostname="127.0.0.1", port=free_port())
    relay.start()

    found = findings(served.folder, "--relay", f"127.0.0.1:{relay.port}", expect=1)  # 1: its smarthost is not there
    relay.stop()

    assert found["relay in"].level == level, found["relay in"]
    assert says in found["relay in"].words
    assert found["SMTP port"].level == "ok"
    assert found["smarthost"].level == "fail"


def test_a_relay_that_keeps_the_mail_or_refuses_it_fails(folder, relays):
    keeping = relays(ScriptedRelay())
    refusing = relays(ScriptedRelay({"RCPT": ["550 5.7.1 no such domain here"]}))

    kept = findings(folder, "--relay", keeping.url.removeprefix("smtp://"), "--wait", "0.2", expect=1)["relay in"]
    refused = findings(folder, "--relay", refusing.url.removeprefix("smtp://"), expect=1)["relay in"]

    assert "did not come in within 0.2 seconds" in kept.words
    assert "550 5.7.1 no such domain here" in refused.words


def test_good_dns_is_good(folder, zones):
    CliRunner().invoke(mailbot, ["dkim", "keygen", "k1", "--config", str(folder / "config.toml")])
    said = CliRunner().invoke(mailbot, ["dkim", "keygen", "k2", "--config", str(folder / "config.toml")]).stdout
    (folder / "config.toml").write_text(SETTINGS + '[dkim]\nkeys = ["data/dkim/k2.pem"]\n')
    record = next(line for line in said.splitlines() if "IN TXT" in line).partition("( ")[2].partition(" )")[0]
    where = zones(GOOD_DNS | {("k2._domainkey.desk.example.", "TXT"): [record]})

    found = findings(folder, "--nameserver", where)

    assert {found[what].level for what in ("MX", "SPF", "DKIM", "DMARC")} == {"ok"}
    assert "desk.example is served by mx.desk.example" in found["MX"].words


@pytest.mark.parametrize(
    ("changes", "what", "level", "says"),
    [
        ({("desk.example.", "MX"): ["0 ."]}, "MX", "fail", "takes no mail"),
        ({("desk.example.", "MX"): ["10 lost.desk.example."]}, "MX", "fail", "lost.desk.example has no address"),
        ({("desk.example.", "TXT"): ['"v=spf1 -all"', '"v=spf1 mx -all"']}, "SPF", "fail", "2 records"),
        ({("desk.example.", "TXT"): ['"v=spf1 +all"']}, "SPF", "warn", "allows the whole world"),
        ({("desk.example.", "TXT"): ['"other"']}, "SPF", "warn", "has none"),
        ({("_dmarc.desk.example.", "TXT"): ['"other"']}, "DMARC", "warn", "has none"),
        ({}, "DKIM", "fail", "publishes another key"),
    ],
)
def test_each_fault_of_dns_is_told(folder, zones, changes, what, level, says):
    CliRunner().invoke(mailbot, ["dkim", "keygen", "k1", "--algorithm", "ed25519", "--config", f"{folder}/config.toml"])
    (folder / "config.toml").write_text(SETTINGS + '[dkim]\nkeys = ["data/dkim/k1.pem"]\n')
    where = zones(GOOD_DNS | {("k1._domainkey.desk.example.", "TXT"): ['"v=DKIM1; k=ed25519; p=AAAA"']} | changes)

    found = of_dns(folder, where)

    assert found[what].level == level
    assert says in found[what].words


def test_an_author_of_another_domain_is_not_aligned(folder, zones):
    (folder / "config.toml").write_text(SETTINGS.replace("[desk]", '[desk]\naddress = "desk@brand.example"'))
    where = zones(GOOD_DNS | {("_dmarc.brand.example.", "TXT"): ['"v=DMARC1; p=none"']})

    found = of_dns(folder, where)

    assert "mail from brand.example is signed and returned as desk.example: not aligned" in found["DMARC"].words


def test_where_there_is_no_dns_it_is_skipped_with_a_word(folder):
    found = findings(folder, "--nameserver", "127.0.0.1:1")

    assert found["DNS"].level == "skip"
    assert "nobody answers" in found["DNS"].words
