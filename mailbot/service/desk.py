"""What every use case works with: the config in force, the store, the clock, our addresses."""

from __future__ import annotations

from mailbot.clock import Clock, SystemClock
from mailbot.config import Config
from mailbot.core.addresses import Addresses
from mailbot.service.key_file import KeyFile
from mailbot.store import vendors
from mailbot.store.engine import Store
from mailbot.store.migrate import migrate


class Desk:
    """One desk. `config` is replaced as a whole by a reload; nothing else changes."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self.config = config
        self.store = store
        self.clock = clock
        self.key_file = KeyFile(config.desk.data_dir / "token.keys")

    @property
    def addresses(self) -> Addresses:
        """Our addresses under the config in force."""
        return Addresses(self.config.desk.domain, self.config.desk.base_url, self.key_file.keys)


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
