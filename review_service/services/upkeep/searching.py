"""Rebuilds the search index of page texts, when it is missing or its format has changed."""

from collections.abc import Callable, Sequence
from uuid import UUID

import sqlalchemy as sa

from review_service.db import page_texts
from review_service.db.models import PageRow
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.services.upkeep.rounds import Round

BATCH = 200
"""Pages per transaction: it takes under a second, so that nobody waits long for its locks."""
FIRST = UUID(int=0)


def rebuild(writing: UnitFactory, *, on_unread: Callable[[UUID], object]) -> int:
    """Write the words of every page into the index again; return the number of pages.

    Each batch is a transaction of its own, so that it may be broken off and run beside the service.
    ``on_unread`` hears of each page whose words cannot be read; it stays in the index as it was.
    """
    pages, after, reading = 0, FIRST, Round("page_not_indexed")
    while True:
        with writing() as uow:
            beyond = sa.select(PageRow.id).where(PageRow.id > after).order_by(PageRow.id)
            ids = uow.session.scalars(beyond.limit(BATCH)).all()
        if not ids:
            return pages
        unread = reading.some(
            ids, lambda some: _write(writing(), some), ids=lambda page_id: {"page_id": page_id}
        )
        for page_id in unread:
            on_unread(page_id)
        pages, after = pages + len(ids) - len(unread), ids[-1]


def _write(uow: UnitOfWork, ids: Sequence[UUID]) -> None:
    with uow:
        rows = uow.session.execute(
            sa.select(PageRow.id, PageRow.words)
            .where(PageRow.id.in_(ids))
            .order_by(PageRow.id)
            .with_for_update(of=PageRow)
        )
        for page_id, words in rows.all():
            page_texts.write(uow.session, page_id, page_texts.stored_words(words))
        uow.commit()
