"""The words of pages as the database looks for them: written with the page, asked by officers.

PostgreSQL keeps both vectors in one column: its own Spanish stems of the text as it stands, and our
folded stems; ``unaccent`` before the Spanish stemmer would lose every «-ción». SQLite keeps ours.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, REGCONFIG, TSQUERY
from sqlalchemy.orm import Session

from review_service.db.models import PageTextRow
from review_service.domain import folding
from review_service.domain.reports import Box, Word

FTS = sa.table("page_texts_fts", sa.column("rowid", sa.Integer()))
"""SQLite's index of words; it is in no model."""
MOST_CHARACTERS = 100_000
"""Of one page. PostgreSQL refuses a vector over 1 MiB; a dense page has 5,000."""


def write(session: Session, page_id: UUID, words: Sequence[Word]) -> None:
    """Make the words of a page findable, in the caller's transaction; no words, no row."""
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


def matching(session: Session, wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition on ``PageTextRow`` that every one of the typed words is on the page."""
    if _is_postgresql(session):
        column = sa.type_coerce(PageTextRow.search, sa.Text())
        return column.op("@@", return_type=sa.Boolean())(_question(wanted))
    # Each word is letters and digits only, so the quotes need no escape.
    asked = " AND ".join(f'"{term}"' for word in wanted for term in folding.terms(word))
    found = sa.literal_column("page_texts_fts").op("MATCH", return_type=sa.Boolean())(asked)
    return sa.and_(PageTextRow.position == FTS.c.rowid, found)


def place_of(session: Session) -> sa.ColumnElement[int]:
    """Return what found pages are ordered by: on SQLite the column that its index walks along."""
    return PageTextRow.position.expression if _is_postgresql(session) else FTS.c.rowid


def _vector(session: Session, text: str, terms: Sequence[str]) -> sa.ColumnElement[Any]:
    if not _is_postgresql(session):
        return sa.literal(" ".join(terms), sa.Text())
    return both_vectors(sa.literal(text), sa.literal(list(terms), ARRAY(sa.Text())))


def both_vectors(
    text: sa.ColumnElement[Any], terms: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """Return PostgreSQL's own Spanish vector of a text and that of our terms, in one."""
    ours = sa.func.array_to_tsvector(sa.cast(terms, ARRAY(sa.Text())))
    return sa.func.strip(sa.func.to_tsvector(sa.cast("spanish", REGCONFIG), text)).op("||")(ours)


def _question(wanted: Sequence[str]) -> sa.ColumnElement[Any]:
    """Return the tsquery: each word as either vector has it, all of them."""
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
    """Return words as the row of their page keeps them."""
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
    """Return the words of a page as its row keeps them."""
    return tuple(
        Word(
            text=text,
            confidence=confidence,
            box=Box(left=left, top=top, width=width, height=height),
        )
        for text, confidence, left, top, width, height in rows
    )
