"""Whether a picture shows a telephone's screen, not a photo: bars with signs, flat colours."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.inside.picture import decoding

LEAST_ASPECT: Final = 1.6
"""Height by width. Screens of telephones have 16:9 and more, photos mostly 4:3."""
LEAST_SIDE_PX: Final = 200
BAR_SHARES: Final = (0.035, 0.08)
"""Height of the bars at the top (clock and battery; then the title), share of the whole."""
ALIKE: Final = 3
"""Units of one channel by which two pixels of a bar may differ: a screen has no noise."""
LEAST_BAR: Final = 0.6
"""Of a bar that has one and the same colour."""
SIGNS: Final = (0.01, 0.3)
"""Of the bar at the top that is signs: the clock, the battery. A white sky has none."""
SIGN_STEP: Final = 40
LEAST_FLAT: Final = 0.2
"""Of the whole picture that three colours cover."""
FOOT_SHARE: Final = 0.03


def is_screenshot(pixels: decoding.Pixels) -> bool:
    """Say whether this is a picture of a telephone's screen, held upright. A hint.

    Calibrated on the same photographs as ``seams``, some cut to the shape of a screen.
    """
    small = decoding.fitted(pixels, decoding.THUMBNAIL_SIDE_PX)
    height, width = small.shape[:2]
    if height < LEAST_ASPECT * width or width < LEAST_SIDE_PX // 2:
        return False
    level = small[:, :, None] if small.ndim == 2 else small  # noqa: PLR2004 -- grey
    head = level[: max(4, round(BAR_SHARES[0] * height))]
    foot = level[-max(3, round(FOOT_SHARE * height)) :]
    colour, share = _usual(head)
    if share < LEAST_BAR or _usual(foot)[1] < LEAST_BAR:
        return False
    signs = np.abs(head.astype(np.int16) - colour).max(axis=2) > SIGN_STEP
    if not SIGNS[0] <= float(signs.mean()) <= SIGNS[1]:
        return False
    return _flat_share(level) >= LEAST_FLAT


def _usual(part: decoding.Pixels) -> tuple[NDArray[np.int16], float]:
    """Return the middle colour of a part and how much of it is that colour."""
    colour = np.median(part.reshape(-1, part.shape[2]), axis=0).astype(np.int16)
    near = np.abs(part.astype(np.int16) - colour).max(axis=2) <= ALIKE
    return colour, float(near.mean())


def _flat_share(level: decoding.Pixels) -> float:
    """Return how much its three commonest colours cover, of sixteen levels a channel."""
    coarse = (level >> 4).astype(np.int32)
    codes = coarse[:, :, 0]
    for channel in range(1, coarse.shape[2]):
        codes = codes * 16 + coarse[:, :, channel]
    counts = np.sort(np.bincount(codes.ravel()))[-3:]
    return float(counts.sum() / codes.size)
