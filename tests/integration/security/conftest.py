"""A site on each kind of database, and people who mean it no good."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.factories import Office, make_office
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, make_web, sign_in
from tests.integration.web.site import Site, Visitor, make_site


@pytest.fixture
def office(migrated_database_url: str, tmp_path: Path) -> Iterator[Office]:
    """A database with two taxpayers, and a local store."""
    made = make_office(migrated_database_url, tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def site(office: Office, tmp_path: Path) -> Site:
    """The application around the office."""
    return make_site(office, tmp_path)


@pytest.fixture
def visitor(site: Site) -> Visitor:
    """A browser that is not signed in."""
    return site.visitor()


@pytest.fixture
def applicant(site: Site) -> Visitor:
    """A browser signed in with the first RUC."""
    return site.applicant()


@pytest.fixture
def web(office: Office, tmp_path: Path) -> WebOffice:
    """The officers' side of the same office."""
    return make_web(office, tmp_path)


@pytest.fixture
def officer(web: WebOffice) -> FlaskClient:
    """An officer's browser, signed in with both factors."""
    add_reviewer(web)
    return sign_in(web)
