"""Things on white for the training: alone on a light sheet, of many sizes, the same each time."""

import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import cut_outs

from tests.samples.discs import discs

SEEDS: Final = range(24)


def _photo(*, upright: bool = False) -> Any:  # noqa: ANN401 -- a picture
    photo = np.asarray(discs(320, 240), dtype=np.uint8)
    return np.ascontiguousarray(np.rot90(photo)) if upright else photo


def _cut(seed: int, photo: Any) -> Any:  # noqa: ANN401 -- pictures
    return cut_outs.on_white(photo, np.random.default_rng(seed))


def _covered(sheet: Any) -> float:  # noqa: ANN401 -- a picture
    """Return the share that is darker than a sheet and its shadow's rim."""
    return float((sheet.min(axis=2) < 215).mean())


@pytest.mark.parametrize("upright", [False, True])
def test_a_thing_lies_alone_on_a_light_sheet_as_large_as_the_photo(*, upright: bool) -> None:
    photo = _photo(upright=upright)
    for seed in SEEDS:
        sheet = _cut(seed, photo)
        assert (sheet.shape, sheet.dtype) == (photo.shape, np.uint8)
        corners = sheet[[0, 0, -1, -1], [0, -1, 0, -1]]
        assert int(corners.min()) >= 235


def test_things_cover_little_and_much() -> None:
    shares = [_covered(_cut(seed, _photo())) for seed in SEEDS]
    assert 0.03 < min(shares) < 0.2
    assert 0.5 < max(shares) < 0.9


def test_some_sheets_are_pure_white_and_some_nearly() -> None:
    corners = {int(_cut(seed, _photo())[0, 0].min()) for seed in SEEDS}
    assert 255 in corners
    assert min(corners) < 250


def test_the_same_seed_cuts_the_same() -> None:
    assert all((_cut(seed, _photo()) == _cut(seed, _photo())).all() for seed in SEEDS)


def test_an_oval_stands_in_the_middle_of_pure_white() -> None:
    photo = np.full((240, 320, 3), 90, np.uint8)
    sheet = cut_outs.oval_on_white(photo, np.random.default_rng(0))
    assert sheet[120, 160].tolist() == [90, 90, 90]
    assert _covered(sheet) == pytest.approx(np.pi / 4 * 0.36, abs=0.02)
    assert sheet[0, 0].tolist() == [255, 255, 255]
