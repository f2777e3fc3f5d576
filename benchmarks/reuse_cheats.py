# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Measures copies that somebody changed on purpose, with the hash alone and with local features.

Each photograph is enrolled as the service does; its changed copy is saved as a JPEG and looked at
as the sandbox does, borders trimmed and collages parted, and every photo of it is searched for
through the files on disk. Other photographs stand beside a copy in a collage, and the right one
must be found. False pairs: every photograph and every changed form of it is laid on every other
photograph, without the coarse search, which would spare most.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import cheats
import cv2
import numpy as np
from cheats import Change, Pixels

from review_service.domain.likeness import (
    CERTAIN_BITS,
    FORMS,
    HASH_BYTES,
    LEAST_SAMENESS,
    Enrolled,
    Likeness,
)
from workers.facts.page import PhotoFacts
from workers.inside import photo_facts
from workers.inside.picture import decoding, features
from workers.photo_index.agreement import agreement
from workers.photo_index.described import Described, read
from workers.photo_index.index import PhotoIndex
from workers.photo_index.proving import chosen, pairs_to_prove, prove
from workers.photo_index.sameness import sameness

LEAST_RECALL: Final = 90.0
"""Per cent; the issue's bar of each row."""
LEAST_PAIRS: Final = 500_000
QUALITY: Final = 75
MOST_PIXELS: Final = 50_000_000
NEIGHBOURS: Final = 6
"""Photographs that stand beside others in collages; they are not copied themselves."""
MOST_FEATURE_MS: Final = 10.0


@dataclass(frozen=True, kw_only=True)
class Row:
    """Recall for one way to hide a copy, in per cent."""

    cheat: str
    copies: int
    by_hash: float
    found: float
    came_first: float
    """Found when the changed copy was received first."""
    bar: float = LEAST_RECALL

    @property
    def holds(self) -> bool:
        """Whether the bar is reached."""
        return min(self.found, self.came_first) >= self.bar


def changes(others: Sequence[Pixels]) -> dict[str, Change]:
    """Return every way to hide a copy; ``others`` stand beside it in collages."""
    return {
        "crop 10 % a side": cheats.cropped(0.1, 0.1),
        "crop 15 % a side": cheats.cropped(0.15, 0.15),
        "crop at random, 0 to 20 % each side": cheats.cropped(0.0, 0.2),
        "border 10 % a side, white": cheats.bordered(0.1, (255, 255, 255)),
        "border 10 % a side, black": cheats.bordered(0.1, (0, 0, 0)),
        "border 10 % a side, brown": cheats.bordered(0.1, (40, 70, 120)),
        "screenshot with bars, white": cheats.screenshot(255),
        "screenshot with bars, black": cheats.screenshot(0),
        "caption bar over it": cheats.captioned,
        "caption bar below it": cheats.captioned_outside,
        "tilt 2 degrees": cheats.tilted(2),
        "tilt 5 degrees, corners cut off": cheats.tilted(5, is_cut=True),
        "tilt 10 degrees": cheats.tilted(10),
        "sticker over 12 to 20 %": cheats.stickered,
        "photo of a print": cheats.printed,
        "photo of a screen": cheats.of_screen,
        "collage of 4, strips": cheats.collaged(others, rows=2, gap=0.01),
        "collage of 4, no strips": cheats.collaged(others, rows=2, gap=0),
        "collage of 6, strips": cheats.collaged(others, rows=3, gap=0.01),
        "mirrored and cropped 10 %": cheats.mirrored(cheats.cropped(0.1, 0.1)),
    }


def measure(pictures: Sequence[Pixels], *, processes: int = 2) -> dict[str, Any]:
    """Return recall of each row, false pairs and the cost of one photo."""
    others, copied = pictures[-NEIGHBOURS:], pictures[:-NEIGHBOURS]
    ways = changes(others)
    jobs = [(place, pixels, others) for place, pixels in enumerate(copied)]
    with ProcessPoolExecutor(processes) as pool:
        made = list(pool.map(_looked_at, jobs, chunksize=4))
        originals = [forms[""] for forms in made]
        rows = [_row(name, originals, [forms[name] for forms in made]) for name in ways]
        return {
            "cheats": [asdict(row) | {"holds": row.holds} for row in rows],
            "false_pairs": _false_pairs(made, ways, processes),
            "features": _cost(copied),
        }


def missed(figures: Mapping[str, Any]) -> list[str]:
    """Return the bars that are missed."""
    false = figures["false_pairs"]
    return [
        *(row["cheat"] for row in figures["cheats"] if not row["holds"]),
        *(["false pairs"] if false["false"] or false["pairs"] < LEAST_PAIRS else []),
        *(["feature_ms"] if figures["features"]["cpu_ms"] > MOST_FEATURE_MS else []),
    ]


def show(figures: Mapping[str, Any], out: Any) -> None:  # noqa: ANN401 -- what writes
    """Print the figures."""
    out(f"\n{'hidden copy':<38}{'copies':>8}{'hash %':>8}{'found %':>9}")
    out(f"{'came first %':>14}{'bar':>7}\n")
    for row in figures["cheats"]:
        out(f"{row['cheat']:<38}{row['copies']:>8}{row['by_hash']:>8.1f}{row['found']:>9.1f}")
        out(f"{row['came_first']:>14.1f}{row['bar']:>7.1f}{'' if row['holds'] else '  missed'}\n")
    out(f"\npairs laid on each other that are none: {figures['false_pairs']}\n")
    out(f"features of one photo: {figures['features']}\n")


def _looked_at(job: tuple[int, Pixels, Sequence[Pixels]]) -> dict[str, list[PhotoFacts]]:
    """Return the photos of a photograph (by the name "") and of each changed copy."""
    cv2.setNumThreads(0)
    place, pixels, others = job
    found = {"": _photos(pixels, 92)}
    for name, change in changes(others).items():
        changed = np.ascontiguousarray(change(pixels, np.random.default_rng(place)))
        found[name] = _photos(changed, QUALITY)
    return found


def _photos(pixels: Pixels, quality: int) -> list[PhotoFacts]:
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    picture = decoding.decode(data.tobytes(), most_pixels=MOST_PIXELS)
    size = (picture.width_px, picture.height_px)
    photos = photo_facts.of_stream(
        data.tobytes(), picture, page_px=size, allowance=photo_facts.Allowance()
    )
    return [photo for photo in photos if photo.pdq_forms and photo.features]


def _row(
    name: str, originals: Sequence[list[PhotoFacts]], copies: Sequence[list[PhotoFacts]]
) -> Row:
    by_hash, found = _found(originals, copies)
    _, first = _found(copies, originals)
    asked = sum(bool(photos) for photos in originals)
    share = [round(100 * len(each) / max(1, asked), 1) for each in (by_hash, found, first)]
    return Row(cheat=name, copies=asked, by_hash=share[0], found=share[1], came_first=share[2])


def _found(
    earlier: Sequence[list[PhotoFacts]], later: Sequence[list[PhotoFacts]]
) -> tuple[set[int], set[int]]:
    """Return of which photographs the later ones were found, by hash alone and in all."""
    before = [(owner, photo) for owner, photos in enumerate(earlier) for photo in photos]
    after = [(owner, photo) for owner, photos in enumerate(later) for photo in photos]
    owners = dict(enumerate([owner for owner, _ in (*before, *after)], start=1))
    known = dict(enumerate([photo for _, photo in (*before, *after)], start=1))
    asked = [_likeness(len(before) + at, photo) for at, (_, photo) in enumerate(after, start=1)]
    by_hash: set[int] = set()
    found: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        index = PhotoIndex(Path(folder))
        index.catch_up(len(known), lambda low, high: [
            Enrolled(position=at, hashes=_enrolled(known[at])) for at in range(low + 1, high + 1)
        ])  # fmt: skip
        index.catch_up_features(
            len(known),
            lambda low, high: [(at, known[at].features) for at in range(low + 1, high + 1)],
        )
        for at in range(0, len(asked), 20):
            some = asked[at : at + 20]
            hits = index.search(some)
            offered = index.sharing(some)
            standing = {each.earlier: False for each in offered}
            pairs = pairs_to_prove(hits, chosen(offered, standing))
            proven = prove(
                pairs, some, {pair.earlier: known[pair.earlier].features for pair in pairs}
            )
            for hit in hits:
                counts = hit.distance <= CERTAIN_BITS or (
                    sameness(_grid(known[hit.earlier]), _grid(known[hit.later]), hit.turned)
                    >= LEAST_SAMENESS
                )
                if (
                    counts
                    and owners[hit.earlier] == owners[hit.later]
                    and hit.earlier <= len(before)
                ):
                    by_hash.add(owners[hit.later])
                    if (
                        hit.distance <= CERTAIN_BITS
                        or (hit.earlier, hit.later) not in proven.refuted
                    ):
                        found.add(owners[hit.later])
            found |= {
                owners[each.later]
                for each in proven.laid
                if owners[each.earlier] == owners[each.later] and each.earlier <= len(before)
            }
    return by_hash, found


def _likeness(position: int, photo: PhotoFacts) -> Likeness:
    return Likeness(
        position=position,
        forms=bytes.fromhex("".join(photo.pdq_forms)),
        views=bytes.fromhex("".join(photo.pdq_views)),
        features=photo.features,
    )


def _enrolled(photo: PhotoFacts) -> bytes:
    views = bytes.fromhex(photo.pdq_views[0] + photo.pdq_views[FORMS])
    return bytes.fromhex(photo.pdq_forms[0]) + views[: 2 * HASH_BYTES]


def _grid(photo: PhotoFacts) -> bytes:
    return bytes.fromhex("".join(photo.pdq_grid))


_MADE: list[dict[str, list[bytes]]] = []
"""The features of each form of each photograph; children inherit them when they are forked."""


def _false_pairs(
    made: Sequence[dict[str, list[PhotoFacts]]], ways: Mapping[str, Change], processes: int
) -> dict[str, Any]:
    """Lay all forms of each photograph on each other one, as they are and mirrored."""
    begun = time.perf_counter()
    _MADE[:] = [
        {name: [photo.features for photo in photos] for name, photos in forms.items()}
        for forms in made
    ]
    jobs = ((number, tuple(ways)) for number in range(len(made)))
    pairs, worst = 0, []
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        for laid, close in pool.map(_laid_on_others, jobs, chunksize=1):
            pairs += laid
            worst.extend(close)
    told = [each for each in worst if each[-1]]
    return {
        "pairs": pairs,
        "least_pairs": LEAST_PAIRS,
        "false": len(told),
        "which": told[:20],
        "nearest": sorted(worst, key=lambda each: -each[3])[:5],
        "seconds": round(time.perf_counter() - begun, 1),
    }


def _laid_on_others(
    job: tuple[int, Sequence[str]],
) -> tuple[int, list[tuple[int, int, str, float, int, bool]]]:
    """Return how many pairs were tried, and those that agree anywhere."""
    number, names = job
    earlier = list(_described(_MADE[number][""]))
    pairs, close = 0, []
    for other, forms in enumerate(_MADE):
        if other == number:
            continue
        for name in ("", *names):
            if "collage" in name:
                continue  # the neighbours in it are copies too
            for later in _described(forms[name]):
                for is_mirrored in (False, True):
                    for one in earlier:
                        pairs += 1
                        found = agreement(one, later, is_mirrored=is_mirrored)
                        if found is not None and (found.agreeing > 4 or found.is_copy):  # noqa: PLR2004
                            close.append(
                                (number, other, name, found.share, found.agreeing, found.is_copy)
                            )
    return pairs, close


def _described(photos: Sequence[bytes]) -> Iterator[Described]:
    yield from (each for each in map(read, photos) if each is not None)


def _cost(pictures: Sequence[Pixels]) -> dict[str, float]:
    """Return CPU milliseconds of one thread for the features of one photo, and their bytes."""
    greys = [decoding.grey(pixels) for pixels in pictures[:40]]
    least = [float("inf")] * len(greys)
    sizes = [0] * len(greys)
    for _ in range(3):
        for place, luma in enumerate(greys):
            begun = time.process_time()
            sizes[place] = len(features.of(luma))
            least[place] = min(least[place], time.process_time() - begun)
    return {
        "cpu_ms": round(1000 * float(np.mean(least)), 2),
        "bar_ms": MOST_FEATURE_MS,
        "bytes": round(float(np.mean(sizes))),
    }
