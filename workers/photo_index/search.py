"""Finds all hashes within 31 bits of some of many, in one pass over columns of words.

A hash is 16 words of 16 bits. Two hashes that differ in at most 31 bits differ in at most 3 within
one of the eight couples of words, and so in at most 1 in one word of that couple. Each stored word
is looked up in a table of what lies within 1 bit of the words searched for; what the couple does
not rule out is counted in full. Nothing within the radius is missed, and little is counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import RADIUS

WORDS: Final = 16
WORD_VALUES: Final = 2**16
MOST_IN_COUPLE: Final = 3
"""31 bits over 8 couples leave at most 3 in one of them."""
MOST_PAIRS: Final = 1_000_000
"""Pairs weighed at once, to bound memory where thousands of photos are the same."""

Columns = NDArray[np.uint16]
"""16 rows of words, a column for each hash."""
Numbers = NDArray[np.intp]
_FLIPS: Final = np.array([0, *(1 << bit for bit in range(16))], np.uint16)


@dataclass(frozen=True, slots=True)
class Near:
    """Stored and searched hashes within the radius, side by side."""

    stored: Numbers
    searched: Numbers
    distance: NDArray[np.int64]


def columns_of(hashes: bytes) -> Columns:
    """Return hashes that follow each other as columns of words."""
    words = np.frombuffer(hashes, np.uint16).reshape(-1, WORDS)
    return np.ascontiguousarray(words.T)


class Searched:
    """The hashes searched for, laid out so that a stored word finds its neighbours at once."""

    def __init__(self, hashes: bytes) -> None:
        self._columns = columns_of(hashes)
        self._tables = [
            _Table(column, self._columns[word ^ 1]) for word, column in enumerate(self._columns)
        ]

    def near(self, stored: Columns) -> Near:
        """Return each stored hash within ``RADIUS`` of a searched one."""
        count = self._columns.shape[1]
        found = [
            places * count + numbers
            for word in range(WORDS)
            for places, numbers in self._candidates(stored, word)
        ]
        pairs = np.unique(np.concatenate(found)) if found else np.empty(0, np.intp)
        places, numbers = pairs // max(1, count), pairs % max(1, count)
        return Near(places, numbers, self._distances(stored, places, numbers))

    def _candidates(self, stored: Columns, word: int) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield the pairs within the radius that lie within 1 bit in this word."""
        for places, numbers in self._tables[word].pairs(stored[word], stored[word ^ 1]):
            within = self._distances(stored, places, numbers) <= RADIUS
            yield places[within], numbers[within]

    def _distances(self, stored: Columns, places: Numbers, numbers: Numbers) -> NDArray[np.int64]:
        differing = stored[:, places] ^ self._columns[:, numbers]
        return np.asarray(np.bitwise_count(differing).sum(axis=0), np.int64)


class _Table:
    """Which searched hashes lie within 1 bit of a value in one word."""

    def __init__(self, column: NDArray[np.uint16], other: NDArray[np.uint16]) -> None:
        values = (column[:, None] ^ _FLIPS[None, :]).ravel()
        order = np.argsort(values, kind="stable")
        unique, starts, counts = np.unique(values[order], return_index=True, return_counts=True)
        self._numbers = order // _FLIPS.size
        self._others = other[self._numbers]
        self._left = np.where(order % _FLIPS.size == 0, MOST_IN_COUPLE, MOST_IN_COUPLE - 1)
        self._left = self._left.astype(np.uint8)
        # Small tables stay in the processor's nearest memory. Most values have one neighbour:
        # it stands in tables of its own, the others behind it are for the few.
        self._wanted = np.zeros(WORD_VALUES, np.bool_)
        self._wanted[unique] = True
        self._first_other = np.zeros(WORD_VALUES, np.uint16)
        self._first_other[unique] = self._others[starts]
        self._first_left = np.zeros(WORD_VALUES, np.uint8)
        self._first_left[unique] = self._left[starts]
        self._starts = np.zeros(WORD_VALUES, np.intp)
        self._starts[unique] = starts
        self._more = np.zeros(WORD_VALUES, np.intp)
        self._more[unique] = counts - 1
        self._has_more = self._more > 0

    def pairs(
        self, column: NDArray[np.uint16], other: NDArray[np.uint16]
    ) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield stored places and searched numbers that are near in this word and its couple."""
        places = np.flatnonzero(np.take(self._wanted, column))
        values, beside = np.take(column, places), np.take(other, places)
        differing = np.bitwise_count(beside ^ np.take(self._first_other, values))
        kept = np.flatnonzero(differing <= np.take(self._first_left, values))
        yield places[kept], self._numbers[self._starts[values[kept]]]
        crowded = np.flatnonzero(np.take(self._has_more, values))
        yield from self._further(places[crowded], values[crowded], beside[crowded])

    def _further(
        self, places: Numbers, values: NDArray[np.uint16], beside: NDArray[np.uint16]
    ) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield the same for all neighbours after the first, bounded in number."""
        counts = np.take(self._more, values)
        ends = np.cumsum(counts)
        first = 0
        while first < places.size:
            before = int(ends[first - 1]) if first else 0
            last = max(first + 1, int(np.searchsorted(ends, before + MOST_PAIRS, side="right")))
            some, many = slice(first, last), counts[first:last]
            starts = self._starts[values[some]] + 1 - (ends[some] - many - before)
            at = np.repeat(starts, many)
            at += np.arange(at.size)
            differing = np.bitwise_count(np.repeat(beside[some], many) ^ self._others[at])
            kept = np.flatnonzero(differing <= self._left[at])
            which = np.searchsorted(ends[some] - before, kept, side="right")
            yield places[some][which], self._numbers[at[kept]]
            first = last


def brute_force(stored: Columns, hashes: Sequence[bytes]) -> Near:
    """Return what ``Searched.near`` returns by comparing every pair, to test and measure it."""
    sought = columns_of(b"".join(hashes)).T.copy().view(np.uint64)
    wide = np.ascontiguousarray(stored.T).view(np.uint64).T
    wide = np.ascontiguousarray(wide)
    found = []
    for number, words in enumerate(sought):
        distance = sum(
            np.bitwise_count(column ^ word).astype(np.int16)
            for column, word in zip(wide, words, strict=True)
        )
        places = np.flatnonzero(np.asarray(distance) <= RADIUS)
        found.append((places, np.full(places.size, number), np.asarray(distance)[places]))
    places, numbers, distances = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((numbers, places))
    return Near(places[order], numbers[order], distances[order].astype(np.int64))
