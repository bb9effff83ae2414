import contextlib
import sqlite3

import pytest

from mailbot.errors import StoreUnavailable
from tests.given import a_play


def test_nothing_is_written_into_a_database_that_was_removed_and_all_is_well_when_it_is_back(tmp_path):
    play = a_play(tmp_path)
    number = play.open()
    file = play.desk.config.desk.data_dir / "mailbot.db"
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = file.read_bytes()
    file.unlink()

    with pytest.raises(StoreUnavailable, match="removed or replaced"):
        play.open()
    with pytest.raises(StoreUnavailable):
        play.show(number)

    play.desk.store.engine.dispose()
    for left in file.parent.glob("mailbot.db*"):
        left.unlink()
    file.write_bytes(kept)
    assert play.show(number)["status"] == "open"
    play.desk.store.close()
