"""Deletes the files of payrolls some days after the decision: they name people who asked nothing.

The row, its hash and what was read of it stay. Its bytes and the pictures of its pages are given to
the sweeper, which deletes them a day later (``releasing``). A draft that nobody changes loses its
payroll too: it is taken out, so that another is asked for before the draft is sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import page_texts
from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.payroll_files import (
    IS_PAYROLL,
    PayrollHolder,
    kept_payrolls,
    payroll_case,
    payroll_holders,
)
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.payroll_terms import Deletion, PayrollCase, deletion
from review_service.domain.terms import ecuador_day
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

EVENT: Final = "payroll_deleted"
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPayroll:
    """The payrolls of one application, and when they go."""

    reference: str
    files: int
    deletion: Deletion
    is_due: bool


def kept(reading: UnitFactory, rulebook: Mapping[str, Any]) -> Iterator[KeptPayroll]:
    """Yield every application that holds payrolls, and changes nothing. Raises ``SettingsError``.

    While the clock is not believed nothing is due.
    """
    for found, told, is_due in _walk(reading, rulebook):
        yield KeptPayroll(
            reference=found.reference, files=found.files, deletion=told, is_due=is_due
        )


def delete(
    reading: UnitFactory,
    writing: UnitFactory,
    rulebook: Mapping[str, Any],
    *,
    actor: str = "scheduler",
    **said: str,
) -> int:
    """Delete the payrolls that are due, each application in a transaction; return how many files.

    ``said`` goes into each event. Deletes none while the clock is not believed. Raises
    ``RoundFailedError`` at the end when some could not be deleted; all others are.
    """
    deleted, deleting = 0, Round("payroll_not_deleted")
    for found, _, is_due in _walk(reading, rulebook):
        if is_due:
            with deleting.one(application_id=found.id):
                deleted += _delete(writing(), found.id, rulebook, actor=actor, said=said)
    deleting.end()
    return deleted


def _walk(
    reading: UnitFactory, rulebook: Mapping[str, Any]
) -> Iterator[tuple[PayrollHolder, Deletion, bool]]:
    with reading() as uow:
        kept_now = kept_payrolls(uow)
    left = iter(sorted(kept_now))
    while part := list(islice(left, AT_ONCE)):
        with reading() as uow:
            some = payroll_holders(uow, {one: kept_now[one] for one in part})
            told = [(one, *_term(uow, one.case, rulebook)) for one in some]
        yield from told


def _term(uow: UnitOfWork, case: PayrollCase, rulebook: Mapping[str, Any]) -> tuple[Deletion, bool]:
    today = ecuador_day(uow.now)
    found = deletion(case, rulebook, today=today)
    return found, found.is_due(today) and clockwork.is_steady(uow)


def _delete(
    uow: UnitOfWork,
    application_id: UUID,
    rulebook: Mapping[str, Any],
    *,
    actor: str,
    said: Mapping[str, str],
) -> int:
    """Delete what is still due of one application; return how many files."""
    with uow:
        row = uow.session.get(ApplicationRow, application_id, with_for_update=True)
        case = payroll_case(uow, application_id)
        found, is_due = _term(uow, case, rulebook)
        begins = case.ended_on or case.left_on
        if row is None or begins is None or not is_due:
            return 0
        documents = uow.session.scalars(
            sa.select(DocumentRow).where(
                DocumentRow.application_id == application_id,
                DocumentRow.released_at.is_(None),
                IS_PAYROLL,
            )
        ).all()
        for document in documents:
            document.released_at = uow.now
            if case.ended_on is None and document.removed_at is None:
                document.removed_at = uow.now
            page_texts.forget(uow.session, document.id)
        if documents:
            uow.record(
                EVENT,
                actor=actor,
                subject_id=application_id,
                files=len(documents),
                size_bytes=sum(document.size_bytes for document in documents),
                days=(ecuador_day(uow.now) - begins).days,
                rule_days=found.days,
                **said,
            )
            uow.commit()
        return len(documents)
