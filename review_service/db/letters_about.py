"""Letters about an application: while one is open, what it is about must not go."""

from datetime import datetime

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, LetterRow
from review_service.domain.letters import LetterKind, LetterState


def has_open_letter() -> sa.ColumnElement[bool]:
    """Whether a letter about the application waits for its answer, for a query of applications.

    One of the same RUC that names no application that we know may be about any of them.
    """
    is_open = LetterRow.state == LetterState.OPEN
    return sa.or_(
        *(sa.exists().where(is_open, about).correlate(ApplicationRow) for about in _about())
    )


def appeal_answered_at() -> sa.ScalarSelect[datetime | None]:
    """Return when the newest appeal about the application was answered; None without one."""
    return (
        sa.select(sa.func.max(LetterRow.answered_at))
        .where(LetterRow.kind == LetterKind.APPEAL, sa.or_(*_about()))
        .correlate(ApplicationRow)
        .scalar_subquery()
    )


def _about() -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Two conditions, so that each is asked by an index of its own."""
    return (
        LetterRow.application_id == ApplicationRow.id,
        sa.and_(LetterRow.application_id.is_(None), LetterRow.ruc == ApplicationRow.ruc),
    )
