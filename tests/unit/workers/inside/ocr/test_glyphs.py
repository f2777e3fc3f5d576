"""A letter among digits lowers the confidence of its word, a true digit does not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from review_service.packaged_files import static_folder
from workers.facts.headers import WordRow
from workers.inside.ocr import glyphs
from workers.inside.picture.decoding import Pixels

SERIF = static_folder() / "fonts" / "acuerdo-serif-regular.ttf"
LINES = ("MDT-MIPRO-2010-0207", "20/10/2010", "3000000012001", "1010201")


def page(first: str, *, size: int = 32) -> tuple[Pixels, list[WordRow]]:
    """Return drawn lines and what an engine that expects digits reads of them."""
    font = ImageFont.truetype(str(SERIF), size)
    sheet = Image.new("L", (1000, 400), 240)
    pen = ImageDraw.Draw(sheet)
    rows: list[WordRow] = []
    for number, text in enumerate((first, *LINES)):
        place = (40, 20 + 70 * number)
        pen.text(place, text, font=font, fill=30)
        left, top, right, bottom = (round(side) for side in pen.textbbox(place, text, font=font))
        read = text.replace("O", "0").replace("I", "1") if number == 0 else text
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


def test_bears_boxes_off_the_page_and_words_that_touch() -> None:
    pixels = np.zeros((50, 50), np.uint8)
    rows: list[WordRow] = [("2010", 90.0, 900, 900, 40, 20), ("20101", 90.0, 0, 0, 50, 50)]
    assert glyphs.doubted(pixels, rows) == rows
