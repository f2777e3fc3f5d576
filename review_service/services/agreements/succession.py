"""Gives a new document its place after those of the same RUC and track: never two hold at once.

An Acuerdo of before this service, imported, is followed too until one of ours comes after it.

Numbering locks the series first, so that of two that are numbered at once the second sees the
first; that ``latest_key`` is unique holds it where their series are of different years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import AgreementRow, ApplicationRow, PriorAgreementRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError, StaleStateError
from review_service.domain.renewals import begins_on, changed_facts
from review_service.domain.terms import ecuador_day
from review_service.services.agreements.imported_formers import facts_said, standing_import
from review_service.services.agreements.printed_facts import holder_facts

FOLLOWED: Final = "document_followed"
"""Event of a document's application: another follows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """The document after which another comes, or whose place it takes."""

    application_id: UUID | None
    """None for an Acuerdo of before this service, which was imported."""
    number: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A document that another follows, as it was when that one's place was found."""

    id: UUID
    successor_id: UUID | None
    latest_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a document stands among those of its RUC and track."""

    key: str
    begins: date
    former: Former | None
    """The last before it, when that one still holds, or is to; None otherwise."""
    changes: tuple[str, ...]
    """What of the holder's facts differs from the former, as said in a sentence."""
    followed: tuple[Followed, ...]

    @property
    def replaces(self) -> Former | None:
        """The former, when the new one begins before its end."""
        ends = self.former is not None and self.begins <= self.former.valid_until
        return self.former if ends else None


def place_of(uow: UnitOfWork, row: ApplicationRow, *, category: str = "") -> Place:
    """Return the place of a document that would be issued for the application just now."""
    rows, today = _rows(uow, row.ruc, row.track), ecuador_day(uow.now)
    last = _last(rows)
    former, said = _standing(uow, row, rows, last)
    changes: tuple[str, ...] = ()
    if former is not None:
        changes = changed_facts(said, holder_facts(row, category=category))
    ends = former.valid_until if former is not None else None
    begins = begins_on(today, former_end=ends, has_changed=bool(changes))
    starts = {each.id: each.valid_from for each in rows}
    followed = tuple(
        Followed(id=each.id, successor_id=each.successor_id, latest_key=each.latest_key)
        for each in rows
        if each is last
        or each.latest_key is not None
        or (each.valid_until >= begins and not _ends_before(each, begins, starts))
    )
    return Place(
        key=f"{row.ruc}:{row.track}",
        begins=begins,
        former=former,
        changes=changes,
        followed=followed,
    )


def foreseen(uow: UnitOfWork, *, application_id: UUID, category: str = "") -> Place:
    """Return the place that the application's document would take today.

    Raises ``NotFoundError``.
    """
    with uow:
        row = uow.session.get(ApplicationRow, application_id)
        if row is None:
            raise NotFoundError(f"no application {application_id}")
        return place_of(uow, row, category=category)


def last_of(uow: UnitOfWork, *, ruc: str, track: str) -> Former | None:
    """Return the last document of the RUC and track, if it still holds, or is to."""
    rows = _rows(uow, ruc, track)
    last = _last(rows)
    if last is not None and last.valid_until >= ecuador_day(uow.now):
        return _former(last)
    imported = standing_import(uow, ruc=ruc, track=track, issued=rows)
    return _imported(imported) if imported is not None else None


def give(uow: UnitOfWork, place: Place, *, to: UUID, number: str) -> None:
    """Let those before be followed by the document ``to``, before its own row is written.

    Raises ``StaleStateError`` when another took the place at the same moment.
    """
    for followed in place.followed:
        taken = uow.session.execute(
            sa.update(AgreementRow)
            .where(
                AgreementRow.id == followed.id,
                AgreementRow.successor_id.is_not_distinct_from(followed.successor_id),
                AgreementRow.latest_key.is_not_distinct_from(followed.latest_key),
            )
            .values(successor_id=to, latest_key=None)
            .returning(AgreementRow.application_id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if taken is None:
            raise StaleStateError(f"another document follows {followed.id} since just now")
        uow.record(
            FOLLOWED,
            actor="service",
            subject_id=taken,
            successor=str(to),
            number=number,
            begins=place.begins.isoformat(),
        )


def _rows(uow: UnitOfWork, ruc: str, track: str) -> list[AgreementRow]:
    """Return the documents of the RUC and track as they are now, whatever was read before."""
    return list(
        uow.session.scalars(
            sa.select(AgreementRow)
            .join(ApplicationRow, ApplicationRow.id == AgreementRow.application_id)
            .where(AgreementRow.ruc == ruc, ApplicationRow.track == track)
            .order_by(AgreementRow.numbered_at, AgreementRow.id)
            .execution_options(populate_existing=True)
        )
    )


def _last(rows: list[AgreementRow]) -> AgreementRow | None:
    """Return the one that holds longest of those whose place no other took."""
    starts = {each.id: each.valid_from for each in rows}
    standing = [each for each in rows if not _ends_before(each, each.valid_until, starts)]
    return max(standing, key=lambda each: each.valid_until, default=None)


def _ends_before(row: AgreementRow, day: date, starts: dict[UUID, date]) -> bool:
    """Whether a successor stands in its place on that day already."""
    begins = starts.get(row.successor_id) if row.successor_id is not None else None
    return begins is not None and begins <= day


def _standing(
    uow: UnitOfWork,
    row: ApplicationRow,
    rows: Sequence[AgreementRow],
    last: AgreementRow | None,
) -> tuple[Former | None, object]:
    """Return the document that holds, or is to, and what it says of its holder."""
    if last is not None and last.valid_until >= ecuador_day(uow.now):
        return _former(last), last.snapshot
    imported = standing_import(uow, ruc=row.ruc, track=row.track, issued=rows)
    if imported is None:
        return None, None
    return _imported(imported), facts_said(imported, row)


def _former(row: AgreementRow) -> Former:
    return Former(
        application_id=row.application_id,
        number=row.number,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def _imported(row: PriorAgreementRow) -> Former:
    return Former(
        application_id=None,
        number=row.number,
        valid_from=row.issued_on,
        valid_until=row.valid_until,
    )
