"""The parts of `mailbot doctor` that speak SMTP: the smarthost, our own port, and the way in through the relay."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

from mailbot.cli.checkup import Finding
from mailbot.cli.send_test import trial_mail
from mailbot.config import Config
from mailbot.core.ticket import Party
from mailbot.outbound.compose import compose
from mailbot.outbound.connection import dialogue_of
from mailbot.outbound.mail import Deferred, Sent
from mailbot.outbound.smarthost import Smarthost
from mailbot.service.deliver import make_relay
from mailbot.service.desk import Desk
from mailbot.setting_readers import spelled_endpoint
from mailbot.store import inbox, tickets
from mailbot.store.inbox import InboxRow

_PATIENCE_SECONDS: Final = 10.0
_GLANCE_SECONDS: Final = 0.1
_ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # read from the config, bound by nobody here


async def check_smarthost(config: Config) -> Finding:
    """Whether the smarthost greets us, secures the way and takes our login."""
    if config.captures:
        said = '[smarthost] url is "capture": no mail leaves this machine'
        return Finding("warn", "smarthost", said, "name a server there when customers are to read it")
    try:
        relay = make_relay(config)
    except OSError as error:
        return Finding("fail", "smarthost", f"the password cannot be read: {error}", "see [smarthost] password_file")
    assert isinstance(relay, Smarthost)
    greeted = await relay.greet()
    if isinstance(greeted, Deferred):
        return Finding("fail", "smarthost", greeted.answer, "see [smarthost]; `mailbot send-test ADDRESS` shows more")
    said = f"{config.smarthost.url} greets us, {greeted.answer}"
    said += ", takes our login" if config.smarthost.user or dialogue_of(config.smarthost.url).username else ""
    if "no TLS" in greeted.answer and not dialogue_of(config.smarthost.url).on_loopback:
        return Finding("warn", "smarthost", said, 'mail crosses the network readable: starttls = "required"')
    return Finding("ok", "smarthost", said)


async def check_port(config: Config) -> Finding:
    """Whether our own port answers; it does so only while the server runs."""
    host, port = config.smtp.listen
    where = spelled_endpoint((_ANYWHERE.get(host, host), port))
    greeted = await Smarthost(f"smtp://{where}", _PATIENCE_SECONDS, starttls="never").greet()
    if isinstance(greeted, Sent):
        return Finding("ok", "SMTP port", f"{where} answers, {greeted.answer}")
    return Finding("warn", "SMTP port", greeted.answer, "does the server run? `mailbot serve` starts it")


async def check_relay(desk: Desk, relay: str | None, wait_seconds: float) -> Finding:
    """Sends a mail to an address of ours through the relay and waits until it has come in as it was addressed.

    It bears a Message-ID of ours, so that the server takes it for a loop and does nothing about it.
    """
    if relay is None:
        return Finding("skip", "relay in", "no relay was named", "--relay HOST:PORT sends a mail through it")
    address = _own_address(desk)
    if address is None:
        return Finding("skip", "relay in", "there is no address with a plus part yet", "open a ticket first")
    mail = trial_mail(desk, address)
    smarthost = Smarthost(f"smtp://{relay}", _PATIENCE_SECONDS, local_name=desk.config.desk.domain)
    folder = str(desk.config.desk.templates) if desk.config.desk.templates else None
    taken = await smarthost.send(compose(mail, folder), "", address)
    await smarthost.close()
    if not isinstance(taken, Sent):
        said = f"{relay} does not take mail for {desk.config.desk.domain}: {taken.answer}"
        return Finding("fail", "relay in", said, "docs/relay.md shows how to set it up")
    row = await _arrived(desk, mail.message_id, wait_seconds)
    if row is None:
        said = f"{relay} took a mail ({taken.answer}), but it did not come in within {wait_seconds:g} seconds"
        return Finding("fail", "relay in", said, "the relay's log knows more; does the server run?")
    if row.recipient.casefold() != address.casefold():
        said = f"a mail to {_without_token(address)} came in as one to {_without_token(row.recipient)}"
        return Finding("fail", "relay in", said, "the relay must leave the plus part alone: docs/relay.md")
    return Finding("ok", "relay in", f"a mail through {relay} came in, its plus part intact")


def _own_address(desk: Desk) -> str | None:
    """An address of ours with a plus part: a reply address, else one of an intake."""
    with desk.store.read() as connection:
        newest = tickets.list_tickets(connection, most=1)
    if newest:
        return desk.addresses.reply(newest[0].number, Party.CUSTOMER, newest[0].epoch(Party.CUSTOMER))
    return next((f"{name}+checkup@{desk.config.desk.domain}" for name in desk.config.intake), None)


async def _arrived(desk: Desk, message_id: str, wait_seconds: float) -> InboxRow | None:
    until = desk.clock.monotonic() + wait_seconds
    while True:
        if found := next(_with(desk, message_id), None):
            return found
        if desk.clock.monotonic() > until:
            return None
        await asyncio.sleep(_GLANCE_SECONDS)


def _with(desk: Desk, message_id: str) -> Iterator[InboxRow]:
    with desk.store.read() as connection:
        rows = inbox.list_rows(connection, most=100)
    return (row for row in rows if row.message_id == message_id)


def _without_token(address: str) -> str:
    """An address as it may be shown: no whole token on a screen or in a log."""
    local_part, _, domain = address.rpartition("@")
    word, plus, token = local_part.partition("+")
    return f"{word}{plus}{token[:4]}{'…' if len(token) > 4 else ''}@{domain}"
