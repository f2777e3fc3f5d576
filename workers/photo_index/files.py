"""The index on disk: blocks of columns that only grow, filled from the database.

One folder per host. ``block-00000.bin`` holds 65,536 positions: for each of three hashes of a
photo 16 rows of words. ``state.json`` says how many positions are filled and what each block sums
up to; it is replaced after the blocks are on the disk. The database is the truth: whatever does not
sum up, or is not what the database says, is taken from it again.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import HASH_BYTES, PLANES, Enrolled
from workers.photo_index.growing import GrowingFiles, RowReader
from workers.photo_index.search import WORDS, columns_of

VERSION: Final = 1
BLOCK: Final = 65_536
"""Positions in one file."""
ROW_BYTES: Final = PLANES * HASH_BYTES
READ_AT_ONCE: Final = 16_384
SAMPLES: Final = 64
"""Positions compared with the database before a process trusts the files it finds."""

Block = NDArray[np.uint16]
"""Planes x words x positions."""


@dataclass(slots=True)
class _State:
    count: int = 0
    sums: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Result of checking the files of the index."""

    count: int
    blocks: int
    bytes: int
    damaged: tuple[int, ...]
    """Numbers of the blocks that do not sum up."""
    damaged_words: tuple[int, ...] = ()
    """The same of the files of visual words."""


class IndexFiles(GrowingFiles[_State, Enrolled]):
    """The blocks of one folder; several processes of a host may use it at once."""

    def blocks(self, count: int) -> Iterator[tuple[int, Block]]:
        """Yield the position before each block and its filled part, up to a position.

        Raises ``OSError`` when the files no longer reach so far: somebody dropped or damaged them
        since they were filled, and a search that leaves photos out must not look complete. The
        next ``catch_up`` proves them anew.
        """
        with self._trusted_if_it_ends():
            if self._state().count < count:
                raise OSError("the index of photos is not whole")
            for first in range(0, count, BLOCK):
                try:
                    whole = self._map(first // BLOCK)
                except (OSError, ValueError) as error:
                    raise OSError("the index of photos is not whole") from error
                yield first, whole[:, :, : min(BLOCK, count - first)]

    def health(self) -> Health:
        """Check the sum of every block."""
        with self._locked():
            state = self._state()
            damaged = tuple(
                number for number, total in enumerate(state.sums) if self._sum(number) != total
            )
            size = sum(
                self._path(number).stat().st_size
                for number in range(len(state.sums))
                if self._path(number).exists()
            )
        return Health(count=state.count, blocks=len(state.sums), bytes=size, damaged=damaged)

    def _proven(self, state: _State, last: int, read: RowReader[Enrolled]) -> _State:
        """Keep the blocks that sum up, if a sample of them is what the database says."""
        sound = 0
        while sound < len(state.sums) and self._sum(sound) == state.sums[sound]:
            sound += 1
        if state.count > last or not self._agrees(min(state.count, sound * BLOCK), read):
            sound = 0
        if sound < len(state.sums):
            self._keep_first(sound, state)
        return state

    def _agrees(self, count: int, read: RowReader[Enrolled]) -> bool:
        if not count:
            return True
        for position in {*np.linspace(1, count, SAMPLES).astype(int).tolist(), count}:
            for row in read(position - 1, position):
                block, place = divmod(position - 1, BLOCK)
                if not np.array_equal(self._map(block)[:, :, place], _planes(row.hashes)[:, :, 0]):
                    return False
        return True

    def _next_stop(self, count: int) -> int:
        return min(count + READ_AT_ONCE, (count // BLOCK + 1) * BLOCK)

    def _emptied(self) -> _State:
        state = _State()
        self._keep_first(0, state)
        return state

    def _keep_first(self, blocks: int, state: _State) -> None:
        """Forget what comes after some blocks; who still reads it keeps the file it opened."""
        state.count = min(state.count, blocks * BLOCK)
        del state.sums[blocks:]
        self._write(state)
        for path in self._folder.glob("block-*.bin"):
            if path not in {self._path(number) for number in range(blocks)}:
                path.unlink()

    def _append(self, state: _State, rows: Sequence[Enrolled], upto: int) -> None:
        """Write rows of one block behind the others; positions that are gone stay zero."""
        number, start = divmod(state.count, BLOCK)
        path = self._path(number)
        if not start:
            self._make(path)
        block = np.memmap(path, np.uint16, "r+", shape=(PLANES, WORDS, BLOCK))
        block[:, :, start : start + upto - state.count] = 0
        if rows:
            places = [row.position - 1 - number * BLOCK for row in rows]
            block[:, :, places] = _planes(b"".join(row.hashes for row in rows))
        block.flush()
        state.count = upto
        state.sums[number:] = [zlib.crc32(block.data)]
        self._write(state)

    def _make(self, path: Path) -> None:
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.truncate(BLOCK * ROW_BYTES)
        fresh.replace(path)

    def _map(self, number: int) -> Block:
        whole = np.memmap(self._path(number), np.uint16, "r", shape=(PLANES, WORDS, BLOCK))
        return whole.view(np.ndarray)

    def _sum(self, number: int) -> int | None:
        """Return what a block sums up to; None when it is not there or not whole."""
        try:
            return zlib.crc32(self._map(number).data)
        except (OSError, ValueError):
            return None

    def _path(self, number: int) -> Path:
        return self._folder / f"block-{number:05}.bin"

    def _state(self) -> _State:
        told = self._told(VERSION)
        try:
            state = _State(count=int(told["count"]), sums=[int(total) for total in told["sums"]])
        except (ValueError, KeyError, TypeError):
            return _State()
        return state if len(state.sums) == -(-state.count // BLOCK) else _State()

    def _write(self, state: _State) -> None:
        self._tell(VERSION, {"count": state.count, "sums": state.sums})


def _planes(hashes: bytes) -> Block:
    """Return the hashes of photos one after the other as planes x words x photos."""
    columns = columns_of(hashes)
    return columns.reshape(WORDS, -1, PLANES).transpose(2, 0, 1)
