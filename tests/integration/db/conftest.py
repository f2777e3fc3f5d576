"""A migrated database of each kind, with a queue that only remembers."""

from collections.abc import Iterator

import pytest

from review_service.db.database import Database
from tests.factories import RememberedBells


@pytest.fixture
def notices() -> RememberedBells:
    """What was notified."""
    return RememberedBells()


@pytest.fixture
def database(migrated_database_url: str, notices: RememberedBells) -> Iterator[Database]:
    """A database with the newest schema, on SQLite and on PostgreSQL in turn."""
    made = Database(migrated_database_url, notices)
    yield made
    made.engine.dispose()
