"""What lists, health and rounds ask is answered by an index, however many rows there are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
import sqlalchemy as sa

from review_service.db import claims
from review_service.db.named_files import named_now
from review_service.db.queries import keyset
from review_service.db.queries.officer.agreements import agreements_page
from review_service.db.queries.officer.infected import infected_lately
from review_service.db.queries.officer.queue import counts_of, search_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.renewals import Standing
from review_service.domain.roles import OfficerRole
from review_service.domain.roles import Standing as OfficerStanding
from review_service.services.upkeep import file_incidents, invariants
from tests.factories import Office, add_officer
from tests.integration.services import steps

SOMEBODY = OfficerStanding(role=OfficerRole.REVIEWER, cedula="1710034065")
ASKED: dict[str, Callable[[UnitOfWork], object]] = {
    "ix_agreements_begins": lambda uow: agreements_page(
        uow, text="", cursor=None, standing=Standing.NOT_YET
    ),
    "ix_agreements_ends": lambda uow: agreements_page(
        uow, text="", cursor=None, standing=Standing.EXPIRED
    ),
    "ix_agreements_followed": lambda uow: agreements_page(
        uow, text="", cursor=None, standing=Standing.SUPERSEDED
    ),
    "ix_agreements_newest": lambda uow: agreements_page(uow, text="", cursor=None),
    "ix_applications_entry": lambda uow: uow.session.execute(
        claims.case_and_older(uuid4(), officer_id=uuid4(), standing=SOMEBODY, now=uow.now)
    ),
    "ix_applications_newest": lambda uow: search_page(uow, text="ana", cursor=None),
    "ix_application_search_grams": lambda uow: search_page(uow, text="ana", cursor=None),
    "ix_documents_infected": infected_lately,
    "ix_documents_staged": lambda uow: named_now(uow, "staging/a"),
    "ix_pages_document_id": lambda uow: named_now(uow, f"derived/{uuid4()}/1/1.jpg"),
}

ELSE = {
    "ix_application_search_grams": ("application_search_fts VIRTUAL TABLE INDEX",),
    "ix_pages_document_id": ("uq_pages_document_id_number", "sqlite_autoindex_pages"),
}
"""Indexes that serve as well, or what SQLite has instead."""


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[tuple[str, object]]]:
    """Collect what is executed, with its parameters."""
    found: list[tuple[str, object]] = []

    def note(_conn: object, _cursor: object, sql: str, given: object, *_rest: object) -> None:
        found.append((sql, given))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def plans(office: Office, asked: list[tuple[str, object]]) -> str:
    """Return how the database would answer, were its tables long."""
    is_sqlite = office.database.engine.dialect.name == "sqlite"
    told = []
    with office.reading() as uow:
        connection = uow.session.connection()
        if not is_sqlite:
            for setting in ("enable_seqscan", "enable_sort"):
                connection.exec_driver_sql(f"SET LOCAL {setting} = off")
        begin = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        for sql, given in asked:
            if sql.startswith("SELECT ") and "FROM" in sql:
                rows = connection.exec_driver_sql(f"{begin} {sql}", given)  # type: ignore[arg-type]
                told += [str(tuple(row)) for row in rows]
    return "\n".join(told)


@pytest.mark.parametrize("index", ASKED)
def test_it_is_asked_through_its_index(
    office: Office, monkeypatch: pytest.MonkeyPatch, index: str
) -> None:
    monkeypatch.setattr(keyset, "NEWEST_LOOKED_AT", 0)
    steps.in_review(office)
    with statements(office.database.engine) as asked, office.reading() as uow:
        ASKED[index](uow)
    told = plans(office, asked)
    assert any(name in told for name in (index, *ELSE.get(index, ()))), told


def test_no_promise_is_asked_with_not_in(office: Office) -> None:
    with statements(office.database.engine) as asked:
        invariants.broken_invariants(office.reading, office.store)
    assert asked
    assert not [sql for sql, _ in asked if "NOT IN (SELECT" in " ".join(sql.split())]


@pytest.mark.parametrize("search", [search_page, agreements_page])
def test_a_search_joins_the_texts_of_no_rows_but_those_it_compares(
    office: Office, search: Callable[..., object]
) -> None:
    steps.in_review(office)
    with statements(office.database.engine) as asked, office.reading() as uow:
        search(uow, text="ana", cursor=None)
    texts = [" ".join(sql.split()) for sql, _ in asked if "application_search" in sql]
    assert texts
    assert not [sql for sql in texts if "JOIN application_search" in sql]


def test_open_incidents_do_not_read_all_applications(office: Office) -> None:
    """SQLite knows nothing of a table that was empty when it counted, and began at the other."""
    steps.in_review(office)
    with office.database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE applications")
        connection.commit()
    with statements(office.database.engine) as asked, office.reading() as uow:
        file_incidents.open_incidents(uow)
    assert "ix_file_incidents_application_id (application_id=" not in plans(office, asked)


@pytest.mark.parametrize("search", [search_page, agreements_page])
def test_for_a_short_word_no_texts_are_read_but_those_of_the_newest(
    office: Office, monkeypatch: pytest.MonkeyPatch, search: Callable[..., object]
) -> None:
    monkeypatch.setattr(keyset, "NEWEST_LOOKED_AT", 0)
    steps.approve(office, steps.in_review(office), add_officer(office))
    with statements(office.database.engine) as asked, office.reading() as uow:
        for text in ("xq", "99", "xq 99"):
            search(uow, text=text, cursor=None)
    texts = [" ".join(sql.split()) for sql, _ in asked if "application_search" in sql]
    assert texts
    assert not [sql for sql in texts if "SELECT application_search.application_id" in sql]


@pytest.mark.parametrize("search", [search_page, agreements_page])
@pytest.mark.parametrize("text", ["AR-2026-000001", "MPCEI-MDT-2026-000001", "3000000012001"])
def test_of_a_whole_number_no_newest_rows_are_compared_first(
    office: Office, search: Callable[..., object], text: str
) -> None:
    steps.approve(office, steps.in_review(office), add_officer(office))
    with statements(office.database.engine) as asked, office.reading() as uow:
        search(uow, text=text, cursor=None)
    lists = [sql for sql, _ in asked if "ORDER BY" in sql and "LIMIT" in sql]
    assert len(lists) == 1


@pytest.mark.parametrize(
    ("search", "columns"),
    [
        (search_page, "applications.id, applications.created_at"),
        (agreements_page, "agreements.id, agreements.numbered_at"),
    ],
)
def test_of_what_an_index_finds_only_the_page_is_read(
    office: Office, monkeypatch: pytest.MonkeyPatch, search: Callable[..., object], columns: str
) -> None:
    """Thousands may have a name: their moments stand in an index, and no text is compared twice."""
    monkeypatch.setattr(keyset, "NEWEST_LOOKED_AT", 0)
    steps.approve(office, steps.in_review(office), add_officer(office))
    with statements(office.database.engine) as asked, office.reading() as uow:
        search(uow, text="nadie", cursor=None)
    found = [" ".join(sql.split()) for sql, _ in asked if "FROM application_search" in sql]
    assert len(found) == 2
    assert found[1].startswith(f"SELECT {columns} FROM")
    assert "EXISTS" not in found[1]


def test_the_counts_of_all_filters_are_one_statement(office: Office) -> None:
    steps.in_review(office)
    with statements(office.database.engine) as asked, office.reading() as uow:
        counted = counts_of(uow)
    assert counted[QueueFilter.TO_REVIEW] == 1
    assert counted[QueueFilter.CORRECTED] == 0
    counting = [sql for sql, _ in asked if "FROM applications" in sql and "count" in sql]
    near_the_end = [sql for sql in counting if "confirmed_at <=" in sql]
    assert (len(counting), len(near_the_end)) == (2, 1)
