"""How sharp, how lit and how compressed a picture is, measured at one width whatever its size."""

import io
from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from workers.facts.page import Light
from workers.inside.picture import blocks, detail, faults, traits
from workers.inside.picture.decoding import Pixels

NOTHING_TO_JUDGE: Final = 100.0
"""Sharpness of a smooth wall or of fog, where no edge tells: nobody may call it blurred."""
BURNT_LUMA: Final = 250
BRIGHT_LUMA: Final = 235
LEAST_REST: Final = 0.02
"""Less of the picture than this says nothing."""
PARTLY_CLIPPED: Final = traits.NAMES.index("partly clipped")
HIGHLIGHT_SHARE: Final = 0.99
"""The luma under which so much of the picture lies is what its lit parts reach."""

Shares = NDArray[np.floating]
"""Of the picture, by luma."""

_DIVISORS: Final = np.array(
    (
        *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
        *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
        *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
        *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
    )
)
"""ITU-T T.81, table K.1: the divisors of luma at quality 50."""


def measure(
    luma: Pixels,
    *,
    colours: Pixels | None = None,
    stream: bytes | None = None,
    lit: tuple[int, int, int, int] | None = None,
) -> Light:
    """Measure a decoded photo; ``stream`` is the JPEG that it came from, when it is one.

    ``colours`` are its pixels with blue first; without them nothing is told of what spoilt it.
    ``lit`` is left, top, right, bottom of what its light is asked of: a thing on white paper is
    not too light for the paper around it.
    """
    height, width = luma.shape
    reduced = detail.reduced(luma)
    scale = reduced.shape[1] / width
    left, top, right, bottom = (round(side * scale) for side in lit or (0, 0, width, height))
    asked = np.ascontiguousarray(reduced[top : max(top + 1, bottom), left : max(left + 1, right)])
    mean, spread = (float(value.item()) for value in cv2.meanStdDev(asked))
    counts = traits.shares(asked)
    levels = detail.levels(reduced)
    seen = detail.measure(levels)
    votes = (seen.edges, seen.wide_edges, seen.weakest_way)
    return Light(
        sharpness=min((vote for vote in votes if vote is not None), default=NOTHING_TO_JUDGE),
        edges=seen.edges,
        wide_edges=seen.wide_edges,
        weakest_way=seen.weakest_way,
        finest=seen.finest,
        mean=round(mean, 1),
        spread=round(spread, 1),
        highlight=float(np.searchsorted(np.cumsum(counts), HIGHLIGHT_SHARE)),
        burnt_share=round(float(counts[BURNT_LUMA:].sum()), 3),
        unburnt_mean=round(_mean_below(counts, BURNT_LUMA), 1),
        bright_share=round(float(counts[BRIGHT_LUMA:].sum()), 3),
        shade_median=_median_below(counts, BRIGHT_LUMA),
        blocks=blocks.measure(luma),
        jpeg_quality=None if stream is None else compression(stream),
        **_scores(luma, colours, levels, seen, counts if lit is None else None),
    )


def _scores(
    luma: Pixels,
    colours: Pixels | None,
    levels: detail.Levels | None,
    seen: detail.Detail,
    by_luma: Shares | None,
) -> Mapping[str, float]:
    """Return how much it looks spoilt, by reason; nothing of a picture too small to tell."""
    if colours is None or levels is None or _tiles(levels) < traits.RINGS:
        return {}
    told = traits.measure(luma, colours, levels, seen, by_luma=by_luma)
    clipped = round(float(told[PARTLY_CLIPPED]), 3)
    scores = faults.scores(told, is_doubted=traits.is_doubted(seen))
    return {**scores, "partly_clipped": clipped}


def _tiles(levels: detail.Levels) -> int:
    """Return in how many tiles the picture is measured."""
    rows, columns = levels.energies[0].shape[1:]
    return int(rows * columns)


def compression(stream: bytes) -> float | None:
    """Return the quality, 1 to 100, with which a JPEG was last saved; None is no JPEG.

    libjpeg's scale, from the sum of the luma divisors; other encoders land on their likeness.
    """
    try:
        with Image.open(io.BytesIO(stream), formats=("JPEG",)) as image:
            tables: dict[int, list[int]] = image.quantization  # type: ignore[attr-defined]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError):
        return None
    if 0 not in tables:
        return None
    return float(np.abs(_TABLE_SUMS - sum(tables[0])).argmin() + 1)


def _mean_below(counts: Shares, luma: int) -> float:
    """Return the mean of what is darker, white when hardly anything is."""
    below = counts[:luma]
    total = float(below.sum())
    return float((below * np.arange(luma)).sum()) / total if total > LEAST_REST else 255.0


def _median_below(counts: Shares, luma: int) -> float:
    """Return the median of what is darker, white when hardly anything is."""
    summed = np.cumsum(counts[:luma])
    return float(np.searchsorted(summed, summed[-1] / 2)) if summed[-1] > LEAST_REST else 255.0


def _table_sums() -> NDArray[np.int64]:
    """Return the sum of the luma divisors for each quality from 1 to 100."""
    quality = np.arange(1, 101)[:, None]
    percent = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)  # noqa: PLR2004 -- libjpeg's scale turns at 50
    tables = np.clip((_DIVISORS[None] * percent + 50) // 100, 1, 255)
    return np.asarray(tables.sum(axis=1))


_TABLE_SUMS: Final = _table_sums()
