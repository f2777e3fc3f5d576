"""An office to test against, and the site around it; folders choose the kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from review_service.db.database import Database
from tests.conftest import FreshDatabase, service_url, set_up
from tests.factories import Office, RememberedBells, add_two_taxpayers, make_office
from tests.integration.web.site import Site, Visitor, make_site


def with_taxpayers(url: str) -> None:
    """Set up a database whose registry knows two taxpayers."""
    set_up(url)
    database = Database(url, RememberedBells())
    with database.writing() as uow:
        add_two_taxpayers(uow)
        uow.commit()
    database.engine.dispose()


@pytest.fixture
def office_on_each_database(
    database_kind: str, fresh_database_url: FreshDatabase, tmp_path: Path
) -> Iterator[Office]:
    """A database with two taxpayers, of each kind in turn, and a local store."""
    url = service_url(fresh_database_url(database_kind, prepare=with_taxpayers))
    made = make_office(url, tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def office_on_sqlite(fresh_database_url: FreshDatabase, tmp_path: Path) -> Iterator[Office]:
    """A database with two taxpayers on SQLite, and a local store."""
    made = make_office(fresh_database_url("sqlite", prepare=with_taxpayers), tmp_path)
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
