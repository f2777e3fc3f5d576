"""What the pages do is tried on SQLite; what they ask, in folders of its own, on each database."""

import pytest

from review_service.web import health
from tests.factories import Office

PATIENCE_SECONDS = 60.0


@pytest.fixture(autouse=True)
def patient_health(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let health wait: on a busy machine a part that answers late is not a part that is down.

    How long it waits as it is installed, ``test_health`` tries.
    """
    monkeypatch.setattr(health, "ANSWER_SECONDS", PATIENCE_SECONDS)


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """The office that the site stands before."""
    return office_on_sqlite
