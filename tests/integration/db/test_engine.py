"""What a connection is told at its beginning."""

import pytest
import sqlalchemy as sa

from review_service.bootstrap import Role, build
from review_service.db.database import Database
from review_service.db.engine import before_reading, make_engine
from review_service.settings import Settings
from tests.factories import FORM_SECRET, SECRET, RememberedBells


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


@pytest.mark.parametrize("for_pages", [True, False])
def test_who_gives_way_before_it_reads_holds_nothing_that_others_wait_for(
    database_url: str, *, for_pages: bool
) -> None:
    """Each time somebody else writes."""
    database = Database(database_url, RememberedBells(), for_pages=for_pages)
    other = Database(database_url, RememberedBells())
    make, add = sa.text("CREATE TABLE given (way INTEGER)"), sa.text("INSERT INTO given VALUES (1)")
    count, times = sa.text("SELECT count(*) FROM given"), []
    with other.writing() as uow:
        uow.session.execute(make)
        uow.commit()

    def others_write() -> None:
        times.append(1)
        with other.writing() as uow:
            uow.session.execute(sa.text("UPDATE given SET way = 2"))
            uow.commit()

    before_reading(database.engine, others_write)
    for by_statement in (True, False):
        with database.reading(by_statement=by_statement) as uow:
            assert uow.session.execute(count).scalar_one() == 0
            assert uow.session.execute(count).scalar_one() == 0
    read = len(times)
    assert read >= 4
    with database.writing() as uow:
        uow.session.execute(add)
        uow.session.execute(add)
        uow.commit()
    assert len(times) == read
    database.engine.dispose()
    other.engine.dispose()
