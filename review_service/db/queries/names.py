"""Searching numbers, names and trades, alike on PostgreSQL and SQLite and without an extension."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from review_service.db.engine import FOLDED_IN_SQLITE
from review_service.db.models import AgreementRow
from review_service.domain.folding import without_accents
from review_service.domain.identifiers import SearchWord, number_parts, typed_reference

_ACCENTED: Final = "áéíóúüñàèìòùâêîôûäëïöçãõ"
_LETTERS: Final = _ACCENTED + _ACCENTED.upper()
_PLAIN: Final = without_accents(_LETTERS)
_MARKS: Final = "\u0300\u0301\u0302\u0303\u0308\u0327"
"""Accents that stand as signs of their own after the letter, as in files made on a Mac."""


class folded(FunctionElement[str]):  # noqa: N801 -- reads as the SQL function that it is
    """The text of a column in small letters without accents, as ``fold`` gives it."""

    type = sa.Text()
    inherit_cache = True


@compiles(folded, "postgresql")
def _translated(element: folded, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    (column,) = element.clauses
    bare = sa.func.translate(
        column, sa.literal_column(f"'{_LETTERS}{_MARKS}'"), sa.literal_column(f"'{_PLAIN}'")
    )
    return compiler.process(sa.func.lower(bare), **more)


@compiles(folded, "sqlite")
def _called(element: folded, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    (column,) = element.clauses
    return compiler.process(getattr(sa.func, FOLDED_IN_SQLITE)(column), **more)


def is_named(
    word: SearchWord,
    *,
    references: Sequence[sa.ColumnElement[str] | Any],
    ruc: sa.ColumnElement[str] | Any,  # noqa: ANN401 -- a mapped column
    names: Sequence[sa.ColumnElement[str] | Any],
) -> sa.ColumnElement[bool]:
    """Return the condition that a word is in a reference, a number, a RUC, a name or a trade.

    ``references`` are columns of references and numbers of Acuerdos, ``names`` those of free text.
    """
    places: list[sa.ColumnElement[bool]] = []
    if word.squeezed:
        places += [
            sa.func.replace(column, "-", "").contains(word.squeezed, autoescape=True)
            for column in references
        ]
    if word.digits:
        places.append(ruc.startswith(word.digits, autoescape=True))
    if word.may_be_name:
        places += [folded(column).contains(word.text, autoescape=True) for column in names]
    return sa.or_(sa.false(), *places)


def is_reference(word: SearchWord, column: sa.ColumnElement[str] | Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- a mapped column
    """Return the condition that a column holds just the typed reference, zeros filled in."""
    reference = typed_reference(word.squeezed)
    return column == reference if reference else sa.false()


def is_serial(word: SearchWord) -> sa.ColumnElement[bool]:
    """Return the condition that an agreement has just the typed year and serial."""
    parts = number_parts(word.squeezed)
    if parts is None:
        return sa.false()
    return (AgreementRow.year == parts.year) & (AgreementRow.serial == parts.serial)
