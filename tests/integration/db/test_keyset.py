"""Pages of rows that were found, while rows come and go."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db import application_search
from review_service.db.application_search import frequency
from review_service.db.database import Database
from review_service.db.models import ApplicationRow
from review_service.db.queries import keyset
from review_service.db.queries.officer.queue import search_page
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.identifiers import search_words
from tests.asked_statements import asked_of
from tests.conftest import as_owner

BEGINNING = "3000000012"


def add_confirmed(
    database: Database, number: int, holder: str = "MUÑOZ ÁNGEL", ruc: str = ""
) -> UUID:
    application_id = uuid4()
    with database.writing() as uow:
        at = uow.now + timedelta(minutes=number)
        uow.session.add(
            ApplicationRow(
                id=application_id,
                reference=f"AR-2026-{number:06}",
                ruc=ruc or f"{BEGINNING}{number:03}",
                holder=holder,
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


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("share", [0.0, 2.0])
@pytest.mark.parametrize(("text", "is_listed"), [("pilla", False), ("tenelema", True)])
def test_what_many_have_is_not_listed_by_an_index_only_to_be_thrown_away(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    *,
    share: float,
    text: str,
    is_listed: bool,
) -> None:
    """One name is in one text, whether its groups of letters are called rare or frequent."""
    named = [add_confirmed(database, number, "PILLA ROSA") for number in range(1, 13)]
    lone = add_confirmed(database, 13, "TENELEMA JUAN", ruc="1710034065001")
    as_owner(database.engine, "ANALYZE")
    monkeypatch.setattr(keyset, "FREQUENT_SHARE", share)
    monkeypatch.setattr(keyset, "SAMPLED_SHARE", 2.0)
    monkeypatch.setattr(keyset, "FEW", 4)
    read_few, tried = keyset._read_few, list[object]()  # noqa: SLF001 -- the way by the index

    def note(*args: Any, **options: Any) -> object:  # noqa: ANN401 -- as they came
        page = read_few(*args, **options)
        tried.append(page)
        return page

    monkeypatch.setattr(keyset, "_read_few", note)
    with database.reading() as uow:
        page = search_page(uow, text=text, cursor=None, size=5)
    assert bool(tried) is is_listed
    assert None not in tried
    wanted = [lone] if is_listed else named[:-6:-1]
    assert [entry.id for entry in page.entries] == wanted


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_as_many_of_the_newest_are_compared_as_those_added_last_say(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All have the letters of the name, so that these say that the first rows fill a page."""
    holders = ["PILLA ROSA", "PILMO BELLA SILLA", "PILMO BELLA SILLA"] * 4
    holders += ["PILMO BELLA SILLA"] * 12
    added = [add_confirmed(database, number, name) for number, name in enumerate(holders, 1)]
    as_owner(database.engine, "ANALYZE")
    monkeypatch.setattr(keyset, "SAMPLED_SHARE", 2.0)
    monkeypatch.setattr(keyset, "FEW", 2)

    def read_all(*_: object, **__: object) -> object:
        raise AssertionError("the index was asked for what many have")

    monkeypatch.setattr(keyset, "_read_rare", read_all)
    with database.reading() as uow:
        page = search_page(uow, text="pilla", cursor=None, size=3)
    assert [entry.id for entry in page.entries] == [added[at] for at in (9, 6, 3)]


def test_how_many_texts_have_all_words_is_told_by_those_added_last(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.reading() as uow:
        assert frequency(uow.session, search_words("pilla")).times == 0
    for number in range(1, 11):
        add_confirmed(database, number, "PILLA ROSA" if number % 2 else "PILLA MARTA")
    with database.reading() as uow:
        told = {
            text: frequency(uow.session, search_words(text)).times
            for text in ("pilla", "pilla rosa", "rosa marta", "AR-2026-000003")
        }
    assert told == {"pilla": 10, "pilla rosa": 5, "rosa marta": 0, "AR-2026-000003": 1}
    monkeypatch.setattr(application_search, "SAMPLED", 2)
    with database.reading() as uow:
        told_by_two = frequency(uow.session, search_words("rosa"))
    assert (told_by_two.times, told_by_two.share) == (5, 0.5)


def test_each_application_that_was_changed_often_counts_once(database: Database) -> None:
    """On PostgreSQL each change uses up a position."""
    for number in range(1, 7):
        named = add_confirmed(database, number, "PILLA ROSA")
        for trade in ("tejidos", "sombreros", "tallado"):
            with database.writing() as uow:
                change = sa.update(ApplicationRow).where(ApplicationRow.id == named)
                uow.session.execute(change.values(sheet={"trade": trade}))
                uow.commit()
    with database.reading() as uow:
        told = frequency(uow.session, search_words("pilla")).times
    assert 6 <= told < 8


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_what_nearly_all_have_is_compared_and_no_index_is_tried(database: Database) -> None:
    """As «mpcei», which the number of a new application does not have yet."""
    for number in range(1, 4):
        add_confirmed(database, number, "PILLA ROSA")
    as_owner(database.engine, "ANALYZE")
    with asked_of(database.engine, "search_grams(") as asked, database.reading() as uow:
        page = search_page(uow, text="pilla", cursor=None)
    assert len(page.entries) == 3
    assert not [each for each in asked if "frequent" not in each]
