"""`mailbot preview`: the mails as they would leave, as files to open in a mail program, a pager and a browser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import click

from mailbot.cli.entry import config_option, opened, read_config, say
from mailbot.config import Config
from mailbot.core.ticket import Kind, Party
from mailbot.errors import BadInput, ConfigError, NotFound
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mails
from mailbot.outbound.mail import OutgoingMail, OutgoingNotice
from mailbot.outbound.templates import languages, readable_fault
from mailbot.service.desk import Desk
from mailbot.service.mails import face_of, outgoing
from mailbot.store import outbox, tickets

_WORDS = {kind.value.replace("_", "-"): kind for kind in Kind}

Mails = Iterable[OutgoingMail | OutgoingNotice]


@click.command()
@click.argument("kind", type=click.Choice(list(_WORDS)), required=False)
@click.option("--ticket", "number", type=int, help="The mails that this ticket has caused.")
@click.option("--example", is_flag=True, help="Mails about a ticket that does not exist; so without --ticket.")
@click.option("--party", type=click.Choice([party.value for party in Party]), help="Mails to this side alone.")
@click.option("--language", help="The language of the examples, a folder of mail templates; default [desk] language.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default="preview", show_default=True, help="Where to."
)
@config_option
def preview(
    kind: str | None,
    number: int | None,
    example: bool,
    party: str | None,
    language: str | None,
    out: Path,
    config_file: Path,
) -> None:
    """Write mails of every kind, or of one KIND, as .eml, .txt and .html files. Nothing is sent."""
    if example and number is not None:
        raise BadInput("--ticket and --example: one of the two")
    config = read_config(config_file)
    if number is None:
        mails = _examples(config, language)
    else:
        with opened(config_file) as desk:
            mails = _caused(desk, number)
    wanted = [mail for mail in mails if _is_wanted(mail, kind, party)]
    if not wanted:
        raise NotFound(f"ticket {number} has caused no such mail yet; `mailbot preview --example` shows one")
    for path in _write(config, wanted, out):
        say(str(path))


def _examples(config: Config, language: str | None) -> Mails:
    known = languages(_folder(config))
    if language is not None and language not in known:
        raise BadInput(f"--language {language}: there are templates in {', '.join(known)}")
    desk = face_of(config)
    return [replace(mail, desk=desk) for mail in example_mails(language or config.desk.language)]


def _caused(desk: Desk, number: int) -> Mails:
    """The newest mail of each kind to each side, of those that a ticket has caused."""
    with desk.store.read() as connection:
        tickets.get_ticket(connection, number)
        rows = {(row.kind, row.party): row for row in outbox.ticket_mails(connection, number) if row.forwards is None}
        return [outgoing(connection, desk, row, desk.clock.now()) for row in rows.values()]


def _is_wanted(mail: OutgoingMail | OutgoingNotice, kind: str | None, party: str | None) -> bool:
    to_party = mail.to_party.value if isinstance(mail, OutgoingMail) else None
    return (kind is None or mail.kind is _WORDS[kind]) and (party is None or to_party == party)


def _write(config: Config, mails: Mails, out: Path) -> Iterable[Path]:
    """Three files for each mail. ConfigError for a template that does not work."""
    try:
        composed = [(_name(mail), compose(mail, _folder(config))) for mail in mails]
    except Exception as fault:
        raise ConfigError([f"templates: {readable_fault(fault)}"]) from fault
    out.mkdir(parents=True, exist_ok=True)
    taken: dict[str, int] = {}
    for name, raw in composed:
        taken[name] = taken.get(name, 0) + 1
        unique = name if taken[name] == 1 else f"{name}-{taken[name]}"
        for ending, content in _parts(raw).items():
            path = out / f"{unique}.{ending}"
            path.write_bytes(content)
            yield path


def _name(mail: OutgoingMail | OutgoingNotice) -> str:
    reader = mail.to_party.value if isinstance(mail, OutgoingMail) else "notice"
    return f"{mail.kind.value.replace('_', '-')}-{reader}"


def _parts(raw: bytes) -> dict[str, bytes]:
    """The mail as it leaves, and what its two readable parts say."""
    message = message_from_bytes(raw, policy=policy.default)
    found = {"eml": raw}
    for ending, subtype in (("txt", "plain"), ("html", "html")):
        body = message.get_body((subtype,))
        assert body is not None, "every mail of ours has a text and an HTML part"
        found[ending] = body.get_content().encode()
    return found


def _folder(config: Config) -> str | None:
    return str(config.desk.templates) if config.desk.templates else None
