"""Paper and ink of each word of a scan, measured on its pixels."""

import numpy as np

from workers.facts.headers import WordRow
from workers.inside.ocr.tones import FAINT_CONFIDENCE, FAINT_LUMA, faint_doubted, measured

WORDS: list[WordRow] = [
    ("uno", 95.0, 100, 100, 120, 30),
    ("dos", 95.0, 300, 100, 120, 30),
    ("tres", 95.0, 500, 100, 120, 30),
]


def page(*, paper: int = 240, ink: int = 30) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    pixels = np.full((400, 800), paper, np.uint8)
    for _, _, left, top, width, height in WORDS:
        pixels[top : top + height, left : left + width : 20] = ink
    return pixels


def test_words_of_one_scan_stand_on_the_same_paper() -> None:
    assert measured(page(), WORDS) == [(0.0, 30.0)] * 3


def test_a_patch_shows_in_the_paper_of_its_word_alone() -> None:
    pixels = page()
    patch = pixels[95:135, 295:425]
    patch[patch == 240] = 244
    tones = measured(pixels, WORDS)
    assert [tone and round(tone[0]) for tone in tones] == [0, 4, 0]


def test_a_lone_digit_is_measured_with_the_paper_close_to_it() -> None:
    pixels = page()
    pixels[200:220, 300:314] = 30
    digit: WordRow = ("3", 95.0, 300, 200, 14, 20)
    assert measured(pixels, [digit]) == [(0.0, 30.0)]
    patch = pixels[195:225, 295:319]
    patch[patch == 240] = 232
    (tone,) = measured(pixels, [digit])
    assert tone is not None
    assert tone[0] < -2


def test_another_ink_shows_in_its_word_alone() -> None:
    pixels = page()
    word = pixels[100:130, 500:620]
    word[word == 30] = 90
    assert [tone and tone[1] for tone in measured(pixels, WORDS)] == [30.0, 30.0, 90.0]


def test_where_too_little_paper_is_seen_nothing_is_said() -> None:
    assert measured(np.full((40, 40), 240, np.uint8), WORDS) == [None] * 3
    assert measured(page(), [("x", 95.0, 790, 395, 8, 4)]) == [None]


def test_print_that_people_overlook_is_in_doubt_and_pale_print_is_not() -> None:
    pixels = page(paper=255, ink=255 - 2 * FAINT_LUMA)
    faint = pixels[100:130, 300:420]
    faint[faint < 255] = 240
    doubted = [("dos", FAINT_CONFIDENCE, *WORDS[1][2:])]
    assert faint_doubted(pixels, WORDS) == [WORDS[0], *doubted, WORDS[2]]


def test_a_speck_on_a_faint_word_makes_it_no_clearer() -> None:
    pixels = page(paper=255, ink=240)
    pixels[100:104, 100:104] = 0
    assert [row[1] for row in faint_doubted(pixels, WORDS)] == [FAINT_CONFIDENCE] * 3


def test_a_word_outside_the_page_stays() -> None:
    away = [("x", 95.0, 900, 500, 10, 10)]
    assert faint_doubted(page(), away) == away
