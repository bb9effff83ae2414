"""`mailbot token rotate|retire|revoke`: the keys behind every address and link, and an end to those of one party."""

from __future__ import annotations

from pathlib import Path

import click

from mailbot.cli.entry import config_option, opened, say
from mailbot.core.ticket import Party
from mailbot.service import show
from mailbot.store import tickets


@click.group()
def token() -> None:
    """Rotate and retire token keys; revoke the addresses and links of a party."""


@token.command("rotate")
@config_option
def rotate_command(config_file: Path) -> None:
    """Add a fresh key, which signs from now on. Addresses of the older keys stay good until those are retired."""
    with opened(config_file) as desk:
        number = desk.key_file.rotate()
    say(f"Key {number} signs from now on. `mailbot token retire {number - 1}` ends the one before.")


@token.command("retire")
@click.argument("number", type=int)
@config_option
def retire_command(number: int, config_file: Path) -> None:
    """End key NUMBER: mail to its addresses is refused with 550 5.7.1, its links open nothing."""
    with opened(config_file) as desk:
        desk.key_file.retire(number)
    say(f"Key {number} is retired.")


@token.command("revoke")
@click.argument("number", type=int)
@click.option("--party", type=click.Choice([party.value for party in Party]), required=True, help="Whose.")
@config_option
def revoke_command(number: int, party: str, config_file: Path) -> None:
    """End all addresses and links that a party of ticket NUMBER has, e.g. when one was forwarded to strangers.

    The party's next mail brings new ones.
    """
    with opened(config_file) as desk:
        with desk.store.write() as connection:
            tickets.revoke(connection, number, Party(party))
        with desk.store.read() as connection:
            found = show.ticket_object(connection, desk, number)[party]
    say(f"Revoked. From now on the {party} of ticket {number} has {found['reply_address']} and {found['page']}")
