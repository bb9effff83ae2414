"""`mailbot send-test ADDRESS`: one mail through the smarthost at once, and every line that was said."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import click

from mailbot.cli.entry import config_option, opened, say
from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Kind, Party
from mailbot.email_address import valid_address
from mailbot.errors import StoreUnavailable
from mailbot.outbound.compose import compose
from mailbot.outbound.mail import Delivery, OutgoingNotice, Sent
from mailbot.service.deliver import make_relay, signing_keys
from mailbot.service.desk import Desk
from mailbot.service.mails import desk_face


@click.command("send-test")
@click.argument("address")
@config_option
def send_test(address: str, config_file: Path) -> None:
    """Send a mail to ADDRESS through the smarthost and show the SMTP dialogue. Exits 75 when it was not taken."""
    to_address = valid_address(address)
    with opened(config_file) as desk:
        delivery = asyncio.run(_send(desk, to_address))
    if not isinstance(delivery, Sent):
        advice = "`mailbot doctor` looks at the smarthost's settings"
        raise StoreUnavailable(f"{type(delivery).__name__.lower()}: {delivery.answer}; {advice}")
    say(f"sent: {delivery.answer}")


def trial_mail(desk: Desk, to_address: str) -> OutgoingNotice:
    """A mail to try a way with. It bears a Message-ID of ours, so that one that comes back is known."""
    unique = Token(Purpose.NOTICE, Party.CUSTOMER, secrets.randbits(32), secrets.randbits(24))
    return OutgoingNotice(
        kind=Kind.NOTICE,
        to_address=to_address,
        to_name="",
        message_id=desk.addresses.message_id(unique),
        date=desk.clock.now(),
        subject=f"Test mail from {desk.config.desk.name}",
        reason="This mail was sent by hand, to see that it arrives.",
        paragraphs=("Its headers, signatures and looks are those of every mail of ours. No answer is needed.",),
        quoted="",
        actions=(),
        desk=desk_face(desk),
        language=desk.config.desk.language,
    )


async def _send(desk: Desk, to_address: str) -> Delivery:
    mail, config = trial_mail(desk, to_address), desk.config
    folder = str(config.desk.templates) if config.desk.templates else None
    relay = make_relay(config, say)
    try:
        return await relay.send(compose(mail, folder, signing_keys(config)), "", to_address)
    finally:
        await relay.close()
