"""Forms of photographs for the training: what stays usable keeps its sharp part or its contrast."""

import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import fault_samples

from tests.samples.discs import discs

SEEDS: Final = range(8)


def _photo() -> Any:  # noqa: ANN401 -- a picture
    return np.asarray(discs(640, 480), dtype=np.uint8)


def _drawn(kind: str, seed: int) -> Any:  # noqa: ANN401 -- a picture
    rng = np.random.default_rng(seed)
    _, draw = fault_samples.HARMLESS[kind]
    return draw(rng)(_photo(), rng)


def test_posts_are_as_sharp_as_the_photo_and_stand_before_a_smooth_ground() -> None:
    steep = np.percentile(np.abs(np.diff(_photo().astype(int), axis=0)), 99.9)
    for seed in SEEDS:
        down = np.abs(np.diff(_drawn("posts", seed).astype(int), axis=0))
        assert np.median(down) <= 2
        assert down.max() > steep / 4


def test_a_lighter_photo_keeps_its_dark_parts_apart_from_white() -> None:
    for seed in SEEDS:
        lifted = _drawn("lighter", seed).astype(int) - _photo()
        assert 0 < np.median(lifted) <= round(0.15 * 255)


def test_a_paler_photo_keeps_a_third_of_its_contrast_or_more_and_is_not_cut_off() -> None:
    photo = _photo()
    for seed in SEEDS:
        paler = _drawn("paler", seed)
        assert 0.3 < paler.std() / photo.std() <= 1.0
        assert float((paler == 255).mean()) <= float((photo >= 254).mean())


def test_a_crop_is_a_part_of_the_photo() -> None:
    for seed in SEEDS:
        height, width = _drawn("crop", seed).shape[:2]
        assert 0.55 * 480 < height < 480
        assert 0.55 * 640 < width < 640


@pytest.mark.parametrize("kind", ["posts", "lighter", "paler", "crop"])
def test_the_same_seed_draws_the_same(kind: str) -> None:
    assert all((_drawn(kind, seed) == _drawn(kind, seed)).all() for seed in SEEDS)


@pytest.mark.parametrize("label", list(fault_samples.SPOILT))
def test_every_way_of_spoiling_changes_the_photo(label: str) -> None:
    for _, draw in fault_samples.SPOILT[label]:
        rng = np.random.default_rng(5)
        assert not np.array_equal(draw(rng)(_photo(), rng), _photo())
