"""A site on SQLite for what the pages do, and one on each kind of database for what they ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import Office, make_office
from tests.integration.web.site import Site, Visitor, make_site


@pytest.fixture
def office(fresh_database_url: FreshDatabase, tmp_path: Path) -> Iterator[Office]:
    """Give a database with two taxpayers, and a local store."""
    made = make_office(fresh_database_url("sqlite", prepare=migrate_to_head), tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def site(office: Office, tmp_path: Path) -> Site:
    """Give the application around the office."""
    return make_site(office, tmp_path)


@pytest.fixture
def visitor(site: Site) -> Visitor:
    """Give a browser that is not signed in."""
    return site.visitor()


@pytest.fixture
def applicant(site: Site) -> Visitor:
    """Give a browser signed in with the first RUC."""
    return site.applicant()
