# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Measures how long 20 photos are searched for by their features among many.

The stored photos are made up: each has words of six others out of a pool of real photographs, cut
and mirrored, so that frequent words are as frequent as in photographs. The 20 are real. Timed are
finding candidates and laying the photos on them; reading the candidates' features from the database
is not (some 8 kB each).
"""

import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import MOST_FEATURES, Likeness
from workers.inside.picture import decoding, features
from workers.photo_index import word_files
from workers.photo_index.described import read, words_of
from workers.photo_index.index import PhotoIndex
from workers.photo_index.proving import chosen, pairs_to_prove, prove

PHOTOS: Final = 20
REPEATS: Final = 5
SOURCES: Final = 6
BARS: Final = {1_000_000: 0.5}
"""Seconds for 20 photos, of the issue, for the hashes and the features together."""
Pixels = NDArray[np.uint8]


def measure(pictures: Sequence[Pixels], sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Return the figures of each size, in seconds and bytes."""
    greys = [decoding.grey(pixels) for pixels in pictures]
    kept = [features.of(luma) for luma in greys]
    pool = [_words(data) for data in kept] + [_words(features.of(part)) for part in _parts(greys)]
    rows = np.stack([each for each in pool if each.size == MOST_FEATURES])
    asked = [data for data in kept if read(data) is not None][:PHOTOS]
    row_of, word_files._row = word_files._row, lambda data: np.frombuffer(data or b"", np.uint32)  # noqa: SLF001 -- stands in for quantising a million photos
    try:
        with tempfile.TemporaryDirectory(dir=os.environ.get("REUSE_FOLDER")) as folder:
            return [_of_size(size, Path(folder) / str(size), rows, asked) for size in sorted(sizes)]
    finally:
        word_files._row = row_of  # noqa: SLF001 -- as above


def is_missed(row: Mapping[str, Any]) -> bool:
    """Whether a size has a bar and its search takes longer."""
    bar = BARS.get(row["photos"])
    return bar is not None and row["warm_s"] >= bar


def show(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the figures."""
    out = sys.stdout.write
    out(f"\n{'by features':>11}{'cold s':>9}{'warm s':>9}{'CPU s':>8}{'proof s':>9}{'pairs':>7}")
    out(f"{'append s':>10}{'fill s':>9}{'MB':>8}{'load':>7}\n")
    for row in rows:
        out(f"{row['photos']:>11,}{row['cold_s']:>9.3f}{row['warm_s']:>9.3f}{row['cpu_s']:>8.3f}")
        out(f"{row['proof_s']:>9.3f}{row['pairs']:>7}{row['append_s']:>10.3f}{row['fill_s']:>9.1f}")
        out(f"{row['megabytes']:>8.0f}{row['load']:>7.1f}{'  missed' if is_missed(row) else ''}\n")


def _of_size(
    size: int, folder: Path, rows: NDArray[np.uint32], asked: Sequence[bytes]
) -> dict[str, Any]:
    index, spent = PhotoIndex(folder), 0.0

    def source(after: int, upto: int) -> list[tuple[int, bytes]]:
        nonlocal spent
        begun = time.perf_counter()
        rng = np.random.default_rng(after)
        count = upto - after
        which = np.repeat(
            rng.integers(len(rows), size=(count, SOURCES)), -(-MOST_FEATURES // SOURCES), axis=1
        )[:, :MOST_FEATURES]
        made = rows[which, rng.permuted(np.tile(np.arange(MOST_FEATURES), (count, 1)), axis=1)]
        found = [(after + 1 + at, made[at].tobytes()) for at in range(count)]
        spent += time.perf_counter() - begun
        return found

    begun = time.perf_counter()
    index.catch_up_features(size + PHOTOS, source)
    fill = time.perf_counter() - begun - spent
    photos = [
        Likeness(position=size + 1 + at, forms=b"", views=b"", features=data)
        for at, data in enumerate(asked)
    ]
    for path in (folder / "words").glob("*.bin"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    cold = _timed(index, photos, asked)[0]
    found = [_timed(index, photos, asked) for _ in range(REPEATS)]
    begun = time.perf_counter()
    index.catch_up_features(size + 2 * PHOTOS, source)
    return {
        "photos": size,
        "cold_s": cold,
        "warm_s": min(each[0] for each in found),
        "cpu_s": min(each[1] for each in found),
        "proof_s": min(each[2] for each in found),
        "pairs": found[0][3],
        "append_s": time.perf_counter() - begun,
        "fill_s": fill,
        "megabytes": index.health().bytes / 1e6,
        "load": os.getloadavg()[0],
    }


def _timed(
    index: PhotoIndex, photos: Sequence[Likeness], asked: Sequence[bytes]
) -> tuple[float, float, float, int]:
    """Return seconds, CPU seconds, those of the proof alone, and how many pairs it had."""
    begun, cpu = time.perf_counter(), time.process_time()
    offered = index.sharing(photos)
    pairs = pairs_to_prove([], chosen(offered, {each.earlier: False for each in offered}))
    coarse = time.perf_counter()
    stored = {pair.earlier: asked[pair.earlier % len(asked)] for pair in pairs}
    prove(pairs, photos, stored)
    ended = time.perf_counter()
    return ended - begun, time.process_time() - cpu, ended - coarse, len(pairs)


def _words(data: bytes) -> NDArray[np.uint32]:
    described = read(data)
    if described is None:
        return np.empty(0, np.uint32)
    return np.resize(words_of(described), MOST_FEATURES)


def _parts(pictures: Sequence[Pixels]) -> list[Pixels]:
    """Return four cuts of each picture, two of them mirrored."""
    found = []
    for luma in pictures:
        height, width = luma.shape
        for top, left, flips in ((0, 0, False), (1, 1, False), (0, 1, True), (1, 0, True)):
            part = luma[top * height // 4 :, left * width // 4 :][: height * 3 // 4]
            found.append(np.ascontiguousarray(part[:, ::-1] if flips else part))
    return found
