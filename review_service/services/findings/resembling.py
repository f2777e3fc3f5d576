"""Adds photos to the index, stores which photos they resemble, and updates the findings."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import counters, tasks
from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    PageRow,
    PhotoRow,
    ResemblanceRow,
)
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.domain.likeness import (
    CERTAIN_BITS,
    FORMS,
    HASH_BYTES,
    LEAST_QUALITY,
    LEAST_SAMENESS,
    RADIUS,
    Enrolled,
    Hit,
    Laid,
    Likeness,
    Proven,
    Sameness,
    differing_bits,
    form_of,
)
from review_service.domain.work import TaskKind
from review_service.services.findings import photo_copies
from review_service.services.findings.comparing import compare

logger = logging.getLogger(__name__)

NOTHING_PROVEN: Final = Proven()
COUNTER: Final = "photo_index"
_PHOTO_KINDS: Final = (DocumentKind.EVIDENCE, DocumentKind.PHOTO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The photos that one task searches for, and the position the index must have reached."""

    last: int
    photos: tuple[Likeness, ...]
    documents: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many photos are in the index, and why the others are not."""

    enrolled: int
    waiting: int
    """Can be added to the index, and are not yet."""
    plain: int
    """Too uniform to be told apart, so not indexed."""
    without_features: int
    """In the index, received before local features were kept or without any."""
    without_hash: int
    """Received before photos were hashed, or that could not be decoded."""


def enrol(uow: UnitOfWork, document_id: UUID) -> Round:
    """Give the photos of an application their positions in the index, in a short transaction.

    Its other checked files are taken along: twenty photos sent one by one make one search. The
    counter is held until the commit, so whoever sees a position sees all before it.
    """
    with uow:
        document = uow.session.get(DocumentRow, document_id)
        if document is None:
            return Round(last=counters.reached(uow, COUNTER), photos=(), documents=frozenset())
        last = counters.hold(uow, COUNTER)
        fresh = uow.session.execute(_waiting(document.application_id)).all()
        for photo, _ in fresh:
            last += 1
            photo.index_position = last
        counters.advance(uow, COUNTER, last)
        uow.session.flush()
        documents = frozenset({document_id, *(owner for _, owner in fresh)})
        photos = uow.session.execute(
            sa.select(
                PhotoRow.index_position,
                PhotoRow.pdq_forms,
                PhotoRow.pdq_views,
                PhotoRow.features,
            )
            .join(PageRow, PageRow.id == PhotoRow.page_id)
            .where(PageRow.document_id.in_(documents), PhotoRow.index_position.is_not(None))
            .order_by(PhotoRow.index_position)
        ).all()
        uow.commit()
    return Round(
        last=last,
        photos=tuple(
            Likeness(position=at, forms=forms, views=views, features=features)
            for at, forms, views, features in photos
            if at is not None and forms is not None and views is not None
        ),
        documents=documents,
    )


def between(uow: UnitOfWork, after: int, upto: int) -> Sequence[Enrolled]:
    """Return the enrolled photos after one position up to another; some may be gone."""
    with uow:
        return _enrolled(
            uow, sa.and_(PhotoRow.index_position > after, PhotoRow.index_position <= upto)
        )


def features_between(uow: UnitOfWork, after: int, upto: int) -> Sequence[tuple[int, bytes | None]]:
    """Return position and features of the enrolled photos after one position up to another."""
    with uow:
        return _features(
            uow, sa.and_(PhotoRow.index_position > after, PhotoRow.index_position <= upto)
        )


def features_of(uow: UnitOfWork, positions: Collection[int]) -> dict[int, bytes | None]:
    """Return the features of some photos by their positions; some may be gone."""
    with uow:
        return dict(_features(uow, PhotoRow.index_position.in_(positions)))


def standing_among(
    uow: UnitOfWork, document_id: UUID, positions: Collection[int]
) -> dict[int, bool]:
    """Return which photos at some positions still stand, and whether in the document's own case.

    Those of removed and replaced files do not.
    """
    if not positions:
        return {}
    with uow:
        document = uow.session.get(DocumentRow, document_id)
        own = document.application_id if document else None
        rows = uow.session.execute(
            sa.select(PhotoRow.index_position, DocumentRow.application_id)
            .join(PageRow, PageRow.id == PhotoRow.page_id)
            .join(DocumentRow, DocumentRow.id == PageRow.document_id)
            .where(PhotoRow.index_position.in_(positions), DocumentRow.removed_at.is_(None))
        ).all()
    return {at: owner == own for at, owner in rows if at is not None}


def reached(uow: UnitOfWork) -> int:
    """Return the last index position that was given to a photo."""
    with uow:
        return counters.reached(uow, COUNTER)


def keep(
    uow: UnitOfWork,
    lease: Lease,
    found: Round,
    hits: Sequence[Hit],
    *,
    sameness: Sameness,
    proven: Proven = NOTHING_PROVEN,
    rulebook: Mapping[str, Any] | None = None,
) -> None:
    """Store the matches, end the task, and renew the findings of the cases concerned.

    The index is only a copy: a hit counts if the database's own hashes say the same, and beyond
    ``CERTAIN_BITS`` if the brightness of both photos agrees too and their features, where both have
    enough, do not refute it. ``proven`` is what features say, from the database's own.
    ``rulebook`` is that of ``compare``.
    """
    with uow:
        document = uow.session.get(DocumentRow, lease.subject_id)
        if not tasks.finish(uow, lease):
            return
        if document is not None:
            tasks.finish_waiting(uow, lease.kind, found.documents - {lease.subject_id})
            unrefuted = [
                hit
                for hit in _proven(uow, hits)
                if hit.distance <= CERTAIN_BITS or (hit.earlier, hit.later) not in proven.refuted
            ]
            _write(uow, _agreeing(uow, unrefuted, sameness), proven.laid)
            uow.session.flush()
            _tell(uow, document.application_id, rulebook)
        uow.commit()


def give_up(
    uow: UnitOfWork, document_id: UUID, *, rulebook: Mapping[str, Any] | None = None
) -> None:
    """Add a finding that no search for copies was done; in the caller's transaction."""
    document = uow.session.get(DocumentRow, document_id)
    if document is not None:
        _tell(uow, document.application_id, rulebook)


def ask_again(uow: UnitOfWork) -> int:
    """Add a search task for every file with photos not in the index yet; return how many."""
    with uow:
        documents = set(uow.session.scalars(_waiting(None).with_only_columns(DocumentRow.id)))
        for document_id in sorted(documents):
            uow.enqueue(TaskKind.FIND_RESEMBLING, document_id, key=uow.now.isoformat())
        uow.commit()
    return len(documents)


def standing(uow: UnitOfWork) -> Standing:
    """Count the photos in the index and, by reason, those that are not."""
    has_hash = PhotoRow.pdq_forms.is_not(None)
    with uow:
        return Standing(
            enrolled=_count(uow, PhotoRow.index_position.is_not(None)),
            waiting=len(
                uow.session.execute(_waiting(None).with_only_columns(PhotoRow.page_id)).all()
            ),
            plain=_count(uow, has_hash & (PhotoRow.pdq_quality < LEAST_QUALITY)),
            without_features=_count(
                uow, PhotoRow.index_position.is_not(None) & PhotoRow.features.is_(None)
            ),
            without_hash=_count(uow, ~has_hash),
        )


def _count(uow: UnitOfWork, condition: sa.ColumnElement[bool]) -> int:
    counting = sa.select(sa.func.count()).select_from(PhotoRow).where(condition)
    return uow.session.execute(counting).scalar_one()


def _waiting(application_id: UUID | None) -> "sa.Select[PhotoRow, UUID]":
    """Select photos that can be added to the index and are not, in order of arrival."""
    selected = (
        sa.select(PhotoRow, DocumentRow.id)
        .join(PageRow, PageRow.id == PhotoRow.page_id)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .where(
            DocumentRow.state == DocumentState.CHECKED,
            DocumentRow.kind.in_(_PHOTO_KINDS),
            PhotoRow.index_position.is_(None),
            PhotoRow.pdq_quality >= LEAST_QUALITY,
            PhotoRow.pdq_forms.is_not(None),
            PhotoRow.pdq_views.is_not(None),
        )
        .order_by(DocumentRow.created_at, DocumentRow.id, PageRow.number, PhotoRow.position)
    )
    if application_id is None:
        return selected
    return selected.where(DocumentRow.application_id == application_id)


def _enrolled(uow: UnitOfWork, condition: sa.ColumnElement[bool]) -> list[Enrolled]:
    def part(column: sa.SQLColumnExpression[bytes | None], first: int) -> sa.Function[Any]:
        return sa.func.substr(column, first + 1, HASH_BYTES, type_=sa.LargeBinary)

    rows = uow.session.execute(
        sa.select(
            PhotoRow.index_position,
            part(PhotoRow.pdq_forms, 0),
            part(PhotoRow.pdq_views, 0),
            part(PhotoRow.pdq_views, FORMS * HASH_BYTES),
        )
        .where(condition)
        .order_by(PhotoRow.index_position)
    )
    return [
        Enrolled(position=position, hashes=b"".join(bytes(each) for each in hashes))
        for position, *hashes in rows
    ]


def _features(uow: UnitOfWork, condition: sa.ColumnElement[bool]) -> list[tuple[int, bytes | None]]:
    rows = uow.session.execute(
        sa.select(PhotoRow.index_position, PhotoRow.features)
        .where(condition)
        .order_by(PhotoRow.index_position)
    )
    return [(at, features) for at, features in rows if at is not None]


def _proven(uow: UnitOfWork, hits: Sequence[Hit]) -> list[Hit]:
    positions = {hit.earlier for hit in hits}
    known = {
        row.position: row.hashes for row in _enrolled(uow, PhotoRow.index_position.in_(positions))
    }
    proven = []
    for hit in hits:
        hashes = known.get(hit.earlier)
        if hashes is None:
            continue  # its application is gone
        there = hashes[hit.plane * HASH_BYTES :][:HASH_BYTES]
        if differing_bits(hit.asked, there) != hit.distance or hit.distance > RADIUS:
            logger.error("photo_index_differs", extra={"position": hit.earlier})
            continue
        proven.append(hit)
    return proven


def _agreeing(uow: UnitOfWork, hits: Sequence[Hit], sameness: Sameness) -> list[Hit]:
    """Return the hits that are certain, or whose photos show the same where both can be compared.

    Photos of before 0056 have no grid: of them the hash decides alone.
    """
    asked = [hit for hit in hits if hit.distance > CERTAIN_BITS]
    positions = {each for hit in asked for each in (hit.earlier, hit.later)}
    grids = {
        position: grid
        for position, grid in uow.session.execute(
            sa.select(PhotoRow.index_position, PhotoRow.pdq_grid).where(
                PhotoRow.index_position.in_(positions)
            )
        )
        if grid is not None
    }
    found = []
    for hit in hits:
        is_asked = hit.distance > CERTAIN_BITS and {hit.earlier, hit.later} <= grids.keys()
        if (
            not is_asked
            or sameness(grids[hit.earlier], grids[hit.later], hit.turned) >= LEAST_SAMENESS
        ):
            found.append(hit)
    return found


def _write(uow: UnitOfWork, hits: Sequence[Hit], laid: Sequence[Laid]) -> None:
    """Store the matches that are not stored yet: a task may run twice."""
    later = {hit.later for hit in hits} | {each.later for each in laid}
    known = {
        (earlier, after)
        for earlier, after in uow.session.execute(
            sa.select(ResemblanceRow.earlier_position, ResemblanceRow.later_position).where(
                ResemblanceRow.later_position.in_(later)
            )
        )
    }
    lays = {(each.earlier, each.later): each for each in laid}
    near = {(hit.earlier, hit.later): (hit.distance, hit.turned) for hit in hits}
    for pair, (distance, turned) in {**_apart(uow, lays), **near}.items():
        if pair in known:
            continue
        lay = lays.get(pair)
        uow.session.add(
            ResemblanceRow(
                earlier_position=pair[0],
                later_position=pair[1],
                distance=distance,
                turned=turned,
                agreeing=lay.agreeing if lay else None,
                agreement=lay.share if lay else None,
                lay=list(lay.lay) if lay else None,
            )
        )


def _apart(
    uow: UnitOfWork, lays: Mapping[tuple[int, int], Laid]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return how far the hashes of laid photos differ as they now stand, and in which form."""
    positions = {position for pair in lays for position in pair}
    forms = {
        position: bytes(hashes)
        for position, hashes in uow.session.execute(
            sa.select(PhotoRow.index_position, PhotoRow.pdq_forms).where(
                PhotoRow.index_position.in_(positions), PhotoRow.pdq_forms.is_not(None)
            )
        )
        if position is not None and hashes is not None
    }
    apart = {}
    for (earlier, later), lay in lays.items():
        if not {earlier, later} <= forms.keys():
            continue  # one of both is gone
        form = form_of(lay.lay)
        seen = forms[later][form * HASH_BYTES :][:HASH_BYTES]
        apart[earlier, later] = (differing_bits(seen, forms[earlier][:HASH_BYTES]), form)
    return apart


def _tell(uow: UnitOfWork, application_id: UUID, rulebook: Mapping[str, Any] | None) -> None:
    photo_copies.advise(uow, application_id)
    application = uow.session.get(ApplicationRow, application_id)
    if application is not None and application.state is ApplicationState.IN_REVIEW:
        compare(uow, application_id, rulebook=rulebook)
