"""A statement of dates is found by its file, and no other event is taken for one."""

from uuid import uuid4

import pytest

from review_service.db.stated_dates import STATEMENTS, stated_at
from tests.factories import Office

GIVEN, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def given(office_on_each_database: Office) -> Office:
    """An office that gave one statement, and whose trail knows another file of another act."""
    office = office_on_each_database
    with office.writing() as uow:
        for action, sha256 in (("dates_stated", GIVEN), ("original_downloaded", OTHER)):
            uow.record(action, actor="applicant", subject_id=uuid4(), sha256=sha256)
        uow.commit()
    return office


def test_the_file_of_a_statement_is_found_with_its_moment(given: Office) -> None:
    with given.reading() as uow:
        moment = stated_at(uow, GIVEN)
        assert moment is not None
        assert abs((uow.now - moment).total_seconds()) < 60
        assert stated_at(uow, OTHER) is None
        assert stated_at(uow, "c" * 64) is None


def test_it_is_found_by_its_own_index(given: Office) -> None:
    with given.reading() as uow:
        connection = uow.session.connection()
        is_sqlite = connection.dialect.name == "sqlite"
        asked = STATEMENTS.params(file_sha256=GIVEN).compile(
            connection, compile_kwargs={"literal_binds": True}
        )
        if not is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # there are two rows
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        plan = connection.exec_driver_sql(f"{explain} {asked}").all()
    assert "ix_events_dates_stated" in str(plan)
