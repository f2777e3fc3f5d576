"""How sharp, how lit and how compressed a picture is, on pictures that were made for it."""

import io
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from review_service.samples import files
from workers.facts.page import Light
from workers.inside.picture import blocks, decoding, detail, quality
from workers.judging.checks import exposure

MOST: Final = 50_000_000
SIZE: Final = (768, 1024)


def _of(jpeg: bytes) -> Light:
    decoded = decoding.decode(jpeg, most_pixels=MOST)
    return quality.measure(decoding.grey(decoded.pixels), stream=jpeg)


def _luma(values: NDArray[Any]) -> decoding.Pixels:
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


def _leaves(*, contrast: float = 1.0, middle: float = 120.0, only: slice | None = None) -> Any:  # noqa: ANN401 -- a picture of floats
    """Return sharp discs of many sizes, as leaves or stones: edges in every direction."""
    rng = np.random.default_rng(7)
    canvas = np.full(SIZE, middle, np.float32)
    for _ in range(1500):
        centre = (int(rng.integers(0, SIZE[1])), int(rng.integers(0, SIZE[0])))
        tone = middle + contrast * float(rng.uniform(-90, 90))
        cv2.circle(canvas, centre, int(rng.integers(4, 30)), tone, -1, cv2.LINE_AA)
    if only is not None:
        smooth = cv2.GaussianBlur(canvas, (0, 0), 9)
        smooth[:, only] = canvas[:, only]
        return smooth
    return canvas


def _moved(values: NDArray[Any], length: int, *, upright: bool = False) -> NDArray[Any]:
    kernel = np.full((1, length), 1 / length, np.float32)
    return np.asarray(cv2.filter2D(values, -1, kernel.T if upright else kernel))


def _noise(sigma: float) -> NDArray[Any]:
    return np.random.default_rng(3).normal(0, sigma, SIZE)


@pytest.mark.parametrize(("place", "ways"), [(0, "xx"), (1, "yy"), (2, "xy")])
def test_energies_are_means_of_products_of_differences(place: int, ways: str) -> None:
    small = np.random.default_rng(5).integers(0, 256, (160, 200)).astype(np.uint8)
    levels = detail.levels(small)
    assert levels is not None
    whole = small.astype(np.float64)
    change = {"x": whole[1:-1, 2:] - whole[1:-1, :-2], "y": whole[2:, 1:-1] - whole[:-2, 1:-1]}
    product = change[ways[0]] * change[ways[1]]
    assert levels.energies[0].shape == (3, 4, 6)
    for row, column in ((0, 0), (1, 4), (3, 5)):
        tile = product[row * 32 : row * 32 + 32, column * 32 : column * 32 + 32]
        assert levels.energies[0][place, row, column] == pytest.approx(tile.mean(), rel=1e-5)


@pytest.mark.parametrize("scene", list(files.Scene))
def test_every_good_sample_is_sharp_and_well_lit(scene: files.Scene) -> None:
    light = _of(files.photo(scene, seed=4))
    assert light.sharpness >= 100
    assert light.finest is not None
    assert light.finest >= 100
    assert not exposure.is_dark(light)
    assert not exposure.is_backlit(light)
    assert not exposure.is_overexposed(light)


@pytest.mark.parametrize("scene", list(files.Scene))
def test_a_blurred_sample_is_far_below_the_limit(scene: files.Scene) -> None:
    assert _of(files.photo(scene, flaw=files.Flaw.BLURRED)).sharpness < 75


def test_the_measure_hardly_depends_on_the_size_of_the_photo() -> None:
    small = _of(files.photo(files.Scene.WORKSHOP, width_px=1600)).sharpness
    large = _of(files.photo(files.Scene.WORKSHOP, width_px=3264)).sharpness
    assert 0.5 < small / large < 2


def test_a_dark_but_sharp_photo_is_not_measured_as_blurred() -> None:
    light = _of(files.photo(files.Scene.LOOM, flaw=files.Flaw.DARK))
    assert exposure.is_dark(light)
    assert light.sharpness >= 100


def test_a_burnt_out_photo_is_told_by_what_is_lost_and_what_is_left() -> None:
    light = _of(files.photo(files.Scene.LOOM, flaw=files.Flaw.OVEREXPOSED))
    assert light.burnt_share >= 0.35
    assert light.unburnt_mean > 180
    assert exposure.is_overexposed(light)


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: picture,
        lambda picture: picture * 0.15 + 170,  # fog
        lambda picture: picture * 0.2 + 195,  # white ceramics
        lambda picture: picture + _noise(8),
    ],
    ids=["plain", "fog", "white on white", "noise"],
)
def test_sharpness_does_not_hang_on_contrast_or_noise(
    change: Callable[[NDArray[Any]], NDArray[Any]],
) -> None:
    assert quality.measure(_luma(change(_leaves()))).sharpness >= 100
    soft = cv2.GaussianBlur(_leaves(), (0, 0), 4)
    assert quality.measure(_luma(change(soft))).sharpness < 85


def test_a_sharp_subject_before_a_blurred_ground_is_enough() -> None:
    assert quality.measure(_luma(_leaves(only=slice(450, 560)))).sharpness >= 100
    assert quality.measure(_luma(_leaves(only=slice(0, 1)))).sharpness < 85


@pytest.mark.parametrize("upright", [False, True])
def test_a_moved_photo_is_weak_in_one_direction_only(*, upright: bool) -> None:
    light = quality.measure(_luma(_moved(_leaves(), 12, upright=upright)))
    assert light.weakest_way is not None
    assert light.edges is not None
    assert light.weakest_way == light.sharpness
    assert light.weakest_way < 85
    assert light.edges > 1.3 * light.weakest_way


def test_the_threads_of_a_loom_are_not_movement() -> None:
    threads = np.tile(np.where(np.arange(SIZE[1]) % 8 < 4, 60.0, 200.0), (SIZE[0], 1))
    beams = np.where(np.arange(SIZE[0])[:, None] % 128 < 20, 40.0, threads)
    assert quality.measure(_luma(beams)).sharpness >= 100


def test_noise_is_not_sharpness() -> None:
    light = quality.measure(_luma(cv2.GaussianBlur(_leaves(), (0, 0), 5) + _noise(6)))
    assert light.sharpness < 85


def test_a_smooth_wall_is_not_called_blurred() -> None:
    shade = np.linspace(150, 190, SIZE[1])[None].repeat(SIZE[0], axis=0)
    light = quality.measure(_luma(shade))
    assert light.sharpness == quality.NOTHING_TO_JUDGE
    assert (light.edges, light.weakest_way) == (None, None)


@pytest.mark.parametrize(("side", "is_enlarged"), [(300, True), (1024, False)])
def test_an_enlarged_photo_holds_no_detail_of_its_own(side: int, *, is_enlarged: bool) -> None:
    picture = _luma(_leaves())
    small = cv2.resize(picture, (side, side * 3 // 4), interpolation=cv2.INTER_AREA)
    back = cv2.resize(small, SIZE[::-1], interpolation=cv2.INTER_CUBIC)
    light = quality.measure(np.asarray(back, np.uint8))
    assert light.finest is not None
    assert (light.finest < 100) is is_enlarged


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (3, 2), (95, 400), (96, 96), (64, 3000)])
def test_measures_pictures_of_any_shape(shape: tuple[int, int]) -> None:
    light = quality.measure(np.full(shape, 90, np.uint8))
    assert light.sharpness == quality.NOTHING_TO_JUDGE
    assert (light.mean, light.spread, light.highlight) == (90.0, 0.0, 90.0)


def test_tells_the_lit_parts_the_burnt_ones_and_the_shade() -> None:
    picture = np.full(SIZE, 30, np.uint8)
    picture[:, :256] = 252
    light = quality.measure(picture)
    assert light.burnt_share == light.bright_share == 0.25
    assert light.unburnt_mean == light.shade_median == 30
    assert light.highlight == 252
    assert exposure.is_backlit(light)


def test_a_white_picture_leaves_nothing_to_average() -> None:
    light = quality.measure(np.full(SIZE, 255, np.uint8))
    assert (light.unburnt_mean, light.shade_median, light.burnt_share) == (255, 255, 1)


def _jpeg(**options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 60).save(out, "JPEG", **options)
    return out.getvalue()


@pytest.mark.parametrize("saved", [1, 5, 15, 16, 25, 49, 50, 75, 90, 100])
def test_reads_the_quality_from_the_tables(saved: int) -> None:
    assert quality.compression(_jpeg(quality=saved)) == saved


def test_reads_the_quality_of_a_stranger_to_the_nearest_likeness() -> None:
    tables = [[3] * 64, [4] * 64]
    assert quality.compression(_jpeg(qtables=tables)) in range(94, 98)


@pytest.mark.parametrize(
    "stream", [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xd9", b"\xff\xd8" * 9]
)
def test_what_is_no_jpeg_has_no_quality(stream: bytes) -> None:
    assert quality.compression(stream) is None
    assert quality.measure(np.zeros(SIZE, np.uint8), stream=stream).jpeg_quality is None


def test_a_photo_without_enough_ways_to_compare_has_no_weakest_one() -> None:
    assert detail.measure(detail.levels(np.zeros((95, 2000), np.uint8))) == detail.Detail()


def _resaved(first: int, *, halved: bool = False) -> decoding.Pixels:
    picture = cv2.GaussianBlur(_luma(_leaves()), (0, 0), 1)
    _, heavy = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, first])
    _, well = cv2.imencode(
        ".jpg",
        np.asarray(cv2.imdecode(heavy, cv2.IMREAD_GRAYSCALE)),
        [cv2.IMWRITE_JPEG_QUALITY, 90],
    )
    way = cv2.IMREAD_REDUCED_GRAYSCALE_2 if halved else cv2.IMREAD_GRAYSCALE
    return np.asarray(cv2.imdecode(well, way), dtype=np.uint8)


@pytest.mark.parametrize("halved", [False, True])
def test_the_squares_of_a_heavy_compression_outlive_a_good_one(*, halved: bool) -> None:
    heavy, light = (blocks.measure(_resaved(first, halved=halved)) for first in (8, 85))
    assert heavy > 1.6
    assert light < 0.8


@pytest.mark.parametrize("size", [(96, 96), (98, 97), (40, 200), (1, 1)])
def test_a_picture_of_few_tiles_has_no_scores_that_are_no_numbers(size: tuple[int, int]) -> None:
    colours = np.random.default_rng(3).integers(0, 256, (*size, 3), np.uint8)
    light = quality.measure(decoding.grey(colours), colours=colours)
    assert not np.isnan([each for each in asdict(light).values() if each is not None]).any()


def test_a_picture_too_small_for_squares_has_none() -> None:
    assert blocks.measure(np.zeros((63, 900), np.uint8)) == 0
    assert blocks.measure(np.zeros((64, 900), np.uint8)) == 0


def test_what_repeats_in_one_direction_only_is_no_compression() -> None:
    boards = np.tile(np.where(np.arange(1024) % 8 == 0, 90, 120), (768, 1))
    assert blocks.measure(_luma(boards)) == 0
