"""Photos laid on one another: copies agree, whatever was done to them, strangers do not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from tests.unit.workers.photo_index.pictures import (
    Pixels,
    cut,
    described,
    scene,
    seen_from_the_side,
)
from workers.photo_index.agreement import LEAST_FEATURES, agreement, says_nothing

CHANGES: dict[str, Callable[[Pixels], Any]] = {
    "cut": lambda picture: cut(picture, 0.15),
    "framed": lambda picture: cv2.copyMakeBorder(picture, 50, 50, 66, 66, cv2.BORDER_CONSTANT),
    "smaller": lambda picture: cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=3),
    "turned": lambda picture: cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE),
    "seen from the side": seen_from_the_side,
    "darker": lambda picture: picture // 2,
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_copy_agrees(name: str) -> None:
    whole = scene(1)
    found = agreement(described(whole), described(CHANGES[name](whole)), is_mirrored=False)
    assert found is not None
    assert found.is_copy, found
    assert found.share > 0.5


def test_the_lay_says_where_the_copy_lies() -> None:
    whole = scene(1)
    found = agreement(described(whole), described(cut(whole, 0.1)), is_mirrored=False)
    assert found is not None
    assert np.allclose(found.lay, (0.8, 0, 0.1, 0, 0.8, 0.1, 0, 0, 1), atol=0.02)


def test_a_mirrored_copy_agrees_mirrored_only() -> None:
    whole = scene(1)
    copy = described(np.ascontiguousarray(cut(whole, 0.1)[:, ::-1]))
    plain = agreement(described(whole), copy, is_mirrored=False)
    assert plain is None or not plain.is_copy
    found = agreement(described(whole), copy, is_mirrored=True)
    assert found is not None
    assert found.is_copy
    # From the photo as it was seen: its left is the right of the earlier one.
    assert np.allclose(found.lay, (-0.8, 0, 0.9, 0, 0.8, 0.1, 0, 0, 1), atol=0.02)


@pytest.mark.parametrize("seed", range(2, 8))
def test_another_photo_does_not_agree(seed: int) -> None:
    for is_mirrored in (False, True):
        found = agreement(described(scene(1)), described(scene(seed)), is_mirrored=is_mirrored)
        assert found is None or not found.is_copy


def test_another_thing_before_the_same_wall_does_not_agree() -> None:
    """Two photos share a quarter of their picture; the rest, where the thing stands, differs."""
    one, other = scene(1), scene(2)
    other[:, :140] = one[:, :140]
    found = agreement(described(one), described(other), is_mirrored=False)
    assert found is None or not found.is_copy


def test_few_features_say_nothing() -> None:
    whole = described(scene(1))
    few = replace(
        whole,
        **{name: getattr(whole, name)[: LEAST_FEATURES - 1]
           for name in ("places", "sizes", "angles", "about")},
    )  # fmt: skip
    assert says_nothing(whole, few)
    assert says_nothing(None, whole)
    assert not says_nothing(whole, whole)
    tiny = replace(few, **{name: getattr(few, name)[:2]
                           for name in ("places", "sizes", "angles", "about")})  # fmt: skip
    assert agreement(whole, tiny, is_mirrored=False) is None


def test_the_same_corner_many_times_is_one_place() -> None:
    """A pattern of one mark at one place proves nothing: places count, not pairs."""
    drawn: Pixels = np.full((480, 640), 200, np.uint8)
    cv2.rectangle(drawn, (300, 220), (330, 250), 20, -1)
    cv2.line(drawn, (300, 220), (330, 250), 240, 3)
    found = agreement(described(drawn), described(drawn), is_mirrored=False)
    assert found is None or found.agreeing < 30


@pytest.mark.parametrize("places", ["one point", "one line", "no size"])
def test_features_that_no_photo_has_agree_with_nothing(places: str) -> None:
    """A child that was taken over may send any: no error keeps the search from its end."""
    whole = described(scene(1))
    flat = np.zeros_like(whole.places)
    if places == "one line":
        flat[:, 0] = np.arange(len(flat))
    odd = replace(whole, places=flat) if places != "no size" else replace(whole, width=1, height=1)
    for one, other in ((whole, odd), (odd, whole), (odd, odd)):
        for is_mirrored in (False, True):
            found = agreement(one, other, is_mirrored=is_mirrored)
            assert found is None or not found.is_copy
