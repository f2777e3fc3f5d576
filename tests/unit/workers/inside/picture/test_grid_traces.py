"""What a strong compression leaves in a picture that was resized since."""

from typing import Any

import cv2
import numpy as np
import pytest

from tests.samples.discs import discs
from workers.inside.picture import decoding, grid_traces
from workers.inside.picture.decoding import Pixels

SCENE = np.asarray(cv2.GaussianBlur(discs(), (0, 0), 1.5), np.uint8)


def told(pixels: Pixels) -> dict[str, float]:
    found = grid_traces.measure(decoding.grey(pixels), pixels, pixels[::4, ::4])
    assert np.isfinite(found).all()
    return dict(zip(grid_traces.NAMES, found, strict=True))


def saved(pixels: Any, quality: int) -> Pixels:  # noqa: ANN401 -- a picture
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@pytest.mark.parametrize("side", [1180, 1100])
def test_squares_are_found_at_the_size_that_they_have_now(side: int) -> None:
    size = (side, side * 3 // 4)
    heavy, light = (
        told(saved(cv2.resize(saved(SCENE, q), size, interpolation=cv2.INTER_AREA), 80))
        for q in (8, 92)
    )
    assert heavy["steps both"] > 2 * light["steps both"]
    assert heavy["steps period"] == pytest.approx(8 * side / 1280, rel=0.03)
    assert heavy["levels apart, red"] > light["levels apart, red"]


def test_squares_of_the_last_saving_are_told_apart() -> None:
    found = told(saved(SCENE, 8))
    assert found["steps of the last saving"] > 4 * told(SCENE)["steps of the last saving"]


@pytest.mark.parametrize("shape", [(40, 30, 3), (8, 300, 3), (300, 300)])
def test_small_and_grey_pictures_have_every_number(shape: tuple[int, ...]) -> None:
    pixels = np.full(shape, 128, np.uint8)
    colours = pixels if pixels.ndim == 3 else np.dstack([pixels] * 3)
    found = grid_traces.measure(decoding.grey(pixels), pixels, colours)
    assert len(found) == len(grid_traces.NAMES)
    by_name = dict(zip(grid_traces.NAMES, found, strict=True))
    if pixels.ndim == 2:
        assert (by_name["colour steps"], by_name["colour unchanged"]) == (0, 1)
