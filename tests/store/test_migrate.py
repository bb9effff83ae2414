from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from mailbot.store.migrate import NEWEST, migrate
from mailbot.store.schema import FIRST_TICKET, metadata


def test_the_migrations_build_the_tables_that_the_code_knows(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'mailbot.db'}")

    before, newest = migrate(engine)

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        sequence = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'ticket'")).scalar_one()
    engine.dispose()
    assert before is None
    assert sequence == FIRST_TICKET - 1
    assert migrate(engine) == (newest, newest)
    engine.dispose()


def test_the_newest_revision_is_the_one_that_the_code_names():
    config = Config()
    config.set_main_option("script_location", "mailbot/store/migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST
