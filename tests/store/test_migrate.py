from alembic import command
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


def test_a_mail_held_by_an_older_version_keeps_its_place_and_gains_a_grade(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'mailbot.db'}")
    with engine.begin() as connection:
        to_revision(connection, "0001")
        for key, reason in ((1, "stranger"), (2, "failed")):
            connection.execute(
                text(
                    "INSERT INTO held (id, ticket, party, at, sender, sender_name, reason, text, cuts, files, state)"
                    " VALUES (:key, 1001, 'customer', '2026-11-23', 'eve@else.example', 'Eve', :reason,"
                    " 'It drips.', '[]', '[]', 'held')"
                ),
                {"key": key, "reason": reason},
            )

    migrate(engine)

    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, ticket, text, sender_grade FROM held ORDER BY id")).all()
    engine.dispose()
    assert rows == [(1, 1001, "It drips.", "stranger"), (2, 1001, "It drips.", "failed")]


def to_revision(connection, revision):
    config = Config()
    config.set_main_option("script_location", "mailbot/store/migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
