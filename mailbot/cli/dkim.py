"""`mailbot dkim keygen`: a signing key, and what has to stand in DNS and in the config for it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from mailbot.cli.entry import become_owner, config_option, read_config, say
from mailbot.config import Config
from mailbot.errors import BadInput, StoreUnavailable
from mailbot.outbound.signing import Algorithm, SigningKey, dns_record, new_private_key

_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_STRING_CHARS = 255
"""One string of a TXT record is no longer (RFC 1035 section 3.3.14); readers join them (RFC 6376 section 3.6.2.2)."""


@click.group("dkim")
def dkim_group() -> None:
    """Make keys that sign our mail."""


@dkim_group.command("keygen")
@click.argument("selector")
@click.option("--algorithm", type=click.Choice(["rsa", "ed25519"]), default="rsa", show_default=True)
@config_option
def keygen(selector: str, algorithm: Algorithm, config_file: Path) -> None:
    """Make a private key named SELECTOR (e.g. 2026a) and print its DNS record and config line."""
    if not _SELECTOR.fullmatch(selector):
        raise BadInput(f"{selector!r} is no selector: use a-z, 0-9 and hyphens, as in 2026a")
    config = read_config(config_file)
    become_owner(config.desk.data_dir)
    pem = new_private_key(algorithm)
    config.desk.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = config.desk.data_dir / "dkim" / f"{selector}.pem"
    _keep(file, pem)
    name, text = dns_record(SigningKey(config.desk.domain, selector, pem))
    strings = " ".join(f'"{text[start : start + _STRING_CHARS]}"' for start in range(0, len(text), _STRING_CHARS))
    say(f"The private key is in {file}.\n\n1. In DNS:\n\n{name} IN TXT ( {strings} )\n")
    say(f"2. In {config.file}, once the record is published:\n\n[dkim]\n{_config_line(config, file)}\n")
    say("3. `mailbot doctor` compares the two; SIGHUP or a restart takes the key into use.")


def _keep(file: Path, pem: bytes) -> None:
    """Writes a private key for its owner alone; never over one that is there."""
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BadInput(f"{file} is there already; take another selector, since mails signed with it travel") from error
    except OSError as error:
        raise StoreUnavailable(f"the key cannot be written: {error}") from error
    with os.fdopen(descriptor, "wb") as key:
        key.write(pem)
        key.flush()
        os.fsync(key.fileno())


def _config_line(config: Config, new: Path) -> str:
    """The line of the config with the keys in use and the new one, relative to the config where they lie beside it."""
    folder = config.file.resolve().parent
    files = [one.resolve() for one in (*config.dkim.keys, new)]
    spelled = [str(one.relative_to(folder) if one.is_relative_to(folder) else one) for one in files]
    return "keys = [" + ", ".join(f'"{one}"' for one in spelled) + "]"
