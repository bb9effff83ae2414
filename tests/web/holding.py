"""Mails that wait for a party's decision, and the buttons on its page that decide."""

from __future__ import annotations

from mailbot.core.ticket import Party, Ticket
from tests.given import Play, a_mail
from tests.web.browsing import acted
from tests.web.served import Answer, Served

EVE = "eve@else.example"


def holds(
    here: Served, ticket: Ticket, text: str, party: Party = Party.VENDOR, author: str = EVE, **fields: str
) -> int:
    """A stranger writes as a party; the held mail's id."""
    play = Play(here.desk, here.clock)
    mail = a_mail(text, author, f"<{here.clock.at.timestamp()}-{hash(text)}@else.example>", **fields)
    play.receive(here.desk.addresses.reply(ticket.number, party), mail, EVE)
    return int(play.show(ticket.number)["held"][-1]["id"])


def decide(here: Served, ticket: Ticket, name: str, key: int, party: Party = Party.VENDOR) -> Answer:
    """Presses "yes, publish" (confirm) or "no, discard"."""
    return acted(here, ticket, name, party, held=str(key))
