"""What a strong compression leaves in a picture that was resized and saved again since.

Steps that repeat at an even distance, whatever that is now; few distinct levels of brightness and
colour; hardly any colour change from one pixel to the next. Runs in the sandbox.
"""

from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture.decoding import Pixels

Values = NDArray[Any]
"""Of floating numbers; OpenCV's stubs do not say which."""

LINES_APART: Final = 5
COLOUR_LINES_APART: Final = 16
MOST_STEP: Final = 8
"""Luma units; a greater step is an edge of the scene and counts no more than this."""
OWN_PX: Final = 8
BESIDE_OWN: Final = 3
"""Places of the spectrum on either side of what the last saving left."""
SPECTRUM_SIZE: Final = 2048
SMOOTHED_OVER: Final = 33
"""Positions over which the mean step is taken off: what varies slower is the scene."""
HARMONICS: Final = 4
PERIODS: Final = np.exp(np.linspace(np.log(2.6), np.log(17.0), 240))
"""Distances of borders in px: 8 when not resized since, less when made smaller."""
COLOUR_PERIODS: Final = np.exp(np.linspace(np.log(5.2), np.log(34.0), 240))
"""Squares of colour are twice as large."""
LEVELS_APART: Final = np.exp(np.linspace(np.log(5.0), np.log(24.0), 36))
"""Distances of levels in units of a channel: an eighth of a compression's first divisor."""
BESIDE: Final = 1.45
"""A distance so many times as long is what chance gives."""

NAMES: Final = (
    *("steps across", "steps down", "steps both", "steps both over others", "steps period"),
    *("steps of the last saving", "colour steps of the last saving"),
    *("colour steps", "colour steps over others"),
    *("unchanged pixels", "nearly unchanged pixels", "large changes"),
    *("colour unchanged", "colour nearly unchanged", "colour changes"),
    *(f"levels apart, {channel}" for channel in ("luma", "red", "blue")),
    *("levels spread, red", "levels spread, blue"),
)


def measure(luma: Pixels, colours: Pixels, seen: Pixels) -> list[float]:
    """Return one number for each of ``NAMES``.

    ``luma`` and ``colours`` are the picture as it was decoded, ``seen`` some of its pixels.
    """
    across = _steps(luma[::LINES_APART])
    down = _steps(np.asarray(cv2.transpose(np.ascontiguousarray(luma[:, ::LINES_APART])), np.uint8))
    (one, own), (other, other_own) = (
        _repeated(profile, OWN_PX) for profile in (across[0], down[0])
    )
    both = np.minimum(one, other)
    best = int(both.argmax())
    changes = (across[1] + down[1]) / 2
    (colour, colour_own), colour_changes = _colour_steps(colours)
    tones = cv2.cvtColor(seen, cv2.COLOR_BGR2YCrCb)
    counts = [
        cv2.calcHist([tones], [channel], None, [256], [0, 256]).ravel() / (tones.size / 3)
        for channel in range(3)
    ]
    return [
        float(one.max()),
        float(other.max()),
        float(both[best]),
        float(both[best] / (np.median(both) + 1e-3)),
        float(PERIODS[best]),
        min(own, other_own),
        colour_own,
        float(colour.max()),
        float(colour.max() / (np.median(colour) + 1e-3)),
        *changes.tolist(),
        *colour_changes.tolist(),
        *(_levels(each) for each in counts),
        *(_spread(each) for each in counts[1:]),
    ]


def _steps(lines: Pixels) -> tuple[Values, Values]:
    """Return the mean step at each place of the lines, and shares of steps by size."""
    small: Any = cv2.min  # its stubs know no single numbers
    steps = small(cv2.absdiff(lines[:, 1:], lines[:, :-1]), MOST_STEP)
    summed = cv2.reduce(steps, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel()
    over = [int(np.count_nonzero(steps > less)) for less in (0, 1, MOST_STEP - 1)]
    changed, much, most = (count / steps.size for count in over)
    return summed / lines.shape[0], np.array([1 - changed, 1 - much, most])


def _repeated(profile: NDArray[Any], own: int) -> tuple[Values, float]:
    """Return by how much steps stand out that repeat at each distance, and at ``own``.

    In luma units. The last saving has squares of its own, ``own`` px wide: they are told apart.
    The distances are ``PERIODS`` for ``OWN_PX`` and ``COLOUR_PERIODS`` for twice as much.
    """
    if len(profile) < SMOOTHED_OVER:
        return np.zeros(_PLACES[own].shape[1]), 0.0
    flat: Values = profile[:SPECTRUM_SIZE].astype(np.float32)
    flat = flat - cv2.blur(flat[:, None], (1, SMOOTHED_OVER)).ravel()
    flat = np.clip(flat, -MOST_STEP / 4, MOST_STEP / 4) * _fading(len(flat))
    spectrum = np.abs(np.fft.rfft(flat, SPECTRUM_SIZE)) * (2 / len(flat))
    first = SPECTRUM_SIZE // own
    aligned = float(spectrum[first::first].sum())
    for place in range(first, len(spectrum), first):
        spectrum[place - BESIDE_OWN : place + BESIDE_OWN + 1] = 0
    wide = np.zeros(len(spectrum) + 1)
    wide[:-1] = np.maximum(spectrum, np.maximum(np.roll(spectrum, 1), np.roll(spectrum, -1)))
    return np.add.reduce(wide[_PLACES[own]], axis=0), aligned


@lru_cache(maxsize=16)
def _fading(length: int) -> Values:
    """Return the weights by which a profile fades out at both ends."""
    return np.hanning(length)


def _colour_steps(colours: Pixels) -> tuple[tuple[Values, float], Values]:
    """Return the same of the colours along some rows, and shares of their steps by size."""
    if colours.ndim == 2:  # noqa: PLR2004 -- grey
        return (np.zeros(len(COLOUR_PERIODS)), 0.0), np.array([1.0, 1.0, 0.0])
    lines = np.ascontiguousarray(colours[::COLOUR_LINES_APART])
    tones = cv2.cvtColor(lines, cv2.COLOR_BGR2YCrCb)
    found = [_steps(np.asarray(cv2.extractChannel(tones, channel))) for channel in (1, 2)]
    profile = found[0][0] + found[1][0]
    return _repeated(profile, 2 * OWN_PX), (found[0][1] + found[1][1]) / 2


def _places(periods: Values) -> NDArray[np.intp]:
    """Return where the spectrum is asked for each distance, a row for each harmonic.

    One place behind its end stands for what the spectrum does not reach.
    """
    harmonics = np.arange(1, HARMONICS + 1)[:, None]
    places = np.rint(harmonics * SPECTRUM_SIZE / periods).astype(np.intp)
    return np.minimum(places, SPECTRUM_SIZE // 2 + 1)


_PLACES: Final = {OWN_PX: _places(PERIODS), 2 * OWN_PX: _places(COLOUR_PERIODS)}


def _waves() -> tuple[Values, Values]:
    """Return cosine and sine of each level for each distance and for the one beside it."""
    apart = np.stack([LEVELS_APART, LEVELS_APART * BESIDE])[..., None]
    phase = 2 * np.pi * np.arange(256) / apart
    return np.cos(phase).astype(np.float32), np.sin(phase).astype(np.float32)


_COSINE, _SINE = _waves()


def _levels(counts: Values) -> float:
    """Return how much more of the pixels lies on evenly spaced levels than chance puts there."""
    size = np.hypot((counts * _COSINE).sum(axis=-1), (counts * _SINE).sum(axis=-1))
    return float((size[0] - size[1]).max())


def _spread(counts: Values) -> float:
    mean = float((counts * np.arange(256)).sum())
    return float((counts * (np.arange(256) - mean) ** 2).sum() ** 0.5)
