"""Several cases are given away at once: each by itself, with a result of its own."""

from uuid import UUID, uuid4

import pytest

from review_service.db.queries.officer.moving import movable_cases
from review_service.domain.chosen_cases import ChosenCase, Outcome
from review_service.domain.errors import InvalidInputError
from review_service.domain.roles import OfficerRole
from review_service.services.review import moving_many
from review_service.services.review.moving_many import Destination
from tests.factories import OTHER_RUC, RUC, Office, add_officer
from tests.integration.services import steps

WHY = "La oficina de Quito tiene menos casos esta semana."


@pytest.fixture
def supervisor(office: Office) -> UUID:
    return add_officer(office, "supervisa", role=OfficerRole.SUPERVISOR)


@pytest.fixture
def reviewer(office: Office) -> UUID:
    return add_officer(office, "revisa")


def shown(office: Office, *cases: UUID) -> list[ChosenCase]:
    """Return the cases as the page of the form shows them."""
    with office.reading() as uow:
        found = {each.id: each for each in movable_cases(uow, cases)}
    return [ChosenCase(id=each, seen=found[each].stamp, place=found[each].place) for each in cases]


def move(
    office: Office,
    by: UUID,
    chosen: list[ChosenCase],
    destination: Destination,
    reason: str = WHY,
) -> tuple[Outcome, ...]:
    return moving_many.move_each(
        office.reading,
        office.writing,
        chosen=chosen,
        officer_id=by,
        destination=destination,
        reason=reason,
    )


def test_each_case_goes_with_the_reason_and_an_event_of_its_own(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    one, two = steps.in_review(office), steps.in_review(office, ruc=OTHER_RUC)
    outcomes = move(office, supervisor, shown(office, one, two), Destination(to=reviewer))
    assert [(each.id, each.is_done) for each in outcomes] == [(one, True), (two, True)]
    assert outcomes[0].reference == steps.application(office, one).reference
    for case in (one, two):
        row = steps.application(office, case)
        assert (row.assigned_to, row.moved_zone) == (reviewer, None)
    events = steps.events(office, "case_moved")
    assert {event.subject_id for event in events} == {one, two}
    assert {event.details["reason"] for event in events} == {WHY}


def test_a_zone_alone_leaves_each_with_whom_it_is_given_to(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    one, two = steps.in_review(office), steps.in_review(office, ruc=OTHER_RUC)
    move(office, supervisor, shown(office, one), Destination(to=reviewer))
    there = Destination(keeps_officer=True, zone="Zonal 9")
    assert all(each.is_done for each in move(office, supervisor, shown(office, one, two), there))
    rows = [steps.application(office, case) for case in (one, two)]
    assert [row.assigned_to for row in rows] == [reviewer, None]
    assert [row.moved_zone for row in rows] == ["Zonal 9", "Zonal 9"]


def test_one_that_fails_stops_no_other_and_says_why(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    decided, changed = steps.in_review(office, ruc=RUC), steps.in_review(office, ruc=OTHER_RUC)
    chosen = shown(office, decided, changed)
    steps.approve(office, decided, add_officer(office, "decide"))
    steps.end(office, decided)
    good = steps.in_review(office, ruc=RUC)
    move(office, supervisor, shown(office, changed), Destination(to=supervisor))
    gone = ChosenCase(id=uuid4(), seen="1.x", place="1.x")
    outcomes = move(
        office, supervisor, [*chosen, gone, *shown(office, good)], Destination(to=reviewer)
    )
    assert [each.is_done for each in outcomes] == [False, False, False, True]
    assert "Cambió" in outcomes[0].words
    assert "Otra persona lo pasó mientras tanto" in outcomes[1].words
    assert (outcomes[2].reference, outcomes[2].words) == ("", "Ese caso ya no está.")
    assert steps.application(office, changed).assigned_to == supervisor
    assert steps.application(office, good).assigned_to == reviewer


def test_a_second_press_moves_nothing_twice(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    chosen = shown(office, steps.in_review(office))
    move(office, supervisor, chosen, Destination(to=reviewer))
    (outcome,) = move(office, supervisor, chosen, Destination(to=reviewer))
    assert not outcome.is_done
    assert len(steps.events(office, "case_moved")) == 1


def test_without_a_reason_or_a_change_no_case_is_touched(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    chosen = shown(office, steps.in_review(office))
    with pytest.raises(InvalidInputError, match="motivo"):
        move(office, supervisor, chosen, Destination(to=reviewer), "corto")
    with pytest.raises(InvalidInputError, match="para"):
        move(office, supervisor, chosen, Destination(keeps_officer=True))
    assert steps.events(office, "case_moved") == []


def test_who_may_not_move_work_moves_none(office: Office, reviewer: UUID) -> None:
    chosen = shown(office, steps.in_review(office))
    (outcome,) = move(office, reviewer, chosen, Destination(to=reviewer))
    assert (outcome.is_done, outcome.words) == (False, "Su rol no lo permite.")
    assert steps.events(office, "case_moved") == []
