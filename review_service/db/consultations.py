"""Which questions between officers are open: not answered, not withdrawn, the case undecided."""

from typing import Final

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, ConsultationRow
from review_service.domain.applications import AWAITING_DECISION

UNANSWERED: Final = (
    ConsultationRow.answered_at.is_(None),
    ConsultationRow.withdrawn_at.is_(None),
)
"""Conditions on a question, whatever became of its case; an index holds these rows."""
IS_OPEN: Final = (*UNANSWERED, ApplicationRow.state.in_(AWAITING_DECISION))
"""Conditions on a question joined with its application."""
WITH_CASE: Final = sa.join(
    ConsultationRow, ApplicationRow, ConsultationRow.application_id == ApplicationRow.id
)
