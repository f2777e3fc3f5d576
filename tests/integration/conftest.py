"""An office to test against, and the site around it; folders choose the kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import Office, make_office
from tests.integration.web.site import Site, Visitor, make_site


@pytest.fixture
def office_on_each_database(migrated_database_url: str, tmp_path: Path) -> Iterator[Office]:
    """A database with two taxpayers, of each kind in turn, and a local store."""
    made = make_office(migrated_database_url, tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def office_on_sqlite(fresh_database_url: FreshDatabase, tmp_path: Path) -> Iterator[Office]:
    """A database with two taxpayers on SQLite, and a local store."""
    made = make_office(fresh_database_url("sqlite", prepare=migrate_to_head), tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def site(office: Office, tmp_path: Path) -> Site:
    """The application around the folder's ``office``."""
    return make_site(office, tmp_path)


@pytest.fixture
def visitor(site: Site) -> Visitor:
    """A browser that is not signed in."""
    return site.visitor()


@pytest.fixture
def applicant(site: Site) -> Visitor:
    """A browser signed in with the first RUC."""
    return site.applicant()
