"""Rebuilds the search index of page texts, when it is missing or its format has changed."""

from uuid import UUID

import sqlalchemy as sa

from review_service.db import page_texts
from review_service.db.models import PageRow
from review_service.db.unit_of_work import UnitFactory

BATCH = 200
"""Pages per transaction: it takes under a second, so that nobody waits long for its locks."""
FIRST = UUID(int=0)


def rebuild(writing: UnitFactory) -> int:
    """Write the words of every page into the index again; return the number of pages.

    Each batch is a transaction of its own, so that it may be broken off and run beside the service.
    """
    pages, after = 0, FIRST
    while True:
        with writing() as uow:
            rows = uow.session.execute(
                sa.select(PageRow.id, PageRow.words)
                .where(PageRow.id > after)
                .order_by(PageRow.id)
                .limit(BATCH)
                .with_for_update(of=PageRow)
            ).all()
            for page_id, words in rows:
                page_texts.write(uow.session, page_id, page_texts.stored_words(words))
            uow.commit()
        if not rows:
            return pages
        pages, after = pages + len(rows), rows[-1][0]
