"""Empties drafts that nobody sent: those left unchanged, after a notice, and those withdrawn.

The row stays as a withdrawn application, with its digests in the trail. What was typed goes at
once, the bytes of files go through the sweeper.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import page_texts
from review_service.db.legal_holds import is_held
from review_service.db.letters_about import has_open_letter
from review_service.db.models import (
    AgreementProofRow,
    ApplicationRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    MailRow,
    PageRow,
    SecondAddressRow,
)
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.page_photos import page_photos_from
from review_service.domain.payroll_terms import Deletion, Hold
from review_service.domain.retention import (
    RetentionKind,
    Term,
    held_until_confirmed,
    term,
)
from review_service.domain.terms import ecuador_day
from review_service.services import notifying
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

NOTICE: Final = "draft_left"
EVENT: Final = "draft_deleted"
SINCE: Final = "del último cambio"
SINCE_WITHDRAWN: Final = "del fin de la solicitud"
AT_ONCE: Final = 500
GONE: Final = "(eliminado)"
"""Stands for the name that the applicant gave a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftDraft:
    """A draft that was never confirmed, withdrawn or not, and when it goes."""

    id: UUID
    reference: str
    left_on: date
    deletion: Deletion
    is_due: bool
    tell: bool
    """Whether its owner is to be told now."""


def kept(reading: UnitFactory, rulebook: Mapping[str, Any]) -> Iterator[LeftDraft]:
    """Yield every draft that was left for so long that its owner is told; changes nothing.

    Raises ``SettingsError``.
    """
    last: UUID | None = None
    while True:
        with reading() as uow:
            rows = uow.session.execute(_left(uow, rulebook, after=last)).all()
            some = [_judged(uow, row, rulebook) for row in rows]
        yield from some
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id


def tell_and_delete(reading: UnitFactory, writing: UnitFactory, rulebook: Mapping[str, Any]) -> int:
    """Tell the owners of drafts that go soon, and empty those that are due; return how many went.

    Raises ``RoundFailedError`` at the end when some failed; all others are done.
    """
    deleted, doing = 0, Round("draft_not_deleted")
    for each in kept(reading, rulebook):
        if each.tell or each.is_due:
            with doing.one(application_id=each.id):
                deleted += _do(writing(), each.id, rulebook)
    doing.end()
    return deleted


def _do(uow: UnitOfWork, application_id: UUID, rulebook: Mapping[str, Any]) -> int:
    with uow:
        row = uow.session.get(ApplicationRow, application_id, with_for_update=True)
        found = uow.session.execute(
            _left(uow, rulebook).where(ApplicationRow.id == application_id)
        ).one_or_none()
        if row is None or found is None:
            return 0
        each = _judged(uow, found, rulebook)
        if each.tell:
            _tell(uow, row, each, rulebook)
        elif each.is_due:
            _empty(uow, row, each)
        uow.commit()
        return int(each.is_due)


def _left(
    uow: UnitOfWork, rulebook: Mapping[str, Any], *, after: UUID | None = None
) -> sa.Select[*tuple[Any, ...]]:
    """Select the drafts whose owner is told by now, by the term of today."""
    today = ecuador_day(uow.now)
    found = _term(rulebook, since=today, today=today)
    before = uow.now - timedelta(days=max(0, found.days - found.notice_days - 1))
    asked = sa.select(sa.func.min(MailRow.created_at)).where(*_notice_of())
    ended = sa.select(sa.func.max(sa.func.coalesce(MailRow.sent_at, MailRow.failed_at))).where(
        *_notice_of()
    )
    return (
        sa.select(
            ApplicationRow.id,
            ApplicationRow.reference,
            ApplicationRow.changed_at,
            ApplicationRow.sheet_saved_at,
            (ApplicationRow.state == ApplicationState.WITHDRAWN).label("is_withdrawn"),
            has_open_letter().label("has_open_letter"),
            is_held(ApplicationRow.id).label("is_held"),
            asked.correlate(ApplicationRow).scalar_subquery().label("asked_at"),
            ended.correlate(ApplicationRow).scalar_subquery().label("ended_at"),
        )
        .where(
            sa.or_(
                ApplicationRow.state == ApplicationState.DRAFT,
                sa.and_(
                    ApplicationRow.state == ApplicationState.WITHDRAWN,
                    sa.cast(ApplicationRow.sheet, sa.Text) != "{}",
                ),
            ),
            ApplicationRow.confirmed_at.is_(None),
            ApplicationRow.changed_at < before,
            sa.true() if after is None else ApplicationRow.id > after,
        )
        .order_by(ApplicationRow.id)
        .limit(AT_ONCE)
    )


def _notice_of() -> Sequence[sa.ColumnElement[bool]]:
    """Match the notice of a draft since its last change."""
    return (
        MailRow.application_id == ApplicationRow.id,
        MailRow.event == NOTICE,
        MailRow.created_at >= ApplicationRow.changed_at,
    )


def _judged(uow: UnitOfWork, row: Any, rulebook: Mapping[str, Any]) -> LeftDraft:  # noqa: ANN401 -- a row of ``_left``
    today = ecuador_day(uow.now)
    left_on = ecuador_day(max(row.changed_at, row.sheet_saved_at or row.changed_at))
    found = _term(rulebook, since=left_on, today=today)
    steady = clockwork.is_steady(uow)
    goes = _deletion(found, left_on, row, today)
    told_from = left_on + timedelta(days=found.days - found.notice_days)
    return LeftDraft(
        id=row.id,
        reference=row.reference,
        left_on=left_on,
        deletion=goes,
        is_due=steady and goes.is_due(today),
        tell=steady and goes.hold is Hold.NOTICE and row.asked_at is None and told_from <= today,
    )


def _deletion(found: Term, left_on: date, row: Any, today: date) -> Deletion:  # noqa: ANN401 -- a row of ``_left``
    if row.is_held:
        return Deletion(hold=Hold.LEGAL)
    if row.has_open_letter:
        return Deletion(hold=Hold.LETTER)
    since = SINCE_WITHDRAWN if row.is_withdrawn else SINCE
    goes = Deletion(
        hold=None, days=found.days, on=left_on + timedelta(days=found.days), since=since
    )
    goes = held_until_confirmed(goes, found, today=today)
    if goes.hold is not None or row.is_withdrawn:  # who withdraws it knows
        return goes
    if row.ended_at is None:
        return Deletion(hold=Hold.NOTICE, days=found.days)
    last = ecuador_day(row.ended_at) + timedelta(days=found.notice_days)
    return Deletion(
        hold=None, days=found.days, on=max(last, left_on + timedelta(days=found.days)), since=SINCE
    )


def _term(rulebook: Mapping[str, Any], *, since: date, today: date) -> Term:
    return term(rulebook, RetentionKind.DRAFTS, since=since, today=today)


def _tell(
    uow: UnitOfWork, row: ApplicationRow, each: LeftDraft, rulebook: Mapping[str, Any]
) -> None:
    today = ecuador_day(uow.now)
    found = _term(rulebook, since=each.left_on, today=today)
    goes = max(each.left_on + timedelta(days=found.days), today + timedelta(days=found.notice_days))
    notifying.tell_applicant(
        uow,
        row,
        event=NOTICE,
        context={
            "goes_on": goes.isoformat(),
            "left_on": each.left_on.isoformat(),
            "path": f"/solicitudes/{row.id}",
        },
    )
    uow.record("draft_left_told", actor="scheduler", subject_id=row.id, goes_on=goes.isoformat())


def _empty(uow: UnitOfWork, row: ApplicationRow, each: LeftDraft) -> None:
    documents = uow.session.scalars(
        sa.select(DocumentRow).where(DocumentRow.application_id == row.id)
    ).all()
    ids = [document.id for document in documents]
    for document in documents:
        document.removed_at = document.removed_at or uow.now
        document.released_at = document.released_at or uow.now
        document.file_name, document.comment = GONE, ""
        if document.page_photos:
            document.page_photos = [
                replace(photo, name=GONE).to_json()
                for photo in page_photos_from(document.page_photos)
            ]
        page_texts.forget(uow.session, document.id)
    of_these = PageRow.document_id.in_(ids)
    uow.session.execute(sa.update(PageRow).where(of_these).values(comment="", suggested_from=""))
    uow.session.execute(sa.delete(FieldRow).where(FieldRow.document_id.in_(ids)))
    uow.session.execute(sa.delete(AgreementProofRow).where(AgreementProofRow.document_id.in_(ids)))
    uow.session.execute(sa.delete(FindingRow).where(FindingRow.application_id == row.id))
    uow.session.execute(
        sa.delete(SecondAddressRow).where(SecondAddressRow.application_id == row.id)
    )
    if row.state is ApplicationState.DRAFT:
        move(uow, row, ApplicationState.WITHDRAWN, actor="scheduler", open_key=None)
    row.sheet, row.not_applicable, row.referral = {}, None, None
    uow.record(
        EVENT,
        actor="scheduler",
        subject_id=row.id,
        files=len(documents),
        days=(ecuador_day(uow.now) - each.left_on).days,
    )
