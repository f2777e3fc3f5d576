"""What tests copy instead of building it again is what the services would have built."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, EventRow, FactSaltRow, TaxpayerRow
from review_service.services.upkeep import invariants
from tests.conftest import FreshDatabase, service_url, set_up
from tests.copied_cases import copied
from tests.factories import OTHER_RUC, RUC, Office, add_officer, make_office, named_keys
from tests.integration.services import steps

MakeOffice = Callable[[], Office]


@pytest.fixture
def another(
    database_kind: str, fresh_database_url: FreshDatabase, tmp_path: Path
) -> Iterator[MakeOffice]:
    """Make offices that know nothing of each other, on one kind of database."""
    made: list[Office] = []

    def make() -> Office:
        url = service_url(fresh_database_url(database_kind, prepare=set_up))
        made.append(make_office(url, tmp_path / str(len(made))))
        return made[-1]

    yield make
    for office in made:
        office.database.engine.dispose()


class Counted:
    """Builds an Acuerdo of its own kind, and knows how often it did."""

    def __init__(self) -> None:
        self.times = 0

    def build(self) -> Callable[..., UUID]:
        """Return the function that builds, which copies where it can."""

        @copied
        def published(office: Office, *, ruc: str = RUC) -> UUID:
            self.times += 1
            application_id = steps.in_review(office, ruc=ruc)
            steps.approve(office, application_id, add_officer(office, f"of-{ruc}"))
            return application_id

        return published


def events(office: Office) -> list[tuple[str, UUID | None]]:
    return [(row.action, row.subject_id) for row in steps.rows(office, EventRow)]


def problems(office: Office) -> list[invariants.Broken]:
    return invariants.broken_invariants(office.reading, office.store)


def test_a_copy_has_the_rows_events_files_and_notices_and_holds(another: MakeOffice) -> None:
    counted = Counted()
    published = counted.build()
    first, second = another(), another()
    made = published(first)
    assert published(second) == made
    assert counted.times == 1
    assert steps.application(second, made).state is steps.application(first, made).state
    assert events(second) == events(first)
    assert second.notices.notified == first.notices.notified != []
    for office in (first, second):
        with office.reading() as uow:
            keys = named_keys(uow)
        assert len(keys) > 0
        assert {key for key in keys if office.store.size(key) is None} == set()
        assert problems(office) == []


def test_more_is_copied_where_an_officer_is_already_and_after_a_copy(another: MakeOffice) -> None:
    counted = Counted()
    published = counted.build()
    first, second = another(), another()
    add_officer(second, "somebody else")
    for office in (first, second):
        published(office)
        published(office, ruc=OTHER_RUC)
    assert counted.times == 2
    assert len(steps.rows(second, ApplicationRow)) == 2
    assert problems(second) == []


def test_nothing_is_copied_where_the_register_says_something_else(another: MakeOffice) -> None:
    counted = Counted()
    published = counted.build()
    first, second = another(), another()
    with second.writing() as uow:
        uow.session.execute(sa.update(TaxpayerRow).values(name="OTRO NOMBRE"))
        uow.commit()
    assert published(first) != (other := published(second))
    assert counted.times == 2
    assert steps.application(second, other).holder == "OTRO NOMBRE"


def test_it_is_built_where_a_row_of_the_copy_is_there_already(another: MakeOffice) -> None:
    counted = Counted()
    published = counted.build()
    first, second = another(), another()
    made = published(first)
    (salt,) = [row.salt for row in steps.rows(first, FactSaltRow) if row.subject_id == made]
    with second.writing() as uow:
        uow.session.add(FactSaltRow(subject_id=made, salt=salt))
        uow.commit()
    assert published(second) != made
    assert counted.times == 2
    assert problems(second) == []
