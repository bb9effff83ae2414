import dataclasses
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailbot.config import load
from mailbot.config_sections import SECTIONS, IntakeSection, VendorSection
from mailbot.core.ticket import Party
from mailbot.errors import ConfigError
from mailbot.shipped import shipped_path

MINIMAL = '[desk]\nname = "Desk"\ndomain = "desk.example"\n'


UNWARNED = '"close after 2 days": nobody is closed out without a warning; begin with "warn after …"'


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text)
    return file


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(written(folder, text))
    return caught.value.faults


def test_the_shipped_config_loads_without_a_warning():
    assert load(shipped_path("config.toml")).warnings == ()


def test_the_shipped_config_shows_every_key():
    text = shipped_path("config.toml").read_text()

    shown = set(re.findall(r"^(?:# )?([a-z_]+) = ", text, re.MULTILINE))

    for section in (*SECTIONS.values(), VendorSection, IntakeSection):
        assert {field.name for field in dataclasses.fields(section)} <= shown


def test_the_defaults_that_the_shipped_config_shows_are_the_defaults(tmp_path):
    text = shipped_path("config.toml").read_text()
    uncommented = re.sub(r"^# ([a-z_]+ = )", r"\1", text, flags=re.MULTILINE)

    silent, spelled = load(written(tmp_path, text)), load(written(tmp_path, uncommented))

    for name in SECTIONS:
        if name != "calendar":
            assert getattr(silent, name) == getattr(spelled, name)
    assert dataclasses.replace(silent.calendar, is_holiday=bool) == dataclasses.replace(
        spelled.calendar, is_holiday=bool
    )


def test_a_minimal_config_has_the_plans_of_technical_support(tmp_path):
    config = load(written(tmp_path, MINIMAL))

    plans = config.ticket_type("technical-support").plans
    assert [rule.text for rule in plans.for_party(Party.VENDOR)] == [
        "warn after 48 hours",
        "warn after 2 days",
        "close after 2 days",
    ]
    assert [rule.text for rule in plans.for_party(Party.CUSTOMER)] == [
        "warn after 7 business days",
        "close after 7 business days",
    ]
    assert config.database_url == f"sqlite:///{tmp_path / 'var' / 'mailbot.db'}"
    assert config.smarthost.url == "capture"


@pytest.mark.parametrize("url", ["sqlite:///x.db", "sqlite:///{folder}/x.db"])
def test_a_database_file_lies_beside_the_config_whatever_the_working_folder(tmp_path, url):
    config = load(written(tmp_path, MINIMAL + f'[database]\nurl = "{url.format(folder=tmp_path)}"\n'))

    assert config.database_url == f"sqlite:///{tmp_path / 'x.db'}"


def test_every_fault_is_found_in_one_run_with_its_line_and_the_nearest_spelling(tmp_path):
    text = (
        '[desk]\nname = "Desk"\ndomain = "desk.example"\nadmins = ["nobody"]\n[smtp]\nliten = "x"\n'
        'max_message_bytes = "25 MX"\nmax_recipients = 0\n[types.refund.inactivity]\n'
        'vendor = ["warn after 6 dys", "close after 2 days"]\ncustomer = ["close after 2 days"]\n'
        '[senders]\nstranger = "hodl"\n[calender]\n[intake."support"]\nvendor = "acme"\ntype = "refnd"\n'
    )

    assert faults(tmp_path, text) == [
        "config.toml:4: [desk] admins: 'nobody' is no email address: An email address must have an @-sign.",
        'config.toml:6: [smtp] liten: unknown key; did you mean "listen"?',
        'config.toml:7: [smtp] max_message_bytes: "25 MX": try "25 MB"',
        "config.toml:8: [smtp] max_recipients: this must be a whole number from 1 to 10000, not 0",
        'config.toml:10: [types.refund.inactivity] vendor: step 1: in "warn after 6 dys", "6 dys": try "6 days"',
        f"config.toml:11: [types.refund.inactivity] customer: step 1: {UNWARNED}",
        'config.toml:13: [senders] stranger: unknown word "hodl"; did you mean "hold"?',
        'config.toml:14: [calender]: unknown section; did you mean "calendar"?',
        'config.toml:17: [intake.support] type: there is no ticket type "refnd"; did you mean "refund"?',
    ]


def test_missing_keys_and_wrong_kinds_are_named(tmp_path):
    assert faults(tmp_path, '[desk]\nname = 7\n[vendors]\nacme = "x"\n') == [
        "config.toml:1: [desk] domain: this key is required",
        "config.toml:2: [desk] name: this must be a string in quotes, not 7",
        "config.toml:4: [vendors.acme] name: this key is required",
        "config.toml:4: [vendors] acme: this must be a table, as in [vendors.acme]",
    ]


def test_what_is_not_toml_is_named_with_its_line(tmp_path):
    (fault,) = faults(tmp_path, '[desk]\nname = "Desk\n')

    assert fault.startswith("config.toml:2: not TOML: ")


@pytest.mark.parametrize(
    ("key", "value", "read"),
    [
        ("command_timeout", '"0.2 seconds"', 0.2),
        ("max_message_bytes", '"1048576 bytes"', 1_048_576),
        ("max_message_bytes", '"1.5 MiB"', 1_572_864),
        ("listen", '"[::1]:25"', ("::1", 25)),
        ("lmtp_listen", '"unix:/run/lmtp"', "/run/lmtp"),
        ("authserv_id", '""', ""),
    ],
)
def test_values_have_units_and_forms(tmp_path, key, value, read):
    config = load(written(tmp_path, f"{MINIMAL}[smtp]\n{key} = {value}\n"))

    assert getattr(config.smtp, key) == read


@pytest.mark.parametrize(
    "line",
    [
        '[web]\nlisten = "8080"',
        '[smtp]\ntrusted_relays = ["relay"]',
        '[smtp]\ntls_key = "key.pem"',
        '[smarthost]\nurl = "relay:25"',
        '[smarthost]\nurl = "smtp://"',
        '[smarthost]\nurl = "smtp://relay:99999"',
        '[smarthost]\nurl = "smtp://relay:0"',
        '[smarthost]\nurl = "smtp://relay:port"',
        '[smarthost]\nurl = "smtp://[::1"',
        '[smarthost]\nurl = "smtp://relay/path"',
        '[smarthost]\nurl = "smtp://user:secret@relay"',
        '[smarthost]\nurl = "smtps//relay"',
        '[database]\nurl = "mysql://x"',
        '[database]\nurl = "nonsense"',
        '[database]\nurl = "postgresql://x/y"',
        '[database]\nurl = "sqlite://"',
        '[database]\nurl = "sqlite:///:memory:"',
        '[database]\nurl = "sqlite:///a.db?x=1"',
        '[calendar]\nholidays = "XX"',
        '[calendar]\nholidays = ["2026-13-01"]',
        "[calendar]\nworking_days = []",
        '[calendar]\nworking_hours = "17:00-09:00"',
        '[calendar]\ntimezone = "Europe/Berlim"',
        '[calendar]\nnever_close_on = ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"]',
        '[intake."a+b"]\nvendor = "acme"',
        '[vendors."../x"]\nname = "X"',
        '[vendors." v y"]\nname = "X"',
        '[intake."bad part"]\nvendor = "acme"',
        '[intake."a@desk.example"]\nvendor = "acme"',
        '[intake."a..b"]\nvendor = "acme"',
        '[intake."a%b"]\nvendor = "acme"',
        '[intake.""]\nvendor = "acme"',
        *(f'[intake."{word}"]\nvendor = "acme"' for word in ("Reply", "close", "keep", "confirm", "discard", "bounce")),
        *(f'[intake."{word}"]\nvendor = "acme"' for word in ("postmaster", "Abuse")),
        'base_url = "ftp://x"',
        'base_url = "http://x:99999"',
        '[limits]\nreading_time = "soon"',
    ],
)
def test_unusable_values_are_refused(tmp_path, line):
    found = faults(tmp_path, MINIMAL + line + "\n")

    assert all(re.match(r"config\.toml:[45]: ", fault) for fault in found)


def test_holidays_are_countries_dates_and_ranges(tmp_path):
    words = '["DE-BY", "2026-05-04", "2026-08-10..2026-08-14"]'
    config = load(written(tmp_path, f'{MINIMAL}[calendar]\nholidays = {words}\nnever_close_on = ["holidays"]\n'))

    is_holiday = config.calendar.is_holiday
    assert is_holiday(date(2026, 1, 6))  # Epiphany, in Bavaria
    assert is_holiday(date(2026, 5, 4))
    assert [is_holiday(date(2026, 8, 9) + timedelta(days=day)) for day in range(7)] == [False] + [True] * 5 + [False]
    assert config.calendar.never_close_on_holidays
    assert config.calendar.never_close_on == frozenset()


def test_admins_in_our_own_domain_are_a_warning(tmp_path):
    config = load(written(tmp_path, MINIMAL + 'admins = ["root@desk.example"]\n'))

    assert [warning for warning in config.warnings if "root@desk.example" in warning]


def test_a_vendor_in_our_own_domain_is_a_warning(tmp_path):
    vendors = '[vendors.a]\nname = "A"\nemail = "a@desk.example"\n[vendors.b]\nname = "B"\nemail = "b@b.example"\n'

    own = [warning for warning in load(written(tmp_path, MINIMAL + vendors)).warnings if "own domain" in warning]

    assert own == ["[vendors.a] email: a@desk.example is in the desk's own domain; its mails come back to mailbot"]


def test_two_intake_addresses_that_differ_in_case_alone_are_one_too_many(tmp_path):
    text = MINIMAL + '[intake.help]\nvendor = "a"\n[intake.Help]\nvendor = "b"\n'

    assert faults(tmp_path, text) == [
        "config.toml:6: [intake] Help: this address is there twice: upper and lower case are the same"
    ]


@pytest.mark.parametrize("url", ["smtp://relay", "smtps://desk%40x@relay:465", "smtp://[::1]:25", "capture"])
def test_a_smarthost_has_a_host_and_may_have_a_port_and_a_user(tmp_path, url):
    assert load(written(tmp_path, f'{MINIMAL}[smarthost]\nurl = "{url}"\n')).smarthost.url == url


def test_a_mistyped_url_is_answered_with_the_nearest_word(tmp_path):
    text = MINIMAL + '[smarthost]\nurl = "smpt://relay"\n[database]\nurl = "sqlit:///x.db"\n'

    smarthost, database = faults(tmp_path, text)

    assert smarthost.startswith('config.toml:5: [smarthost] url: "smpt://relay": did you mean "smtp"?')
    assert database.startswith("config.toml:7: [database] url: ")
    assert "did you mean sqlite?" in database


def test_a_byte_order_mark_is_no_fault(tmp_path):
    file = written(tmp_path, "")
    file.write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())

    assert load(file).desk.name == "Desk"


def test_a_config_in_another_charset_is_told_with_line_and_octet(tmp_path):
    file = written(tmp_path, "")
    file.write_bytes(MINIMAL.replace("Desk", "Büro").encode("latin-1"))

    with pytest.raises(ConfigError) as caught:
        load(file)

    assert caught.value.faults == ["config.toml:2: not UTF-8: octet 10 of the line is 0xFC; save the file as UTF-8"]


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"mailbot init"):
        load(tmp_path / "nothing.toml")
