"""Searching names without accents, alike on PostgreSQL and SQLite and without an extension."""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa

_PLAIN = dict(zip("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunAEIOUUN", strict=True))


def folded(column: sa.ColumnElement[str] | Any) -> sa.ColumnElement[str]:  # noqa: ANN401 -- a mapped column
    """Return the column in small letters without Spanish accents."""
    expression: sa.ColumnElement[str] = column
    for letter, plain in _PLAIN.items():
        expression = sa.func.replace(expression, letter, plain)
    return sa.func.lower(expression)


def fold(text: str) -> str:
    """Do to a typed word what ``folded`` does to the column."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def looks_like_number(word: str) -> bool:
    """Whether a typed word can only be part of a reference, an agreement's number or a RUC."""
    return re.fullmatch(r"(ar-?)?[\d-]+", word) is not None


def words_of(text: str) -> list[str]:
    """Return the words to look for, at most six."""
    return re.findall(r"[^\s%_\\]+", fold(text))[:6]
