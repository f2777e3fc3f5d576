"""Searching names without accents, alike on PostgreSQL and SQLite and without an extension."""

import re
from typing import Any

import sqlalchemy as sa

from review_service.domain.folding import fold, without_accents

_PLAIN = {letter: without_accents(letter) for letter in "áéíóúüñÁÉÍÓÚÜÑ"}


def folded(column: sa.ColumnElement[str] | Any) -> sa.ColumnElement[str]:  # noqa: ANN401 -- a mapped column
    """Return the column in small letters without Spanish accents."""
    expression: sa.ColumnElement[str] = column
    for letter, plain in _PLAIN.items():
        expression = sa.func.replace(expression, letter, plain)
    return sa.func.lower(expression)


def looks_like_number(word: str) -> bool:
    """Whether a typed word can only be part of a reference, an agreement's number or a RUC."""
    return re.fullmatch(r"(ar-?)?[\d-]+", word) is not None


def words_of(text: str) -> list[str]:
    """Return the words to search for, in the form of ``folded``, at most six."""
    return re.findall(r"[^\s%_\\]+", fold(text))[:6]
