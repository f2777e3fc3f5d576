"""What tests of officers who act at the same moment need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import Office, make_office


@pytest.fixture
def office(migrated_database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office on each kind of database."""
    made = make_office(migrated_database_url, tmp_path)
    yield made
    made.database.engine.dispose()
