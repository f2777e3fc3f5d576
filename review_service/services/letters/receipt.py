"""Gives a letter its number, its term and its receipt, in the transaction that receives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from review_service.db.counters import next_number
from review_service.db.models import LetterRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.letters import SERIES, LetterState, term_of
from review_service.domain.numbering import letter_number
from review_service.domain.terms import add_business_days, ecuador_day
from review_service.services import notifying
from review_service.services.calendar import decreed_days


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRules:
    """By which rules a letter gets its term."""

    rulebook: Mapping[str, Any]
    seat: str | None = None
    """Canton of the authority, as in ``calendar.decreed_days``."""


def receive(
    uow: UnitOfWork,
    row: LetterRow,
    *,
    actor: str,
    rules: LetterRules,
    entered_on: date | None = None,
) -> str:
    """Give the letter its number and term, and mail its receipt; return the number.

    The term counts from ``entered_on``, the day on which a paper came; None: today. Whoever locks
    other rows does it before: the counter is locked until the transaction ends.
    """
    today = ecuador_day(uow.now)
    term = term_of(rules.rulebook, row.kind, on=today)
    decreed = decreed_days(uow, "", seat=rules.seat)
    row.year, row.serial = today.year, next_number(uow, SERIES, today.year)
    row.number = letter_number(row.year, row.serial)
    row.state, row.received_at = LetterState.OPEN, uow.now
    row.due_on = add_business_days(entered_on or today, term.days, decreed=decreed)
    row.term_days, row.term_norm = term.days, term.norm
    uow.record("letter_received", actor=actor, subject_id=row.id, number=row.number)
    _mail_receipt(uow, row, term.name)
    return row.number


def count_from(uow: UnitOfWork, row: LetterRow, day: date, *, rules: LetterRules) -> None:
    """Let the term of a received letter count from another day, and mail its receipt again.

    It has as many days as it was given when it was received. In the caller's transaction.
    """
    term = term_of(rules.rulebook, row.kind, on=ecuador_day(row.received_at or uow.now))
    decreed = decreed_days(uow, "", seat=rules.seat)
    row.due_on = add_business_days(day, row.term_days or term.days, decreed=decreed)
    _mail_receipt(uow, row, term.name)


def _mail_receipt(uow: UnitOfWork, row: LetterRow, term: str) -> None:
    received_at, due_on = row.received_at or uow.now, row.due_on or ecuador_day(uow.now)
    mail(
        uow,
        row,
        "letter_received",
        kind=row.kind.label,
        number=row.number or "",
        received_at=received_at.isoformat(),
        answer_by=due_on.isoformat(),
        term=term,
        norm=row.term_norm,
    )


def mail(uow: UnitOfWork, row: LetterRow, event: str, **words: str) -> UUID:
    """Post a message to who wrote the letter; it leads to the letter's page."""
    return notifying.post(
        uow, event=event, recipient=row.email, context={"letter_id": str(row.id), **words}
    )
