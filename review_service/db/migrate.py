"""Brings a database to the newest schema, or says how far it is."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from review_service.db.base import Base
from review_service.db.engine import WRITES
from review_service.domain.errors import DatabaseDownError

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 7_305_001
"""Any constant: two `setup` runs at once wait for each other on PostgreSQL."""

SEARCH_TABLES = ("page_texts_fts", "application_search", "queued_cases", "queued_groups")
"""Begins of the names of tables that only searches and the queue use, and of their shadow tables on
SQLite: triggers write them, so that no backup holds them."""
SEARCH_INDEX = "ix_page_texts_search"


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the newest revision; raises when there are two."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise RuntimeError("there is no migration")
    return revision


def is_known(revision: str) -> bool:
    """Whether this program knows the revision, and can migrate a database from it."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision in {script.revision for script in scripts}


def current(engine: sa.Engine) -> str | None:
    """Return the revision the database is at, or None when it is empty.

    Raises ``DatabaseDownError`` when there is no answer.
    """
    with _connected(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Upgrade in one transaction. On SQLite foreign keys are off meanwhile and checked at the end.

    With foreign keys on, a table rebuilt by Alembic's batch mode would delete the rows of the
    tables that cascade from it. Raises ``DatabaseDownError`` when there is no answer.
    """
    with _connected(engine) as raw:
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:
            _foreign_keys(raw, on=False)
        connection = raw.execution_options(**{WRITES: True})
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
                _move(connection, revision)
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("the migration left rows without their parents")
        finally:
            if sqlite:
                _foreign_keys(raw, on=True)


def _connected(engine: sa.Engine) -> sa.Connection:
    try:
        return engine.connect()
    except sa.exc.OperationalError as error:
        raise DatabaseDownError("the database does not answer", retryable=True) from error


def differences(engine: sa.Engine) -> list[object]:
    """Return the differences between the models and the database; empty when they agree."""
    options = {"include_object": _is_modelled}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))


def _is_modelled(_item: object, name: str | None, *_rest: object) -> bool:
    """Whether an object can be in the models: false for what only one kind of database has."""
    return name != SEARCH_INDEX and not (name or "").startswith(SEARCH_TABLES)


def _move(connection: sa.Connection, revision: str) -> None:
    config = _config(connection)
    here = MigrationContext.configure(connection).get_current_revision() or ""
    if revision == "head" or (revision != "base" and revision > here):
        command.upgrade(config, revision)
    else:
        command.downgrade(config, revision)


def _foreign_keys(connection: sa.Connection, *, on: bool) -> None:
    # The pragma is ignored inside a transaction, so it goes to the driver itself.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    cursor.close()
