"""Migrations: up, down and up again, alike on both databases, in one line, with nothing missing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from review_service.db.base import Base
from review_service.db.engine import make_engine
from review_service.db.migrate import (
    MIGRATIONS,
    SEARCH_TABLES,
    current,
    differences,
    head,
    migrate,
)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An empty database."""
    made = make_engine(database_url)
    yield made
    made.dispose()


def tables(engine: sa.Engine) -> set[str]:
    """Every table but those that only searches use, which no model describes."""
    names = sa.inspect(engine).get_table_names()
    return {name for name in names if not name.startswith(SEARCH_TABLES)} - {"alembic_version"}


def revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]


def test_there_is_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
    assert head() == max(revisions())


def test_a_migration_has_four_digits_and_imports_nothing_of_the_application() -> None:
    files = [file for file in Path(MIGRATIONS, "versions").glob("*.py") if file.stem != "__init__"]
    assert files
    for file in files:
        assert file.stem[:4].isdigit()
        assert file.stem[4] == "_"
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith(("review_service", "workers"))


def test_up_gives_every_table_and_no_difference_to_the_models(engine: sa.Engine) -> None:
    assert current(engine) is None
    migrate(engine)
    assert current(engine) == head()
    assert tables(engine) == set(Base.metadata.tables)
    assert differences(engine) == []


def test_down_leaves_nothing_and_up_again_works(engine: sa.Engine) -> None:
    migrate(engine)
    migrate(engine, "base")
    assert tables(engine) == set()
    assert current(engine) is None
    migrate(engine)
    assert differences(engine) == []


def test_each_step_goes_down_and_up_by_itself(engine: sa.Engine) -> None:
    for revision in reversed(revisions()):
        migrate(engine, revision)
        assert current(engine) == revision
    for revision in revisions()[1:]:
        migrate(engine, revision)
        assert current(engine) == revision
    migrate(engine)
    assert differences(engine) == []


def test_it_may_be_run_again(engine: sa.Engine) -> None:
    migrate(engine)
    migrate(engine)
    assert current(engine) == head()


def test_a_check_for_each_set_of_words_stands_in_the_database(engine: sa.Engine) -> None:
    migrate(engine)
    enums = [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Enum)
    ]
    assert enums
    for table, column in enums:
        checks = {
            check["name"]: str(check["sqltext"])
            for check in sa.inspect(engine).get_check_constraints(table.name)
        }
        assert isinstance(column.type, sa.Enum)
        matching = [text for name, text in checks.items() if column.name in text]
        for word in column.type.enums:
            assert any(f"'{word}'" in text for text in matching), f"{column}: {word}"


def test_foreign_keys_hold_after_a_migration(engine: sa.Engine) -> None:
    migrate(engine)
    broken = sa.text(
        "INSERT INTO pages (id, document_id, number, kind, width_px, height_px, photos, words) "
        "VALUES ('00000000000000000000000000000001', '00000000000000000000000000000002', "
        "1, 'photo', 1, 1, '[]', '[]')"
    )
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(broken)
