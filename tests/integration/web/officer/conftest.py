"""A web process before an office on each kind of database, with one officer who may sign in."""

from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.factories import Office
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, make_web, sign_in


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database in turn."""
    return office_on_each_database


@pytest.fixture
def web(office: Office, tmp_path: Path) -> WebOffice:
    """The web process of that office."""
    return make_web(office, tmp_path)


@pytest.fixture
def officer_id(web: WebOffice) -> UUID:
    """R. Andrade of Zonal 1."""
    return add_reviewer(web)


@pytest.fixture
def browser(web: WebOffice, officer_id: UUID) -> FlaskClient:  # noqa: ARG001 -- it must exist
    """R. Andrade's browser, signed in with both factors."""
    return sign_in(web)
