"""How documents stand is asked of the database as the rule says it, in pages without a gap."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from review_service.db.models import AgreementRow
from review_service.db.queries.keyset import Cursor
from review_service.db.queries.officer.agreements import agreements_page
from review_service.db.queries.officer.standings import stands
from review_service.domain.agreements import AgreementState
from review_service.domain.renewals import Standing, Term
from tests.factories import Office
from tests.integration.services.test_succession import MICRO, SMALL, certified


def documents(office: Office) -> list[AgreementRow]:
    with office.reading() as uow:
        return list(uow.session.scalars(sa.select(AgreementRow)))


@pytest.fixture
def many(office: Office) -> Office:
    """Documents of one RUC: the second took the first one's place, the third is to follow."""
    for decision in (MICRO, SMALL, SMALL):
        certified(office, decision)
    return office


def test_each_day_each_document_stands_as_the_rule_says(many: Office) -> None:
    rows = {row.id: row for row in documents(many)}
    days = {day + timedelta(days=step) for row in rows.values() for step in (-1, 0, 1)
            for day in (row.valid_from, row.valid_until)}  # fmt: skip
    for day in days:
        expected: dict[Standing, set[str]] = {each: set() for each in Standing}
        for row in rows.values():
            follows = rows.get(row.successor_id) if row.successor_id else None
            is_out = follows is not None and follows.state is AgreementState.PUBLISHED
            since = follows.valid_from if follows is not None and is_out else None
            expected[Term(row.valid_from, row.valid_until, since).standing(day)].add(row.number)
        with many.reading() as uow:
            numbers = sa.select(AgreementRow.number)
            found = {
                each: set(uow.session.scalars(numbers.where(stands(each, day))))
                for each in Standing
            }
        assert found == expected, day


@pytest.mark.parametrize("text", ["", "tituaña"])
@pytest.mark.parametrize("standing", list(Standing))
def test_its_pages_hold_each_once(many: Office, standing: Standing, text: str) -> None:
    with many.writing() as uow:
        today = date(2020, 1, 1)
        values = {
            Standing.IN_FORCE: {"valid_from": today, "valid_until": date(2999, 1, 1)},
            Standing.EXPIRED: {"valid_from": today, "valid_until": today},
            Standing.NOT_YET: {"valid_from": date(2998, 1, 1), "valid_until": date(2999, 1, 1)},
        }.get(standing)
        if values is not None:
            uow.session.execute(sa.update(AgreementRow).values(successor_id=None, **values))
            uow.commit()
    seen: list[str] = []
    cursor: Cursor | None = None
    while True:
        with many.reading() as uow:
            page = agreements_page(uow, text=text, cursor=cursor, standing=standing, size=1)
        seen += [entry.number for entry in page.entries]
        if page.after is None:
            break
        cursor = Cursor.from_text(page.after.to_text())
    assert len(seen) == len(set(seen)) == (1 if values is None else len(documents(many)))


@pytest.mark.parametrize("text", ["", "tituaña"])
@pytest.mark.parametrize(
    ("standing", "expected"), [(Standing.IN_FORCE, [2, 0, 1]), (Standing.EXPIRED, [1, 0, 2])]
)
def test_a_search_comes_in_the_order_of_how_they_stand(
    many: Office, standing: Standing, expected: list[int], text: str
) -> None:
    """What is frequent is found at the beginning of the list, however long ago it was numbered."""
    numbers = sorted(row.number for row in documents(many))
    year = 2999 if standing is Standing.IN_FORCE else 2020
    with many.writing() as uow:
        for place, month in enumerate((6, 9, 3)):
            uow.session.execute(
                sa.update(AgreementRow)
                .where(AgreementRow.number == numbers[place])
                .values(
                    successor_id=None,
                    valid_from=date(2019, 1, 1),
                    valid_until=date(year, month, 1),
                )
            )
        uow.commit()
    with many.reading() as uow:
        page = agreements_page(uow, text=text, cursor=None, standing=standing)
    assert [entry.number for entry in page.entries] == [numbers[place] for place in expected]
