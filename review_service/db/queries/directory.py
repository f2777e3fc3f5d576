"""The public directory: who consented and holds an Acuerdo in force today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    IS_PUBLISHED_ACUERDO,
    AgreementRow,
    ApplicationRow,
    DirectoryConsentRow,
)
from review_service.db.successors import NEXT, ON_NEXT
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.directory import (
    AFTER_THE_TRADE,
    MOST_ON_A_PAGE,
    Entry,
    Question,
)
from review_service.domain.terms import ecuador_day

AT_ONCE = 500
"""Rows of an export that are in memory at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """One page of what was found."""

    entries: Sequence[Entry]
    total: int
    """Entries of all pages."""
    number: int
    """From 1; the last page for a higher one."""

    @property
    def pages(self) -> int:
        """How many there are; 0 when nobody was found."""
        return -(-self.total // MOST_ON_A_PAGE)


NOBODY: Final = EntryPage(entries=(), total=0, number=1)


def page_of(uow: UnitOfWork, asked: Question, *, page: int) -> EntryPage:
    """Return the entries of one page, from 1."""
    chosen = _listed(ecuador_day(uow.now), asked)
    total = uow.session.execute(
        sa.select(sa.func.count()).select_from(chosen.subquery())
    ).scalar_one()
    page = min(page, max(1, -(-total // MOST_ON_A_PAGE)))
    rows = uow.session.execute(
        chosen.order_by(*_ORDER).limit(MOST_ON_A_PAGE).offset((page - 1) * MOST_ON_A_PAGE)
    )
    return EntryPage(entries=[_entry(row) for row in rows], total=total, number=page)


def every_entry(uow: UnitOfWork, asked: Question) -> Sequence[Entry]:
    """Return all entries that fit, in the caller's transaction."""
    rows = uow.session.execute(_listed(ecuador_day(uow.now), asked).order_by(*_ORDER))
    return [_entry(row) for part in rows.partitions(AT_ONCE) for row in part]


def cantons(uow: UnitOfWork) -> Sequence[tuple[str, int]]:
    """Return each canton with the number of artisans who are listed in it."""
    listed = _listed(ecuador_day(uow.now), Question()).subquery()
    counted = sa.select(listed.c.canton, sa.func.count()).group_by(listed.c.canton)
    rows = uow.session.execute(counted.order_by(listed.c.canton))
    return [(canton, count) for canton, count in rows]


def is_listed(uow: UnitOfWork, application_id: UUID) -> bool:
    """Whether the holder of the Acuerdo of an application is in the directory today."""
    listed = _listed(ecuador_day(uow.now), Question())
    one = listed.where(DirectoryConsentRow.application_id == application_id)
    return uow.session.execute(one).first() is not None


def consent_of(uow: UnitOfWork, application_id: UUID) -> tuple[bool, bool, datetime] | None:
    """Return what the holder agreed to show (name, phone) and when; None without a consent."""
    row = uow.session.execute(
        sa.select(
            DirectoryConsentRow.shows_name,
            DirectoryConsentRow.shows_phone,
            DirectoryConsentRow.given_at,
        ).where(
            DirectoryConsentRow.application_id == application_id,
            DirectoryConsentRow.ended_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else (row.shows_name, row.shows_phone, row.given_at)


_ORDER = (DirectoryConsentRow.canton, DirectoryConsentRow.trade, DirectoryConsentRow.id)


def _listed(today: date, asked: Question) -> sa.Select[*tuple[Any, ...]]:
    """Select who is listed: whoever ended the consent, or holds it no longer, is out at once."""
    searched = DirectoryConsentRow.words
    holds: list[sa.ColumnElement[bool]] = [
        *(searched.contains(word, autoescape=True) for word in asked.folded),
        # Folded words hold no sign that LIKE would take for a pattern.
        *(searched.like(f"%{word}%{AFTER_THE_TRADE}%") for word in asked.folded_trade),
    ]
    if asked.canton:
        holds.append(DirectoryConsentRow.canton == asked.canton)
    return (
        sa.select(
            DirectoryConsentRow.id,
            DirectoryConsentRow.trade,
            DirectoryConsentRow.canton,
            DirectoryConsentRow.province,
            DirectoryConsentRow.shows_name,
            DirectoryConsentRow.shows_phone,
            AgreementRow.valid_until,
            ApplicationRow.holder,
            ApplicationRow.sheet["phone"].as_string().label("phone"),
        )
        .join(ApplicationRow, ApplicationRow.id == DirectoryConsentRow.application_id)
        .join(AgreementRow, AgreementRow.application_id == DirectoryConsentRow.application_id)
        .outerjoin(NEXT, ON_NEXT)
        .where(
            DirectoryConsentRow.ended_at.is_(None),
            IS_PUBLISHED_ACUERDO,
            AgreementRow.valid_from <= today,
            AgreementRow.valid_until >= today,
            sa.or_(NEXT.id.is_(None), NEXT.valid_from > today),
            *holds,
        )
    )


def _entry(row: Any) -> Entry:  # noqa: ANN401 -- a row of ``_listed``
    return Entry(
        trade=row.trade,
        canton=row.canton,
        province=row.province,
        valid_until=row.valid_until,
        name=row.holder if row.shows_name else "",
        phone=(row.phone or "") if row.shows_phone else "",
    )
