"""What every use case works with: the config in force, the store, the clock, our addresses."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from mailbot.clock import Clock, SystemClock
from mailbot.config import Config
from mailbot.core.addresses import Addresses
from mailbot.core.reply_token import TokenKeys, new_key, read_keys, write_key
from mailbot.errors import ConfigError, StoreUnavailable
from mailbot.store import vendors
from mailbot.store.engine import Store
from mailbot.store.migrate import migrate


class Desk:
    """One desk. `config` is replaced as a whole by a reload; nothing else changes."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self.config = config
        self.store = store
        self.clock = clock
        self._keys = load_keys(config.desk.data_dir / "token.keys")

    @property
    def addresses(self) -> Addresses:
        """Our addresses under the config in force."""
        return Addresses(self.config.desk.domain, self.config.desk.base_url, self._keys)


def open_desk(config: Config, clock: Clock | None = None) -> Desk:
    """The desk of a config: data folder, database brought up to date, keys, vendors of the config."""
    config.desk.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store(config.database_url, config.desk.data_dir)
    migrate(store.engine)
    desk = Desk(config, store, clock or SystemClock())
    keep_vendors(store, config)
    return desk


def keep_vendors(store: Store, config: Config) -> None:
    """Brings the vendors of the config into the store; takes no lock when nothing changed."""
    with store.read() as connection:
        if vendors.are_known(connection, config.vendors):
            return
    with store.write() as connection:
        vendors.upsert_vendors(connection, config.vendors, "config")


def load_keys(file: Path) -> TokenKeys:
    """The token keys of the data folder; makes the file, for its owner alone, when there is none."""
    try:
        if not file.exists():
            _create_keys(file)
        return read_keys(file.read_text("ascii"))
    except OSError as error:
        raise StoreUnavailable(f"the key file cannot be used: {error}") from error
    except ValueError as error:
        raise ConfigError([f"{file}: {error}; without the keys no reply finds its ticket"]) from error


def _create_keys(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as keys:
        keys.write("# mailbot's token keys, one a line; the newest signs. Keep this file secret, and keep it.\n")
        keys.write(write_key(new_key(1)))
        keys.flush()
        os.fsync(keys.fileno())
    with contextlib.suppress(FileExistsError):  # the first of several processes wins
        os.link(partial, file)
    partial.unlink()
