"""An office on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import Office, make_office


@pytest.fixture
def office(migrated_database_url: str, tmp_path: Path) -> Iterator[Office]:
    """Give a database with two taxpayers, and a local store."""
    made = make_office(migrated_database_url, tmp_path)
    yield made
    made.database.engine.dispose()
