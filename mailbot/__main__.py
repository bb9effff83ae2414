"""The command `mailbot`: its commands by name, each imported when it is called, so that --help is quick."""

from __future__ import annotations

import importlib
from importlib.metadata import version

import click

from mailbot.cli.entry import run

COMMANDS = {
    "serve": "mailbot.cli.server:serve",
    "check": "mailbot.cli.server:check",
    "init": "mailbot.cli.server:init",
    "migrate": "mailbot.cli.server:migrate",
    "ticket": "mailbot.cli.ticket:ticket",
    "vendor": "mailbot.cli.vendor:vendor",
    "due": "mailbot.cli.time:due_command",
    "timeline": "mailbot.cli.time:timeline_command",
    "simulate": "mailbot.cli.time:simulate_command",
    "inbox": "mailbot.cli.mail_in:inbox_group",
    "inject": "mailbot.cli.mail_in:inject",
    "replay": "mailbot.cli.mail_in:replay",
    "hold": "mailbot.cli.mail_in:hold",
    "outbox": "mailbot.cli.mail_out:outbox_group",
    "token": "mailbot.cli.token:token",
    "explain": "mailbot.cli.explain:explain",
    "preview": "mailbot.cli.preview:preview",
    "send-test": "mailbot.cli.send_test:send_test",
    "dkim": "mailbot.cli.dkim:dkim_group",
    "doctor": "mailbot.cli.doctor:doctor",
}


class _Commands(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which an admin meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=_Commands)
@click.version_option(version("mailbot"), message="mailbot %(version)s")
def mailbot() -> None:
    """A ticket desk between customers and vendors who only ever reply to mails."""


def main() -> None:
    """Runs the command line."""
    run(mailbot)


if __name__ == "__main__":
    main()
