"""A letter among digits lowers the confidence of its word, a true digit does not."""

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from review_service.packaged_files import static_folder
from workers.facts.headers import WordRow
from workers.inside.ocr import glyphs
from workers.inside.picture.decoding import Pixels

SERIF = static_folder() / "fonts" / "acuerdo-serif-regular.ttf"
LINES = ("MDT-MIPRO-2010-0207", "20/10/2010", "3000000012001", "1010201")


def page(
    first: str, *, size: int = 32, lines: Sequence[str] = LINES, is_sans: bool = False
) -> tuple[Pixels, list[WordRow]]:
    """Return drawn lines and what an engine that expects digits reads of them."""
    serif = ImageFont.truetype(str(SERIF), size)
    font = ImageFont.load_default(size) if is_sans else serif
    sheet = Image.new("L", (1000, 400), 240)
    pen = ImageDraw.Draw(sheet)
    rows: list[WordRow] = []
    for number, text in enumerate((first, *lines)):
        place = (40, 20 + 70 * number)
        pen.text(place, text, font=font, fill=30)
        left, top, right, bottom = (round(side) for side in pen.textbbox(place, text, font=font))
        read = text if "MIPRO" in text else text.replace("O", "0").replace("I", "1")
        rows.append((read, 96.0, left, top, right - left, bottom - top))
    return np.asarray(sheet, np.uint8).copy(), rows


@pytest.mark.parametrize("size", [28, 32, 44])
@pytest.mark.parametrize("forged", ["2O19-0257", "2019-O257", "2019-02O7", "O692"])
def test_doubts_a_word_with_a_letter_o(forged: str, size: int) -> None:
    pixels, rows = page(forged, size=size)
    judged = glyphs.doubted(pixels, rows)
    assert judged[0][1] == glyphs.DOUBT_CONFIDENCE
    assert judged[1:] == rows[1:]


@pytest.mark.parametrize("size", [22, 32, 44])
@pytest.mark.parametrize("true", ["2019-0257", "3000000012001", "0692", "11-1011", "17 001"])
def test_leaves_true_digits_alone(true: str, size: int) -> None:
    pixels, rows = page(true, size=size)
    assert glyphs.doubted(pixels, rows) == rows


@pytest.mark.parametrize("size", [32, 44])
@pytest.mark.parametrize("forged", ["20I9-0257", "2111-I0", "692I"])
def test_doubts_a_word_with_a_letter_i_of_one_stroke(forged: str, size: int) -> None:
    pixels, rows = page(forged, size=size, is_sans=True)
    judged = glyphs.doubted(pixels, rows)
    assert judged[0][1] == glyphs.DOUBT_CONFIDENCE
    assert judged[1:] == rows[1:]


@pytest.mark.parametrize(
    ("first", "usual", "is_sans"),
    [
        ("O692", ("2O/1O/2O1O", "3OOO1O1", "8O4O"), False),
        ("692I", ("20/I0/20I0", "30001I", "8I4I"), True),
    ],
)
def test_a_sign_as_the_others_of_its_page_is_no_letter(
    first: str,
    usual: tuple[str, ...],
    is_sans: bool,  # noqa: FBT001
) -> None:
    pixels, rows = page(first, lines=usual, is_sans=is_sans)
    assert glyphs.doubted(pixels, rows) == rows
    pixels, rows = page(first, is_sans=is_sans)
    assert glyphs.doubted(pixels, rows)[0][1] == glyphs.DOUBT_CONFIDENCE


def test_bears_boxes_off_the_page_and_words_that_touch() -> None:
    pixels = np.zeros((50, 50), np.uint8)
    rows: list[WordRow] = [("2010", 90.0, 900, 900, 40, 20), ("20101", 90.0, 0, 0, 50, 50)]
    assert glyphs.doubted(pixels, rows) == rows
