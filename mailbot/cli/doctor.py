"""`mailbot doctor`: looks at everything that mail needs, one line each, and says what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from mailbot.cli import checkup, checkup_mail
from mailbot.cli.checkup import Finding
from mailbot.cli.checkup_dns import check_dns
from mailbot.cli.entry import config_option, json_option, opened, print_json, read_config, say
from mailbot.config import Config
from mailbot.errors import BadInput, ConfigError, MailbotError
from mailbot.service.desk import Desk
from mailbot.setting_readers import endpoint


@click.command()
@click.option("--relay", metavar="HOST:PORT", help="Send a mail through this relay and see it come in.")
@click.option("--wait", default=30.0, show_default=True, help="Seconds to wait for that mail.")
@click.option("--nameserver", metavar="HOST:PORT", help="Ask this DNS server instead of the machine's.")
@config_option
@json_option
def doctor(relay: str | None, wait: float, nameserver: str | None, config_file: Path, as_json: bool) -> None:
    """Check config, data folder, database, templates, mail in and out, DNS and clock. Exits 1 when something fails."""
    asked = _endpoint(nameserver, "--nameserver")
    if relay is not None:
        _endpoint(relay, "--relay")
    found = []
    for finding in _findings(config_file, relay, wait, asked):
        found.append(finding)
        if not as_json:
            say(str(finding))
    if as_json:
        print_json([vars(finding) for finding in found])
    if any(finding.level == "fail" for finding in found):
        raise click.exceptions.Exit(1)


def _findings(
    config_file: Path, relay: str | None, wait: float, nameserver: tuple[str, int] | None
) -> Iterator[Finding]:
    try:
        config = read_config(config_file)
    except ConfigError as error:
        for fault in error.faults:
            yield Finding("fail", "config", fault)
        return
    yield from checkup.check_config(config)
    yield from checkup.check_templates(config)
    try:
        with opened(config_file) as desk:
            yield from _of_desk(desk, relay, wait)
    except MailbotError as error:
        yield Finding("fail", "database", str(error), "nothing works without data folder and database")
        yield from _of_network(config)
    yield from check_dns(config, nameserver)


def _of_desk(desk: Desk, relay: str | None, wait: float) -> Iterable[Finding]:
    yield from checkup.check_data_folder(desk.config)
    yield checkup.check_database(desk)
    yield from checkup.check_mails(desk)
    yield checkup.check_clock(desk)
    yield from _of_network(desk.config)
    yield asyncio.run(checkup_mail.check_relay(desk, relay, wait))


def _of_network(config: Config) -> Iterable[Finding]:
    yield asyncio.run(checkup_mail.check_smarthost(config))
    yield asyncio.run(checkup_mail.check_port(config))


def _endpoint(text: str | None, option: str) -> tuple[str, int] | None:
    try:
        return endpoint(text) if text is not None else None
    except ValueError as error:
        raise BadInput(f"{option}: {error}") from error
