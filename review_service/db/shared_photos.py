"""Finds the same or similar photos in other applications, in one query for all photos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from review_service.db.models import ApplicationRow
from review_service.db.photo_pairs import any_pair, pairs_of
from review_service.domain.applications import ApplicationState
from review_service.domain.likeness import agreement_words, closeness
from review_service.domain.shared_workshops import (
    Relation,
    Sharing,
    relation_of,
    rucs_of,
    sharing,
)

MOST_SHARING: Final = 50
"""Most cases compared again because of one; a form that is in hundreds needs no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPhoto:
    """A page of this application, and another page with the same or a similar photo."""

    document_id: UUID
    page_number: int
    box: dict[str, Any] | None
    other_id: UUID
    reference: str
    ruc: str
    holder: str
    confirmed_at: datetime | None
    other_document_id: UUID
    other_file_name: str
    other_page_number: int
    other_box: dict[str, Any] | None
    distance: int
    """Bits of 256; 0 for the same file."""
    turned: int
    """The turn or mirroring that makes the other photo look like this one."""
    is_exact: bool
    """Whether the untouched streams are the same, byte for byte."""
    others: int
    """How many applications share this page's photo, the listed ones included."""
    came_first: bool = False
    """Whether this page was received before any like it of the other application."""
    sha256: str = ""
    other_sha256: str = ""
    positions: tuple[int, int] = (0, 0)
    """In the index, this one's and the other's, where one resembles the other."""
    agreeing: int = 0
    """Places that agree when one is laid on the other; 0 where hashes alone say it."""
    agreement: float = 0.0
    """Their share of the places that look alike."""
    is_denied: bool = False
    """Whether an officer said that they are no copies."""
    sharing: Sharing = Sharing.NEITHER
    """What both applications say of sharing their workshop; of one RUC it says nothing."""
    relation: Relation = Relation.OTHER_RUC

    @property
    def closeness(self) -> str:
        """How close both are, Spanish: by their places where they agree, else by their hashes."""
        if self.agreeing:
            return agreement_words(self.agreeing, self.agreement, self.turned)
        return closeness(self.distance, self.turned)


def shared_photos(
    session: Session, application: ApplicationRow, *, most: int, with_denied: bool = False
) -> list[SharedPhoto]:
    """Return for each page the nearest ``most`` other applications that have been sent.

    Other applicants whose photo was received before come first, then those who sent it later, then
    those who declare with this one that they share a workshop, so that none of these takes the
    place of an alert; then its own; the closest first. Nobody is told of drafts and removed files.
    Pairs that an officer denied are left out, or come last ``with_denied``.
    """
    if not _has_pairs(session, application.id):
        return []
    named = rucs_of(_declares(application.sheet))
    among = sa.and_(ApplicationRow.ruc.in_(named), ApplicationRow.confirmed_at.is_not(None))
    with_it = _sharing(session, application, among) if named else {}
    asked = {
        "application_id": application.id,
        "ruc": application.ruc,
        "most": most,
        "denied": int(with_denied),
        "sharing": [each for each, said in with_it.items() if said.is_declared],
    }
    found = [_shared(row) for row in session.execute(_nearest(), asked)]
    others = {shared.other_id for shared in found if shared.ruc != application.ruc}
    said = _sharing(session, application, ApplicationRow.id.in_(others)) if others else {}
    return [
        _related(shared, said.get(shared.other_id, Sharing.NEITHER), ruc=application.ruc)
        for shared in found
    ]


def _has_pairs(session: Session, application_id: UUID) -> bool:
    """Return whether a photo of it may be one of a pair: of nearly none.

    Asked first, as to plan the question for the pairs takes long.
    """
    return session.execute(any_pair(), {"application_id": application_id}).first() is not None


def _related(shared: SharedPhoto, said: Sharing, *, ruc: str) -> SharedPhoto:
    relation = relation_of(is_own=shared.ruc == ruc, said=said, came_first=shared.came_first)
    return replace(shared, sharing=said, relation=relation)


def _sharing(
    session: Session, application: ApplicationRow, among: sa.ColumnElement[bool]
) -> dict[UUID, Sharing]:
    """Return what this application and others say of sharing their workshop, by the others' ids."""
    rows = session.execute(
        sa.select(ApplicationRow.id, ApplicationRow.ruc, ApplicationRow.sheet).where(
            among, ApplicationRow.ruc != application.ruc
        )
    )
    return {
        row.id: sharing(
            here_ruc=application.ruc,
            here=_declares(application.sheet),
            there_ruc=row.ruc,
            there=_declares(row.sheet),
        )
        for row in rows
    }


def _declares(sheet: Mapping[str, Any]) -> str:
    return str(sheet.get("shared_with") or "")


class _Places(NamedTuple):
    """Who comes after strangers: the same RUC, and those who declare one workshop with it."""

    ruc: "sa.BindParameter[str]"
    sharing: "sa.BindParameter[Any]"


@lru_cache(maxsize=1)
def _nearest() -> sa.Select[Any]:
    """Return the statement of ``shared_photos``: making it takes longer than asking it."""
    mine = sa.bindparam("application_id", type_=sa.Uuid())
    ruc = sa.bindparam("ruc", type_=sa.String())
    sharing = sa.bindparam("sharing", type_=sa.Uuid(), expanding=True)
    ranked = _ranked(
        pairs_of(mine), mine, _Places(ruc, sharing), aliased(ApplicationRow)
    ).subquery()
    return (
        sa.select(ranked)
        .where(ranked.c.place <= sa.bindparam("most", type_=sa.Integer()))
        .order_by(ranked.c.document_id, ranked.c.page_number, ranked.c.place)
    )


def own_repeats(session: Session, application_id: UUID) -> list[SharedPhoto]:
    """Return the pairs of similar photos within one application; the later page comes first."""
    if not _has_pairs(session, application_id):
        return []
    return [_shared(row) for row in session.execute(_within(), {"application_id": application_id})]


@lru_cache(maxsize=1)
def _within() -> sa.Select[Any]:
    """Return the statement of ``own_repeats``."""
    mine = sa.bindparam("application_id", type_=sa.Uuid())
    pairs, owner = pairs_of(mine), aliased(ApplicationRow)
    return (
        _told(pairs, owner)
        .add_columns(sa.literal(1).label("others"), sa.false().label("came_first"))
        .where(pairs.c.other_application_id == mine, owner.id == mine)
        .order_by(pairs.c.distance)
    )


def sharing_cases(session: Session, application_id: UUID) -> Sequence[ApplicationRow]:
    """Return other cases in review with the same or a similar photo; at most fifty."""
    if not _has_pairs(session, application_id):
        return ()
    return session.scalars(_sharing_cases(), {"application_id": application_id}).all()


@lru_cache(maxsize=1)
def _sharing_cases() -> sa.Select[ApplicationRow]:
    """Return the statement of ``sharing_cases``."""
    mine = sa.bindparam("application_id", type_=sa.Uuid())
    others = sa.select(pairs_of(mine).c.other_application_id)
    return (
        sa.select(ApplicationRow)
        .where(
            ApplicationRow.id.in_(others),
            ApplicationRow.id != mine,
            ApplicationRow.state == ApplicationState.IN_REVIEW,
        )
        .order_by(ApplicationRow.confirmed_at.desc(), ApplicationRow.id)
        .limit(MOST_SHARING)
    )


def _told(pairs: sa.Subquery, other: type[ApplicationRow]) -> sa.Select[Any]:
    return sa.select(
        pairs.c.document_id,
        pairs.c.page_number,
        pairs.c.box,
        other.id.label("other_id"),
        other.reference,
        other.ruc,
        other.holder,
        other.confirmed_at,
        pairs.c.other_document_id,
        pairs.c.other_file_name,
        pairs.c.other_page_number,
        pairs.c.other_box,
        pairs.c.distance,
        pairs.c.turned,
        pairs.c.is_exact,
        pairs.c.agreeing,
        pairs.c.agreement,
        pairs.c.is_denied,
        pairs.c.sha256,
        pairs.c.other_sha256,
        pairs.c.index_position,
        pairs.c.other_index_position,
        pairs.c.received_at,
        pairs.c.other_received_at,
    ).join(other, other.id == pairs.c.other_application_id)


def _ranked(
    pairs: sa.Subquery,
    application_id: sa.BindParameter[UUID],
    places: "_Places",
    other: type[ApplicationRow],
) -> sa.Select[Any]:
    """Rank the other applications of each page, each by its closest pair of photos.

    Of one with which a pair was denied and another stands, both are told.
    """
    page = (pairs.c.document_id, pairs.c.page_number)
    nearest_first = [
        pairs.c.is_exact.desc(),
        pairs.c.distance,
        pairs.c.other_document_id,
        pairs.c.other_page_number,
    ]
    closest = (
        _told(pairs, other)
        .add_columns(
            sa.func.row_number()
            .over(partition_by=[*page, other.id, pairs.c.is_denied], order_by=nearest_first)
            .label("closeness"),
            sa.func.row_number()
            .over(partition_by=[*page, other.id], order_by=[pairs.c.is_denied, *nearest_first])
            .label("of_application"),
            sa.func.min(pairs.c.other_received_at)
            .over(partition_by=[*page, other.id])
            .label("other_first_at"),
        )
        .where(
            other.id != application_id,
            other.confirmed_at.is_not(None),
            pairs.c.is_denied <= sa.bindparam("denied", type_=sa.Integer()),
        )
        .subquery()
    )
    came_first = closest.c.received_at < closest.c.other_first_at
    comes_later = sa.case(
        (closest.c.ruc == places.ruc, 3),
        (closest.c.other_id.in_(places.sharing), 2),
        (came_first, 1),
        else_=0,
    )
    page_of = [closest.c.document_id, closest.c.page_number]
    return sa.select(
        closest,
        came_first.label("came_first"),
        sa.func.row_number()
        .over(
            partition_by=page_of,
            order_by=[
                closest.c.is_denied,
                comes_later,
                closest.c.is_exact.desc(),
                closest.c.distance,
                closest.c.reference,
            ],
        )
        .label("place"),
        # each application once: one with a denied pair and another has two rows
        sa.func.count()
        .filter(closest.c.of_application == 1)
        .over(partition_by=page_of)
        .label("others"),
    ).where(closest.c.closeness == 1)


def _shared(row: sa.Row[Any]) -> SharedPhoto:
    return SharedPhoto(
        document_id=row.document_id,
        page_number=row.page_number,
        box=row.box,
        other_id=row.other_id,
        reference=row.reference,
        ruc=row.ruc,
        holder=row.holder,
        confirmed_at=row.confirmed_at,
        other_document_id=row.other_document_id,
        other_file_name=row.other_file_name,
        other_page_number=row.other_page_number,
        other_box=row.other_box,
        distance=row.distance,
        turned=row.turned,
        is_exact=bool(row.is_exact),
        others=row.others,
        came_first=bool(row.came_first),
        sha256=row.sha256,
        other_sha256=row.other_sha256,
        positions=(row.index_position or 0, row.other_index_position or 0),
        agreeing=row.agreeing,
        agreement=row.agreement,
        is_denied=bool(row.is_denied),
    )
