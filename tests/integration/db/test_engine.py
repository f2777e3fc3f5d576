"""What a connection is told at its beginning."""

import pytest
import sqlalchemy as sa

from review_service.bootstrap import Role, build
from review_service.db.engine import make_engine
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


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_connection_used_last_is_used_next(database_url: str) -> None:
    """It has planned the statements of the pages, and was heard of a moment ago."""
    engine = make_engine(database_url)
    process = sa.text("SELECT pg_backend_pid()")
    with engine.connect() as first, engine.connect() as second:
        ids = [each.execute(process).scalar_one() for each in (first, second)]
        first.close()  # the second is given back after it
    for _ in range(3):
        with engine.connect() as next_one:
            assert next_one.execute(process).scalar_one() == ids[1]
    engine.dispose()
