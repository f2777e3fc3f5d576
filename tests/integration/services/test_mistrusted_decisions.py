"""A pending decision is not believed when the trail, or who recommended it, speaks against it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    OfficerRow,
    PendingDecisionRow,
)
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import InvalidInputError, NotAllowedError, StaleStateError
from review_service.domain.pending_decisions import DecisionOutcome, DecisionPolicy
from review_service.domain.roles import OfficerRole
from review_service.services.review import pending_decisions, taking_effect
from review_service.services.upkeep import invariants, row_check
from review_service.services.upkeep.rounds import RoundFailedError
from tests.conftest import as_owner
from tests.factories import OTHER_RUC, RUC, Office, add_officer
from tests.integration.services import deciding_steps as deciding
from tests.integration.services import steps
from tests.integration.services.deciding_steps import BOTH, FOUR_EYES


def accepted(office: Office, officer_id: UUID, *, ruc: str = RUC) -> UUID:
    case = steps.in_review(office, ruc=ruc)
    steps.accept_all(office, case, officer_id)
    return case


def recommended(office: Office, officer_id: UUID) -> UUID:
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id, FOUR_EYES)
    return case


def forge(office: Office, case: UUID, **said: object) -> None:
    """Put a pending approval in past the service, as somebody can who writes to the database."""
    row = {"outcome": DecisionOutcome.APPROVE, "reasons": "", "category": "", "late_reason": ""}
    as_owner(
        office.database.engine,
        sa.insert(PendingDecisionRow).values({**row, "application_id": case, **said}),
    )


def change_officer(office: Office, officer_id: UUID, **values: object) -> None:
    with office.writing() as uow:
        row = uow.session.get_one(OfficerRow, officer_id)
        for name, value in values.items():
            setattr(row, name, value)
        uow.commit()


def told(office: Office, case: UUID) -> list[str]:
    with office.reading() as uow:
        return [found.name for found in row_check.of_subjects(uow, [case])]


def broken(office: Office) -> str:
    return str(invariants.broken_invariants(office.reading, office.store))


def assert_nothing_came_of_it(office: Office, case: UUID) -> None:
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    assert steps.rows(office, AgreementRow) == []
    assert steps.events(office, "application_approved") == []
    assert len(deciding.pending(office)) == 1


def test_a_decision_that_no_event_made_takes_no_effect(office: Office) -> None:
    officer_id, long_ago = add_officer(office), datetime.now(UTC) - timedelta(hours=1)
    case = accepted(office, officer_id)
    forge(office, case, decided_by=officer_id, decided_at=long_ago, takes_effect_at=long_ago)
    for _ in range(2):
        with pytest.raises(RoundFailedError):
            deciding.take_effect(office)
    assert_nothing_came_of_it(office, case)
    assert told(office, case) == [row_check.UNKNOWN]
    assert row_check.UNKNOWN in broken(office)


def test_a_forged_decision_stops_no_other(office: Office) -> None:
    officer_id, long_ago = add_officer(office), datetime.now(UTC) - timedelta(hours=1)
    forged = accepted(office, officer_id)
    honest = accepted(office, officer_id, ruc=OTHER_RUC)
    forge(office, forged, decided_by=officer_id, decided_at=long_ago, takes_effect_at=long_ago)
    deciding.approve(office, honest, officer_id)
    with office.writing() as uow:
        uow.session.get_one(PendingDecisionRow, honest).takes_effect_at = uow.now
        uow.commit()
    with pytest.raises(RoundFailedError):
        deciding.take_effect(office)
    assert steps.state(office, honest) is ApplicationState.APPROVED
    assert steps.state(office, forged) is ApplicationState.IN_REVIEW


def test_a_decision_that_was_changed_takes_no_effect(office: Office) -> None:
    officer_id = add_officer(office)
    case = steps.in_review(office)
    deciding.refuse(office, case, officer_id)
    deciding.ripen(office)
    as_owner(office.database.engine, sa.update(PendingDecisionRow).values(reasons="Otros motivos."))
    with pytest.raises(RoundFailedError):
        deciding.take_effect(office)
    assert_nothing_came_of_it(office, case)
    assert steps.mails(office, "refused") == []
    assert told(office, case) == [row_check.CHANGED]


def test_nor_is_one_dropped_that_was_put_on_a_decided_case(office: Office) -> None:
    officer_id, long_ago = add_officer(office), datetime.now(UTC) - timedelta(hours=1)
    case = accepted(office, officer_id)
    steps.approve(office, case, officer_id)
    forge(office, case, decided_by=officer_id, decided_at=long_ago, takes_effect_at=long_ago)
    with pytest.raises(RoundFailedError):
        deciding.take_effect(office)
    assert len(deciding.pending(office)) == 1, "what was forged stays to be looked at"
    assert row_check.UNKNOWN in broken(office)


@pytest.mark.parametrize("policy", [FOUR_EYES, BOTH], ids=["at-once", "undoable"])
def test_a_recommendation_that_no_event_made_is_not_issued(
    office: Office, policy: DecisionPolicy
) -> None:
    first, second = add_officer(office), add_officer(office, "bmena")
    case = accepted(office, first)
    forge(office, case, recommended_by=first, recommended_at=datetime.now(UTC))
    with pytest.raises(StaleStateError, match=row_check.UNKNOWN):
        deciding.issue(office, case, second, policy)
    assert_nothing_came_of_it(office, case)
    assert row_check.UNKNOWN in broken(office)


def test_nor_one_of_a_case_that_was_changed(office: Office) -> None:
    first, second = add_officer(office), add_officer(office, "bmena")
    case = recommended(office, first)
    as_owner(office.database.engine, sa.update(ApplicationRow).values(holder="Nadie"))
    with pytest.raises(StaleStateError, match=row_check.CHANGED):
        deciding.issue(office, case, second)
    assert_nothing_came_of_it(office, case)


LOST: dict[str, dict[str, object]] = {
    "locked": {"active": False},
    "demoted": {"role": OfficerRole.REVIEWER},
    "own case": {"represented_rucs": [RUC]},
}


@pytest.mark.parametrize("how", LOST)
def test_who_may_decide_no_longer_recommended_nothing(office: Office, how: str) -> None:
    first, second = add_officer(office), add_officer(office, "bmena")
    case = recommended(office, first)
    change_officer(office, first, **LOST[how])
    for policy in (FOUR_EYES, BOTH):
        with pytest.raises(InvalidInputError) as problem:
            deciding.issue(office, case, second, policy)
        assert list(problem.value.problems.values()) == [pending_decisions.GIVE_BACK]
    assert_nothing_came_of_it(office, case)
    deciding.give_back(office, case, second, "Quien recomendó ya no trabaja en esta unidad.")
    assert deciding.pending(office) == []
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize("how", LOST)
def test_nor_when_it_was_issued_and_can_still_be_undone(office: Office, how: str) -> None:
    first, second = add_officer(office), add_officer(office, "bmena")
    case = recommended(office, first)
    deciding.issue(office, case, second, BOTH)
    change_officer(office, first, **LOST[how])
    deciding.ripen(office)
    assert deciding.take_effect(office) == 0
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    assert (deciding.pending(office), steps.rows(office, AgreementRow)) == ([], [])
    (event,) = steps.events(office, "decision_undone")
    assert (event.actor, event.details["reason"]) == ("service", taking_effect.RECOMMENDER_LOST)
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize("policy", [FOUR_EYES, BOTH], ids=["at-once", "undoable"])
def test_who_has_two_accounts_does_not_issue_with_the_other(
    office: Office, policy: DecisionPolicy
) -> None:
    first, second = add_officer(office), add_officer(office, "bmena")
    with office.reading() as uow:
        cedula = uow.session.get_one(OfficerRow, first).cedula
    change_officer(office, second, cedula=cedula)
    case = recommended(office, first)
    with pytest.raises(NotAllowedError):
        deciding.issue(office, case, second, policy)
    assert_nothing_came_of_it(office, case)
    assert deciding.issue(office, case, add_officer(office, "lpaz"))
