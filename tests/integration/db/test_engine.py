"""What a connection is told at its beginning."""

import pytest
import sqlalchemy as sa

from review_service.bootstrap import Role, build
from review_service.settings import Settings
from tests.factories import FORM_SECRET, SECRET


@pytest.mark.parametrize(("role", "most"), [(Role.WEB, "0"), (Role.SCHEDULER, "2")])
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_for_a_page_no_more_processes_of_postgresql_are_started(
    database_url: str, role: Role, most: str
) -> None:
    """It takes 20 ms to start them, and two searches of pages waited for that and did nothing."""
    settings = Settings.from_env(
        {
            "DATABASE_URL": database_url,
            "SECRET_KEY": FORM_SECRET,
            "VERIFICATION_KEY": SECRET,
            "DEMONSTRATION": "1",
        }
    )
    database = build(settings, role).database
    with database.reading() as uow:
        asked = sa.text("SHOW max_parallel_workers_per_gather")
        assert uow.session.execute(asked).scalar_one() == most
    database.engine.dispose()
