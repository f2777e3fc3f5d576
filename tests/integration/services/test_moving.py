"""A supervisor moves work: who gets the case then, who does not, and what is told of it."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, EventRow, OfficerRow
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    OwnCaseError,
    StaleStateError,
)
from review_service.domain.roles import OfficerRole
from review_service.services.review import claiming, moving
from review_service.services.upkeep import officer_accounts
from tests.factories import Office, add_officer
from tests.integration.services import deciding_steps as deciding
from tests.integration.services import steps

WHY = "La oficina de Quito tiene menos casos esta semana."


@pytest.fixture
def supervisor(office: Office) -> UUID:
    return add_officer(office, "supervisa", role=OfficerRole.SUPERVISOR)


@pytest.fixture
def reviewer(office: Office) -> UUID:
    return add_officer(office, "revisa")


def row_of(office: Office, case: UUID) -> ApplicationRow:
    return steps.stored(office, ApplicationRow, case)


def events(office: Office, action: str) -> list[EventRow]:
    with office.reading() as uow:
        return list(uow.session.scalars(sa.select(EventRow).where(EventRow.action == action)))


def move(
    office: Office,
    case: UUID,
    by: UUID,
    *,
    to: UUID | None = None,
    zone: str = "Zonal 1",
    reason: str = WHY,
    seen_place: str | None = None,
) -> None:
    moving.move(
        office.writing(),
        application_id=case,
        officer_id=by,
        to=to,
        zone=zone,
        reason=reason,
        seen_place=seen_place,
    )


def test_a_case_that_was_given_to_somebody_is_handed_out_to_nobody_else(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    case = steps.in_review(office)
    move(office, case, supervisor, to=reviewer)
    assert claiming.take_next(office.writing(), officer_id=supervisor) is None
    assert claiming.take_next(office.writing(), officer_id=reviewer) == case
    (event,) = events(office, "case_moved")
    assert event.actor == f"officer:{supervisor}"
    assert event.subject_id == case
    assert event.details["reason"] == WHY
    assert event.details["officer"] == str(reviewer)


def test_only_a_supervisor_takes_what_was_given_to_somebody_else(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    other = add_officer(office, "otra")
    case = steps.in_review(office)
    move(office, case, supervisor, to=reviewer)
    with pytest.raises(InvalidInputError, match="motivo"):
        claiming.take(office.writing(), application_id=case, officer_id=other)
    claiming.take(office.writing(), application_id=case, officer_id=supervisor)
    assert len(events(office, "assigned_case_taken")) == 1


def test_who_has_it_open_loses_it_to_whom_it_is_given(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    other = add_officer(office, "otra")
    case = steps.in_review(office)
    claiming.take(office.writing(), application_id=case, officer_id=other)
    move(office, case, supervisor, zone="Zonal 9")
    assert row_of(office, case).claimed_by == other, "a zone takes it from nobody"
    move(office, case, supervisor, to=reviewer, zone="Zonal 9")
    assert row_of(office, case).claimed_by is None
    assert events(office, "case_moved")[-1].details["held_by"] == str(other)


def test_who_had_it_before_does_not_have_it_again_by_an_open_page(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    away = add_officer(office, "ausente")
    case = steps.in_review(office)
    claiming.take(office.writing(), application_id=case, officer_id=away)
    steps.make_older(office, row_of(office, case), "claimed_until", by=timedelta(days=2))
    move(office, case, supervisor, to=reviewer)
    assert not claiming.renew(office.writing(), application_id=case, officer_id=away)
    assert row_of(office, case).claimed_by is None
    claiming.take(office.writing(), application_id=case, officer_id=reviewer)
    assert row_of(office, case).claimed_by == reviewer


def test_back_at_its_own_zone_nothing_is_said_of_it(office: Office, supervisor: UUID) -> None:
    case = steps.in_review(office)
    own = "Zonal 1"
    move(office, case, supervisor, zone="Zonal 9")
    assert row_of(office, case).moved_zone == "Zonal 9"
    move(office, case, supervisor, zone=own)
    assert row_of(office, case).moved_zone is None
    with pytest.raises(InvalidInputError, match="para"):
        move(office, case, supervisor, zone=own)


def test_a_decided_case_that_can_be_undone_is_moved_by_nobody(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    case, decider = steps.in_review(office), add_officer(office, "decide")
    deciding.refuse(office, case, decider)
    with pytest.raises(StaleStateError):
        move(office, case, supervisor, to=reviewer)
    deciding.undo(office, case, decider)
    assert row_of(office, case).claimed_by == decider
    move(office, case, supervisor, to=reviewer)


def test_a_recommended_case_can_be_given_to_who_issues_it(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    case = steps.in_review(office)
    deciding.refuse(office, case, add_officer(office, "decide"), deciding.FOUR_EYES)
    move(office, case, supervisor, to=reviewer)
    assert row_of(office, case).assigned_to == reviewer


@pytest.mark.parametrize(
    ("role", "active"), [(OfficerRole.AUDITOR, True), (OfficerRole.REVIEWER, False)]
)
def test_nobody_gets_a_case_who_may_not_review_it(
    office: Office,
    supervisor: UUID,
    role: OfficerRole,
    active: bool,  # noqa: FBT001
) -> None:
    case = steps.in_review(office)
    to = add_officer(office, "nadie", role=role)
    officer_accounts.set_active(office.writing(), user_name="nadie", active=active)
    with pytest.raises(InvalidInputError, match="para"):
        move(office, case, supervisor, to=to)
    with pytest.raises(InvalidInputError, match="para"):
        move(office, case, supervisor, to=UUID(int=7))
    assert events(office, "case_moved") == []


def test_who_is_no_supervisor_moves_nothing(office: Office, reviewer: UUID) -> None:
    case = steps.in_review(office)
    with pytest.raises(NotAllowedError):
        move(office, case, reviewer, to=reviewer)


def test_a_reason_and_a_zone_of_the_list_are_needed(office: Office, supervisor: UUID) -> None:
    case = steps.in_review(office)
    with pytest.raises(InvalidInputError, match="motivo"):
        move(office, case, supervisor, zone="Zonal 9", reason="porque sí")
    with pytest.raises(InvalidInputError, match="zona"):
        move(office, case, supervisor, zone="Zonal 8")
    with pytest.raises(InvalidInputError, match="para"):
        move(office, case, supervisor, zone="Zonal 9", seen_place="another")


def test_nobody_moves_an_own_case(office: Office) -> None:
    case = steps.in_review(office)
    own = add_officer(office, "propia", role=OfficerRole.SUPERVISOR)
    with office.writing() as uow:
        uow.session.get_one(OfficerRow, own).represented_rucs = [row_of(office, case).ruc]
        uow.commit()
    with pytest.raises(OwnCaseError):
        move(office, case, own, zone="Zonal 9")


def test_a_locked_account_or_one_that_reviews_no_more_gives_its_cases_back(
    office: Office, supervisor: UUID, reviewer: UUID
) -> None:
    case = steps.in_review(office)
    move(office, case, supervisor, to=reviewer)
    officer_accounts.set_role(office.writing(), user_name="revisa", role=OfficerRole.AUDITOR)
    assert row_of(office, case).assigned_to is None
    other = add_officer(office, "otra")
    move(office, case, supervisor, to=other)
    officer_accounts.set_active(office.writing(), user_name="otra", active=False)
    assert row_of(office, case).assigned_to is None
