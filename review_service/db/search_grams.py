"""Which groups of three letters the index of searched texts is asked for, and what that will find.

PostgreSQL counts by itself how frequent they are (ANALYZE). An index that is asked for a group
reads all rows that have it: three or four rare groups lead to few rows, and the others of a word
cost more than they leave out, as each row found is compared with the whole word anyway.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

GRAM: Final = 3
"""Letters of a group."""
MOST_OF_ONE_WORD: Final = 4
LEAST_OF_A_WORD: Final = 2
"""Groups of a word that the index is asked for, where it is the only one and where there are more:
none is left out, or rows would be read that lack it. Measured in ADR 34."""
REMEMBERED_SECONDS: Final = 600
"""The counts change when ANALYZE runs: at most every few hours."""
_COUNTED: Final[Any] = sa.select(sa.column("gram"), sa.column("share")).select_from(
    sa.func.frequent_search_grams()
)


class GramShares:
    """How frequent the groups of letters are in the texts of applications."""

    def __init__(self, listed: Mapping[str, float]) -> None:
        """Take the share of the rows that have each of the most frequent ones."""
        self._listed = listed
        self._least = min(listed.values())

    def share_of(self, gram: str) -> float:
        """Return the share of rows that have a group; of one that is not listed, at most that."""
        return self._listed.get(gram, self._least)

    def rarest(self, grams: Iterable[str], most: int) -> tuple[str, ...]:
        """Return the rarest of these groups, the rarest first."""
        return tuple(sorted(set(grams), key=lambda gram: (self.share_of(gram), gram))[:most])


_REMEMBERED: WeakKeyDictionary[Pool, tuple[float, GramShares | None]] = WeakKeyDictionary()


def gram_shares(session: Session) -> GramShares | None:
    """Return how frequent groups are, asked for every ten minutes; None when nobody has counted.

    SQLite does not count; PostgreSQL has not before its first ANALYZE.
    """
    engine = session.get_bind().engine
    if engine.dialect.name == "sqlite":
        return None
    known = _REMEMBERED.get(engine.pool)
    if known is None or time.monotonic() - known[0] > REMEMBERED_SECONDS:
        known = _REMEMBERED[engine.pool] = (time.monotonic(), _asked(session))
    return known[1]


def grams_of(text: str) -> tuple[str, ...]:
    """Return the groups of a text, each once."""
    return tuple(sorted({text[at : at + GRAM] for at in range(len(text) - GRAM + 1)}))


def _asked(session: Session) -> GramShares | None:
    listed = {row.gram: row.share for row in session.execute(_COUNTED)}
    return GramShares(listed) if listed else None
