"""Two grids of brightness agree when the photos show the same, however it was turned or cut."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from review_service.domain.likeness import GRID_SIDE, LEAST_SAMENESS
from workers.inside.picture import pdq
from workers.photo_index.sameness import sameness

Grey = NDArray[np.uint8]
SIDE = 512


def drawn(seed: int) -> Grey:
    """Return a picture of many things of different size, like no other seed's."""
    rng = np.random.default_rng(seed)
    picture = np.full((SIDE, SIDE), 120, np.uint8)
    for _ in range(60):
        middle = rng.integers(0, SIDE, 2).tolist()
        tone, radius = int(rng.integers(0, 255)), int(rng.integers(8, 70))
        cv2.circle(picture, middle, radius, tone, -1)
    return picture


def on_a_table(seed: int) -> Grey:
    """Return another seed's things behind the same large cup in the middle of a table."""
    picture = drawn(seed)
    cv2.rectangle(picture, (0, 340), (SIDE, SIDE), 60, -1)
    cv2.ellipse(picture, (256, 256), (110, 140), 0, 0, 360, 230, -1)
    return picture


def grid_of(picture: Grey) -> bytes:
    return bytes.fromhex("".join(pdq.seen(np.ascontiguousarray(picture)).grid))


def agreement(one: Grey, other: Grey, turned: int = 0) -> float:
    return sameness(grid_of(one), grid_of(other), turned)


def test_a_grid_is_a_byte_for_each_cell() -> None:
    assert len(grid_of(drawn(1))) == GRID_SIDE**2
    assert pdq.seen(np.zeros((4, 900), np.uint8)).grid == ()


def _toned(picture: Grey) -> Grey:
    return np.asarray(np.clip(picture * 0.7 + 20, 0, 255), np.uint8)


def _resaved(picture: Grey) -> Grey:
    _, data = cv2.imencode(".jpg", cv2.resize(picture, (300, 300)), [cv2.IMWRITE_JPEG_QUALITY, 50])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _cut(picture: Grey) -> Grey:
    return picture[20:-20, 20:-20]


def _cut_at_one_side(picture: Grey) -> Grey:
    return picture[:, 25:]


def _framed(picture: Grey) -> Grey:
    return cv2.copyMakeBorder(picture, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=0).astype(
        np.uint8
    )


@pytest.mark.parametrize("change", [_toned, _resaved, _cut, _cut_at_one_side, _framed])
def test_a_copy_agrees_whichever_came_first(change: Callable[[Grey], Grey]) -> None:
    picture = drawn(2)
    for one, other in ((picture, change(picture)), (change(picture), picture)):
        assert agreement(one, other) >= LEAST_SAMENESS


@pytest.mark.parametrize(
    ("form", "undo"),
    [
        (1, cv2.rotate(drawn(3), cv2.ROTATE_90_CLOCKWISE)),
        (2, cv2.rotate(drawn(3), cv2.ROTATE_180)),
        (3, cv2.rotate(drawn(3), cv2.ROTATE_90_COUNTERCLOCKWISE)),
        (4, cv2.flip(drawn(3), 0)),
        (5, cv2.flip(drawn(3), 1)),
        (6, cv2.transpose(drawn(3))),
        (7, cv2.rotate(cv2.transpose(drawn(3)), cv2.ROTATE_180)),
    ],
)
def test_a_turned_copy_agrees_in_its_form_alone(form: int, undo: Grey) -> None:
    assert agreement(drawn(3), undo, form) >= 0.95
    assert agreement(drawn(3), undo) < LEAST_SAMENESS


def test_different_things_around_the_same_cup_do_not_agree() -> None:
    assert agreement(on_a_table(4), on_a_table(5)) < LEAST_SAMENESS
    assert agreement(on_a_table(4), on_a_table(4)) > 0.99


def test_what_has_no_forms_agrees_with_nothing() -> None:
    plain = np.full((SIDE, SIDE), 90, np.uint8)
    assert agreement(plain, plain) == 0
