"""Pairs of photos that are the same, or that resemble each other, as one subquery."""

from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from review_service.db.models import (
    CopyDenialRow,
    DocumentRow,
    PageRow,
    PhotoRow,
    ResemblanceRow,
)
from review_service.domain.likeness import AS_SEEN, BACK


def _living(name: str) -> sa.Subquery:
    """Return every photo of a file that was not removed or deleted, with page and application.

    Two subqueries, not one common table: PostgreSQL would write that out in full.
    """
    return (
        sa.select(
            PhotoRow.page_id,
            PhotoRow.position,
            PhotoRow.sha256,
            PhotoRow.index_position,
            PhotoRow.box,
            PageRow.document_id,
            PageRow.number.label("page_number"),
            DocumentRow.application_id,
            DocumentRow.file_name,
            DocumentRow.created_at.label("received_at"),
        )
        .join(PageRow, PageRow.id == PhotoRow.page_id)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .where(
            DocumentRow.removed_at.is_(None),
            DocumentRow.released_at.is_(None),
            DocumentRow.assembled.is_(False),
        )
        .subquery(name)
    )


def pairs_of(application_id: UUID | sa.BindParameter[UUID]) -> sa.Subquery:
    """Return each photo of the application with each other photo that is the same or similar."""
    here, there = _living("here"), _living("there")
    near = aliased(ResemblanceRow)
    mine = here.c.application_id == application_id
    elsewhere = sa.or_(here.c.page_id != there.c.page_id, here.c.position != there.c.position)
    exact = _side_by_side(here, there, _Near.exact()).where(
        mine, elsewhere, here.c.sha256 == there.c.sha256
    )
    denied = sa.case((_is_denied(here, there), 1), else_=0)
    undone = sa.case(dict(enumerate(BACK)), value=near.turned)
    came_later = _side_by_side(here, there, _Near.of(near, undone, denied)).where(
        mine,
        near.later_position == here.c.index_position,
        near.earlier_position == there.c.index_position,
        here.c.sha256 != there.c.sha256,
    )
    came_first = _side_by_side(here, there, _Near.of(near, near.turned, denied)).where(
        mine,
        near.earlier_position == here.c.index_position,
        near.later_position == there.c.index_position,
        here.c.sha256 != there.c.sha256,
    )
    return sa.union_all(exact, came_later, came_first).subquery("pairs")


@lru_cache(maxsize=1)
def any_pair() -> sa.Select[int]:
    """Return the question whether a photo of ``application_id`` may be one of such a pair.

    Without a row ``pairs_of`` is empty; with one it may be so too, as of removed files.
    """
    other, near = aliased(PhotoRow), aliased(ResemblanceRow)
    is_other = sa.or_(other.page_id != PhotoRow.page_id, other.position != PhotoRow.position)
    alike = (
        sa.exists().where(other.sha256 == PhotoRow.sha256, is_other),
        sa.exists().where(near.later_position == PhotoRow.index_position),
        sa.exists().where(near.earlier_position == PhotoRow.index_position),
    )
    return (
        sa.select(sa.literal_column("1", sa.Integer()))
        .select_from(PhotoRow)
        .join(PageRow, PageRow.id == PhotoRow.page_id)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .where(
            DocumentRow.application_id == sa.bindparam("application_id", type_=sa.Uuid()),
            sa.or_(*alike),
        )
        .limit(1)
    )


class _Near(NamedTuple):
    """How close two photos are, as columns."""

    distance: sa.SQLColumnExpression[int]
    turned: sa.SQLColumnExpression[int]
    is_exact: sa.SQLColumnExpression[int]
    agreeing: sa.SQLColumnExpression[int]
    agreement: sa.SQLColumnExpression[float]
    is_denied: sa.SQLColumnExpression[int]

    @classmethod
    def exact(cls) -> "_Near":
        """Of two that are the same file: nobody denies that."""
        nothing = sa.literal(0)
        return cls(nothing, sa.literal(AS_SEEN), sa.literal(1), nothing, sa.literal(0.0), nothing)

    @classmethod
    def of(
        cls,
        near: type[ResemblanceRow],
        turned: sa.SQLColumnExpression[int],
        denied: sa.SQLColumnExpression[int],
    ) -> "_Near":
        """Of two that resemble each other."""
        agreeing = sa.func.coalesce(near.agreeing, 0)
        agreement = sa.func.coalesce(near.agreement, 0.0)
        return cls(near.distance, turned, sa.literal(0), agreeing, agreement, denied)


def _is_denied(here: sa.Subquery, there: sa.Subquery) -> sa.ColumnElement[bool]:
    """Whether an officer said, in either of both cases, that two photos are no copies."""
    said = aliased(CopyDenialRow)

    def are(one: sa.Subquery, other: sa.Subquery) -> sa.ColumnElement[bool]:
        return sa.and_(
            said.application_id == one.c.application_id,
            said.sha256 == one.c.sha256,
            said.other_application_id == other.c.application_id,
            said.other_sha256 == other.c.sha256,
        )

    either = sa.or_(are(here, there), are(there, here))
    return sa.select(said.id).where(either).correlate(here, there).exists()


def _side_by_side(here: sa.Subquery, there: sa.Subquery, near: _Near) -> sa.Select[Any]:
    return sa.select(
        here.c.document_id,
        here.c.page_number,
        here.c.box,
        here.c.received_at,
        there.c.received_at.label("other_received_at"),
        there.c.application_id.label("other_application_id"),
        there.c.document_id.label("other_document_id"),
        there.c.page_number.label("other_page_number"),
        there.c.file_name.label("other_file_name"),
        there.c.box.label("other_box"),
        here.c.sha256,
        there.c.sha256.label("other_sha256"),
        here.c.index_position,
        there.c.index_position.label("other_index_position"),
        *(column.label(name) for name, column in near._asdict().items()),
    )
