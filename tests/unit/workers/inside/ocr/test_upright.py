"""Papers brought upright, with boxes that still fit the page image."""

import cv2
import numpy as np
import pytest

from tests.samples.old_layouts import typeset
from tests.samples.old_papers import Facts
from tests.samples.old_scans import CONDITIONS, Wear, drawn, worn
from workers.facts import placing
from workers.inside.ocr import upright
from workers.inside.picture.decoding import Pixels, grey

MARK = (820, 700, 60, 40)
"""Left, top, width, height of a black box drawn on the page."""


def page(wear: Wear, *, layout: str = "prose", seed: int = 1) -> Pixels:
    """Return a worn page as the sandbox draws it, 200 dots per inch."""
    taken = worn(
        drawn(typeset(Facts(), layout=layout), wear.dpi), wear, np.random.default_rng(seed)
    )
    height = 2339 if taken.shape[0] > taken.shape[1] else 1654
    width = round(height * taken.shape[1] / taken.shape[0])
    return np.asarray(cv2.resize(taken, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def lines_of(paper: upright.Paper) -> float:
    """Return how many degrees the lines of the straightened pixels still lean."""
    again = upright.straightened(paper.pixels)
    down, across = again.way_back[1, 0], again.way_back[0, 0]
    return float(np.degrees(np.arctan2(down, across)))


def the_mark(pixels: Pixels) -> tuple[int, int, int, int]:
    """Return the one large, wholly black box."""
    dark = cv2.erode((pixels < 60).astype(np.uint8), np.ones((9, 9), np.uint8))
    blobs = cv2.connectedComponentsWithStats(dark)[2][1:].tolist()
    left, top, width, height, _ = max(blobs, key=lambda blob: int(blob[4]))
    return left - 4, top - 4, width + 8, height + 8


@pytest.mark.parametrize("tilt", [-3.0, -1.5, 0.9, 2.0, 3.0])
def test_straightens_a_scan_that_leans(tilt: float) -> None:
    leaning = upright.straightened(page(Wear(dpi=200, tilt_degrees=tilt)))
    turned = np.degrees(np.arctan2(leaning.way_back[1, 0], leaning.way_back[0, 0]))
    assert abs(turned) > 0.7 * abs(tilt)
    assert lines_of(leaning) == pytest.approx(0, abs=0.4)


def test_moves_no_pixel_of_a_straight_even_scan() -> None:
    straight = page(Wear(dpi=200, tilt_degrees=0.0))
    paper = upright.straightened(straight)
    assert np.mean((paper.pixels < 110) != (straight < 100)) < 0.01
    assert np.array_equal(paper.way_back, np.eye(3))
    assert not paper.lies
    assert not paper.may_stand_on_its_head


@pytest.mark.parametrize("turns", [1, 3])
def test_sees_a_page_that_lies(turns: int) -> None:
    assert upright.straightened(page(Wear(dpi=200, quarter_turns=turns))).lies


@pytest.mark.parametrize("layout", ["prose", "columns", "ours"])
def test_suspects_a_page_on_its_head_and_no_other(layout: str) -> None:
    head = upright.straightened(page(CONDITIONS["upside down"], layout=layout))
    feet = upright.straightened(page(Wear(dpi=200), layout=layout))
    assert (head.may_stand_on_its_head, feet.may_stand_on_its_head) == (True, False)


@pytest.mark.parametrize("layout", ["form", "table"])
def test_takes_no_ruled_form_for_a_page_that_lies(layout: str) -> None:
    assert not upright.straightened(page(Wear(dpi=200), layout=layout)).lies


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("tilt", [0.0, 2.5])
def test_boxes_lead_back_to_where_the_words_stand_on_the_page(turns: int, tilt: float) -> None:
    """A black box is found on the straightened and turned pixels; its way back must meet it."""
    sheet = page(Wear(dpi=200, tilt_degrees=tilt))
    left, top, width, height = MARK
    sheet[top : top + height, left : left + width] = 0
    pixels, way = upright.quarter_turned(upright.straightened(sheet), turns)
    back = placing.mapped(the_mark(pixels), way, *sheet.shape[::-1])
    for side, wanted in zip(back, MARK, strict=True):
        assert side == pytest.approx(wanted, abs=6)


def test_boxes_of_a_photographed_paper_lead_back_too() -> None:
    shot = page(CONDITIONS["photographed"])
    left, top, width, height = MARK
    shot[top : top + height, left : left + width] = 0
    paper = upright.straightened(shot)
    assert paper.pixels.shape != shot.shape[:2]
    across, down = shot.shape[1], shot.shape[0]
    back = placing.mapped(the_mark(paper.pixels), paper.way_back, across, down)
    for side, wanted in zip(back, MARK, strict=True):
        assert side == pytest.approx(wanted, abs=8)


def test_boxes_never_leave_the_page() -> None:
    way = placing.quarter_turn(1, 100, 200)
    left, top, width, height = placing.mapped((-50, -50, 900, 900), way, 100, 200)
    assert (left, top) == (0, 0)
    assert left + width <= 100
    assert top + height <= 200


def test_evens_the_light_of_a_photographed_paper() -> None:
    paper = upright.straightened(page(CONDITIONS["photographed"])).pixels
    height, width = paper.shape
    parts = [
        np.percentile(paper[y : y + 300, x : x + 300], 90)
        for y in (200, height - 600)
        for x in (200, width - 500)
    ]
    assert max(parts) - min(parts) < 12


def test_darkens_faded_print() -> None:
    faded = page(CONDITIONS["faded"])
    before, after = grey(faded), upright.straightened(faded).pixels
    assert np.percentile(before, 1) > 120
    assert np.percentile(after, 1) < 100


def test_pales_a_coloured_stamp_and_keeps_black_and_coloured_print() -> None:
    sheet = np.full((1600, 1200, 3), 240, np.uint8)
    cv2.circle(sheet, (600, 600), 150, (170, 70, 60), 8)
    cv2.putText(sheet, "NEGRO", (500, 620), cv2.FONT_HERSHEY_DUPLEX, 1.5, (20, 20, 20), 3)
    cv2.putText(sheet, "AZUL", (100, 1300), cv2.FONT_HERSHEY_DUPLEX, 1.0, (120, 30, 20), 2)
    light = upright.straightened(sheet).pixels
    assert light[592:608, 445:455].min() > 200
    assert light[570:630, 500:690].min() < 60
    assert light[1270:1310, 100:200].min() < 90


def test_cleans_the_specks_of_a_fax() -> None:
    fax = page(Wear(dpi=200, fax=True, tilt_degrees=0.0))
    specked = (fax < 128).astype(np.uint8)
    cleaned = (upright.straightened(fax).pixels < 128).astype(np.uint8)
    before, after = (cv2.connectedComponents(picture)[0] for picture in (specked, cleaned))
    assert after < before / 2


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (900, 3), (40, 40, 3), (2339, 1654)])
def test_bears_pages_of_any_size_without_print(shape: tuple[int, ...]) -> None:
    paper = upright.straightened(np.full(shape, 200, np.uint8))
    assert not paper.lies
