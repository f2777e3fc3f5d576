"""An office on each kind of database, the database in its owner's hands, a worker for photos."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from review_service.bootstrap import Container
from review_service.db.database import Database
from tests.conftest import as_owner, owner_url
from tests.factories import Office, RememberedBells
from tests.integration.db.test_audit import DROP_TRIGGERS
from tests.process_parts import parts
from workers.tasks import photos


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database in turn."""
    return office_on_each_database


@pytest.fixture
def owner(office: Office) -> Iterator[Database]:
    """The same database in the hands of its owner, who has switched the triggers off."""
    engine = office.database.engine
    as_owner(engine, *DROP_TRIGGERS[engine.dialect.name])
    made = Database(owner_url(engine.url.render_as_string(hide_password=False)), RememberedBells())
    yield made
    made.engine.dispose()


@pytest.fixture
def worker(office: Office, tmp_path: Path) -> Iterator[Container]:
    """The parts of a worker on the same database, with an index of its own."""
    photos.photo_index.cache_clear()
    with parts(office, tmp_path / "worker") as made:
        yield replace(made, database=office.database, queue=office.notices)
    photos.photo_index.cache_clear()
