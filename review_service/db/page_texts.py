"""The full-text index of pages: written with each page, searched by officers.

PostgreSQL keeps both vectors in one column: its own Spanish stems of the text as it stands, and our
folded stems; ``unaccent`` before the Spanish stemmer would lose every «-ción». SQLite keeps ours.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, REGCONFIG, TSQUERY
from sqlalchemy.orm import Session

from review_service.db.models import PageRow, PageTextRow
from review_service.db.newest_rows import newest_rows
from review_service.domain import folding
from review_service.domain.reports import Box, Word

FTS = sa.table("page_texts_fts", sa.column("rowid", sa.Integer()))
"""SQLite's full-text table; no model describes it."""
MOST_CHARACTERS = 100_000
"""Of one page. PostgreSQL refuses a vector over 1 MiB; a dense page has 5,000."""
SAMPLED = 200
"""Pages that were written last and tell how frequent words are."""
FREQUENT = 6
"""What so many of them have is looked for among the newest first."""
ROOM = 1.5
"""So many times the pages among which enough should have it are read."""


def write(session: Session, page_id: UUID, words: Sequence[Word]) -> None:
    """Add a page's words to the index, in the caller's transaction; without words, no row."""
    text = folding.text_of(words)[:MOST_CHARACTERS]
    terms = folding.terms(text)
    mine = PageTextRow.page_id == page_id
    if not terms:
        session.execute(sa.delete(PageTextRow).where(mine))
        return
    search = _vector(session, text, terms)
    known = session.execute(sa.update(PageTextRow).where(mine).values(search=search))
    if not known.rowcount:  # type: ignore[attr-defined]
        session.execute(sa.insert(PageTextRow).values(page_id=page_id, search=search))


def forget(session: Session, document_id: UUID) -> None:
    """Keep no words of a document's pages, in the caller's transaction: not to show nor to find."""
    for page in session.scalars(sa.select(PageRow).where(PageRow.document_id == document_id)):
        page.words = []
        write(session, page.id, ())


def bring_back(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Restore rows (``position``, ``page_id``) of a backup; their index is made from the pages.

    The pages must be there. Neither database can use the index that the other one made.
    """
    pages = sa.select(PageRow.id, PageRow.words).where(
        PageRow.id.in_([row["page_id"] for row in rows])
    )
    texts = {
        page_id: folding.text_of(stored_words(words))[:MOST_CHARACTERS]
        for page_id, words in session.execute(pages)
    }
    values = [
        {**row, "text": texts[row["page_id"]], "terms": folding.terms(texts[row["page_id"]])}
        for row in rows
    ]
    session.execute(_insert_with_index(session), [_bound(session, each) for each in values])


def _insert_with_index(session: Session) -> sa.Insert:
    text = sa.bindparam("text", type_=sa.Text())
    search: sa.ColumnElement[Any] = text
    if _is_postgresql(session):
        search = both_vectors(text, sa.bindparam("terms", type_=ARRAY(sa.Text())))
    table = PageTextRow.metadata.tables[PageTextRow.__tablename__]
    return sa.insert(table).values(
        position=sa.bindparam("position"), page_id=sa.bindparam("page_id"), search=search
    )


def _bound(session: Session, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the statement takes: SQLite keeps the terms themselves."""
    if _is_postgresql(session):
        return {**row, "terms": list(row["terms"])}
    kept = {name: row[name] for name in ("position", "page_id")}
    return {**kept, "text": " ".join(row["terms"])}


def matching(session: Session, wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition on ``PageTextRow`` that every typed word is on the page."""
    if _is_postgresql(session):
        column = sa.type_coerce(PageTextRow.search, sa.Text())
        return column.op("@@", return_type=sa.Boolean())(_question(wanted))
    # Each word is letters and digits only, so the quotes need no escape.
    asked = " AND ".join(f'"{term}"' for word in wanted for term in folding.terms(word))
    found = sa.literal_column("page_texts_fts").op("MATCH", return_type=sa.Boolean())(asked)
    return sa.and_(PageTextRow.position == FTS.c.rowid, found)


def begin_of_newest(session: Session, wanted: Sequence[str], times: int) -> int | None:
    """Return after which position ``times`` pages should have every word; None where few have.

    Also None on SQLite, whose index finds them without reading pages.
    """
    if not _is_postgresql(session):
        return None
    is_on_it = matching(session, wanted)
    newest = newest_rows(session, PageTextRow.position, is_on_it, SAMPLED)
    if newest is None or newest.having < FREQUENT:
        return None
    return newest.last - ceil(ROOM * times * newest.span / newest.having)


def place_of(session: Session) -> sa.ColumnElement[int]:
    """Return the column to order results by; on SQLite it is one that its index can follow."""
    return PageTextRow.position.expression if _is_postgresql(session) else FTS.c.rowid


def _vector(session: Session, text: str, terms: Sequence[str]) -> sa.ColumnElement[Any]:
    if not _is_postgresql(session):
        return sa.literal(" ".join(terms), sa.Text())
    return both_vectors(sa.literal(text), sa.literal(list(terms), ARRAY(sa.Text())))


def both_vectors(
    text: sa.ColumnElement[Any], terms: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """Return one ``tsvector``: PostgreSQL's Spanish vector of a text, joined with our terms."""
    ours = sa.func.array_to_tsvector(sa.cast(terms, ARRAY(sa.Text())))
    return sa.func.strip(sa.func.to_tsvector(sa.cast("spanish", REGCONFIG), text)).op("||")(ours)


def _question(wanted: Sequence[str]) -> sa.ColumnElement[Any]:
    """Return the ``tsquery``: all words, each in the form of either vector."""
    asked: list[sa.ColumnElement[Any]] = []
    for word in wanted:
        ours = " & ".join(f"'{term}'" for term in folding.terms(word))
        either = sa.func.plainto_tsquery(sa.cast("spanish", REGCONFIG), word).op("||")(
            sa.cast(ours, TSQUERY)
        )
        asked.append(sa.type_coerce(either, TSQUERY()))
    question = asked[0]
    for more in asked[1:]:
        question = sa.type_coerce(question.op("&&")(more), TSQUERY())
    return question


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def word_rows(words: Sequence[Word]) -> list[list[object]]:
    """Return words as JSON values for the page's row."""
    return [
        [
            word.text,
            round(word.confidence, 1),
            word.box.left,
            word.box.top,
            word.box.width,
            word.box.height,
        ]
        for word in words
    ]


def stored_words(rows: Sequence[Any]) -> tuple[Word, ...]:
    """Return the words stored in a page's row."""
    return tuple(
        Word(
            text=text,
            confidence=confidence,
            box=Box(left=left, top=top, width=width, height=height),
        )
        for text, confidence, left, top, width, height in rows
    )
