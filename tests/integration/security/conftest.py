"""A site on each kind of database, and people who mean it no good."""

from pathlib import Path

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
    """The officers' side of the same office."""
    return make_web(office, tmp_path)


@pytest.fixture
def officer(web: WebOffice) -> FlaskClient:
    """An officer's browser, signed in with both factors."""
    add_reviewer(web)
    return sign_in(web)
