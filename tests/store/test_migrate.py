from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from mailbot.store.migrate import migrate
from mailbot.store.schema import FIRST_TICKET, metadata


def test_the_migrations_build_the_tables_that_the_code_knows():
    engine = create_engine("sqlite://")

    before, newest = migrate(engine)

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        sequence = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'ticket'")).scalar_one()
    assert before is None
    assert sequence == FIRST_TICKET - 1
    assert migrate(engine) == (newest, newest)
