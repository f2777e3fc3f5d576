"""What is measured of a whole picture, on pictures made for it."""

from typing import Any

import cv2
import numpy as np
import pytest

from tests.samples.discs import discs
from workers.inside.picture import decoding, detail, edge_widths, motion_traces, traits
from workers.judging.checks import resolution, sharpness


def _told(pixels: Any) -> dict[str, float]:  # noqa: ANN401 -- a picture of any kind of number
    colours = np.asarray(np.clip(pixels, 0, 255), dtype=np.uint8)
    luma = decoding.grey(colours)
    levels = detail.levels(detail.reduced(luma))
    assert levels is not None
    told = traits.measure(luma, colours, levels, detail.measure(levels))
    return dict(zip(traits.NAMES, told.tolist(), strict=True))


def test_no_trait_is_named_twice() -> None:
    assert len(set(traits.NAMES)) == len(traits.NAMES)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((600, 800, 3)),
        np.full((600, 800, 3), 255),
        np.full((600, 800), 128),
        np.random.default_rng(1).integers(0, 256, (200, 2000, 3)),
        np.random.default_rng(2).integers(0, 256, (1300, 130, 3)),
    ],
)
def test_every_picture_has_every_trait(pixels: Any) -> None:  # noqa: ANN401 -- a picture
    told = _told(pixels)
    assert list(told) == list(traits.NAMES)
    assert np.isfinite(list(told.values())).all()


def test_shares_that_were_counted_before_change_nothing() -> None:
    colours = np.random.default_rng(3).integers(0, 256, (300, 400, 3)).astype(np.uint8)
    luma = decoding.grey(colours)
    levels = detail.levels(detail.reduced(luma))
    assert levels is not None
    votes, by_luma = detail.measure(levels), traits.shares(levels.pixels[0])
    alone = traits.measure(luma, colours, levels, votes)
    assert np.array_equal(traits.measure(luma, colours, levels, votes, by_luma=by_luma), alone)


def test_edges_and_smears_are_asked_only_of_a_picture_that_is_called_less_than_sharp() -> None:
    sharp = np.asarray(discs(800, 600))
    blurred = cv2.GaussianBlur(sharp, (0, 0), 4)
    names = (*edge_widths.NAMES, *motion_traces.NAMES)
    assert {_told(sharp)[name] for name in names} == {traits.UNKNOWN}
    assert _told(blurred)["strong edges, width at 25"] > 6
    assert _told(blurred)["smear, spread"] > 0


def test_every_photo_that_a_check_would_tell_of_is_asked_about() -> None:
    """Else what the trees deny would be told all the same: nothing is asked of a sharp photo."""
    asked_below = traits.LEAST_SHARP
    assert asked_below >= max(sharpness.LEAST_SHARPNESS, resolution.LEAST_FINEST)
    for vote in ("edges", "wide_edges", "weakest_way", "finest"):
        for value, is_asked in ((asked_below - 0.1, True), (asked_below, False)):
            told: dict[str, Any] = {vote: value}
            votes = detail.Detail(**told)
            assert traits.is_doubted(votes) is is_asked, vote
    assert not traits.is_doubted(detail.Detail())


def test_shares_of_clipped_colours() -> None:
    scene = np.full((600, 800, 3), 100)
    scene[:, :400] = 255
    scene[:, 400:600] = (0, 0, 255)
    told = _told(scene)
    assert told["all clipped"] == pytest.approx(0.5, abs=0.01)
    assert told["any clipped"] == pytest.approx(0.75, abs=0.01)
    assert told["partly clipped"] == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("turned", [0, 1, 2, 3])
def test_what_covers_one_side_is_described_alike_from_every_side(turned: int) -> None:
    scene = discs()
    scene[:, :640] = (60, 80, 130)
    told = _told(np.rot90(scene, turned))
    assert told["smooth 3, share"] == pytest.approx(0.5, abs=0.05)
    assert told["least seen, is corner"] == 0
    assert told["least seen, energy 0"] < 1
    assert told["least seen, energy 4"] > 5
    assert told["least seen, red 0"] > 140
    assert told["smooth 3, sides"] == 3


@pytest.mark.parametrize(("down", "across"), [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_a_shadow_is_described_alike_from_every_corner(down: int, across: int) -> None:
    scene = discs()
    place = np.hypot(*np.mgrid[0:1:960j, 0:1:1280j])
    scene = scene * np.clip(place - 0.3, 0.05, 1)[..., None]
    told = _told(scene[::down, ::across])
    assert told["darkest, is corner"] == 1
    assert told["darkest, light 0"] < -3 < -0.5 < told["darkest, light 4"]
