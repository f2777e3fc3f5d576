# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Measures how fast 20 photos are searched for among many, beside comparing every pair.

The stored hashes are made up, with the correlations between bits that photographs have: hashes of
real ones are less evenly spread than random bits, which costs an index time.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import FORMS, HASH_BYTES, PLANES, Enrolled, Likeness
from workers.inside.picture import pdq
from workers.photo_index.files import BLOCK, IndexFiles
from workers.photo_index.index import PhotoIndex
from workers.photo_index.search import brute_force

PHOTOS: Final = 20
REPEATS: Final = 5
BARS: Final = {1_000_000: 0.2, 10_000_000: 2.0}
"""Seconds for 20 photos, of the issue."""
SMOOTHNESS: Final = 1.2
"""Exponent of the spectrum of generated photographs."""
Bits = NDArray[np.uint8]


def measure(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Return the figures of each size, in seconds and bytes."""
    pool = _pool(4096)
    with tempfile.TemporaryDirectory(dir=os.environ.get("REUSE_FOLDER")) as folder:
        return [_of_size(size, Path(folder) / str(size), pool) for size in sorted(sizes)]


def is_missed(row: Mapping[str, Any]) -> bool:
    """Whether a size has a bar and its search takes longer."""
    bar = BARS.get(row["photos"])
    return bar is not None and row["warm_s"] >= bar


def show(rows: object) -> None:
    """Print the figures."""
    out = sys.stdout.write
    out(f"{'photos':>11}{'cold s':>9}{'warm s':>9}{'CPU s':>8}{'bar':>6}{'every pair s':>14}")
    out(f"{'one photo s':>13}{'append s':>10}{'fill s':>9}{'MB':>8}{'load':>7}\n")
    for row in rows if isinstance(rows, list) else []:
        bar = BARS.get(row["photos"])
        missed = "  missed" if is_missed(row) else ""
        out(f"{row['photos']:>11,}{row['cold_s']:>9.3f}{row['warm_s']:>9.3f}")
        out(f"{row['cpu_s']:>8.3f}{bar or '':>6}{row['every_pair_s']:>14.2f}")
        out(f"{row['one_photo_s']:>13.3f}")
        out(f"{row['append_s']:>10.4f}{row['fill_s']:>9.1f}{row['megabytes']:>8.0f}")
        out(f"{row['load']:>7.1f}{missed}\n")
    out("Every pair: counted in one file of 65,536 photos, times the number of files.\n")
    out("CPU s: of both threads. Load: what ran on the machine, averaged over a minute.\n")


def _of_size(size: int, folder: Path, pool: Bits) -> dict[str, Any]:
    source = _Source(pool)
    index = PhotoIndex(folder)
    begun = time.perf_counter()
    index.catch_up(size + PHOTOS, source)  # the photos that are asked for have their places too
    fill = time.perf_counter() - begun - source.seconds
    asked = [_asked(pool, size + 1 + number, seed=number) for number in range(PHOTOS)]
    cold = _cold(folder, asked)
    warm = min(_seconds(lambda: index.search(asked)) for _ in range(REPEATS))
    cpu = min(_seconds(lambda: index.search(asked), time.process_time) for _ in range(REPEATS))
    one = min(_seconds(lambda: index.search(asked[:1])) for _ in range(REPEATS))
    every = _every_pair(folder, asked, min(size, BLOCK)) * -(-size // BLOCK)
    append = _seconds(lambda: index.catch_up(size + 2 * PHOTOS, source))
    return {
        "photos": size,
        "cold_s": cold,
        "warm_s": warm,
        "cpu_s": cpu,
        "load": os.getloadavg()[0],
        "bar_s": BARS.get(size),
        "every_pair_s": every,
        "one_photo_s": one,
        "append_s": append,
        "fill_s": fill,
        "megabytes": index.health().bytes / 1e6,
    }


def _cold(folder: Path, asked: Sequence[Likeness]) -> float:
    """Search with the index files dropped from the kernel's page cache."""
    for path in folder.glob("block-*.bin"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return _seconds(lambda: PhotoIndex(folder).search(asked))


def _every_pair(folder: Path, asked: Sequence[Likeness], count: int) -> float:
    """Return the seconds to compare each hash of a file with all searched hashes."""
    (_, block), *_ = IndexFiles(folder).blocks(count)
    everything = [_split(photo.forms) + _split(photo.views) for photo in asked]
    plain = [hashed for hashes in everything for hashed in hashes]
    cut = [hashed for hashes in everything for hashed in hashes[: FORMS + 1]]
    begun = time.perf_counter()
    for plane, wanted in zip(block, (plain, cut, cut), strict=True):
        brute_force(np.ascontiguousarray(plane), wanted)
    return float((time.perf_counter() - begun) * BLOCK / block.shape[2])


class _Source:
    """Replaces the database: generated hashes, each at its position."""

    def __init__(self, pool: Bits) -> None:
        self._pool = pool
        self.seconds = 0.0

    def __call__(self, after: int, upto: int) -> list[Enrolled]:
        begun = time.perf_counter()
        raw = _mixed(self._pool, (upto - after) * PLANES, seed=after).tobytes()
        size = PLANES * HASH_BYTES
        rows = [
            Enrolled(position=after + 1 + place, hashes=raw[place * size : (place + 1) * size])
            for place in range(upto - after)
        ]
        self.seconds += time.perf_counter() - begun
        return rows


def _pool(count: int) -> Bits:
    """Return hashes of made-up pictures with the spectrum of photographs."""
    rng = np.random.default_rng(7)
    side = 64
    down, along = np.meshgrid(np.fft.fftfreq(side), np.fft.rfftfreq(side), indexing="ij")
    fall = np.hypot(down, along)
    fall[0, 0] = np.inf
    hashes = []
    for _ in range(count):
        noise = np.fft.rfft2(rng.normal(size=(side, side))) / fall**SMOOTHNESS
        picture = np.fft.irfft2(noise)
        low, high = picture.min(), picture.max()
        luma = (255 * (picture - low) / (high - low)).astype(np.uint8)
        hashes.append(bytes.fromhex(pdq.forms(luma)[1][0]))
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, HASH_BYTES)


def _mixed(pool: Bits, count: int, *, seed: int) -> Bits:
    """Return hashes whose halves come from two of the pool: near to none, spread as photographs."""
    rng = np.random.default_rng(seed + 1)
    first, second, third = (pool[rng.integers(len(pool), size=count)] for _ in range(3))
    mixed: Bits = (first & second) | (second & third) | (first & third)
    return mixed


def _asked(pool: Bits, position: int, *, seed: int) -> Likeness:
    hashes = _mixed(pool, FORMS + pdq.VIEWS, seed=10**9 + seed)
    return Likeness(
        position=position,
        forms=hashes[:FORMS].tobytes(),
        views=hashes[FORMS:].tobytes(),
    )


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def _seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    begun = clock()
    work()
    return clock() - begun
