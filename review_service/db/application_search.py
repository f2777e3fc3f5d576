"""Searching applications and their documents by number, RUC, name and trade, with an index.

The database keeps two folded texts for each application by triggers (migration 0013): its numbers
without separators, its names and trades. The index holds their groups of three letters. The table
is in no model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from review_service.db.models import AgreementRow, ApplicationRow
from review_service.db.newest_rows import newest_rows
from review_service.db.search_grams import (
    GRAM,
    LEAST_OF_A_WORD,
    MOST_OF_ONE_WORD,
    GramShares,
    gram_shares,
    grams_of,
)
from review_service.domain.identifiers import (
    REFERENCE_LETTERS,
    SERIAL_DIGITS,
    SearchWord,
    number_parts,
    typed_reference,
)
from review_service.domain.numbering import application_reference
from review_service.domain.ruc import RUC_DIGITS

TABLE: Final = sa.table(
    "application_search",
    sa.column("position", sa.Integer()),
    sa.column("application_id", sa.Uuid()),
    sa.column("numbers", sa.Text()),
    sa.column("names", sa.Text()),
)
FEW_DIGITS: Final = 5
RARE_DIGITS: Final = 7
"""So many digits begin the RUC of few."""
SAMPLED: Final = 1_500
"""Rows that were added last and tell how frequent words are: half a millisecond."""
_READ_AS: Final = MappingProxyType({"-": "", "/": "", ".": "", " ": "", "0": "O", "1": "I"})
"""How the letters of a number are read, as ``number_parts`` reads typed ones."""
_FTS: Final = sa.table("application_search_fts", sa.column("rowid", sa.Integer()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a search asks of applications, for ``keyset.read_found_page``."""

    application_id: InstrumentedAttribute[UUID]
    """The application's id in the query."""
    found: sa.ColumnElement[bool]
    """Whether one has every word."""
    candidates: sa.Select[tuple[UUID]] | None
    """Selects, by indexes, the ids of all that have every word; None when no index leads there."""
    may_be: sa.ColumnElement[bool] | None
    """The condition that one is among those candidates; None when there are none."""
    is_exact: bool
    """Whether the candidates are those that have every word, and no others."""
    words: Sequence[SearchWord]
    is_rare: bool
    """Whether candidates are so few that the newest need not be compared one by one first."""
    share: float | None = None
    """At most this share of all is among them; None when that is not known."""


def sought(
    session: Session,
    application_id: InstrumentedAttribute[UUID],
    ruc: InstrumentedAttribute[str],
    words: Sequence[SearchWord],
) -> Sought:
    """Return what these words ask of a query that has an application's id and RUC."""
    shares = gram_shares(session)
    candidates = _candidates(session, words)
    return Sought(
        application_id=application_id,
        found=has_all(application_id, ruc, words),
        candidates=candidates,
        may_be=None if candidates is None else _is_among(session, application_id, candidates),
        is_exact=is_exact(words),
        words=words,
        is_rare=any(_complete(word) or len(word.digits) >= RARE_DIGITS for word in words),
        share=_share(shares, words) if shares is not None else None,
    )


def _share(shares: GramShares, words: Sequence[SearchWord]) -> float | None:
    """Return at most which share of all has every word: that of the rarest group of letters.

    None where none of the words can be told by its letters: it stands in an index of its own. So
    many digits begin the RUC of fewer than stand in numbers.
    """
    told = [
        shares.share_of(gram)
        for word in words
        if _is_indexed(word) and (not _others(word) or len(word.digits) >= FEW_DIGITS)
        for gram in _grams(word) or ()
    ]
    return min(told, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How frequent words are, as far as the texts of applications that were added last say it."""

    share: float
    """Of these texts, so many have every word."""
    times: float
    """So many of all should."""


def frequency(session: Session, words: Sequence[SearchWord]) -> Frequency:
    """Return how frequent it is that a text has every word.

    The groups of letters tell too many: «Chimafiel» is rarer than its rarest three letters. What
    stands elsewhere, as the begin of a RUC, is not counted, nor the number that a new application
    will bear. Positions are taken to lie as far apart before: each change of a text uses one up.
    """
    have_all = sa.and_(sa.true(), *map(_stands, words))
    newest = newest_rows(session, TABLE.c.position, have_all, SAMPLED)
    if newest is None:
        return Frequency(share=0.0, times=0.0)
    return Frequency(
        share=newest.having / newest.asked, times=newest.having * newest.last / newest.span
    )


def has_all(
    application_id: sa.ColumnElement[UUID] | InstrumentedAttribute[UUID],
    ruc: sa.ColumnElement[str] | InstrumentedAttribute[str],
    words: Sequence[SearchWord],
) -> sa.ColumnElement[bool]:
    """Return the condition that an application, of which a query has id and RUC, has every word.

    A word is part of the reference, of the document's number, of a name or trade, or begins the
    RUC; a reference or number may lack its zeros. The offset keeps PostgreSQL from joining: it
    would read all texts, where few applications are compared.
    """
    return (
        sa.select(TABLE.c.position)
        .where(TABLE.c.application_id == application_id, *(_has(word, ruc) for word in words))
        .correlate_except(TABLE)
        .offset(0)
        .exists()
    )


def case_has_all(
    case: sa.ColumnElement[UUID], words: Sequence[SearchWord]
) -> sa.ColumnElement[bool]:
    """Return the same where a query has the application's id alone: its RUC is looked up."""
    ruc = sa.select(ApplicationRow.ruc).where(ApplicationRow.id == case)
    return has_all(case, ruc.correlate_except(ApplicationRow).scalar_subquery(), words)


def _has(
    word: SearchWord, ruc: sa.ColumnElement[str] | InstrumentedAttribute[str]
) -> sa.ColumnElement[bool]:
    places: list[sa.ColumnElement[bool]] = [
        column.contains(text, autoescape=True) for column, text in _parts(word)
    ]
    if word.digits:
        places.append(ruc.startswith(word.digits, autoescape=True))
    numbered = _numbered(word)
    if numbered is not None:
        of_this = numbered.where(AgreementRow.application_id == TABLE.c.application_id)
        places.append(of_this.correlate(TABLE).limit(1).scalar_subquery().is_not(None))
    return sa.or_(sa.false(), *places)


def _candidates(session: Session, words: Sequence[SearchWord]) -> sa.Select[tuple[UUID]] | None:
    """Select the ids of all applications that have every word, and of few others, by indexes.

    None for words of one or two letters only, for which there is no index.
    """
    if not any(_is_indexed(word) for word in words):
        return None
    if len(words) == 1 and (found := _found_elsewhere(session, words[0])) is not None:
        return found
    asked = [word for word in words if not _is_left_out(word)]
    alike = [word for word in asked if not _others(word) and _grams(word)]
    conditions = [_may_have(session, word) for word in asked if word not in alike]
    if alike:
        conditions.append(_has_grams(session, [_grams(word) or () for word in alike]))
        conditions += [_stands(word) for word in alike]
    return sa.select(TABLE.c.application_id).where(*conditions)


def is_exact(words: Sequence[SearchWord]) -> bool:
    """Whether each of the candidates has every word.

    Whole numbers are looked for by their serial, which other kinds of numbers may have too.
    """
    return not any(_complete(word) or _is_left_out(word) for word in words)


def _is_indexed(word: SearchWord) -> bool:
    """Whether indexes alone lead to what has a word: shorter ones have no group of letters."""
    return bool(_complete(word)) or all(len(text) >= GRAM for _, text in _parts(word))


def _is_left_out(word: SearchWord) -> bool:
    """Whether a word is only compared with what others find: all texts would be read for it."""
    return not _is_indexed(word) and bool(_others(word))


def _parts(word: SearchWord) -> list[tuple[sa.ColumnClause[str], str]]:
    """Return which text must hold what; one of them is enough."""
    parts = []
    if word.squeezed:
        parts.append((TABLE.c.numbers, word.squeezed.lower()))
        reference = typed_reference(word.squeezed)
        if reference:
            parts.append((TABLE.c.numbers, reference.replace("-", "").lower()))
    if word.may_be_name:
        parts.append((TABLE.c.names, word.text))
    return parts


def _grams(word: SearchWord) -> tuple[str, ...] | None:
    """Return the groups of letters of a word; None when they are others in each of its forms."""
    forms = {grams_of(text) for _, text in _parts(word)}
    return forms.pop() if len(forms) == 1 else None


def _stands(word: SearchWord) -> sa.ColumnElement[bool]:
    """Return the condition that one of a word's forms stands in its text."""
    return sa.or_(
        sa.false(), *(column.contains(text, autoescape=True) for column, text in _parts(word))
    )


def _numbered(word: SearchWord) -> sa.Select[Any] | None:
    """Select the application whose document has the typed year and serial, and its letters."""
    parts = number_parts(word.squeezed)
    if parts is None or parts.letters == REFERENCE_LETTERS:
        return None
    letters: sa.ColumnElement[str] = sa.func.upper(AgreementRow.number)
    for sign, read in _READ_AS.items():
        letters = sa.func.replace(letters, sign, read)
    return sa.select(AgreementRow.application_id).where(
        AgreementRow.year == parts.year,
        AgreementRow.serial == parts.serial,
        letters.contains(parts.letters, autoescape=True),
    )


def _may_have(session: Session, word: SearchWord) -> sa.ColumnElement[bool]:
    """Return the condition for one word, on the texts."""
    found = _found_elsewhere(session, word)
    if found is None:
        return sa.or_(sa.false(), *_places(session, word))
    return _is_among(session, TABLE.c.application_id, found)


def _found_elsewhere(session: Session, word: SearchWord) -> sa.Select[Any] | None:
    """Select what has a word, when it may stand elsewhere than in the texts; else None.

    Not beside the groups of letters, which would be made anew for each row that others find.
    """
    others = _others(word)
    if not others:
        return None
    by_grams = [sa.select(TABLE.c.application_id).where(it) for it in _places(session, word)]
    found = sa.union(*by_grams, *others).subquery()
    return sa.select(found.c.application_id)


def _places(session: Session, word: SearchWord) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on the texts, one of which is enough."""
    return [
        sa.and_(
            sa.true() if len(text) < GRAM else _has_grams(session, [grams_of(text)]),
            column.contains(text, autoescape=True),
        )
        for column, text in _parts(word)
        if column is not TABLE.c.numbers or not _complete(word)
    ]


def _others(word: SearchWord) -> list[sa.Select[Any]]:
    """Select what has a word elsewhere than in the texts, by other indexes."""
    others = [*_complete(word)]
    if not others and (numbered := _numbered(word)) is not None:
        others.append(numbered)
    if word.digits:
        # A range, which the index of RUC answers; of digits of the same length, as most collations
        # put signs before digits.
        first, last = (word.digits.ljust(RUC_DIGITS, end) for end in "09")
        begun = ApplicationRow.ruc.between(first, last)
        others.append(sa.select(ApplicationRow.id.label("application_id")).where(begun))
    return others


def _complete(word: SearchWord) -> Sequence[sa.Select[Any]]:
    """Select by their own indexes what a word with a year and a whole serial can stand in.

    Its groups of letters stand in thousands of other numbers. A serial may have one digit more.
    """
    parts = number_parts(word.squeezed)
    if parts is None or parts.serial_digits < SERIAL_DIGITS:
        return ()
    serials = [parts.serial, *range(parts.serial * 10, parts.serial * 10 + 10)]
    references = [application_reference(parts.year, serial) for serial in serials]
    return (
        sa.select(AgreementRow.application_id).where(
            AgreementRow.year == parts.year, AgreementRow.serial.in_(serials)
        ),
        sa.select(ApplicationRow.id.label("application_id")).where(
            ApplicationRow.reference.in_(references)
        ),
    )


def _is_among(session: Session, column: Any, found: sa.Select[Any]) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- a column
    """Return the condition that a column is among few values that are asked for first.

    PostgreSQL gets them as an array: then it takes the column's index, whatever it expects.
    """
    if _is_sqlite(session):
        return sa.and_(column.in_(found))
    listed = sa.func.array(found.scalar_subquery(), type_=ARRAY(sa.Uuid()))
    return sa.and_(column == sa.func.any(listed))


def _has_grams(session: Session, words: Sequence[Sequence[str]]) -> sa.ColumnElement[bool]:
    """Return the condition that a row has groups of letters of each word; all, or the rarest."""
    shares = gram_shares(session)
    each = max(LEAST_OF_A_WORD, MOST_OF_ONE_WORD // len(words))
    grams = sorted(
        {gram for word in words for gram in (shares.rarest(word, each) if shares else word)}
    )
    if _is_sqlite(session):
        asked = " AND ".join('"{}"'.format(gram.replace('"', '""')) for gram in grams)
        match = sa.literal_column("application_search_fts").op("MATCH", return_type=sa.Boolean())
        return TABLE.c.position.in_(sa.select(_FTS.c.rowid).where(match(asked)))
    newline = sa.func.chr(sa.literal_column("10"))
    both = TABLE.c.numbers.op("||")(newline).op("||")(TABLE.c.names)
    kept = sa.func.search_grams(both, type_=ARRAY(sa.Text()))
    return kept.contains(sa.cast(list(grams), ARRAY(sa.Text())))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
