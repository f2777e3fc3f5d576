"""An office on each kind of database, and the database in the hands of its owner."""

from collections.abc import Iterator

import pytest

from review_service.db.database import Database
from tests.conftest import as_owner, owner_url
from tests.factories import Office, RememberedBells
from tests.integration.db.test_audit import DROP_TRIGGERS


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
