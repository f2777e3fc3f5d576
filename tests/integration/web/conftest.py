"""What the pages do is tried on SQLite; what they ask, in folders of its own, on each database."""

import pytest

from tests.factories import Office


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """The office that the site stands before."""
    return office_on_sqlite
