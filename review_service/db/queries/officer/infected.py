"""Files refused by the antivirus lately, for officers and operators."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import DocumentKind
from review_service.domain.refusals import RefusalReason

LATELY: Final = timedelta(days=30)
MOST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Infected:
    """One refused file."""

    application_id: UUID
    reference: str
    kind: DocumentKind
    at: datetime
    is_open: bool
    """Whether officers may see its application: it was confirmed."""


def infected_lately(uow: UnitOfWork) -> tuple[Infected, ...]:
    """Return them newest first; in the caller's transaction."""
    rows = uow.session.execute(
        sa.select(DocumentRow, ApplicationRow)
        .join(ApplicationRow, ApplicationRow.id == DocumentRow.application_id)
        .where(
            DocumentRow.refusal == RefusalReason.INFECTED,
            DocumentRow.checked_at > uow.now - LATELY,
        )
        .order_by(DocumentRow.checked_at.desc())
        .limit(MOST)
    )
    return tuple(
        Infected(
            application_id=application.id,
            reference=application.reference,
            kind=document.kind,
            at=document.checked_at or document.created_at,
            is_open=application.confirmed_at is not None,
        )
        for document, application in rows
    )
