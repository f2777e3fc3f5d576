"""The public directory: who consented and holds an Acuerdo in force today."""

from collections.abc import Iterator, Sequence
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
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.directory import (
    AFTER_THE_TRADE,
    MOST_FOUND,
    MOST_ON_A_PAGE,
    Entry,
    Question,
)
from review_service.domain.terms import ecuador_day

AT_ONCE: Final = 1_000
"""Entries of an export that are in memory at a time, and read in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """One page of what was found."""

    entries: Sequence[Entry]
    total: int
    """Entries of all pages, ``MOST_FOUND`` at most."""
    number: int
    """From 1; the last page for a higher one."""
    is_partial: bool = False
    """Whether more were found than the pages show."""

    @property
    def pages(self) -> int:
        """How many there are; 0 when nobody was found."""
        return -(-self.total // MOST_ON_A_PAGE)


NOBODY: Final = EntryPage(entries=(), total=0, number=1)


def page_of(uow: UnitOfWork, asked: Question, *, page: int) -> EntryPage:
    """Return the entries of one page, from 1: of the first ``MOST_FOUND`` that fit."""
    chosen = _listed(ecuador_day(uow.now), asked)
    ids = chosen.with_only_columns(DirectoryConsentRow.id).order_by(*_ORDER).limit(MOST_FOUND + 1)
    found = uow.session.execute(sa.select(sa.func.count()).select_from(ids.subquery())).scalar_one()
    total = min(found, MOST_FOUND)
    page = min(page, max(1, -(-total // MOST_ON_A_PAGE)))
    rows = uow.session.execute(
        chosen.order_by(*_ORDER).limit(MOST_ON_A_PAGE).offset((page - 1) * MOST_ON_A_PAGE)
    )
    entries = [_entry(row) for row in rows]
    return EntryPage(entries=entries, total=total, number=page, is_partial=found > total)


def every_entry(reading: UnitFactory, asked: Question) -> Iterator[Sequence[Entry]]:
    """Yield all entries that fit, some at a time, in their order; no transaction stays open.

    Whoever leaves the directory meanwhile is in no part that is read later.
    """
    with reading() as uow:
        chosen = _listed(ecuador_day(uow.now), asked).order_by(*_ORDER).limit(AT_ONCE)
        rows = uow.session.connection().execute(chosen).all()
    # Made once: that costs as much as to read a hundred entries.
    further = chosen.where(sa.tuple_(*_ORDER) > sa.tuple_(*_LAST))
    while rows:
        yield [_entry(row) for row in rows]
        if len(rows) < AT_ONCE:
            return
        last = {each.key: getattr(rows[-1], each.key) for each in _ORDER}
        with reading() as uow:
            rows = uow.session.connection().execute(further, last).all()


def cantons(uow: UnitOfWork) -> Sequence[str]:
    """Return each canton in which an artisan is listed.

    Asked is an index for the next canton, and then for one artisan there: as much work as there are
    cantons, however many consented.
    """
    canton = DirectoryConsentRow.canton
    next_one = sa.select(sa.func.min(canton)).where(DirectoryConsentRow.ended_at.is_(None))
    walk = next_one.cte("walk", recursive=True)
    found = walk.c[0]
    walk = walk.union_all(
        sa.select(next_one.where(canton > found).scalar_subquery()).where(found.is_not(None))
    )
    found = walk.c[0]
    # One by one: PostgreSQL would join all for an EXISTS.
    one_there = (
        _listed(ecuador_day(uow.now), Question())
        .with_only_columns(DirectoryConsentRow.id)
        .where(canton == found)
        .limit(1)
        .correlate(walk)
        .scalar_subquery()
    )
    asked = sa.select(found).where(found.is_not(None), one_there.is_not(None)).order_by(found)
    return uow.session.scalars(asked).all()


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
_LAST = tuple(sa.bindparam(each.key, type_=each.type) for each in _ORDER)
"""Stand for the place of an entry in that order."""


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
        .where(
            DirectoryConsentRow.ended_at.is_(None),
            IS_PUBLISHED_ACUERDO,
            AgreementRow.valid_from <= today,
            AgreementRow.valid_until >= today,
            # Of an outer join PostgreSQL expects that nothing is left, and then sorts all.
            ~sa.exists().where(ON_NEXT, NEXT.valid_from <= today).correlate(AgreementRow),
            *holds,
        )
    )


def _entry(row: Any) -> Entry:  # noqa: ANN401 -- a row of ``_listed``
    _, trade, canton, province, shows_name, shows_phone, valid_until, holder, phone = row
    return Entry(
        trade=trade,
        canton=canton,
        province=province,
        valid_until=valid_until,
        name=holder if shows_name else "",
        phone=(phone or "") if shows_phone else "",
    )
