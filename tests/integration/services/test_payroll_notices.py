"""A payroll serves the appeal, so that its days begin once the decision was notified.

And however many there are, a round looks for them once.
"""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest

from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.institution import institution_on
from review_service.domain.payroll_terms import Hold
from review_service.services.applicant import applying
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import retained_files
from review_service.services.upkeep.retained_files import PAYROLLS
from tests.factories import RUC, Office, add_officer, confirm_business
from tests.integration.services import loop_cases, steps
from tests.integration.services.test_indexes import statements
from tests.integration.services.test_payrolls import REASON, delete, holds, released, rules
from tests.ventures import OF_A_PERSON, give_paper, open_venture

INSTITUTION = institution_on(date(2026, 11, 20))
LONG = timedelta(days=400)


def in_review(office: Office) -> tuple[UUID, UUID]:
    """Return what a rule left to a person, and its payroll."""
    application_id = open_venture(office)
    given = [
        give_paper(office, application_id, kind, values={"issued_on": "2024-01-05"})
        for kind in OF_A_PERSON
    ]
    confirm_business(office, application_id)
    return application_id, given[-1]


def refuse(office: Office, application_id: UUID) -> None:
    steps.observe(office, application_id)
    reviewing.refuse(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office),
        version=steps.application(office, application_id).version,
        reasons=REASON,
        institution=INSTITUTION,
    )


def let_it_lapse(office: Office, application_id: UUID) -> None:
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office),
        version=steps.application(office, application_id).version,
        items=[CorrectionItem(item=ReviewItem.DATA_SHEET, reason=REASON, instruction=REASON)],
    )
    steps.hand_over(office, "correction_requested")
    row = steps.application(office, application_id)
    steps.make_older(office, row, "correct_by", by=LONG)
    loop_cases.resolve(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.WITHDRAWN


@pytest.mark.parametrize(
    ("event", "end", "ended"),
    [("refused", refuse, "decided_at"), ("withdrawn", let_it_lapse, "changed_at")],
)
def test_one_of_which_nobody_heard_keeps_it(
    office: Office, event: str, end: Callable[[Office, UUID], None], ended: str
) -> None:
    application_id, payroll = in_review(office)
    end(office, application_id)
    steps.make_older(office, steps.application(office, application_id), ended, by=LONG)
    assert (delete(office), holds(office)) == (0, [(1, Hold.NOTICE)])
    assert not released(office, payroll)
    steps.hand_over(office, event)
    assert delete(office, rules(30)) == 0, "the days count from the letter"
    assert delete(office) == 1
    assert released(office, payroll)


def test_a_round_looks_for_all_of_them_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but a scan of all files finds them: one for each part would never end."""
    monkeypatch.setattr(retained_files, "AT_ONCE", 1)
    for _ in range(3):
        application_id = open_venture(office)
        give_paper(office, application_id, OF_A_PERSON[-1])
        applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    with statements(office.database.engine) as asked:
        assert len(list(retained_files.kept(office.reading, rules(), PAYROLLS))) == 3
    scans = [sql for sql, _ in asked if "GROUP BY documents.application_id" in sql]
    assert len(scans) == 1
