"""How a picture ends in white, on pictures made for it."""

from typing import Any, Final

import numpy as np
import pytest

from tests.samples.discs import discs
from workers.inside.picture import highlights

SIZE: Final = (192, 256)


def _told(pixels: Any) -> dict[str, float]:  # noqa: ANN401 -- a picture of any kind of number
    seen = np.asarray(np.clip(pixels, 0, 255), dtype=np.uint8)
    told = dict(zip(highlights.NAMES, highlights.measure(seen), strict=True))
    assert np.isfinite(list(told.values())).all()
    return told


@pytest.mark.parametrize("value", [0, 128, 249, 250, 255])
def test_an_even_picture_has_every_number(value: int) -> None:
    told = _told(np.full((*SIZE, 3), value))
    assert told["cut off, luma"] == (value >= highlights.CUT_OFF)


def test_a_single_window_is_one_piece_in_few_places() -> None:
    scene = np.full((*SIZE, 3), 90)
    scene[:48, :64] = 255
    told = _told(scene)
    assert told["cut off, largest piece"] == pytest.approx(1 / 16)
    assert told["cut off, outside of it"] == pytest.approx(0)
    assert told["cut off, places"] == pytest.approx(1 / 16)
    assert told["cut off, lower half"] == 0
    assert told["cut off, upper half"] == pytest.approx(1 / 8)
    assert told["not cut off, brightest channel"] == pytest.approx(90)


def test_light_that_ran_over_ends_more_sharply_than_light_that_rolls_off() -> None:
    slope = np.tile(np.linspace(0, 1, SIZE[1]), (SIZE[0], 1))[..., None] * np.ones(3)
    soft = 255 * slope**0.5
    hard = 255 * np.clip(10 * slope, 0, 1)
    name = "cut off over shoulder, luma"
    assert _told(hard)[name] > _told(soft)[name] + 2


def test_one_colour_that_is_cut_off_is_told_from_all() -> None:
    scene = np.full((*SIZE, 3), (60, 90, 255))
    told = _told(scene)
    assert told["cut off, second channel"] == 0
    assert told["cut off, largest piece"] == 1
    assert told["cut off, luma"] == 0


def test_too_much_light_is_cut_off_in_many_places() -> None:
    scene = discs(256, 192)
    normal = np.clip(scene, 0, 240)
    burnt = 255 * np.clip(10 * (normal / 255) ** 2.2, 0, 1) ** (1 / 2.2)
    good, bad = _told(normal), _told(burnt)
    assert good["cut off, places"] == 0
    assert bad["cut off, places"] > 0.5
    assert bad["cut off, second channel"] > good["cut off, second channel"]
