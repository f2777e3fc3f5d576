"""Answers which earlier photos some photos resemble, turned, mirrored, cut or bordered."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import (
    CUTS,
    FORMS,
    HASH_BYTES,
    PLANES,
    FeatureReader,
    Hit,
    Likeness,
    Reader,
)
from workers.photo_index.described import read, searched_words
from workers.photo_index.files import Health, IndexFiles
from workers.photo_index.search import Columns, Searched
from workers.photo_index.word_files import Sharing, WordFiles

MOST_HITS: Final = 50
"""Earlier photos kept for each photo, the nearest: a form that thousands send floods nobody."""
MOST_OFFERED: Final = 256
"""Earlier photos that share words with each photo; ``proving`` takes a few of them."""
THREADS: Final = 2
"""NumPy lets go of the interpreter while it looks up; more threads than that gain nothing."""
_TURNED_VIEWS: Final = FORMS * len(CUTS)
_DRAWN_OUT: Final = FORMS * CUTS.index(-0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An earlier photo that shares words with a later one."""

    earlier: int
    later: int
    is_mirrored: bool


class PhotoIndex:
    """All photos ever enrolled, as one host keeps them."""

    def __init__(self, folder: Path) -> None:
        self._files = IndexFiles(folder)
        self._words = WordFiles(folder / "words")

    def catch_up(self, last: int, read: Reader) -> int:
        """Fill the files from the database up to a position; return how many they held before."""
        return self._files.catch_up(last, read)

    def catch_up_features(self, last: int, read: FeatureReader) -> int:
        """Fill the words from the database up to a position; return how many they held before."""
        return self._words.catch_up(last, read)

    def health(self) -> Health:
        """Check the sum of every file."""
        health = self._files.health()
        return replace(
            health, bytes=health.bytes + self._words.size(), damaged_words=self._words.damaged()
        )

    def forget(self) -> None:
        """Drop the files; the next use fills them again."""
        self._files.forget()
        self._words.forget()

    def search(self, photos: Sequence[Likeness]) -> list[Hit]:
        """Return the nearest ``MOST_HITS`` photos before each photo, exact within the radius."""
        if not photos:
            return []
        asked = [_Asked.of(photos, plane) for plane in range(PLANES)]
        last = max(photo.position for photo in photos) - 1
        work = [
            (question, block[plane], first)
            for first, block in self._files.blocks(last)
            for plane, question in enumerate(asked)
        ]
        with ThreadPoolExecutor(THREADS) as pool:
            found = pool.map(lambda part: part[0].answer(part[1], part[2]), work)
            rows = np.concatenate([np.empty((0, 6), np.int64), *found])
        return [
            Hit(
                earlier=earlier,
                later=later,
                distance=distance,
                turned=turned,
                asked=asked[plane].hashes[number],
                plane=plane,
            )
            for later, distance, earlier, turned, plane, number in _nearest(rows)
        ]

    def sharing(self, photos: Sequence[Likeness]) -> list[Candidate]:
        """Return the ``MOST_OFFERED`` earlier photos that share the most words with each photo.

        These themselves are not looked at: they come together, and would otherwise make each
        other's words too frequent, or stand before the photo that they are copies of.

        Photos are searched for as they were seen and mirrored. A photo without features is left
        out. Nothing is proven yet.
        """
        asked = [
            (photo.position, is_mirrored, searched_words(each.mirrored if is_mirrored else each))
            for photo, each in ((photo, read(photo.features)) for photo in photos)
            if each is not None
            for is_mirrored in (False, True)
        ]
        if not asked:
            return []
        last = max(position for position, _, _ in asked)
        together = [photo.position for photo in photos]
        words = [each for _, _, each in asked]
        found = list(self._words.sharing(words, last, without=together))
        return list(_most_sharing(found, asked, together))


def _most_sharing(
    found: Sequence[Sharing],
    asked: Sequence[tuple[int, bool, object]],
    without: Sequence[int],
) -> Iterator[Candidate]:
    """Yield the best candidates of each photo, whichever way round; none of ``without``."""
    searched = np.concatenate([each.searched for each in found])
    earlier = np.concatenate([each.positions for each in found])
    shared = np.concatenate([each.shared for each in found])
    later = np.array([position for position, _, _ in asked])[searched]
    kept = (earlier < later) & ~np.isin(earlier, without)
    order = np.lexsort((earlier[kept], -shared[kept]))
    told: Counter[int] = Counter()
    seen: set[tuple[int, int]] = set()
    for number, before in zip(searched[kept][order], earlier[kept][order], strict=True):
        position, is_mirrored, _ = asked[int(number)]
        pair = (position, int(before))
        if pair not in seen and told[position] < MOST_OFFERED:
            seen.add(pair)
            told[position] += 1
            yield Candidate(earlier=int(before), later=position, is_mirrored=is_mirrored)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The hashes put to one plane, with the photo and the form that each is of."""

    plane: int
    hashes: Sequence[bytes]
    searched: Searched
    positions: NDArray[np.int64]
    turned: NDArray[np.int64]

    @classmethod
    def of(cls, photos: Sequence[Likeness], plane: int) -> "_Asked":
        """Ask all views of the photos as they were seen; of their cuts only what is not cut.

        A copy that lost its edges is like a cut of the earlier photo, one that gained a border has
        the earlier photo as its own cut; both ways round, whichever came first.
        """
        hashes: list[bytes] = []
        positions: list[int] = []
        turned: list[int] = []
        for photo in photos:
            forms, views = _split(photo.forms), _split(photo.views)
            chosen = list(enumerate(forms))
            if plane:
                chosen.append((0, views[_DRAWN_OUT]))
            else:
                chosen.extend(
                    (number % FORMS if number < _TURNED_VIEWS else 0, view)
                    for number, view in enumerate(views)
                )
            hashes.extend(each for _, each in chosen)
            turned.extend(form for form, _ in chosen)
            positions.extend([photo.position] * len(chosen))
        return cls(
            plane=plane,
            hashes=hashes,
            searched=Searched(b"".join(hashes)),
            positions=np.array(positions),
            turned=np.array(turned),
        )

    def answer(self, stored: Columns, first: int) -> NDArray[np.int64]:
        """Return later, distance, earlier, form, plane and number of each pair in some columns."""
        near = self.searched.near(stored)
        earlier = near.stored + first + 1
        later = self.positions[near.searched]
        turned, planes = self.turned[near.searched], np.full_like(later, self.plane)
        rows = np.stack([later, near.distance, earlier, turned, planes, near.searched], axis=1)
        return rows[earlier < later]


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def _nearest(rows: NDArray[np.int64]) -> Iterator[list[int]]:
    """Yield the closest form of each pair, and of each later photo the nearest pairs."""
    seen: set[tuple[int, int]] = set()
    told: Counter[int] = Counter()
    for row in rows[np.lexsort(rows.T[::-1])].tolist():
        later, _, earlier, *_ = row
        if (later, earlier) not in seen and told[later] < MOST_HITS:
            seen.add((later, earlier))
            told[later] += 1
            yield row
