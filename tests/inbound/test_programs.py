"""Programs that write under their own name, and people who work for their makers."""

import pytest

from mailbot.inbound.programs import written_by_a_program
from mailbot.inbound.reading import MailKind
from tests.inbound.mails import reading

PROGRAMS = [
    "Majordomo@lists.example",
    '"L-Soft list server" <LISTSERV@LISTS.EXAMPLE>',
    "SYMPA <sympa@lists.example>",
    "ScanMail for Exchange <administrator@acme.example>",
    '"Content-filter at gate.acme.example" <post@acme.example>',
    "Symantec Mail Security <sms@acme.example>",
    "Asterisk PBX <pbx1@acme.example>",
    "Voicemail System <phones@acme.example>",
    "tools@acme.example (Nagios)",
    "Zabbix server (backup) <it@acme.example>",
    "logwatch@db3.acme.example",
]
PEOPLE = [
    "Ann (Zabbix sales) <ann@acme.example>",
    "Veeam Support Team <support@acme.example>",
    "Cron Mayer <mayer@acme.example>",
    "Symantec <ann.mail@acme.example>",
    "Ann Monit <ann@acme.example>",
    "postmaster@acme.example (Ann Field)",
    "",
]


@pytest.mark.parametrize("author", PROGRAMS)
def test_a_program_is_known_by_its_own_name(author):
    assert written_by_a_program(author)
    assert reading("Unknown command.", subject="results", sender=author).kind is MailKind.AUTO_REPLY


@pytest.mark.parametrize("author", PEOPLE)
def test_a_name_beside_others_is_a_persons(author):
    assert not written_by_a_program(author)
