"""The document that follows another: it counts once it is out, before that nobody can show it."""

from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from review_service.db.models import AgreementRow, ApplicationRow
from review_service.db.readable import readable
from review_service.domain.agreements import AgreementState
from review_service.domain.renewals import Term

NEXT: Final = aliased(AgreementRow, name="successor")
"""The successor, to be joined to the documents of a query ``ON_NEXT``."""
ON_NEXT: Final = sa.and_(
    NEXT.id == AgreementRow.successor_id, NEXT.state == AgreementState.PUBLISHED
)
_OWN, _NEXT = readable(AgreementRow), readable(AgreementRow).alias("next")
_CASES, _CASE = readable(ApplicationRow), readable(ApplicationRow).alias("one")
IN_FORCE_OF: Final = (
    sa.select(_OWN.c.id, _OWN.c.number, _OWN.c.valid_until)
    .join_from(_OWN, _CASES, _CASES.c.id == _OWN.c.application_id)
    .outerjoin(
        _NEXT,
        sa.and_(_NEXT.c.id == _OWN.c.successor_id, _NEXT.c.state == AgreementState.PUBLISHED),
    )
    .where(
        _OWN.c.ruc == sa.bindparam("ruc"),
        _OWN.c.state == AgreementState.PUBLISHED,
        _OWN.c.valid_from <= sa.bindparam("today", type_=sa.Date()),
        _OWN.c.valid_until >= sa.bindparam("today", type_=sa.Date()),
        sa.or_(
            _NEXT.c.id.is_(None),
            _NEXT.c.valid_from > sa.bindparam("today", type_=sa.Date()),
        ),
        _CASES.c.track
        == sa.select(_CASE.c.track)
        .where(_CASE.c.id == sa.bindparam("application_id", type_=sa.Uuid()))
        .scalar_subquery(),
    )
    .order_by(_OWN.c.numbered_at.desc(), _OWN.c.id)
    .limit(1)
)
"""The document of a RUC that holds today on the track of an application."""


def superseded_on(session: Session, row: AgreementRow) -> date | None:
    """Return the first day on which a document that is out stands in the place of another."""
    if row.successor_id is None:
        return None
    begins = session.scalars(
        sa.select(AgreementRow.valid_from).where(
            AgreementRow.id == row.successor_id, AgreementRow.state == AgreementState.PUBLISHED
        )
    ).one_or_none()
    return Term(row.valid_from, row.valid_until, begins).superseded_on
