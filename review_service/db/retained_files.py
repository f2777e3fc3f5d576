"""Which applications hold files that go after a term, and what decides when they go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.handed_over import NoticeWord, handed_over_at, notice_word
from review_service.db.legal_holds import is_held
from review_service.db.letters_about import appeal_answered_at, has_open_letter
from review_service.db.models import AgreementRow, ApplicationRow, DocumentRow, LaterControlRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentKind, SupportKind
from review_service.domain.payroll_terms import RetainedCase
from review_service.domain.terms import ecuador_day

IS_PAYROLL = sa.or_(
    DocumentRow.kind == DocumentKind.PAYROLL, DocumentRow.recognised_as == SupportKind.PAYROLL
)
"""Sent as a payroll or recognised as one in another place; replaced and refused ones too."""


IS_OF_NO_DOCUMENT = DocumentRow.kind.in_((DocumentKind.EVIDENCE, DocumentKind.PHOTO)) & (
    DocumentRow.application_id.in_(
        sa.select(ApplicationRow.id).where(
            ApplicationRow.state.in_((ApplicationState.REFUSED, ApplicationState.WITHDRAWN))
        )
    )
)
"""Photos of an application that ended without a document."""
IS_REPLACED = sa.and_(
    DocumentRow.removed_at.is_not(None),
    ~IS_PAYROLL,
    DocumentRow.application_id.in_(
        sa.select(ApplicationRow.id).where(
            ApplicationRow.confirmed_at.is_not(None),
            ApplicationRow.state.in_([state for state in ApplicationState if not state.is_open]),
        )
    ),
)
"""Files in whose place another one stands, or none, in an application that ended: what was issued
rests on those that stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHolder:
    """An application that holds files of a kind."""

    id: UUID
    reference: str
    files: int
    case: RetainedCase


def kept_files(uow: UnitOfWork, which: sa.ColumnElement[bool]) -> Mapping[UUID, int]:
    """Return how many of these files each application holds that are not deleted.

    No index tells them: every file's row is read.
    """
    rows = uow.session.execute(
        sa.select(DocumentRow.application_id, sa.func.count().label("files"))
        .where(which, DocumentRow.released_at.is_(None))
        .group_by(DocumentRow.application_id)
    )
    return {row.application_id: row.files for row in rows}


def file_holders(uow: UnitOfWork, kept: Mapping[UUID, int]) -> Sequence[FileHolder]:
    """Return the applications that hold so many files, by their ids."""
    rows = uow.session.execute(
        _cases().where(ApplicationRow.id.in_(kept)).order_by(ApplicationRow.id)
    )
    return [
        FileHolder(id=row.id, reference=row.reference, files=kept[row.id], case=_case(row))
        for row in rows
    ]


def retained_case(uow: UnitOfWork, application_id: UUID) -> RetainedCase:
    """Return what decides when files of one application are deleted."""
    return _case(uow.session.execute(_cases().where(ApplicationRow.id == application_id)).one())


@dataclass(frozen=True, slots=True, kw_only=True)
class PayrollFile:
    """The standing payroll of an application."""

    case: RetainedCase
    deleted_on: date | None
    """None while its file is there."""


def payroll_file(uow: UnitOfWork, application_id: UUID) -> PayrollFile | None:
    """Return the payroll that stands in an application; None without one."""
    released = uow.session.execute(
        sa.select(DocumentRow.released_at)
        .where(
            DocumentRow.application_id == application_id,
            DocumentRow.removed_at.is_(None),
            IS_PAYROLL,
        )
        .order_by(DocumentRow.created_at.desc())
        .limit(1)
    ).one_or_none()
    if released is None:
        return None
    moment = released.released_at
    return PayrollFile(
        case=retained_case(uow, application_id),
        deleted_on=None if moment is None else ecuador_day(moment),
    )


def dropped_on(uow: UnitOfWork, application_id: UUID) -> date | None:
    """Return the day when a draft lost the payroll that stood in it; None where it lost none.

    What the applicant removed is released later than it was removed.
    """
    moment = uow.session.execute(
        sa.select(sa.func.max(DocumentRow.released_at)).where(
            DocumentRow.application_id == application_id,
            DocumentRow.removed_at == DocumentRow.released_at,
            IS_PAYROLL,
        )
    ).scalar_one()
    return None if moment is None else ecuador_day(moment)


def _cases() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            ApplicationRow.id,
            ApplicationRow.reference,
            ApplicationRow.state,
            ApplicationRow.decided_at,
            ApplicationRow.changed_at,
            ApplicationRow.sheet_saved_at,
            ApplicationRow.confirmed_at,
            LaterControlRow.chosen_at,
            LaterControlRow.looked_at,
            LaterControlRow.outcome,
            AgreementRow.valid_until,
            notice_word().label("notice"),
            handed_over_at().label("told_at"),
            is_held(ApplicationRow.id).label("is_held"),
            has_open_letter().label("has_open_letter"),
            appeal_answered_at().label("appeal_answered_at"),
        )
        .outerjoin(LaterControlRow, LaterControlRow.application_id == ApplicationRow.id)
        .outerjoin(AgreementRow, AgreementRow.application_id == ApplicationRow.id)
    )


def _case(row: Any) -> RetainedCase:  # noqa: ANN401 -- a row of ``_cases``
    state: ApplicationState = row.state
    ended = None if state.is_open else row.decided_at or row.changed_at
    may_appeal = state in {ApplicationState.REFUSED, ApplicationState.WITHDRAWN}
    notice = NoticeWord(row.notice) if may_appeal else NoticeWord.NONE
    is_told = notice is NoticeWord.DELIVERED and row.told_at is not None
    changed = max(row.changed_at, row.sheet_saved_at or row.changed_at)
    return RetainedCase(
        ended_on=None if ended is None else ecuador_day(ended),
        left_on=ecuador_day(changed) if state is ApplicationState.DRAFT else None,
        is_decided=state is not ApplicationState.WITHDRAWN,
        was_sent=state.is_open or row.confirmed_at is not None,
        waits_for_notice=notice in {NoticeWord.WAITS, NoticeWord.REFUSED},
        told_on=ecuador_day(row.told_at) if is_told else None,
        is_controlled=row.chosen_at is not None,
        controlled_on=None if row.looked_at is None else ecuador_day(row.looked_at),
        outcome=row.outcome,
        valid_until=row.valid_until,
        is_held=row.is_held,
        has_open_letter=row.has_open_letter,
        appeal_answered_on=(
            None if row.appeal_answered_at is None else ecuador_day(row.appeal_answered_at)
        ),
    )
