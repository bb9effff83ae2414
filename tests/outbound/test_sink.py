"""Composed mails through a real SMTP server of other make, octet for octet."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mails
from mailbot.outbound.mail import Delivery, OutgoingMail, OutgoingNotice, Sent
from mailbot.outbound.smarthost import Smarthost


class Keeper:
    """Keeps every envelope that it is given."""

    def __init__(self) -> None:
        self.kept: dict[str, Envelope] = {}

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        head = envelope.content.split(b"\r\nMessage-ID: ")[1]
        self.kept[head.partition(b"\r\n")[0].decode()] = envelope
        return f"250 2.0.0 queued as {len(self.kept)}"


def return_path_of(mail: OutgoingMail | OutgoingNotice) -> str:
    return mail.return_path if isinstance(mail, OutgoingMail) else ""


def test_every_kind_of_mail_arrives_as_it_was_composed() -> None:
    keeper = Keeper()
    mails = {mail.message_id: mail for mail in example_mails()}

    async def run() -> list[Delivery]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(keeper, hostname="sink.example", loop=loop), "127.0.0.1", 0)
        smarthost = Smarthost(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", 5, max_connections=2)
        async with server:
            sendings = [
                smarthost.send(compose(mail, None), return_path_of(mail), mail.to_address) for mail in mails.values()
            ]
            deliveries = await asyncio.gather(*sendings)
            await smarthost.close()
        return deliveries

    deliveries = asyncio.run(run())

    assert all(isinstance(delivery, Sent) for delivery in deliveries)
    assert set(keeper.kept) == set(mails)
    for message_id, mail in mails.items():
        envelope = keeper.kept[message_id]
        assert envelope.content == compose(mail, None)
        assert envelope.rcpt_tos == [mail.to_address]
        assert envelope.mail_from == (return_path_of(mail) or "<>")
