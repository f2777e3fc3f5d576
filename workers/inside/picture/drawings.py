"""Whether a small picture is a drawing such as a logo, not a photo: it has only a few colours."""

from typing import Final

import numpy as np

from workers.inside.picture import decoding

MOST_SHARE: Final = 0.2
"""Larger parts of a page are never taken for a logo."""
LOOKED_AT_PX: Final = 160
MOST_COLOURS: Final = 16
"""Colours, of 64 levels a channel, that cover ``MOST_COVERED`` of a drawing. Set by hand; see
benchmarks/pages.py."""
MOST_COVERED: Final = 0.9
LEAST_LIGHT: Final = 128
"""Luma that the lightest 1 % of a drawing exceed: it stands on paper. A dark photo has few colours
too."""


def is_drawing(pixels: decoding.Pixels) -> bool:
    """Say whether a few flat colours make up the picture. A hint."""
    step = max(1, max(pixels.shape[:2]) // LOOKED_AT_PX)
    picked = pixels[::step, ::step]  # no averaging: it would make colours that are not there
    if float(np.quantile(decoding.grey(np.ascontiguousarray(picked)), 0.99)) < LEAST_LIGHT:
        return False
    return colours(picked) <= MOST_COLOURS


def colours(pixels: decoding.Pixels) -> int:
    """Return how many colours it takes to cover ``MOST_COVERED`` of the picture."""
    level = pixels[:, :, None] if pixels.ndim == 2 else pixels  # noqa: PLR2004 -- grey
    coarse = (level >> 2).astype(np.int32)
    codes = coarse[:, :, 0]
    for channel in range(1, coarse.shape[2]):
        codes = codes * 64 + coarse[:, :, channel]
    counts = np.sort(np.unique(codes.ravel(), return_counts=True)[1])[::-1]
    return int(np.searchsorted(np.cumsum(counts), MOST_COVERED * codes.size)) + 1
