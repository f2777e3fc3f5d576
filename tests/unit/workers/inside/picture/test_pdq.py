"""The hash of a picture against the reference's, and in its eight forms."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from review_service.domain.likeness import LEAST_QUALITY
from workers.inside.picture import pdq

Grey = NDArray[np.uint8]

# What the reference gave for the four pictures below: its C++ source as the Python package pdqhash
# 0.2.8 packs it, compute() of the luma in three equal channels, turned by OpenCV in each way.
REFERENCE: dict[str, tuple[int, tuple[str, ...]]] = {
    "waves": (
        100,
        (
            "57af58ba56bafffad5b2feb2f60a8a8ab51a1180f4e2101aff5b0088ff244180",
            "0800c2cd291442dd0110e0dd0310ff75c8e0ffff010077dd7c7ceeff6c34eef7",
            "578d2202f5cfff2a988fb1a0fff095e0f755afa00a0a818a1c8faaa0fe4faa0a",
            "81555dfd09718020e555c9fd507709ac887c4d7da87d7cf907c4dd5703555555",
            "9ca44e550830421565f4485d000aed4f4518eeff77f0eef745f0cfef0204ee77",
            "45c555df255f0158a1cf015f53552b7054d555dd01cf3f5f545c755f00455555",
            "1faafe2b16aafefa550abeaab70a98cbfd651028fc227c98f39c8002ffb88008",
            "3fd7b28276c7bf8a1a6fb3cad2e7b7d0af5c238217440280b83ba88a783ba88a",
        ),
    ),
    "blocks": (
        100,
        (
            "f09462f325e39d1c0d6b7aba60c4f01d77e25fe7599fe910b129b4659094d328",
            "911f3e0ee7906a101f70c73b5cc0e706e6e2953b6ccd2aed9d296c996ce09693",
            "a581c81935b635b65a3ea0107d9152bf22fff44c0dca43bac47c3ecfc5c17b82",
            "e44ab4a4b6cdc0ba4b254d9131944decb3b7ff1139d800674bfcc43339b53c39",
            "f0c49d4ce2e362e30d6be54528c80fea77aaa138599f16efb1296b9a90942cd7",
            "a5c937a671b6ca495a3e6fef7d91ad4822b70ab20cdabc45c47cc130c5c1847d",
            "911fc7f1e79c95ef1c7038c444c138f9e6e26ac46ccdd5321d2993666ce0696c",
            "c44a4b5bb6c53b454a25b26e0995b233b3b700ee39987f9849fc39cc39b5c386",
        ),
    ),
    "lamp": (
        100,
        (
            "273e12e5e58e32b0c380523f05f843aa9c5bbc54fa43ad5c1c43fddc9c5fed00",
            "28f6d2dbb871ab1100ffdd20dd2054ea7b04bd01d7046909a7961ba9e5fabb55",
            "706bb8dfb0de981ab6f5d88450ade900892e16fcaf1607f649167756c90ac7aa",
            "7da27870e12001bb55aaf78a0875fe402e5117ab8ad18783f2c39103f0ff35ff",
            "253eed0ae58bcd4fc3a08dd105f8bc559c7b43abfa4352a31c4302039c5f12ff",
            "766b47b2b0db67e5b6d5076a50ad16ffc90ee903af06f80b491688a9c90a7855",
            "28f72d25b07554ee00ffa2dfdd20ab157b0442fed70096d6a796e456a5aa44aa",
            "7da3870fe924fe4455aa0875087501bf6e51e8548ad1787cf2c36efcf0bfca00",
        ),
    ),
    "wall": (
        0,
        (
            "8e18c71cd71cb6dbc71c861879e74d3c5596aaa3ba6975d7aaa3aa28a49230c3",
            "98675e5b47d044dba6adbaad6699651d5556e39c99e48a6247d0a489ae2db425",
            "0432a692cb6d861869a792496db6a71cd34d8618b6cb79e7cf3c61964db638e3",
            "52b5e4d9529424c96f5bbb6a090ea862a7c9cf33b7a4a18c082782636fd93f8f",
            "30c3baeb8e38964955d68e1871c7b2c9c71c9249b69a6596aaa971c769a76596",
            "d34d9a69d34d0418db6dd34d6db6186918e36db68e38249269b6cb2c71c76596",
            "06e0a7ac4dd1751c2a1eec1f545b1807ab2c9966aae1e4f95f729866f29c46da",
            "c1321b0e57b51b8ee7f8efd83fce2dc8000764d9d2715a3710851dcc6fda81f0",
        ),
    ),
}


def _places() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    down, along = np.mgrid[0:512, 0:512]
    return down.astype(np.int64), along.astype(np.int64)


def _waves() -> Grey:
    down, along = _places()
    shade = (down * down * 3 + along * 977) % 1021 + (down * along) % 509 + (along * along) // 271
    return np.asarray(shade * 255 // 2495, dtype=np.uint8)


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
def test_says_what_the_reference_says_of_the_picture_turned_in_each_way(name: str) -> None:
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
    assert pdq.measure(np.zeros((4, 900), np.uint8)) == (0, (), ())


def test_a_resize_keeps_the_hash_within_the_radius() -> None:
    luma = _lamp()
    _, forms = pdq.forms(luma)
    for width, height in ((256, 256), (1700, 1100), (3000, 4000)):
        _, resized = pdq.forms(np.asarray(cv2.resize(luma, (width, height)), np.uint8))
        assert distance(forms[0], resized[0]) <= 31
