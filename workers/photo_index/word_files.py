"""The visual words of every photo on disk, and the search for photos that share rare ones.

One folder per host, filled from the database and only ever appended to. ``tail.bin`` holds a row of
words for each position of the last, unfinished block; when 65,536 are together they are turned into
``words-00000.bin``: for each word where its list begins, then the places of the photos that have
it, two bytes each. Words that many photos of a block have say nothing and are passed over: they
cost time and find everybody.
"""

import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import MOST_FEATURES
from workers.photo_index.described import WORDS, Words, read, words_of
from workers.photo_index.growing import GrowingFiles, RowReader, written

VERSION: Final = 2
BLOCK: Final = 65_536
"""Positions in one sealed file."""
READ_AT_ONCE: Final = 1024
SAMPLED: Final = 1024
"""Every so many positions one is compared with the database before the files are trusted."""
MOST_SAMPLES: Final = 64
MOST_OFTEN: Final = 100
"""Photos of a block that may have a word that is looked at."""
LEAST_OFTEN_ALLOWED: Final = 40
"""The same where a block has just begun: the files of one applicant share words."""
LEAST_SHARED: Final = 4
"""Words that a photo must share to be looked at closer."""
NONE: Final = 0xFFFFFFFF

Places = NDArray[np.uint16]
Row = tuple[int, bytes | None]
"""The position of a photo and its features."""


@dataclass(slots=True)
class _State:
    count: int = 0
    sums: list[int] = field(default_factory=list)
    """Of each sealed block."""
    tail: int = 0
    """Of the rows of the tail."""
    samples: dict[int, int] = field(default_factory=dict)
    """What the words of some positions sum up to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Photos that share words with some that are searched for, side by side."""

    searched: NDArray[np.int64]
    """Numbers of those searched for."""
    positions: NDArray[np.int64]
    shared: NDArray[np.int64]
    """How many words."""


class WordFiles(GrowingFiles[_State, Row]):
    """The words of one folder; several processes of a host may use it at once."""

    def sharing(
        self, searched: Sequence[Words], last: int, *, without: Sequence[int] = ()
    ) -> Iterator[Sharing]:
        """Yield the photos that share rare words with some, block by block.

        The files must reach up to the position ``last``. How rare a word is of the newest photos
        is counted of all but those at the positions ``without``.

        Raises ``OSError`` when the files do not reach so far.
        """
        with self._trusted_if_it_ends():
            with self._locked():
                state = self._state()
                if state.count < last:
                    raise OSError("the index of words is not whole")
                tail = self._rows(state.count % BLOCK).copy() if state.count % BLOCK else None
                sealed = [self._block(number) for number in range(state.count // BLOCK)]
            for number, (starts, places) in enumerate(sealed):
                yield _in_block(searched, starts, places, number * BLOCK)
            if tail is not None:
                first = state.count - len(tail)
                tail[[at - first - 1 for at in without if first < at <= state.count]] = NONE
                yield _in_tail(searched, tail, first)

    def damaged(self) -> tuple[int, ...]:
        """Return the numbers of the blocks that do not sum up, the unfinished one included."""
        with self._locked():
            state = self._state()
            wrong = [n for n, total in enumerate(state.sums) if self._sum(n) != total]
            if state.count % BLOCK and not self._is_tail_sound(state):
                wrong.append(len(state.sums))
            return tuple(wrong)

    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(path.stat().st_size for path in self._folder.glob("*.bin"))

    def _proven(self, state: _State, last: int, read: RowReader[Row]) -> _State:
        return state if self._is_sound(state, last, read) else self._emptied()

    def _next_stop(self, count: int) -> int:
        return min(count + READ_AT_ONCE, (count // BLOCK + 1) * BLOCK)

    def _is_sound(self, state: _State, last: int, features: RowReader[Row]) -> bool:
        """Say whether all files sum up and some positions are what the database says."""
        if state.count > last or any(self._sum(n) != total for n, total in enumerate(state.sums)):
            return False
        if not self._is_tail_sound(state):
            return False
        step = max(1, len(state.samples) // MOST_SAMPLES)
        for position in [*sorted(state.samples)[::step], *list(state.samples)[-1:]]:
            for _, data in features(position - 1, position):
                # features that were deleted since are no fault of the files
                if data is not None and _total(_row(data)) != state.samples[position]:
                    return False
        return True

    def _is_tail_sound(self, state: _State) -> bool:
        try:
            rows = self._rows(state.count % BLOCK)
        except (OSError, ValueError):
            return False
        return zlib.crc32(rows.tobytes()) == state.tail

    def _append(self, state: _State, found: Sequence[Row], upto: int) -> None:
        """Write rows behind the others, and seal the block when it is full."""
        rows = np.full((upto - state.count, MOST_FEATURES), NONE, np.uint32)
        for position, data in found:
            rows[position - state.count - 1] = _row(data)
            state.samples[position] = _total(rows[position - state.count - 1])
        start = state.count % BLOCK
        with self._open_tail() as file:
            file.seek(start * rows.itemsize * MOST_FEATURES)
            file.write(rows.tobytes())
            file.flush()
            os.fsync(file.fileno())
        state.tail = zlib.crc32(rows.tobytes(), state.tail if start else 0)
        state.count = upto
        newest = max(state.samples, default=0)
        state.samples = {
            at: total for at, total in state.samples.items() if not at % SAMPLED or at == newest
        }
        if not upto % BLOCK:
            self._seal(upto // BLOCK - 1)
            state.sums.append(self._sum(upto // BLOCK - 1) or 0)
            state.tail = 0
        self._write(state)

    def _open_tail(self) -> Any:  # noqa: ANN401 -- a raw file, made where there is none
        path = self._folder / "tail.bin"
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")

    def _seal(self, number: int) -> None:
        """Turn the full tail into lists of places by word."""
        rows = self._rows(BLOCK)
        used = rows != NONE
        words = rows[used]
        places = np.repeat(np.arange(BLOCK, dtype=np.uint16), used.sum(axis=1))
        order = np.argsort(words, kind="stable")
        counts = np.bincount(words, minlength=WORDS)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)
        written(self._path(number), [starts.tobytes(), places[order].tobytes()])

    def _rows(self, count: int) -> Words:
        if not count:
            return np.empty((0, MOST_FEATURES), np.uint32)
        shape = (count, MOST_FEATURES)
        return np.memmap(self._folder / "tail.bin", np.uint32, "r", shape=shape).view(np.ndarray)

    def _block(self, number: int) -> tuple[NDArray[np.uint32], Places]:
        path = self._path(number)
        starts = np.memmap(path, np.uint32, "r", shape=(WORDS + 1,))
        places = np.memmap(path, np.uint16, "r", offset=starts.nbytes)
        if len(places) != int(starts[-1]):
            raise OSError("the index of words is not whole")
        return starts.view(np.ndarray), places.view(np.ndarray)

    def _sum(self, number: int) -> int | None:
        try:
            starts, places = self._block(number)
        except (OSError, ValueError):
            return None
        return zlib.crc32(places.data, zlib.crc32(starts.data))

    def _path(self, number: int) -> Path:
        return self._folder / f"words-{number:05}.bin"

    def _emptied(self) -> _State:
        state = _State()
        self._write(state)
        for path in self._folder.glob("*.bin"):
            path.unlink()
        return state

    def _state(self) -> _State:
        told = self._told(VERSION)
        try:
            state = _State(
                count=int(told["count"]),
                sums=[int(total) for total in told["sums"]],
                tail=int(told["tail"]),
                samples={int(at): int(total) for at, total in told["samples"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return _State()
        return state if len(state.sums) == state.count // BLOCK else _State()

    def _write(self, state: _State) -> None:
        self._tell(
            VERSION,
            {
                "count": state.count,
                "sums": state.sums,
                "tail": state.tail,
                "samples": state.samples,
            },
        )


def _row(data: bytes | None) -> Words:
    """Return the words of a photo as the tail has them."""
    row = np.full(MOST_FEATURES, NONE, np.uint32)
    described = read(data)
    if described is not None:
        words = words_of(described)[:MOST_FEATURES]
        row[: words.size] = words
    return row


def _total(row: Words) -> int:
    return zlib.crc32(row.tobytes())


def _in_block(
    searched: Sequence[Words], starts: NDArray[np.uint32], places: Places, first: int
) -> Sharing:
    """Return who shares words in one sealed block."""
    found = []
    for number, words in enumerate(searched):
        begin = starts[words].astype(np.int64)
        lengths = starts[words + 1].astype(np.int64) - begin
        used = (lengths > 0) & (lengths <= MOST_OFTEN)
        begin, lengths = begin[used], lengths[used]
        at = np.repeat(begin - (np.cumsum(lengths) - lengths), lengths)
        at += np.arange(at.size)
        found.append(_counted(np.bincount(places[at], minlength=1), number, first))
    return _joined(found)


def _in_tail(searched: Sequence[Words], rows: Words, first: int) -> Sharing:
    """Return who shares words among the rows of the unfinished block."""
    joined = np.unique(np.concatenate([np.empty(0, np.uint32), *searched]))
    slots = np.full(WORDS + 1, -1, np.int32)
    slots[joined] = np.arange(joined.size, dtype=np.int32)
    flat = np.take(slots, np.minimum(rows, WORDS))
    places, columns = np.nonzero(flat >= 0)
    used = flat[places, columns]
    order = np.argsort(used, kind="stable")
    places = places[order].astype(np.uint16)
    counts = np.bincount(used, minlength=joined.size)
    ends = np.cumsum(counts)
    allowed = max(LEAST_OFTEN_ALLOWED, MOST_OFTEN * len(rows) // BLOCK)
    found = []
    for number, words in enumerate(searched):
        mine = slots[words]
        lengths = counts[mine]
        kept = (lengths > 0) & (lengths <= allowed)
        begin, lengths = (ends[mine] - lengths)[kept], lengths[kept]
        at = np.repeat(begin - (np.cumsum(lengths) - lengths), lengths)
        at += np.arange(at.size)
        found.append(_counted(np.bincount(places[at], minlength=1), number, first))
    return _joined(found)


def _counted(counts: NDArray[np.int64], number: int, first: int) -> NDArray[np.int64]:
    """Return number, position and shared words of each photo that shares enough."""
    near = np.flatnonzero(counts >= LEAST_SHARED)
    return np.stack([np.full(near.size, number), near + first + 1, counts[near]])


def _joined(found: Sequence[NDArray[np.int64]]) -> Sharing:
    searched, positions, shared = np.concatenate([np.empty((3, 0), np.int64), *found], axis=1)
    return Sharing(searched=searched, positions=positions, shared=shared)
