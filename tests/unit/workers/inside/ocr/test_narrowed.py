"""Pages that are read narrower than they are, and those that are not."""

import signal
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from review_service.domain.documents import PageKind
from review_service.domain.prior_comparison import ACCUSING_CONFIDENCE
from review_service.packaged_files import static_folder
from workers.facts.headers import WordRow
from workers.inside.ocr import engines, narrowed, reading
from workers.inside.picture.decoding import Pixels

TEXT = (
    "Que, la señora María del Carmen Quillupangui Ñacato presentó la evidencia fotográfica de su "
    "taller, de las personas que trabajan en él, de sus máquinas y de su proceso de producción, "
    "y comprobó que cumple los requisitos previstos en el artículo 9 y siguientes de la ley"
)
SPACED_PX, CLOSE_PX = 31, 21
"""Sizes of a face at 200 dpi: 11 points, and 7.5."""
SHAPE = (2339, 1654)
NARROW = (2339, 1406)
LONG, FORM, SHORT = 13, 7, 4
"""How often the text stands on a page: 585 words, 315 (3,500 strokes), 180."""
MOST_APART_PX = 8
"""The engine itself tells the edges of a word no better: a third of a letter."""


def page(type_px: int = SPACED_PX, *, times: int = LONG) -> Pixels:
    """Return a page of the text, of print of one size."""
    picture = Image.new("L", SHAPE[::-1], 255)
    font = ImageFont.truetype(static_folder() / "fonts" / "acuerdo-serif-regular.ttf", type_px)
    lines = [""]
    for word in TEXT.split() * times:
        if len(lines[-1]) + len(word) > 85:
            lines.append("")
        lines[-1] += f" {word}"
    for row, line in enumerate(lines):
        place = (100, 100 + row * 1.4 * type_px)
        ImageDraw.Draw(picture).text(place, line.strip(), font=font, fill=0)
    return np.asarray(picture, np.uint8)


LEY: WordRow = ("ley", 96.0, 170, 20, 85, 30)
ON_PAGE: WordRow = ("ley", 96.0, 200, 20, 100, 30)
"""The same on the page as it is."""


class Shown:
    """A reader that remembers what it was given, and says the same of each."""

    def __init__(self, *rows: WordRow) -> None:
        self.rows = list(rows)
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, pixels: Pixels) -> list[WordRow]:
        self.shapes.append(pixels.shape)
        return self.rows


def prose(*others: WordRow) -> list[WordRow]:
    """Return as many words as the strokes of the page let expect, ``others`` the last of them."""
    return [LEY] * (500 - len(others)) + list(others)


def doubted(times: int, confidence: float = 60.0) -> list[WordRow]:
    return [("loy", confidence, 170, 20, 85, 30)] * times


def nothing(_: Pixels) -> list[WordRow]:
    """Read nothing of a part of a line."""
    return []


def test_a_long_page_is_read_narrower_and_boxed_on_the_page_as_it_is() -> None:
    shown = Shown(*prose())
    rows = narrowed.narrowed(shown, nothing)(page())
    assert shown.shapes == [NARROW]
    assert rows == [ON_PAGE] * 500


def test_the_words_of_an_agreement_are_read_so_and_those_of_other_papers_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = Shown(*prose())
    monkeypatch.setattr(engines, "reader", lambda: shown)
    monkeypatch.setattr(engines, "line_reader", lambda: nothing)
    reading.words_frame(1, page(), PageKind.SCAN, wanted=True)
    assert shown.shapes == [NARROW]
    shown.shapes.clear()
    reading.words_frame(1, page(), PageKind.SCAN, wanted=True, with_tones=True)
    assert shown.shapes == [SHAPE]


@pytest.mark.parametrize("times", [SHORT, FORM])
def test_a_short_page_is_read_as_it_is(times: int) -> None:
    shown = Shown(LEY)
    rows = narrowed.narrowed(shown, nothing)(page(times=times))
    assert shown.shapes == [SHAPE]
    assert rows == [LEY]


def test_faint_stripes_are_no_print() -> None:
    striped = page(times=SHORT).copy()
    for left in range(0, SHAPE[1], 12):
        striped[:, left : left + 3] = np.minimum(striped[:, left : left + 3], 225)
    shown = Shown(LEY)
    narrowed.narrowed(shown, nothing)(striped)
    assert shown.shapes == [SHAPE]


def test_a_form_on_a_dark_pattern_is_read_again_as_it_is() -> None:
    striped = page(times=SHORT).copy()
    for left in range(0, SHAPE[1], 12):
        striped[:, left : left + 3] = np.minimum(striped[:, left : left + 3], 170)
    shown = Shown(*[LEY] * 180)
    rows = narrowed.narrowed(shown, nothing)(striped)
    assert shown.shapes == [NARROW, SHAPE]
    assert rows == [LEY] * 180


def test_a_page_of_which_lines_are_missing_is_read_again_as_it_is() -> None:
    shown = Shown(*[LEY] * 250)
    narrowed.narrowed(shown, nothing)(page())
    assert shown.shapes == [NARROW, SHAPE]


def test_print_whose_strokes_stand_close_is_read_as_it_is() -> None:
    shown = Shown(LEY)
    narrowed.narrowed(shown, nothing)(page(CLOSE_PX))
    assert shown.shapes == [SHAPE]


def test_condensed_print_is_read_as_it_is() -> None:
    condensed = np.asarray(Image.fromarray(page()).resize((1200, SHAPE[0])), np.uint8)
    shown = Shown(LEY)
    narrowed.narrowed(shown, nothing)(condensed)
    assert shown.shapes == [condensed.shape]


@pytest.mark.parametrize(
    ("rows", "shapes"),
    [
        (doubted(10), [NARROW]),
        (doubted(11), [NARROW, SHAPE]),
        (doubted(11, 74.9), [NARROW, SHAPE]),
        (doubted(11, 75.0), [NARROW]),
        ([("y", 50.0, 0, 0, 9, 9)] * 40, [NARROW]),
    ],
)
def test_a_page_that_was_not_read_surely_is_read_again_as_it_is(
    rows: list[WordRow], shapes: list[tuple[int, int]]
) -> None:
    """More than one word in fifty; lone signs say nothing."""
    shown = Shown(*prose(*rows))
    found = narrowed.narrowed(shown, nothing)(page())
    assert shown.shapes == shapes
    assert (found == shown.rows) is (len(shapes) > 1)


def test_a_page_whose_time_is_short_keeps_its_first_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = Shown(*prose(*doubted(20)))

    def slow(pixels: Pixels) -> list[WordRow]:
        until = time.process_time() + 0.05
        while time.process_time() < until:
            pass
        return shown(pixels)

    for left, shapes in ((0.04, [NARROW]), (60.0, [NARROW, SHAPE]), (0.0, [NARROW, SHAPE])):
        monkeypatch.setattr(signal, "getitimer", lambda _, left=left: (left, 0.0))
        shown.shapes.clear()
        again = Shown()
        rows = narrowed.narrowed(slow, again)(page())
        assert (shown.shapes, again.shapes) == (shapes, [])
        assert [row[0] for row in rows] == ["ley"] * 480 + ["loy"] * 20


def test_a_long_page_of_which_nothing_was_read_is_read_again_as_it_is() -> None:
    shown = Shown()
    assert narrowed.narrowed(shown, nothing)(page()) == []
    assert shown.shapes == [NARROW, SHAPE]


BEFORE: WordRow = ("la", 96.0, 85, 100, 85, 30)
DOUBTED: WordRow = ("1e7", 40.0, 187, 100, 85, 30)
"""Both on the narrow page; on the page as it is they begin at 100 and 220 and are 100 wide."""


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ([("la", 97.0, 10, 10, 100, 30), ("ley", 90.0, 130, 10, 100, 30)], ["ley"]),
        ([("a", 90.0, 130, 10, 40, 30), ("la", 80.0, 180, 10, 50, 30)], ["a", "la"]),
        ([("ley", 39.0, 130, 10, 100, 30)], ["1e7"]),
        ([("ley", 90.0, 130, 10, 100, 30), ("l", 12.0, 150, 10, 9, 30)], ["1e7"]),
        ([("la", 97.0, 10, 10, 100, 30)], ["1e7"]),
        ([("laley", 92.0, 10, 10, 241, 30)], ["1e7"]),
        ([("y", 92.0, 205, 10, 25, 30)], ["1e7"]),
        ([], ["1e7"]),
    ],
)
def test_a_doubted_word_is_read_again_between_its_neighbours(
    line: list[WordRow], read: list[str]
) -> None:
    """Not where that reading is no surer, or has its neighbour with it, or a part of it alone."""
    again = Shown(*line)
    rows = [*[LEY] * 400, BEFORE, DOUBTED, ("y", 96.0, 900, 400, 85, 30)]
    words = narrowed.narrowed(Shown(*rows), again)(page())
    assert again.shapes == [(50, 240)]
    assert [row[0] for row in words[401:-1]] == read
    for text, confidence, left, top, wide, high in words[401:-1]:
        assert (top, high) == (100, 30), text
        assert 220 <= left < left + wide <= 321
        assert confidence < ACCUSING_CONFIDENCE


def test_a_word_of_no_height_or_of_all_the_page_is_read_again_within_it() -> None:
    again = Shown()
    flat, whole = ("1e7", 40.0, 187, 100, 85, 0), ("1e7", 40.0, 0, 0, 1406, 2339)
    words = narrowed.narrowed(Shown(*[LEY] * 400, flat, whole), again)(page())
    assert len(words) == 402
    assert again.shapes == [SHAPE]


def test_a_narrow_word_keeps_a_pixel() -> None:
    thin = ("la", 96.0, 0, 0, 0, 9)
    assert narrowed.narrowed(Shown(*prose(thin)), nothing)(page())[-1][4] == 1


def test_strokes_of_larger_and_of_wider_print_stand_further_apart() -> None:
    wide = np.asarray(Image.fromarray(page()).resize((2100, SHAPE[0])), np.uint8)
    spacings = [narrowed.strokes(each).spacing for each in (page(CLOSE_PX), page(), wide)]
    assert spacings == sorted(spacings)
    assert spacings[0] < narrowed.LEAST_SPACING_PX < spacings[1] < spacings[2]


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (2, 29), (900, 700), (0, 40)])
def test_pages_without_print_are_read_as_they_are(shape: tuple[int, int]) -> None:
    for luma in (0, 255):
        shown = Shown(LEY)
        narrowed.narrowed(shown, nothing)(np.full(shape, luma, np.uint8))
        assert shown.shapes == [shape]


def test_the_engine_reads_the_same_words_in_the_same_places() -> None:
    read = engines.tesserocr_reader(engines.tessdata())
    shapes = list[tuple[int, ...]]()

    def noted(pixels: Pixels) -> list[WordRow]:
        shapes.append(pixels.shape)
        return read(pixels)

    whole, narrow = read(page()), narrowed.narrowed(noted, nothing)(page())
    assert shapes == [NARROW]
    assert [row[0] for row in narrow] == [row[0] for row in whole] == TEXT.split() * LONG
    apart = np.abs([np.subtract(a[2:], b[2:]) for a, b in zip(whole, narrow, strict=True)])
    assert apart.mean() < 1
    assert apart.max() <= MOST_APART_PX
