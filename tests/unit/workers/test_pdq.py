"""The hash of a picture against the reference's, and in its eight forms."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from review_service.domain.likeness import LEAST_QUALITY
from workers import pdq

Grey = NDArray[np.uint8]

# What the reference gave for the four pictures below: its C++ source as the Python package pdqhash
# 0.2.8 packs it, compute_dihedral() of the luma in three equal channels.
REFERENCE: dict[str, tuple[int, tuple[str, ...]]] = {
    "waves": (
        100,
        (
            "57af58ba56bafffad5b2feb2f60a8a8ab51a1180f4e2101aff5b0088ff244180",
            "16a861d416aa4115040045553002ef74fc05efffdc028b67d3907ffd77807fff",
            "41fbba1043ff5d5091f55218a15faaa0e04fbbaaa1f5aab2a24daaaa2a71eb2a",
            "40fd0b7e43ffa3bf1055efff6057459ea8104555895501cd86c5d55700d55555",
            "14aca7451680080544a0054d74087575b51aee7ff400ffe7f510ff7f7704be7f",
            "01f855ef43c7a2af01f5ade7a15f555fe04f4555a155554da04555d5227114d5",
            "1faafe2b16aafefa550abeaab70a98cbfd651028fc227c98f39c8002ffb88008",
            "4bfdb48143ff5c4051571000655fba61a974baaaa977fe32a6cd2aa8a2d5aaaa",
        ),
    ),
    "blocks": (
        100,
        (
            "f09462f325e39d1c0d6b7aba60c4f01d77e25fe7599fe910b129b4659094d328",
            "911f3a0ee79c6a101c70c73b44c1e746e6e2d53b6ccd6acd9d296c996ce09693",
            "a5c1c85971b637b6583ed81035915ab722b7f46d0cca43bae47c1ecfc5c17982",
            "c44a92a4b2c9c0ba4f256d9111946decb3b77f9139d8c067c87cc63339b73c39",
            "f09c9d5c25e362e30d6b8d4568c40fe277e2a138599f16efb1294b9a90962cd7",
            "a5c937f671b6c849583e2fef7591a54822b70bb20ccabc45e47ce130c5c1867d",
            "911fc7f1e79c95ef1c7038c444c138f9e6e26ac46ccdd5321d2993666ce0696c",
            "c44a6d5bb2c93f454d25926e1194b213b3b7c06e39d87f98487c39cc39b5c3c6",
        ),
    ),
    "lamp": (
        100,
        (
            "273e12e5e58e32b0c380523f05f843aa9c5bbc54fa43ad5c1c43fddc9c5fed00",
            "28ffd2dab8f5ab1100ff5d20dd2054ea7b04bd01d7006929a7961ba9a7aabb55",
            "326bb84fb0db981a96d5f89550ade900c90e16ffaf1607f649165776c90a47aa",
            "7daa7870e52001bb55aaf78a8875fe402e5117ab8255c383f2c3b103f0ff11bf",
            "273eed1ae58ecd4fc380adc005f8bc559c5b43aafa4352a39c4302239c5f12ff",
            "726b47b0b0db67e5b6d5076a50af16ffe90ee901af16f809c916a889c90ab855",
            "28f72d25b07554ee00ffa2dfdd20ab157b0442fed70096d6a796e456a5aa44aa",
            "7da2078fe520fe4455aa0875887501bf2e51e85482553c7cf2c34efcf0ffee40",
        ),
    ),
    "wall": (
        0,
        (
            "8e18c71cd71cb6dbc71c861879e74d3c5596aaa3ba6975d7aaa3aa28a49230c3",
            "cc6c946f126fcd6e016c026dfc6c946f125bedce016c026dfc24946f12dbed86",
            "d34d6db692491c61d2492cb22cb2e79e00c30009ff3cff7dfff6008271c79a69",
            "89393ec5472a47c45639a8c7a9393ec5478e47645639b8c7a9713ec5478e472c",
            "861838e3471c4934c71c79e779e7b2cb5596555caa698a28aaa355d72492cf3c",
            "d34d92490249638e9249d34d249218610043fff6ff3c0082fff6ff7d71c76596",
            "fc6e6b90127f32b1836cfd92fc6c6b9012db1231036cfd92fd246b9012db1279",
            "a939c93a473ab83b56395738a939c13a478eb89b56394738a971c13a478eb8d3",
        ),
    ),
}


def _places() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    down, along = np.mgrid[0:512, 0:512]
    return down.astype(np.int64), along.astype(np.int64)


def _waves() -> Grey:
    down, along = _places()
    shade = (down * down * 3 + along * 977) % 1021 + (down * along) % 509 + (along * along) // 271
    return (shade * 255 // 2495).astype(np.uint8)


def _blocks() -> Grey:
    down, along = (axis // size for axis, size in zip(_places(), (37, 29), strict=True))
    return ((down * 53 + along * 91 + down * along * 17) % 251).astype(np.uint8)


def _lamp() -> Grey:
    down, along = _places()
    away = (down - 130) ** 2 + (along - 370) ** 2
    shade = 255 - away // 400 + ((down // 64 + along // 48) % 2) * 60 + down // 9
    return np.clip(shade, 0, 255).astype(np.uint8)


def _wall() -> Grey:
    down, along = _places()
    return (120 + down // 100 + along // 170).astype(np.uint8)


PICTURES = {"waves": _waves, "blocks": _blocks, "lamp": _lamp, "wall": _wall}


def distance(one: str, other: str) -> int:
    """Return the bits in which two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("name", ["waves", "blocks", "lamp"])
def test_says_what_the_reference_says(name: str) -> None:
    quality, forms = pdq.forms(PICTURES[name]())
    expected_quality, expected = REFERENCE[name]
    assert quality == expected_quality
    # The last digit of a sum may fall on the other side of the median: one pair of bits at most.
    assert [distance(one, other) <= 2 for one, other in zip(forms, expected, strict=True)] == [
        True
    ] * 8


def test_a_plain_wall_has_no_quality_to_speak_of() -> None:
    quality, _ = pdq.forms(_wall())
    assert quality == REFERENCE["wall"][0] == 0
    assert pdq.forms(_blocks())[0] >= LEAST_QUALITY


@pytest.mark.parametrize(
    ("form", "turned"),
    [
        (1, cv2.rotate(_lamp(), cv2.ROTATE_90_COUNTERCLOCKWISE)),
        (2, cv2.rotate(_lamp(), cv2.ROTATE_180)),
        (3, cv2.rotate(_lamp(), cv2.ROTATE_90_CLOCKWISE)),
        (4, cv2.flip(_lamp(), 0)),
        (5, cv2.flip(_lamp(), 1)),
        (6, cv2.transpose(_lamp())),
        (7, cv2.rotate(cv2.transpose(_lamp()), cv2.ROTATE_180)),
    ],
)
def test_each_form_is_the_hash_of_the_picture_turned_so(form: int, turned: Grey) -> None:
    _, forms = pdq.forms(_lamp())
    _, seen = pdq.forms(np.ascontiguousarray(turned))
    distances = [distance(seen[0], each) for each in forms]
    assert distances[form] == min(distances) <= 31
    assert min(distances[:form] + distances[form + 1 :]) > 31


def test_every_hash_has_half_of_its_bits_set() -> None:
    _, forms, views = pdq.measure(_waves())
    assert {int(each, 16).bit_count() for each in (*forms, *views)} == {128}


def test_gives_eight_forms_of_three_cuts_and_the_rest_as_seen() -> None:
    _, forms, views = pdq.measure(_waves())
    assert len(forms) == len(pdq.FORMS) == 8
    assert len(views) == 3 * 8 + 3 + 24 == pdq.VIEWS


@pytest.mark.parametrize(("share", "view"), [(0.02, 0), (0.04, 8), (0.01, 24), (0.05, 26)])
def test_a_view_is_the_hash_of_the_picture_cut_so(share: float, view: int) -> None:
    luma = _lamp()
    cut = round(512 * share)
    _, cut_forms = pdq.forms(np.ascontiguousarray(luma[cut:-cut, cut:-cut]))
    _, _, views = pdq.measure(luma)
    assert distance(views[view], cut_forms[0]) <= 8


@pytest.mark.parametrize("size", [(1224, 1632), (4000, 90), (300, 400), (64, 64), (5, 5)])
def test_takes_any_size_and_shape(size: tuple[int, int]) -> None:
    luma = np.random.default_rng(0).integers(0, 255, size, np.uint8)
    assert len(pdq.forms(luma)[1]) == 8


def test_does_without_a_hash_below_the_least_side() -> None:
    assert pdq.facts(np.zeros((4, 900), np.uint8)) == {
        "pdq_quality": 0,
        "pdq_forms": [],
        "pdq_views": [],
    }


def test_a_resize_keeps_the_hash_within_the_radius() -> None:
    luma = _lamp()
    _, forms = pdq.forms(luma)
    for width, height in ((256, 256), (1700, 1100), (3000, 4000)):
        _, resized = pdq.forms(np.asarray(cv2.resize(luma, (width, height)), np.uint8))
        assert distance(forms[0], resized[0]) <= 31
