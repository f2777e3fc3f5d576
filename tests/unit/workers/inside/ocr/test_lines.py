"""Single lines are cut out straight and read in several ways."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from workers.facts.headers import SHAPE_DOUBT, WordRow
from workers.facts.second_look import Strip
from workers.inside.ocr import engines, line_model, lines
from workers.inside.picture.decoding import Pixels

TEXT = "ACUERDO Nro. MIPRO-2019-0123"
HEIGHT = 24


@pytest.fixture(scope="module")
def read_line() -> Callable[[Pixels], list[WordRow]]:
    line_model.prepare()
    return engines.tesserocr_reader(engines.tessdata(), segmentation=engines.ONE_LINE)


def page(*, ink: tuple[int, int, int] = (40, 40, 40), slope: float = 0.0) -> Pixels:
    """Return a page whose middle line is the text, between two others."""
    drawn = np.full((500, 1000, 3), 235, np.uint8)
    for top, text in ((190, "REPUBLICA DEL ECUADOR"), (260, TEXT), (330, "Considerando que")):
        cv2.putText(drawn, text, (100, top), cv2.FONT_HERSHEY_DUPLEX, 1.1, ink, 2, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((0, 250), -float(np.degrees(np.arctan(slope))), 1)
    return np.asarray(
        cv2.warpAffine(drawn, turn, (1000, 500), borderValue=(235, 235, 235)), np.uint8
    )


def strip(*, middle: float = 249.0, slope: float = 0.0) -> Strip:
    return Strip(left=60, right=900, middle=middle, height=HEIGHT, slope=slope)


def texts(ways: object) -> list[str]:
    return [" ".join(row[0] for row in way) for way in ways]  # type: ignore[attr-defined]


@pytest.mark.parametrize("slope", [0.0, 0.03, -0.03])
def test_reads_the_line_and_no_neighbour_and_boxes_it_on_the_page(
    read_line: Callable[[Pixels], list[WordRow]], slope: float
) -> None:
    ways, _ = lines.read(page(slope=slope), strip(slope=slope), read_line)
    assert len(ways) >= 2
    assert set(texts(ways)) == {TEXT}
    _, _, left, top, wide, high = ways[0][-1]
    assert 300 < left < left + wide < 820
    middle = 249 + slope * (left + wide / 2)
    assert abs(top + high / 2 - middle) < HEIGHT / 2


def test_a_strip_that_stands_a_little_too_high_or_low_finds_its_line(
    read_line: Callable[[Pixels], list[WordRow]],
) -> None:
    for middle in (240.0, 258.0):
        ways, _ = lines.read(page(), strip(middle=middle), read_line)
        assert TEXT in texts(ways)


def test_an_empty_line_is_not_read(read_line: Callable[[Pixels], list[WordRow]]) -> None:
    assert lines.read(page(), strip(middle=420.0), read_line) == ([], [])


def test_coloured_ink_over_the_line_is_paled(
    read_line: Callable[[Pixels], list[WordRow]],
) -> None:
    drawn = page()
    stamped = drawn.copy()
    cv2.circle(stamped, (600, 250), 60, (60, 40, 190), 9)
    np.minimum(stamped, drawn, out=stamped)
    ways, signs = lines.read(stamped, strip(), read_line)
    assert TEXT in texts(ways)
    assert "2019-0123" in "".join(row[0] for row in signs)


def test_a_line_on_which_all_ways_are_sure_needs_no_second_engine() -> None:
    asked = []

    def read_line(pixels: Pixels) -> list[WordRow]:
        asked.append(pixels.shape)
        return [("SEGURO", 96.0, 20, pixels.shape[0] // 2 - 10, 200, 20)]

    ways, signs = lines.read(page(), strip(), read_line)
    assert len(asked) == len(ways) == 2
    assert signs == []


def test_print_that_people_overlook_stays_in_doubt(
    read_line: Callable[[Pixels], list[WordRow]],
) -> None:
    ways, _ = lines.read(page(ink=(215, 215, 215)), strip(), read_line)
    assert all(row[1] <= SHAPE_DOUBT for way in ways for row in way)
