"""An office on each kind of database."""

import pytest

from tests.factories import Office


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database in turn."""
    return office_on_each_database
