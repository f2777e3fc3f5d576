"""The appeal against the newest decision on an application, as its applicant sees it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import AppealRow, LetterRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.appeals import AppealedAct, AppealOutcome
from review_service.domain.wording import paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAppeal:
    """One appeal without the names of officers."""

    letter_id: UUID
    number: str
    act: AppealedAct
    act_at: datetime
    act_reasons: str
    entered_on: date
    is_late: bool
    due_on: date | None
    """The day by which it must be decided."""
    outcome: AppealOutcome | None
    reasons: tuple[str, ...]
    order: tuple[str, ...]
    basis: str
    remains: str
    decided_at: datetime | None

    @property
    def sentence(self) -> str:
        """What the person reads first of its decision; empty while it is open."""
        return self.outcome.sentence_on(self.act) if self.outcome else ""

    @property
    def asks_again(self) -> bool:
        """Whether it was accepted, and the same corrections were asked for again."""
        is_accepted = self.outcome is AppealOutcome.ACCEPTED
        return is_accepted and self.act is AppealedAct.DEEMED_WITHDRAWAL

    @property
    def is_standing(self) -> bool:
        """Whether the decision that it is against stands: an accepted appeal ended it."""
        return self.outcome is not AppealOutcome.ACCEPTED


def own_appeal(uow: UnitOfWork, application_id: UUID) -> OwnAppeal | None:
    """Return the newest appeal of an application that the caller knows as its own; None for none.

    In the caller's transaction.
    """
    return _newest(uow, AppealRow.application_id == application_id)


def appeal_behind(uow: UnitOfWork, letter_id: UUID) -> OwnAppeal | None:
    """Return the appeal that a letter is, for the letter's page; None for any other letter."""
    return _newest(uow, AppealRow.letter_id == letter_id)


def _newest(uow: UnitOfWork, condition: sa.ColumnElement[bool]) -> OwnAppeal | None:
    found = uow.session.execute(
        sa.select(AppealRow, LetterRow)
        .join(LetterRow, LetterRow.id == AppealRow.letter_id)
        .where(condition)
        .order_by(AppealRow.act_at.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    row, letter = found
    return OwnAppeal(
        letter_id=row.letter_id,
        number=letter.number or "",
        act=row.act,
        act_at=row.act_at,
        act_reasons=row.act_reasons,
        entered_on=row.entered_on,
        is_late=row.is_late,
        due_on=letter.due_on,
        outcome=row.outcome,
        reasons=tuple(paragraphs(row.reasons)),
        order=tuple(paragraphs(row.review_order)),
        basis=row.basis,
        remains=row.remains,
        decided_at=row.decided_at,
    )
