"""With four eyes an officer recommends, and another one decides."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from review_service.db.models import AgreementRow, PendingDecisionRow
from review_service.db.queries.officer.queue import counts_of, queue_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    StaleStateError,
)
from review_service.domain.roles import OfficerRole
from review_service.services.upkeep import invariants
from tests.factories import Office, add_officer
from tests.integration.services import deciding_steps as deciding
from tests.integration.services import steps
from tests.integration.services.deciding_steps import BOTH, FOUR_EYES

REASON = "La dirección no coincide con la del RUC: revísela."


def recommended(office: Office, officer_id: UUID, *, refuse: bool = False) -> UUID:
    case = steps.in_review(office)
    if refuse:
        deciding.refuse(office, case, officer_id, FOUR_EYES)
    else:
        steps.accept_all(office, case, officer_id)
        assert deciding.approve(office, case, officer_id, FOUR_EYES) == ""
    return case


def test_a_recommendation_has_no_effect_and_no_time(office: Office) -> None:
    first = add_officer(office)
    case = recommended(office, first)
    deciding.ripen(office)
    assert deciding.take_effect(office) == 0
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    (pending,) = deciding.pending(office)
    assert (pending.recommended_by, pending.decided_by, pending.takes_effect_at) == (
        first, None, None,
    )  # fmt: skip
    with office.reading() as uow:
        page = queue_page(uow, chosen=QueueFilter.RECOMMENDED, cursor=None)
        counts = counts_of(uow)
    (entry,) = page.entries
    assert entry.pending is not None
    assert (entry.id, entry.pending.recommended_by) == (case, "Funcionaria randrade")
    assert (counts[QueueFilter.RECOMMENDED], counts[QueueFilter.TO_REVIEW]) == (1, 0)
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize("refuse", [False, True], ids=["approve", "refuse"])
def test_another_officer_issues_it(office: Office, *, refuse: bool) -> None:
    first, second = add_officer(office), add_officer(office, "bmena")
    case = recommended(office, first, refuse=refuse)
    number = deciding.issue(office, case, second)
    row = steps.application(office, case)
    ended = ApplicationState.REFUSED if refuse else ApplicationState.APPROVED
    assert (row.state, row.decided_by, bool(number)) == (ended, second, not refuse)
    assert len(steps.mails(office, "refused")) == refuse
    assert deciding.pending(office) == []
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize("refuse", [False, True], ids=["approve", "refuse"])
@pytest.mark.parametrize("role", [OfficerRole.ISSUER, OfficerRole.SUPERVISOR])
def test_who_recommended_does_not_issue(office: Office, role: OfficerRole, *, refuse: bool) -> None:
    first = add_officer(office, role=role)
    case = recommended(office, first, refuse=refuse)
    with pytest.raises(NotAllowedError):
        deciding.issue(office, case, first)
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    assert len(deciding.pending(office)) == 1


def test_nor_does_the_database_let_one_officer_do_both(office: Office) -> None:
    first = add_officer(office)
    recommended(office, first)
    with office.writing() as uow, pytest.raises(IntegrityError):
        uow.session.execute(
            sa.update(PendingDecisionRow).values(
                decided_by=first, decided_at=uow.now, takes_effect_at=uow.now
            )
        )


def test_who_may_not_decide_issues_nothing(office: Office) -> None:
    case = recommended(office, add_officer(office))
    reviewer = add_officer(office, "bmena", role=OfficerRole.REVIEWER)
    acts: tuple[Callable[[], object], ...] = (
        lambda: deciding.issue(office, case, reviewer),
        lambda: deciding.give_back(office, case, reviewer, REASON),
    )
    for act in acts:
        with pytest.raises(NotAllowedError):
            act()
    assert len(deciding.pending(office)) == 1


def test_a_recommendation_is_given_back_with_a_reason(office: Office) -> None:
    first, second = add_officer(office), add_officer(office, "bmena")
    case = recommended(office, first)
    with pytest.raises(InvalidInputError):
        deciding.give_back(office, case, second, "no")
    deciding.give_back(office, case, second, REASON)
    assert deciding.pending(office) == []
    (event,) = steps.events(office, "recommendation_given_back")
    assert (event.actor, event.details["reason"]) == (f"officer:{second}", REASON)
    with pytest.raises(StaleStateError):
        deciding.issue(office, case, second)
    steps.judge(office, case, first, ReviewItem.WORKSHOP, ItemVerdict.OBSERVED)


def test_who_recommended_takes_it_back(office: Office) -> None:
    first = add_officer(office)
    case = recommended(office, first)
    deciding.give_back(office, case, first, REASON)
    assert steps.application(office, case).claimed_by == first
    assert len(steps.events(office, "recommendation_withdrawn")) == 1


def test_an_issued_recommendation_is_undone_to_a_recommendation(office: Office) -> None:
    first, second = add_officer(office), add_officer(office, "bmena")
    case = recommended(office, first)
    assert deciding.issue(office, case, second, BOTH) == ""
    with pytest.raises(NotAllowedError):
        deciding.undo(office, case, first)
    deciding.undo(office, case, second)
    (pending,) = deciding.pending(office)
    assert (pending.recommended_by, pending.decided_by) == (first, None)
    assert deciding.issue(office, case, second, BOTH) == ""
    deciding.ripen(office)
    assert deciding.take_effect(office) == 1
    (agreement,) = steps.rows(office, AgreementRow)
    assert agreement.serial == 1
    assert steps.application(office, case).decided_by == second
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_what_changed_since_is_not_issued(office: Office) -> None:
    first, second = add_officer(office), add_officer(office, "bmena")
    case = recommended(office, first)
    deciding.reopen(office, case)
    with pytest.raises(InvalidInputError):
        deciding.issue(office, case, second)
    assert len(deciding.pending(office)) == 1
