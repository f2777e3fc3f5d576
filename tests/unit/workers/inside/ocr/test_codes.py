"""QR codes off pages that are skewed, coarse, faxed, turned, small, or have none."""

import cv2
import numpy as np
import pytest

from tests.samples.old_layouts import typeset
from tests.samples.old_papers import Facts
from tests.samples.old_scans import CONDITIONS, Wear, drawn, worn
from workers.inside.ocr import codes
from workers.inside.picture.decoding import Pixels, grey

ADDRESS = "https://acuerdos.example/v/7k4m29qxtr3h7k4m29qxtr3hab"


def page(wear: Wear, *, address: str = ADDRESS, side_mm: float = 25) -> Pixels:
    """Return a worn page with a code, as the sandbox draws it: 200 dots per inch."""
    pdf = typeset(Facts(code=address), layout="ours", code_mm=side_mm)
    taken = worn(drawn(pdf, wear.dpi), wear, np.random.default_rng(5))
    scale = 200 / wear.dpi if not wear.photographed else 1.0
    return np.asarray(cv2.resize(taken, None, fx=scale, fy=scale), np.uint8)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_reads_our_code_under_every_condition(condition: str) -> None:
    assert [row[0] for row in codes.found(page(CONDITIONS[condition]))] == [ADDRESS]


@pytest.mark.parametrize("tilt", [3.0, 12.0, 33.0])
@pytest.mark.parametrize("side_mm", [15, 25])
def test_reads_it_small_and_skewed_at_150_dpi(tilt: float, side_mm: float) -> None:
    wear = Wear(dpi=150, tilt_degrees=tilt, jpeg_quality=60, noise=7)
    found = codes.found(page(wear, side_mm=side_mm))
    # turned far, the corner of the page with the code may leave the glass
    assert [row[0] for row in found] == [ADDRESS] or tilt > 30


def test_boxes_stand_around_the_code() -> None:
    ((_, left, top, width, height),) = codes.found(page(Wear(dpi=200, tilt_degrees=0.0)))
    sheet = page(Wear(dpi=200, tilt_degrees=0.0))
    assert left == pytest.approx((210 - 24 - 25) / 25.4 * 200, abs=8)
    assert top == pytest.approx(250 / 25.4 * 200, abs=8)
    assert width == pytest.approx(197, abs=8)
    assert height == pytest.approx(197, abs=8)
    assert sheet[top : top + height, left : left + width].mean() < 190


def test_reads_a_code_that_only_a_closer_look_finds() -> None:
    """Blurred until one quick look fails; the closer one reads it or says nothing."""
    sheet = grey(page(Wear(dpi=200, tilt_degrees=1.0)))
    for blur in np.arange(1.0, 4.0, 0.25):
        blurred = np.asarray(cv2.GaussianBlur(sheet, (0, 0), float(blur)), np.uint8)
        if not codes.quick(blurred):
            assert [row[0] for row in codes.found(blurred)] == [ADDRESS]
            return
    pytest.fail("no blur defeats the quick look")


def test_finds_no_code_where_there_is_none() -> None:
    assert codes.found(page(Wear(dpi=200), address="")) == []


@pytest.mark.parametrize("shape", [(1, 1), (5, 900), (900, 5, 3), (64, 64)])
def test_bears_any_size(shape: tuple[int, ...]) -> None:
    assert codes.found(np.full(shape, 128, np.uint8)) == []


@pytest.mark.parametrize("text", ["a\x07b", "x" * 201])
def test_passes_on_no_unprintable_or_endless_text(text: str) -> None:
    assert codes.found(page(Wear(dpi=300, tilt_degrees=0.0), address=text, side_mm=45)) == []


def test_gives_a_code_that_stands_twice_once() -> None:
    sheet = page(Wear(dpi=200, tilt_degrees=0.0))
    both = np.vstack((sheet, sheet))
    assert len(codes.found(both)) == 1
