# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures how many copied photos are found, how many others are confused, and how fast.

python benchmarks/reuse.py [--photos FOLDER] [--sizes 10000 100000 1000000] [--json]
    [--strict]

Recall: each photograph is enrolled in an index as the service enrols it; its changed copy is saved
as a JPEG, decoded and hashed as the sandbox does, and searched for. Both ways where it matters:
the copy may have come first. False matches: photographs are cut into tiles, each counted once, and
every tile is searched among those of all other photographs, and every whole photograph among the
others: how many pairs are near by their hashes, and how many of these are told. Speed:
``benchmarks/reuse_speed.py``, ``benchmarks/reuse_words_speed.py``. Copies that were changed to hide
them, and false pairs by features: ``benchmarks/reuse_cheats.py``, with the bars of issue 13.
Where the photographs come from stands in benchmarks/photographs.py; the more, the better.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
import photographs
import reuse_cheats
import reuse_speed
import reuse_words_speed
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.domain.likeness import (
    CERTAIN_BITS,
    FORMS,
    HASH_BYTES,
    LEAST_QUALITY,
    LEAST_SAMENESS,
    Enrolled,
    Hit,
    Likeness,
)
from review_service.samples import files
from review_service.samples.scenes import Scene
from workers.inside.picture import decoding, features, pdq
from workers.photo_index.index import PhotoIndex
from workers.photo_index.proving import pairs_to_prove, prove
from workers.photo_index.sameness import sameness

Pixels = NDArray[np.uint8]


class Known(NamedTuple):
    """What is kept of one photo."""

    forms: bytes
    views: bytes
    grid: bytes
    features: bytes


Change = Callable[[Pixels, np.random.Generator], Pixels]

MOST_PIXELS: Final = 50_000_000
LEAST_RECALL: Final = 99.5
LEAST_CROP_RECALL: Final = 90.0
MOST_FALSE: Final = 1.0
"""Bars of the issue: per cent, per cent, and in ten million pairs."""
MOST_HASH_MS: Final = 1.5
MOST_PHOTOGRAPHS: Final = 120
"""For the recall: enough to tell 99 from 100 %, few enough for minutes."""
SIDE_PX: Final = 1280
TILES: Final = 7
"""Tiles along each side of a photograph, for the false matches."""
LEAST_TILE_PX: Final = 96
SEARCHED_AT_ONCE: Final = 20
MOST_MILLISECONDS: Final = 1.5
TEN_MILLION: Final = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Fate:
    """One way in which a copy was changed."""

    name: str
    change: Change
    quality: int = 85
    bar: float | None = LEAST_RECALL
    """Least recall in per cent; None where the hash is known not to tolerate the change."""
    both_ways: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """Recall for one kind of change."""

    fate: str
    copies: int
    recall: float
    first_recall: float | None
    """Recall when the changed copy came first."""
    bar: float | None

    @property
    def holds(self) -> bool:
        """Whether the bar is reached both ways."""
        return self.bar is None or min(self.recall, self.first_recall or 100.0) >= self.bar


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables, or one JSON object; 1 with ``--strict`` when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    wanted = parser.parse_args(arguments)
    cv2.setNumThreads(0)
    pictures = list(_pictures(wanted.photos))
    rows = recalls(pictures)
    wrong = false_matches(pictures)
    whole = confused(pictures)
    hidden = reuse_cheats.measure(pictures)
    speed = reuse_speed.measure(wanted.sizes)
    by_features = reuse_words_speed.measure(pictures, wanted.sizes)
    figures = {
        "photographs": len(pictures),
        "recall": [asdict(row) | {"holds": row.holds} for row in rows],
        "false_matches": wrong,
        "whole_photographs": whole,
        "hash_ms": hash_ms(),
        "speed": speed,
        "speed_by_features": by_features,
        **hidden,
    }
    if wanted.json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        _print(rows, figures)
    return int(wanted.strict and bool(missed(figures)))


def missed(figures: Mapping[str, Any]) -> list[str]:
    """Return the bars that are missed."""
    wrong = figures["false_matches"]
    return [
        *(row["fate"] for row in figures["recall"] if not row["holds"]),
        *(["false matches"] if wrong["in_ten_million"] > wrong["bar"] else []),
        *(["hash_ms"] if figures["hash_ms"] > MOST_HASH_MS else []),
        *(f"{row['photos']} photos" for row in figures["speed"] if reuse_speed.is_missed(row)),
        *(
            f"{row['photos']} photos by features"
            for row in figures["speed_by_features"]
            if reuse_words_speed.is_missed(row)
        ),
        *reuse_cheats.missed(figures),
    ]


def fates() -> list[Fate]:
    """Return every change, with the bar that the issue sets for it."""
    return [
        *(Fate(name=f"resaved, quality {q}", change=_same, quality=q) for q in (50, 60, 75, 90)),
        *(Fate(name=f"resized x {s}", change=_resized(s)) for s in (0.3, 0.5, 0.75, 1.5, 2.0)),
        Fate(name="recompressed twice, 75 then 60", change=_resaved(75), quality=60),
        Fate(name="messaging app: 1600 px, 75, twice", change=_messaged, quality=75),
        *(Fate(name=f"brightness x {g}", change=_toned(g, 0)) for g in (0.7, 0.85, 1.15)),
        *(Fate(name=f"brightness {b:+d}", change=_toned(1, b)) for b in (-40, 25)),
        *(Fate(name=f"contrast x {c}", change=_toned(c, 128 - 128 * c)) for c in (0.7, 1.3)),
        *(Fate(name=f"gamma {g}", change=_gamma(g)) for g in (0.7, 1.4)),
        Fate(name="turned 90", change=_turned(cv2.ROTATE_90_CLOCKWISE)),
        Fate(name="turned 180", change=_turned(cv2.ROTATE_180)),
        Fate(name="turned 270", change=_turned(cv2.ROTATE_90_COUNTERCLOCKWISE)),
        Fate(name="mirrored left to right", change=_mirrored(1)),
        Fate(name="mirrored and turned", change=_mirrored(0), quality=60),
        *(_edges(f"border {p} % a side, {name}", _bordered(p / 100, grey))
          for p in (1, 2, 3, 4, 5) for name, grey in (("black", 0), ("white", 255))),
        *(_edges(f"crop {p} % a side", _cropped(*[p / 100] * 4)) for p in (1, 2, 3, 4, 5)),
        *(_beyond(f"crop {p} % at one side", _cropped(p / 100, 0, 0, 0)) for p in (2, 3, 5)),
        *(_beyond(f"crop {p} % above and below", _cropped(p / 100, p / 100, 0, 0)) for p in (3, 5)),
        _beyond("crop at random, 0 to 5 % each side", _cropped_at_random(0.05)),
        _beyond("crop 10 % a side", _cropped(*[0.1] * 4)),
        *(_beyond(f"turned by {degrees} degrees", _tilted(degrees)) for degrees in (1, 2, 3)),
        _beyond("brightness + 40, lights burnt out", _toned(1, 40)),
        _beyond("brightness x 1.3, lights burnt out", _toned(1.3, 0)),
        _beyond("put into a collage, a quarter of it", _collaged),
    ]  # fmt: skip


def _edges(name: str, change: Change) -> Fate:
    return Fate(name=name, change=change, bar=LEAST_CROP_RECALL, both_ways=True)


def _beyond(name: str, change: Change) -> Fate:
    return Fate(name=name, change=change, bar=None, both_ways=True)


def hashed(data: bytes) -> tuple[int, Known]:
    """Return the quality and what is kept of a file, through the code that the sandbox runs."""
    picture = decoding.decode(data, most_pixels=MOST_PIXELS)
    return seen(decoding.grey(picture.pixels))


def seen(luma: Pixels) -> tuple[int, Known]:
    """Return the quality of a picture in memory, and what is kept of it."""
    found = pdq.seen(luma)
    forms, views, grid = (
        bytes.fromhex("".join(each)) for each in (found.forms, found.views, found.grid)
    )
    places = features.of(np.ascontiguousarray(luma))
    return found.quality, Known(forms=forms, views=views, grid=grid, features=places)


def encoded(pixels: Pixels, quality: int) -> bytes:
    """Return a JPEG."""
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("a picture that cannot be saved")
    return data.tobytes()


def found(
    earlier: Sequence[Known], later: Sequence[Likeness], kept: Mapping[int, Known]
) -> Iterator[Hit]:
    """Yield the hits of some photos among some others, through an index on disk, as they count.

    ``kept`` is what is kept of the later ones, by position.
    """
    for hit in _near(earlier, later):
        if hit.distance <= CERTAIN_BITS or _agree(hit, earlier[hit.earlier - 1], kept[hit.later]):
            yield hit


def _agree(hit: Hit, earlier: Known, later: Known) -> bool:
    """Whether the brightness of both agrees and their features do not refute it."""
    if sameness(earlier.grid, later.grid, hit.turned) < LEAST_SAMENESS:
        return False
    asked = Likeness(position=hit.later, forms=b"", views=b"", features=later.features)
    proven = prove(pairs_to_prove([hit], []), [asked], {hit.earlier: earlier.features})
    return not proven.refuted


def _near(earlier: Sequence[Known], later: Sequence[Likeness]) -> Iterator[Hit]:
    rows = [
        Enrolled(position=place, hashes=_enrolled_hashes(known.forms, known.views))
        for place, known in enumerate(earlier, start=1)
    ]
    with tempfile.TemporaryDirectory() as folder:
        index = PhotoIndex(Path(folder))
        last = max([len(rows), *(photo.position for photo in later)])
        index.catch_up(last, lambda after, upto: rows[after:upto])
        for first in range(0, len(later), SEARCHED_AT_ONCE):
            yield from index.search(later[first : first + SEARCHED_AT_ONCE])


def _enrolled_hashes(forms: bytes, views: bytes) -> bytes:
    second = FORMS * HASH_BYTES
    return forms[:HASH_BYTES] + views[:HASH_BYTES] + views[second : second + HASH_BYTES]


def recalls(pictures: Sequence[Pixels]) -> list[Row]:
    """Return the recall of each change, over photographs with enough detail to compare."""
    known = [(pixels, hashed(encoded(pixels, 92))) for pixels in _spread(pictures)]
    kept = [(pixels, seen_as) for pixels, (quality, seen_as) in known if quality >= LEAST_QUALITY]
    return [_row(fate, kept) for fate in fates()]


def _spread(pictures: Sequence[Pixels]) -> Sequence[Pixels]:
    """Return at most ``MOST_PHOTOGRAPHS``, from the first to the last."""
    step = max(1.0, len(pictures) / MOST_PHOTOGRAPHS)
    return [pictures[int(place * step)] for place in range(min(len(pictures), MOST_PHOTOGRAPHS))]


def _row(fate: Fate, known: Sequence[tuple[Pixels, Known]]) -> Row:
    originals = [original for _, original in known]
    copies = []
    for seed, (pixels, _) in enumerate(known):
        changed = np.ascontiguousarray(fate.change(pixels, np.random.default_rng(seed)))
        copies.append(hashed(encoded(changed, fate.quality))[1])
    return Row(
        fate=fate.name,
        copies=len(copies),
        recall=_recall(originals, copies),
        first_recall=_recall(copies, originals) if fate.both_ways else None,
        bar=fate.bar,
    )


def _recall(earlier: list[Known], later: list[Known]) -> float:
    after = len(earlier) + 1
    asked = [
        Likeness(position=after + place, forms=known.forms, views=known.views)
        for place, known in enumerate(later)
    ]
    hits = found(earlier, asked, {after + place: known for place, known in enumerate(later)})
    right = {hit.later for hit in hits if hit.later - after == hit.earlier - 1}
    return round(100 * len(right) / len(later), 1)


def false_matches(pictures: Sequence[Pixels]) -> dict[str, float]:
    """Search every tile of each photograph among those of the others."""
    tiles: list[Known] = []
    owners: list[int] = []
    for owner, pixels in enumerate(pictures):
        for tile in _tiles(decoding.grey(pixels)):
            quality, known = seen(tile)
            if quality >= LEAST_QUALITY:
                tiles.append(known)
                owners.append(owner)
    wrong = sum(owners[hit.earlier - 1] != owners[hit.later - 1] for hit in _among(tiles))
    same = sum(count * (count - 1) // 2 for count in np.bincount(owners).tolist())
    pairs = len(tiles) * (len(tiles) - 1) // 2 - same
    return {
        "tiles": len(tiles),
        "pairs": pairs,
        "false_matches": wrong,
        "in_ten_million": round(wrong * TEN_MILLION / max(1, pairs), 2),
        "bar": MOST_FALSE,
    }


def confused(pictures: Sequence[Pixels]) -> dict[str, int]:
    """Search each whole photograph among the others: how many pairs resemble each other."""
    known = [seen(decoding.grey(pixels)) for pixels in pictures]
    kept = [each for quality, each in known if quality >= LEAST_QUALITY]
    return {
        "photographs": len(kept),
        "pairs": len(kept) * (len(kept) - 1) // 2,
        "by_hash": sum(1 for _ in _near(kept, _asked(kept))),
        "told": sum(1 for _ in _among(kept)),
    }


def _among(known: Sequence[Known]) -> Iterator[Hit]:
    """Yield the hits of each of these among those before it."""
    return found(known, _asked(known), dict(enumerate(known, start=1)))


def _asked(known: Sequence[Known]) -> list[Likeness]:
    return [
        Likeness(position=place, forms=each.forms, views=each.views)
        for place, each in enumerate(known, start=1)
    ]


def hash_ms() -> float:
    """Return the least CPU milliseconds of hashing one decoded photo with all its views."""
    luma = np.random.default_rng(0).integers(0, 255, (1224, 1632), np.uint8)
    least = float("inf")
    for _ in range(30):
        begun = time.process_time()
        pdq.measure(luma)
        least = min(least, time.process_time() - begun)
    return round(least * 1000, 2)


def _pictures(folder: Path | None) -> Iterator[Pixels]:
    """Yield the photographs, and the demonstration's scenes, at most ``SIDE_PX`` wide or high."""
    for photograph in photographs.found(folder):
        yield decoding.fitted(photograph.pixels, SIDE_PX)
    for scene in Scene:
        data = np.frombuffer(files.photo(scene), np.uint8)
        drawn = cv2.imdecode(data, cv2.IMREAD_COLOR)
        if drawn is not None:
            yield decoding.fitted(np.asarray(drawn, np.uint8), SIDE_PX)


def _tiles(luma: Pixels) -> Iterator[Pixels]:
    height, width = (side // TILES for side in luma.shape[:2])
    if min(height, width) >= LEAST_TILE_PX:
        for down in range(TILES):
            for along in range(TILES):
                top, left = down * height, along * width
                yield np.ascontiguousarray(luma[top : top + height, left : left + width])


def _same(pixels: Pixels, _: np.random.Generator) -> Pixels:
    return pixels


def _resized(scale: float) -> Change:
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return lambda pixels, _: _u8(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=way))


def _resaved(quality: int) -> Change:
    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        data = np.frombuffer(encoded(pixels, quality), np.uint8)
        return _u8(cv2.imdecode(data, cv2.IMREAD_COLOR))

    return change


def _messaged(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    scale = 1600 / max(pixels.shape[:2])
    return _resaved(75)(_resized(scale)(pixels, rng), rng)


def _toned(gain: float, lift: float) -> Change:
    return lambda pixels, _: _u8(np.clip(pixels.astype(np.float32) * gain + lift, 0, 255))


def _gamma(power: float) -> Change:
    return lambda pixels, _: _u8(255 * (pixels / 255.0) ** power)


def _turned(way: int) -> Change:
    return lambda pixels, _: _u8(cv2.rotate(pixels, way))


def _mirrored(axis: int) -> Change:
    return lambda pixels, _: _u8(
        cv2.flip(cv2.rotate(pixels, cv2.ROTATE_180) if axis else cv2.transpose(pixels), axis)
    )


def _bordered(share: float, grey: int) -> Change:
    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        down, along = (max(1, round(side * share)) for side in pixels.shape[:2])
        return _u8(
            cv2.copyMakeBorder(
                pixels, down, down, along, along, cv2.BORDER_CONSTANT, value=(grey,) * 3
            )
        )

    return change


def _cropped(top: float, bottom: float, left: float, right: float) -> Change:
    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        height, width = pixels.shape[:2]
        return pixels[
            round(top * height) : height - round(bottom * height),
            round(left * width) : width - round(right * width),
        ]

    return change


def _cropped_at_random(most: float) -> Change:
    return lambda pixels, rng: _cropped(*(rng.random(4) * most).tolist())(pixels, rng)


def _tilted(degrees: float) -> Change:
    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        height, width = pixels.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return _u8(cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE))

    return change


def _collaged(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    noise = rng.integers(0, 255, (24, 24, 3), np.uint8)
    height, width = pixels.shape[:2]
    canvas = _u8(cv2.resize(noise, (width, height)))
    canvas[: height // 2, : width // 2] = cv2.resize(pixels, (width // 2, height // 2))
    return canvas


def _u8(values: object) -> Pixels:
    return np.asarray(values).astype(np.uint8)


def _print(rows: Sequence[Row], figures: dict[str, Any]) -> None:
    out = sys.stdout.write
    out(f"{'copy':<38}{'copies':>8}{'found %':>9}{'came first %':>14}{'bar':>7}\n")
    for row in rows:
        first = "" if row.first_recall is None else f"{row.first_recall:.1f}"
        bar = "" if row.bar is None else f"{row.bar:.1f}"
        missed = "" if row.holds else "  missed"
        out(f"{row.fate:<38}{row.copies:>8}{row.recall:>9.1f}{first:>14}{bar:>7}{missed}\n")
    out(f"\nfalse matches: {figures['false_matches']}\n")
    out(f"whole photographs, all different: {figures['whole_photographs']}\n")
    out(f"hash of one photo, 8 forms and views: {figures['hash_ms']} ms CPU ")
    out(f"(bar {MOST_HASH_MS})\n\n")
    reuse_speed.show(figures["speed"])
    reuse_words_speed.show(figures["speed_by_features"])
    reuse_cheats.show(figures, out)


if __name__ == "__main__":
    raise SystemExit(main())
