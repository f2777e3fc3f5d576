"""Pages of rows that were found, while rows come and go."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.database import Database
from review_service.db.models import ApplicationRow
from review_service.db.queries import keyset
from review_service.db.queries.officer.queue import search_page
from review_service.domain.applications import ApplicationKind, ApplicationState

BEGINNING = "3000000012"


def add_confirmed(database: Database, number: int) -> UUID:
    application_id = uuid4()
    with database.writing() as uow:
        at = uow.now + timedelta(minutes=number)
        uow.session.add(
            ApplicationRow(
                id=application_id,
                reference=f"AR-2026-00000{number}",
                ruc=f"{BEGINNING}{number:03}",
                holder="MUÑOZ ÁNGEL",
                kind=ApplicationKind.NEW,
                state=ApplicationState.DRAFT,
                sheet={},
                registry_facts={},
                created_at=at,
                changed_at=at,
                confirmed_at=at,
            )
        )
        uow.commit()
    return application_id


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_row_that_goes_while_it_is_found_hides_no_later_page(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL each statement sees what is committed by then."""
    first, second, third = (add_confirmed(database, number) for number in (1, 2, 3))
    read_rows = keyset._rows_of  # noqa: SLF001 -- between the two statements of a search

    def when_one_has_gone(*args: object) -> object:
        with database.writing() as uow:
            uow.session.execute(sa.delete(ApplicationRow).where(ApplicationRow.id == second))
            uow.commit()
        return read_rows(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(keyset, "_rows_of", when_one_has_gone)
    with database.reading() as uow:
        page = search_page(uow, text=BEGINNING, cursor=None, size=2)
    assert [entry.id for entry in page.entries] == [third]
    monkeypatch.undo()
    assert page.after is not None
    with database.reading() as uow:
        later = search_page(uow, text=BEGINNING, cursor=page.after, size=2)
    assert [entry.id for entry in later.entries] == [first]
