"""Pages that are read narrower than they are, and those that are not."""

import signal
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from review_service.packaged_files import static_folder
from workers.facts.headers import WordRow
from workers.inside.ocr import engines, narrowed
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
LONG, SHORT = 13, 4
"""How often the text stands on a page: 585 words, or 180."""
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


class Shown:
    """A reader that remembers what it was given, and says the same of each."""

    def __init__(self, *rows: WordRow) -> None:
        self.rows = list(rows) or [("ley", 96.0, 170, 20, 85, 30)]
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, pixels: Pixels) -> list[WordRow]:
        self.shapes.append(pixels.shape)
        return self.rows


def nothing(_: Pixels) -> list[WordRow]:
    """Read nothing of a part of a line."""
    return []


def test_a_long_page_is_read_narrower_and_boxed_on_the_page_as_it_is() -> None:
    shown = Shown()
    rows = narrowed.narrowed(shown, nothing)(page())
    assert shown.shapes == [NARROW]
    assert rows == [("ley", 96.0, 200, 20, 100, 30)]


def test_a_short_page_is_read_as_it_is() -> None:
    shown = Shown()
    rows = narrowed.narrowed(shown, nothing)(page(times=SHORT))
    assert shown.shapes == [SHAPE]
    assert rows == shown.rows


def test_print_whose_strokes_stand_close_is_read_as_it_is() -> None:
    shown = Shown()
    narrowed.narrowed(shown, nothing)(page(CLOSE_PX))
    assert shown.shapes == [SHAPE]


def test_condensed_print_is_read_as_it_is() -> None:
    condensed = np.asarray(Image.fromarray(page()).resize((1200, SHAPE[0])), np.uint8)
    shown = Shown()
    narrowed.narrowed(shown, nothing)(condensed)
    assert shown.shapes == [condensed.shape]


def test_a_page_that_was_not_read_surely_is_read_again_as_it_is() -> None:
    sure, unsure = ("ley", 96.0, 170, 20, 85, 30), ("loy", 60.0, 170, 20, 85, 30)
    shown = Shown(*[sure] * 90, *[unsure] * 10)
    rows = narrowed.narrowed(shown, nothing)(page())
    assert shown.shapes == [NARROW, SHAPE]
    assert rows == shown.rows


def test_a_page_whose_time_is_short_keeps_its_first_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sure, unsure = ("ley", 96.0, 170, 20, 85, 30), ("loy", 60.0, 170, 20, 85, 30)
    shown = Shown(*[sure] * 90, *[unsure] * 10)

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
        assert [row[0] for row in rows] == ["ley"] * 90 + ["loy"] * 10


def test_a_long_page_of_which_nothing_was_read_is_read_again_as_it_is() -> None:
    shown = Shown()
    shown.rows = []
    assert narrowed.narrowed(shown, nothing)(page()) == []
    assert shown.shapes == [NARROW, SHAPE]


def test_few_words_in_doubt_and_lone_signs_ask_for_no_second_reading() -> None:
    sure, unsure = ("ley", 96.0, 170, 20, 85, 30), ("loy", 60.0, 170, 20, 85, 30)
    shown = Shown(*[sure] * 99, unsure, *[("y", 50.0, 0, 0, 9, 9)] * 20)
    narrowed.narrowed(shown, nothing)(page())
    assert shown.shapes == [NARROW]


SURE: WordRow = ("la", 96.0, 85, 100, 85, 30)
DOUBTED: WordRow = ("1e7", 40.0, 187, 100, 85, 30)
"""Both on the narrow page; on the page as it is they begin at 100 and 220 and are 100 wide."""


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ([("la", 97.0, 10, 10, 100, 30), ("ley", 90.0, 130, 10, 100, 30)], ["ley"]),
        ([("de", 90.0, 130, 10, 40, 30), ("ley", 80.0, 180, 10, 50, 30)], ["de", "ley"]),
        ([("ley", 39.0, 130, 10, 100, 30)], ["1e7"]),
        ([("ley", 90.0, 130, 10, 100, 30), ("l", 12.0, 150, 10, 9, 30)], ["1e7"]),
        ([("la", 97.0, 10, 10, 100, 30)], ["1e7"]),
        ([], ["1e7"]),
    ],
)
def test_a_doubted_word_is_read_again_between_its_neighbours(
    line: list[WordRow], read: list[str]
) -> None:
    again = Shown()
    again.rows = line
    shown = Shown(*[SURE] * 60, DOUBTED, *[("y", 96.0, 900, 400, 85, 30)] * 40)
    words = narrowed.narrowed(shown, again)(page())
    assert again.shapes == [(50, 240)]
    assert [row[0] for row in words[60 : 60 + len(read)]] == read
    assert len(words) == 100 + len(read)
    for text, _, left, top, wide, high in words[60 : 60 + len(read)]:
        assert (top, high) == (100, 30), text
        assert 220 <= left < left + wide <= 321


def test_a_word_in_the_corner_of_a_page_is_read_again_within_it() -> None:
    again = Shown()
    corner = ("1e7", 40.0, 0, 0, 1406, 2339)
    narrowed.narrowed(Shown(*[SURE] * 60, corner), again)(page())
    assert again.shapes == [SHAPE]


def test_a_narrow_word_keeps_a_pixel() -> None:
    row = narrowed.narrowed(Shown(("la", 96.0, 0, 0, 0, 9)), nothing)(page())[0]
    assert row[4] == 1


def test_strokes_of_larger_and_of_wider_print_stand_further_apart() -> None:
    wide = np.asarray(Image.fromarray(page()).resize((2100, SHAPE[0])), np.uint8)
    spacings = [narrowed.strokes(each).spacing for each in (page(CLOSE_PX), page(), wide)]
    assert spacings == sorted(spacings)
    assert spacings[0] < narrowed.LEAST_SPACING_PX < spacings[1] < spacings[2]


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (2, 29), (900, 700), (0, 40)])
def test_pages_without_print_are_read_as_they_are(shape: tuple[int, int]) -> None:
    for luma in (0, 255):
        shown = Shown()
        narrowed.narrowed(shown, nothing)(np.full(shape, luma, np.uint8))
        assert shown.shapes == [shape]


def test_the_engine_reads_the_same_words_in_the_same_places() -> None:
    read = engines.tesserocr_reader(engines.tessdata())
    whole, narrow = read(page()), narrowed.narrowed(read, nothing)(page())
    assert [row[0] for row in narrow] == [row[0] for row in whole] == TEXT.split() * LONG
    apart = np.abs([np.subtract(a[2:], b[2:]) for a, b in zip(whole, narrow, strict=True)])
    assert apart.mean() < 1
    assert apart.max() <= MOST_APART_PX
