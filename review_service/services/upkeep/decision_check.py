"""Holds decisions against what came of them: documents, and decisions without any effect."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from review_service.db.models import AgreementRow, ApplicationRow, PendingDecisionRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.services.upkeep.trail_check import Contradiction

LATEST_EFFECT: Final = timedelta(hours=1)
"""After its time to be undone; a scheduler that stands still is told elsewhere."""


def contradictions(uow: UnitOfWork) -> Iterator[Contradiction]:
    """Yield approved applications without a document, the other way round, and late decisions."""
    is_numbered = sa.exists().where(AgreementRow.application_id == ApplicationRow.id)
    decided = (ApplicationState.APPROVED, ApplicationState.ISSUED)
    owner, due = PendingDecisionRow.application_id, PendingDecisionRow.takes_effect_at
    latest = uow.now - LATEST_EFFECT
    broken = {
        "approved_without_agreement": sa.select(ApplicationRow.id).where(
            ApplicationRow.state.in_(decided), ~is_numbered
        ),
        "agreement_without_approval": sa.select(ApplicationRow.id).where(
            ApplicationRow.state.not_in(decided), is_numbered
        ),
        "decision_without_effect": sa.select(owner).where(due < latest),
        "pending_decision_of_no_open_case": sa.select(owner)
        .join(ApplicationRow, ApplicationRow.id == owner)
        .where(
            ApplicationRow.state != ApplicationState.IN_REVIEW, ApplicationRow.changed_at < latest
        ),
    }
    for name, query in broken.items():
        for found in uow.session.execute(query).scalars():
            yield Contradiction(name=name, detail=str(found))
