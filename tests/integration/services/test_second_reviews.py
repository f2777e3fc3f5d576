"""Decided cases are drawn, looked at by somebody else, and never changed by it."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, OfficerRow, SecondReviewRow
from review_service.db.queries.officer import second_reviews as queries
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.roles import OfficerRole, Standing
from review_service.domain.second_reviews import SecondVerdict
from review_service.services.review import second_reviewing
from tests.factories import OTHER_RUC, RUC, Office, add_officer, confirm_business, open_business
from tests.integration.services import steps
from tests.integration.services.deciding_steps import another_account

GRANT, CORRECT, REFUSE = SecondVerdict
WHY = "Se ven las cuatro partes del taller y coinciden con los datos."
KEY = "una clave"
ANYBODY = Standing(role=OfficerRole.SUPERVISOR, cedula="0999999999")


@pytest.fixture
def first(office: Office) -> UUID:
    return add_officer(office, "randrade")


@pytest.fixture
def second(office: Office) -> UUID:
    return add_officer(office, "lpaz")


@pytest.fixture
def decided(office: Office, first: UUID) -> UUID:
    """A case that the first officer approved, drawn."""
    case = approved(office, first)
    assert draw(office) == 1
    return case


def approved(office: Office, officer_id: UUID, ruc: str = RUC) -> UUID:
    case = steps.in_review(office, ruc=ruc)
    steps.accept_all(office, case, officer_id)
    steps.approve(office, case, officer_id)
    return case


def draw(office: Office, share: float = 1.0) -> int:
    return second_reviewing.draw(office.reading, office.writing, key=KEY, share=share)


def take(office: Office, officer_id: UUID) -> UUID | None:
    return second_reviewing.take_next(office.writing(), officer_id=officer_id)


def taken(office: Office, officer_id: UUID) -> UUID:
    found = take(office, officer_id)
    assert found is not None
    return found


def say(
    office: Office,
    review_id: UUID,
    officer_id: UUID,
    opinion: SecondVerdict | None = GRANT,
    reasons: str = WHY,
) -> bool:
    return second_reviewing.say(
        office.writing(),
        review_id=review_id,
        officer_id=officer_id,
        opinion=opinion,
        reasons=reasons,
    )


def settle(office: Office, review_id: UUID, officer_id: UUID, words: str = WHY) -> None:
    second_reviewing.settle(
        office.writing(), review_id=review_id, officer_id=officer_id, words=words
    )


def facts(office: Office, case: UUID) -> dict[str, object]:
    row = steps.application(office, case)
    return {column.key: getattr(row, column.key) for column in sa.inspect(ApplicationRow).columns}


def test_only_what_officers_decided_is_drawn_and_once(
    office: Office, first: UUID, second: UUID
) -> None:
    del second
    case = approved(office, first)
    steps.in_review(office, ruc=OTHER_RUC)
    confirm_business(office, open_business(office))
    assert draw(office, 0.0) == 0
    assert [draw(office), draw(office)] == [1, 0]
    assert [row.application_id for row in steps.rows(office, SecondReviewRow)] == [case]


def test_who_decided_it_never_gets_it_and_another_does_once(
    office: Office, decided: UUID, first: UUID, second: UUID
) -> None:
    assert take(office, first) is None
    review = taken(office, second)
    assert taken(office, second) == review, "who has one open goes on with it"
    assert take(office, add_officer(office, "third")) is None
    with office.reading() as uow:
        assert uow.session.get_one(SecondReviewRow, review).application_id == decided


def test_the_holder_never_gets_the_own_case(office: Office, decided: UUID, second: UUID) -> None:
    with office.writing() as uow:
        ruc = uow.session.get_one(ApplicationRow, decided).ruc
        uow.session.get_one(OfficerRow, second).represented_rucs = [ruc]
        uow.commit()
    assert take(office, second) is None


def test_of_two_at_once_one_gets_it(office: Office, decided: UUID, second: UUID) -> None:
    del decided
    officers, found, start = [second, add_officer(office, "third")], list[UUID | None](), Barrier(2)

    def ask(officer_id: UUID) -> None:
        start.wait()
        found.append(take(office, officer_id))

    threads = [Thread(target=ask, args=(each,)) for each in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each is not None for each in found) == 1


@pytest.mark.parametrize(("opinion", "agrees"), [(GRANT, True), (CORRECT, False), (REFUSE, False)])
def test_saying_compares_and_changes_nothing_of_the_case(
    office: Office, decided: UUID, second: UUID, opinion: SecondVerdict, *, agrees: bool
) -> None:
    before = facts(office, decided)
    review = taken(office, second)
    assert say(office, review, second, opinion) is agrees
    assert say(office, review, second, opinion) is agrees, "a second press is no conflict"
    assert facts(office, decided) == before
    [event] = steps.events(office, "second_review_said")
    assert (event.subject_id, event.details["agrees"]) == (decided, agrees)
    assert take(office, second) is None
    with office.reading() as uow:
        found = queries.second_reviews(uow, days=30, standing=ANYBODY)
    assert found.pairs == ((GRANT, opinion),)
    assert len(found.differences) == (0 if agrees else 1)
    with pytest.raises(StaleStateError):
        say(office, review, second, opinion, "Ahora pienso otra cosa de este caso.")


def test_what_is_missing_is_said_and_nothing_is_stored(
    office: Office, decided: UUID, second: UUID
) -> None:
    del decided
    review = taken(office, second)
    with pytest.raises(InvalidInputError) as nothing:
        say(office, review, second, None)
    assert set(nothing.value.problems) == {"opinion"}
    with pytest.raises(InvalidInputError) as short:
        say(office, review, second, reasons="Sí.")
    assert set(short.value.problems) == {"motivo"}
    with pytest.raises(NotFoundError):
        say(office, review, add_officer(office, "third"))
    assert steps.stored(office, SecondReviewRow, review).opinion is None


def test_the_page_holds_nothing_of_the_decision(
    office: Office, decided: UUID, first: UUID, second: UUID
) -> None:
    del first
    review = taken(office, second)
    with office.reading() as uow:
        told = str(queries.blind_case(uow, review, officer_id=second))
        name = uow.session.scalars(
            sa.select(OfficerRow.full_name).where(OfficerRow.user_name == "randrade")
        ).one()
    row = steps.application(office, decided)
    for hidden in (row.reference, row.state.value, "accepted", name):
        assert hidden not in told
    with office.reading() as uow, pytest.raises(NotFoundError):
        queries.blind_case(uow, review, officer_id=add_officer(office, "third"))


def test_a_difference_is_settled_by_a_supervisor_alone(
    office: Office, decided: UUID, second: UUID
) -> None:
    review = taken(office, second)
    supervisor = add_officer(office, "supervisa", role=OfficerRole.SUPERVISOR)
    with pytest.raises(NotFoundError):
        settle(office, review, supervisor)
    say(office, review, second, REFUSE)
    with pytest.raises(NotAllowedError):
        settle(office, review, second)
    before = facts(office, decided)
    settle(office, review, supervisor)
    settle(office, review, supervisor)
    with pytest.raises(StaleStateError):
        settle(office, review, supervisor, "Otra cosa que se ve en este caso.")
    assert facts(office, decided) == before
    assert len(steps.events(office, "second_review_settled")) == 1


def test_what_was_taken_and_not_answered_for_a_week_is_somebody_elses(
    office: Office, decided: UUID, second: UUID
) -> None:
    del decided
    review = taken(office, second)
    third = add_officer(office, "third")
    assert take(office, third) is None
    row = steps.stored(office, SecondReviewRow, review)
    steps.make_older(office, row, "taken_at", by=timedelta(days=8))
    assert taken(office, second) == review, "who took it may still answer"
    assert taken(office, third) == review
    with pytest.raises(NotFoundError):
        say(office, review, second)
    assert say(office, review, third)


def test_who_judged_it_before_a_colleague_did_so_again_never_gets_it(
    office: Office, first: UUID, second: UUID
) -> None:
    case = steps.in_review(office)
    steps.accept_all(office, case, second)
    steps.accept_all(office, case, first)
    steps.approve(office, case, first)
    draw(office)
    assert take(office, second) is None
    assert take(office, add_officer(office, "third")) is not None


def test_who_may_not_review_is_given_none(office: Office, decided: UUID) -> None:
    del decided
    with pytest.raises(NotAllowedError):
        take(office, add_officer(office, "audita", role=OfficerRole.AUDITOR))


def test_a_difference_is_not_settled_by_one_of_the_two_and_an_own_one_is_not_told(
    office: Office,
) -> None:
    first = add_officer(office, "supervisa", role=OfficerRole.SUPERVISOR)
    second = add_officer(office, "jefa", role=OfficerRole.SUPERVISOR)
    approved(office, first)
    draw(office)
    review = taken(office, second)
    say(office, review, second, REFUSE)
    for each in (first, second):
        with pytest.raises(InvalidInputError):
            settle(office, review, each)
    with office.reading() as uow:
        own = Standing(role=OfficerRole.SUPERVISOR, cedula=RUC[:10])
        assert queries.second_reviews(uow, days=30, standing=own).pairs == ()
        assert len(queries.second_reviews(uow, days=30, standing=ANYBODY).pairs) == 1
    settle(office, review, add_officer(office, "tercera", role=OfficerRole.SUPERVISOR))


def test_nobody_looks_again_at_the_own_decision_by_another_account(
    office: Office, decided: UUID, first: UUID
) -> None:
    del decided
    assert take(office, another_account(office, first)) is None


def test_nobody_settles_the_own_decision_by_another_account(
    office: Office, decided: UUID, first: UUID, second: UUID
) -> None:
    del decided
    review = taken(office, second)
    say(office, review, second, REFUSE)
    with pytest.raises(InvalidInputError, match="settlement"):
        settle(office, review, another_account(office, first))
