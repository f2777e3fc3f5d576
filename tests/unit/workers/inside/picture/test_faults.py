"""Boosted trees: read as they were written, walked as they were trained, and what they say."""

from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from review_service.samples import files
from tests.samples import photo_pages
from tests.samples.pictures import opened
from workers.facts.page import Light
from workers.inside.picture import decoding, faults, quality, traits
from workers.inside.picture.faults import Trees

MOST: Final = 50_000_000
LIMIT: Final = 50
TOLD: Final = ("dark", "bright", "hazy", "covered", "corner", "crushed")


def _trees() -> Trees:
    """Return two reasons: one of a tree, one of two."""
    return Trees(
        reasons=("dark", "bright"),
        starts=np.array([0, 1]),
        base=np.array([0.0, -1.0]),
        trait=np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]]),
        most=np.array([[5.0, 1.0, 2.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]),
        leaves=np.array([[-3.0, -1.0, 1.0, 3.0], [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 2.0, 2.0]]),
    )


def _percent(logit: float) -> float:
    return round(float(100 / (1 + np.exp(-logit))), 1)


@pytest.mark.parametrize(
    ("told", "dark", "bright"),
    [
        ((5.0, 1.0), -3.0, 2.0),
        ((5.0, 1.1), -1.0, 2.0),
        ((5.1, 2.0), 1.0, 2.0),
        ((5.1, 2.1), 3.0, 2.0),
        ((4.0, 0.0), -3.0, -1.0),
    ],
)
def test_walks_each_tree_and_adds_the_leaves_of_each_reason(
    told: tuple[float, float], dark: float, bright: float
) -> None:
    found = _trees().scores(np.array(told))
    assert found == {"dark": _percent(dark), "bright": _percent(bright)}


def test_refuses_trees_that_were_trained_on_other_traits(tmp_path: Path) -> None:
    path = tmp_path / "faults.npz"
    with np.load(faults.TREES) as kept:
        other = {**kept, "names": kept["names"][::-1]}
    np.savez(path, **other)
    with pytest.raises(ValueError, match=r"faults\.npz"):
        faults.read(path)


def test_the_shipped_trees_are_small_and_name_fields_of_the_light() -> None:
    trees = faults.read(faults.TREES)
    assert faults.TREES.stat().st_size < 1_000_000
    assert set(trees.reasons) <= set(Light.__dataclass_fields__)
    assert trees.leaves.shape == (len(trees.trait), trees.trait.shape[1] + 1)
    assert int(trees.trait.max()) < len(traits.NAMES)
    assert np.isfinite(trees.leaves).all()
    assert np.isfinite(trees.most).all()


def _light(pixels: decoding.Pixels) -> Light:
    return quality.measure(decoding.grey(pixels), colours=pixels)


def _pixels(scene: files.Scene) -> decoding.Pixels:
    return decoding.decode(files.photo(scene, seed=9), most_pixels=MOST).pixels


def _scores(light: Light) -> dict[str, float]:
    told = {reason: getattr(light, reason) for reason in faults.read(faults.TREES).reasons}
    asked = {reason: score for reason, score in told.items() if score is not None}
    assert set(told) - set(asked) <= traits.ASKED_IF_DOUBTED
    return asked


@pytest.mark.parametrize("scene", list(files.Scene))
def test_a_good_sample_looks_spoilt_in_no_way(scene: files.Scene) -> None:
    assert max(_scores(_light(_pixels(scene))).values()) < LIMIT


@pytest.mark.parametrize("share", [0.4, 0.6, 0.8])
@pytest.mark.parametrize("scene", list(files.Scene))
def test_a_thing_on_pure_white_is_told_as_spoilt_in_no_way(
    scene: files.Scene, share: float
) -> None:
    shown = photo_pages.cut_out_on_white(opened(files.photo(scene, seed=9)), share=share)
    jpeg = photo_pages.jpeg_of(shown)
    scores = _scores(_light(decoding.decode(jpeg, most_pixels=MOST).pixels))
    assert {reason: scores[reason] for reason in TOLD if scores[reason] >= LIMIT} == {}


def _lit(pixels: decoding.Pixels, factor: float) -> NDArray[np.uint8]:
    linear = (pixels / 255.0) ** 2.2 * factor
    return np.asarray(255 * np.clip(linear, 0, 1) ** (1 / 2.2), dtype=np.uint8)


def _veiled(pixels: decoding.Pixels) -> NDArray[np.uint8]:
    return np.asarray(0.1 * pixels + 0.9 * 225, dtype=np.uint8)


def _covered(pixels: decoding.Pixels) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    cover = np.zeros((height, width), np.float32)
    cv2.circle(cover, (0, height // 2), round(0.75 * width), 1.0, -1)
    soft = cv2.GaussianBlur(cover, (0, 0), width / 40)[..., None]
    return np.asarray(pixels * (1 - soft) + np.array((70, 90, 140)) * soft, dtype=np.uint8)


def _shadowed(pixels: decoding.Pixels) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    down, across = np.mgrid[:height, :width]
    kept = np.clip((np.hypot(down / height, across / width) - 0.75) / 0.3, 0.02, 1)
    linear = (pixels / 255.0) ** 2.2 * kept[..., None]
    return np.asarray(255 * linear ** (1 / 2.2), dtype=np.uint8)


def _crushed(pixels: decoding.Pixels) -> NDArray[np.uint8]:
    for quality_saved in (8, 75):
        _, saved = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality_saved])
        pixels = np.asarray(cv2.imdecode(saved, cv2.IMREAD_COLOR), dtype=np.uint8)
    return pixels


@pytest.mark.parametrize("scene", [files.Scene.WORKSHOP, files.Scene.LOOM, files.Scene.FACADE])
def test_what_spoils_a_sample_is_named(scene: files.Scene) -> None:
    good = _pixels(scene)
    assert (_light(_lit(good, 0.12)).dark or 0) >= LIMIT
    assert (_light(_lit(good, 14)).bright or 0) >= LIMIT
    assert (_light(_veiled(good)).hazy or 0) >= LIMIT
    assert (_light(_covered(good)).covered or 0) >= LIMIT
    assert (_light(_shadowed(good)).corner or 0) >= LIMIT
    assert (_light(_crushed(good)).crushed or 0) >= LIMIT


def test_whether_it_is_blurred_is_asked_only_where_a_measure_says_so() -> None:
    sharp = _pixels(files.Scene.LOOM)
    blurred = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 6), np.uint8)
    assert _light(sharp).unsharp is _light(sharp).enlarged is None
    assert (_light(blurred).unsharp or 0) >= LIMIT


def test_nothing_is_told_without_colours_or_of_a_tiny_picture() -> None:
    luma = np.full((400, 400), 90, np.uint8)
    assert quality.measure(luma).covered is None
    tiny = np.full((95, 400, 3), 90, np.uint8)
    assert quality.measure(decoding.grey(tiny), colours=tiny).covered is None
    assert quality.measure(luma, colours=luma).covered is not None
