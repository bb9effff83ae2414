"""`mailbot serve`, `check`, `init`, `migrate`: the process and what it stands on."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime
from pathlib import Path

import click

from mailbot.cli.entry import become_owner, config_option, existing, opened, read_config, say
from mailbot.config import Config
from mailbot.core.simulate import faults_of
from mailbot.errors import BadInput, ConfigError, MailbotError
from mailbot.time_settings import holiday_gaps
from mailbot.toml_reader import nearest


@click.command()
@config_option
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True
)
def serve(config_file: Path, log_level: str) -> None:
    """Run mailbot: take mail, send mail, show pages, watch the time. Ends on SIGTERM; SIGHUP reloads the config."""
    from mailbot.app import App, load_checked
    from mailbot.logs import log_to_stderr

    log_to_stderr(log_level)
    config = load_checked(existing(config_file))
    become_owner(config.desk.data_dir)
    for warning in config.warnings:
        say(f"warning: {warning}", err=True)
    try:
        asyncio.run(_serve(App, config))
    except OSError as error:
        raise BadInput(
            f"cannot listen: {error}; is another mailbot running, or another program on that port?"
        ) from error


async def _serve(app: type, config: Config) -> None:
    await app(config).serve()


@click.command()
@config_option
def check(config_file: Path) -> None:
    """Find every mistake in the config and the templates. Exits 0, or 78 with one line for each."""
    from mailbot.app import template_faults, tls_faults
    from mailbot.clock import SystemClock

    config = read_config(config_file)
    faults = template_faults(config) + tls_faults(config) + _unknown_vendors(config)
    for warning in [*config.warnings, *time_warnings(config, SystemClock().now())]:
        say(f"warning: {warning}")
    if faults:
        raise ConfigError(faults)
    say(
        f"{config_file} is good: {_count(len(config.vendors), 'vendor')}, {_count(len(config.types), 'ticket type')},"
        f" {_count(len(config.intake), 'intake address', 'es')}"
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write config.toml and templates/ into FOLDER, to edit. Touches nothing that is there already."""
    from mailbot.shipped import shipped_path

    target = folder / "config.toml"
    templates = folder / "templates"
    for path in (target, templates):
        if path.exists():
            raise BadInput(f"{path} is there already; nothing was written")
    folder.mkdir(parents=True, exist_ok=True)
    text = shipped_path("config.toml").read_text("utf-8")
    target.write_text(text.replace('# templates = ""  ', 'templates = "templates"'), "utf-8")
    shutil.copytree(shipped_path("templates"), templates)
    say(f"Wrote {target} and {templates}.")
    say(f"Next: edit {target}, then `mailbot check --config {target}` and `mailbot serve --config {target}`.")


@click.command()
@config_option
def migrate(config_file: Path) -> None:
    """Bring the database to this version's tables. `serve` does it too, at its start."""
    from mailbot.store.engine import Store
    from mailbot.store.migrate import migrate as upgrade

    config = read_config(config_file)
    become_owner(config.desk.data_dir)
    config.desk.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store(config.database_url, config.desk.data_dir)
    before, after = upgrade(store.engine)
    store.close()
    say(f"The database is at revision {after}" + (" already." if before == after else f" (was {before or 'new'})."))


def time_warnings(config: Config, now: datetime) -> list[str]:
    """Plans that cannot do what they say from `now` on, and holidays that nobody knows for this year and the next."""
    years = (now.year, now.year + 1)
    found = [f"[calendar] holidays: {gap}" for gap in holiday_gaps(config.calendar, years)]
    for kind in config.types.values():
        found += [f"[types.{kind.name}.inactivity] {fault}" for fault in faults_of(kind.plans, config.calendar, now)]
    for vendor, own in config.vendor_times.items():
        if own.calendar:
            found += [f"[vendors.{vendor}.calendar] holidays: {gap}" for gap in holiday_gaps(own.calendar, years)]
        for kind in config.types.values():
            wrong = faults_of(own.plans(kind.plans), config.calendar_for(vendor), now)
            found += [f"[vendors.{vendor}], type {kind.name}: {fault}" for fault in wrong]
    return list(dict.fromkeys(found))


def _unknown_vendors(config: Config) -> list[str]:
    """Intake addresses whose vendor neither the config nor the store knows."""
    known = {one.id for one in config.vendors}
    missing = {name: section.vendor for name, section in config.intake.items() if section.vendor not in known}
    if missing and ((config.desk.data_dir / "mailbot.db").exists() or config.database.url):
        from mailbot.store.vendors import list_vendors

        try:
            with opened(config.file) as desk, desk.store.read() as connection:
                known |= {vendor.id for vendor in list_vendors(connection)}
        except MailbotError as error:
            return [f"{config.file}: the vendors cannot be looked up: {error}"]
    return [
        config.places.told(
            ("intake", name, "vendor"),
            f'there is no vendor "{vendor}" in the config or the database'
            + (nearest(vendor, sorted(known)) if known else ""),
        )
        for name, vendor in missing.items()
        if vendor not in known
    ]


def _count(number: int, noun: str, plural: str = "s") -> str:
    return f"{number} {noun}{'' if number == 1 else plural}"
