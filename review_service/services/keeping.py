"""Keeps what a person typed into a form that could not be taken, for that person only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from review_service.db.engine import insert_if_absent
from review_service.db.models import KeptFormRow
from review_service.db.readable import readable
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import InvalidInputError
from review_service.domain.retention import KEPT_FORM_DAYS

KEPT_HOURS: Final = 24 * KEPT_FORM_DAYS
"""Hours after which kept words are deleted."""
MAX_FORMS: Final = 12
"""Most forms kept for one person; the oldest goes first."""
MAX_BYTES: Final = 64 * 1024
MAX_FIELDS: Final = 200
MAX_ADDRESS: Final = 300

_KEPT: Final = readable(KeptFormRow).c
_KEPT_ON: Final = (
    sa.select(_KEPT.path, _KEPT.page, _KEPT.fields, _KEPT.was_sent, _KEPT.kept_at, _KEPT.shown_at)
    .where(_KEPT.owner == sa.bindparam("owner"), _KEPT.page == sa.bindparam("page"))
    .order_by(_KEPT.kept_at)
)

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """One form's words."""

    path: str
    page: str
    fields: tuple[tuple[str, str], ...]
    was_sent: bool
    kept_at: datetime
    was_shown: bool = False
    """Whether the person has seen it since."""


def keep(
    uow: UnitOfWork, *, owner: str, path: str, page: str, fields: Fields, was_sent: bool
) -> datetime:
    """Keep a form's words instead of what was kept of it before; return when.

    Raises ``InvalidInputError`` for more than a form can hold.
    """
    size = sum(len(name.encode()) + len(text.encode()) for name, text in fields)
    too_long = max(len(path), len(page)) > MAX_ADDRESS
    if size > MAX_BYTES or len(fields) > MAX_FIELDS or too_long:
        raise InvalidInputError({"": "Es demasiado para guardarlo aquí."})
    with uow:
        values = {
            "page": page,
            "fields": [list(pair) for pair in fields],
            "was_sent": was_sent,
            "kept_at": uow.now,
            "shown_at": None,
        }
        if not insert_if_absent(uow.session, KeptFormRow, owner=owner, path=path, **values):
            uow.session.execute(
                sa.update(KeptFormRow)
                .where(KeptFormRow.owner == owner, KeptFormRow.path == path)
                .values(**values)
            )
        _forget_oldest(uow, owner)
        uow.commit()
        return uow.now


def kept_on(uow: UnitOfWork, *, owner: str, page: str) -> tuple[KeptForm, ...]:
    """Return what is kept for a person of the forms of one page, the newest last."""
    with uow:
        rows = uow.rows(_KEPT_ON, owner=owner, page=page).all()
        return tuple(
            KeptForm(
                path=row.path,
                page=row.page,
                fields=tuple((str(name), str(text)) for name, text in row.fields),
                was_sent=row.was_sent,
                kept_at=row.kept_at,
                was_shown=row.shown_at is not None,
            )
            for row in rows
            if row.kept_at >= _oldest(uow)
        )


def page_to_return_to(uow: UnitOfWork, *, owner: str) -> str | None:
    """Return the page of the newest form that was sent, not taken, and not shown again yet."""
    with uow:
        newest = (
            _kept_by(owner)
            .where(
                KeptFormRow.kept_at >= _oldest(uow),
                KeptFormRow.was_sent,
                KeptFormRow.shown_at.is_(None),
            )
            .order_by(KeptFormRow.kept_at.desc())
            .limit(1)
        )
        row = uow.session.scalars(newest).first()
        return row.page if row is not None else None


def note_shown(uow: UnitOfWork, *, owner: str, page: str) -> None:
    """Note that the person saw what is kept of a page."""
    with uow:
        uow.session.execute(
            sa.update(KeptFormRow)
            .where(
                KeptFormRow.owner == owner,
                KeptFormRow.page == page,
                KeptFormRow.shown_at.is_(None),
            )
            .values(shown_at=uow.now)
        )
        uow.commit()


def forget(uow: UnitOfWork, *, owner: str, path: str) -> None:
    """Delete what is kept of one form."""
    with uow:
        uow.session.execute(
            sa.delete(KeptFormRow).where(KeptFormRow.owner == owner, KeptFormRow.path == path)
        )
        uow.commit()


def _kept_by(owner: str) -> sa.Select[KeptFormRow]:
    return sa.select(KeptFormRow).where(KeptFormRow.owner == owner)


def _oldest(uow: UnitOfWork) -> datetime:
    """Return since when words are kept; the time is asked for where there are some."""
    return uow.now - timedelta(hours=KEPT_HOURS)


def _forget_oldest(uow: UnitOfWork, owner: str) -> None:
    newest = (
        sa.select(KeptFormRow.id)
        .where(KeptFormRow.owner == owner)
        .order_by(KeptFormRow.kept_at.desc(), KeptFormRow.id)
        .limit(MAX_FORMS)
    )
    ids = list(uow.session.scalars(newest))
    uow.session.execute(
        sa.delete(KeptFormRow).where(KeptFormRow.owner == owner, KeptFormRow.id.not_in(ids))
    )
