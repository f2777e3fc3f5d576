"""Everything that the service has of one RUC, in all tracks, for who reviews one of its cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    LetterRow,
    PriorAgreementRow,
    TaxpayerRow,
)
from review_service.db.queries.officer.agreements import IssuedEntry, documents_of_ruc
from review_service.db.queries.officer.decisions import confirmed
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationKind, ApplicationState, ReviewItem
from review_service.domain.letters import LetterKind, LetterState
from review_service.domain.prior_standing import PriorStanding, prior_standing
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import track_of

MOST_EACH: Final = 100
"""Rows of each kind, the newest; no RUC has had more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOf:
    """One thing that an application was asked to correct."""

    item: ReviewItem
    asked_on: date
    instruction: str
    answered_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One application of the RUC that was received."""

    id: UUID
    reference: str
    track: str
    kind: ApplicationKind
    state: ApplicationState
    received_on: date
    decided_on: date | None
    corrections: tuple[AskedOf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """An Acuerdo of before this service, as the ministry's own list has it."""

    number: str
    issued_on: date
    valid_until: date
    revoked_on: date | None
    source: str
    standing: PriorStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """A letter of the RUC, or about one of its applications."""

    id: UUID
    number: str
    kind: LetterKind
    state: LetterState
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RucLife:
    """All of one RUC; each list has the newest first."""

    application_id: UUID
    """The case from which somebody looks."""
    reference: str
    ruc: str
    holder: str
    register: str
    """How the register calls its state; empty for a RUC that it does not have."""
    applications: tuple[Applied, ...]
    documents: tuple[IssuedEntry, ...]
    former: tuple[Former, ...]
    letters: tuple[Wrote, ...]


def ruc_life_of(uow: UnitOfWork, application_id: UUID) -> RucLife:
    """Return all of the RUC of a confirmed case. Raises ``NotFoundError``."""
    case = confirmed(uow, application_id)
    ruc, today = case.ruc, ecuador_day(uow.now)
    taxpayer = uow.session.get(TaxpayerRow, ruc)
    applications = uow.session.scalars(
        sa.select(ApplicationRow)
        .where(ApplicationRow.ruc == ruc, ApplicationRow.confirmed_at.is_not(None))
        .order_by(ApplicationRow.confirmed_at.desc(), ApplicationRow.id)
        .limit(MOST_EACH)
    ).all()
    return RucLife(
        application_id=case.id,
        reference=case.reference,
        ruc=ruc,
        holder=case.holder,
        register=str(taxpayer.status) if taxpayer is not None else "",
        applications=_applied(uow, applications),
        documents=documents_of_ruc(uow, ruc, most=MOST_EACH),
        former=_former(uow, ruc, today),
        letters=_letters(uow, ruc, [row.id for row in applications]),
    )


def _applied(uow: UnitOfWork, rows: Sequence[ApplicationRow]) -> tuple[Applied, ...]:
    asked: dict[UUID, list[AskedOf]] = {}
    for row in uow.session.scalars(
        sa.select(CorrectionRow)
        .where(CorrectionRow.application_id.in_([each.id for each in rows]))
        .order_by(CorrectionRow.asked_at.desc(), CorrectionRow.id)
    ):
        asked.setdefault(row.application_id, []).append(
            AskedOf(
                item=row.item,
                asked_on=ecuador_day(row.asked_at),
                instruction=row.instruction,
                answered_on=ecuador_day(row.answered_at) if row.answered_at else None,
            )
        )
    return tuple(
        Applied(
            id=row.id,
            reference=row.reference,
            track=track_of(row.track).label,
            kind=row.kind,
            state=row.state,
            received_on=ecuador_day(row.confirmed_at or row.created_at),
            decided_on=ecuador_day(row.decided_at) if row.decided_at else None,
            corrections=tuple(asked.get(row.id, ())),
        )
        for row in rows
    )


def _former(uow: UnitOfWork, ruc: str, today: date) -> tuple[Former, ...]:
    rows = uow.session.scalars(
        sa.select(PriorAgreementRow)
        .where(PriorAgreementRow.ruc == ruc)
        .order_by(PriorAgreementRow.issued_on.desc(), PriorAgreementRow.number)
        .limit(MOST_EACH)
    )
    return tuple(
        Former(
            number=row.number,
            issued_on=row.issued_on,
            valid_until=row.valid_until,
            revoked_on=row.revoked_on,
            source=row.source,
            standing=prior_standing(
                valid_until=row.valid_until, revoked_on=row.revoked_on, on=today
            ),
        )
        for row in rows
    )


def _letters(uow: UnitOfWork, ruc: str, ids: Sequence[UUID]) -> tuple[Wrote, ...]:
    rows = uow.session.scalars(
        sa.select(LetterRow)
        .where(
            LetterRow.state != LetterState.UNCONFIRMED,
            sa.or_(LetterRow.ruc == ruc, LetterRow.application_id.in_(ids)),
        )
        .order_by(LetterRow.received_at.desc(), LetterRow.id)
        .limit(MOST_EACH)
    )
    return tuple(
        Wrote(
            id=row.id,
            number=row.number or "",
            kind=row.kind,
            state=row.state,
            received_at=row.received_at or row.written_at,
        )
        for row in rows
    )
