"""Numbers with a digit half rubbed off, drawn and measured."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from review_service.domain.prior_comparison import ACCUSING_CONFIDENCE
from review_service.domain.reports import SURE_CONFIDENCE
from tests.samples.measured import written
from workers.facts.headers import WordRow, row_of
from workers.inside import agreement_page
from workers.inside.ocr import engines
from workers.inside.ocr.rubbed import MOST_ASKED, RUBBED_CONFIDENCE, doubted
from workers.inside.picture.decoding import Pixels

LEFT, TOP, HEIGHT = 100, 60, 40
PAPER, INK = 225, 60


def scan(
    text: str = "872-2018", *, kept: float = 1.0, noise: float = 4.0
) -> tuple[Pixels, WordRow]:
    """Return a scan of a number, of whose first digit the left half has so much of its ink."""
    drawn = np.zeros((160, 500), np.uint8)
    cv2.putText(drawn, text, (LEFT, TOP + HEIGHT), cv2.FONT_HERSHEY_SIMPLEX, 1.85, 255, 5)
    plate = np.asarray(cv2.GaussianBlur(drawn.astype(np.float32) / 255, (0, 0), 1.2), np.float32)
    plate[:, : LEFT + 18] *= np.float32(kept)
    rng = np.random.default_rng(7)
    pixels = PAPER - (PAPER - INK) * plate + rng.normal(0, noise, plate.shape)
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.85, 5)
    grey = np.clip(pixels, 0, 255).astype(np.uint8)
    return grey, (text, 96.0, LEFT, TOP - 3, width, HEIGHT + 6)


class Told:
    """A reader that says what it is told, and counts how often it is asked."""

    def __init__(self, text: str, confidence: float = 95.0) -> None:
        self.row: WordRow = (text, confidence, 0, 0, 10, 10)
        self.asked = 0

    def __call__(self, _pixels: Pixels) -> list[WordRow]:
        self.asked += 1
        return [self.row]


def every_number(words: Sequence[WordRow]) -> list[WordRow]:
    """Say that all of them may become values."""
    return list(words)


def confidence(grey: Pixels, row: WordRow, read: Told) -> float:
    (one,) = doubted(grey, [row], read, every_number)
    return one[1]


def test_a_digit_half_rubbed_off_accuses_nobody_but_may_match() -> None:
    grey, row = scan(kept=0.3)
    read = Told("872-2018")
    assert confidence(grey, ("372-2018", *row[1:]), read) == RUBBED_CONFIDENCE
    assert SURE_CONFIDENCE <= RUBBED_CONFIDENCE < ACCUSING_CONFIDENCE


def test_the_engine_reads_the_digit_once_its_pale_ink_is_dark() -> None:
    grey, row = scan(kept=0.3)
    read = engines.tesserocr_reader(engines.tessdata(), segmentation=engines.ONE_LINE)
    wrong, right = ("372-2018", *row[1:]), row
    doubts = doubted(grey, [wrong, right], read, every_number)
    assert [one[1] for one in doubts] == [RUBBED_CONFIDENCE, 96.0]


@pytest.mark.parametrize(
    "told", [Told("372-2018"), Told("87-2018"), Told("872-2018", 50.0), Told("nada")]
)
def test_the_same_digits_fewer_unsure_ones_or_none_deny_nothing(told: Told) -> None:
    grey, row = scan(kept=0.3)
    assert confidence(grey, ("372-2018", *row[1:]), told) == 96.0
    assert told.asked == 2


def test_a_whole_number_is_not_read_again() -> None:
    grey, row = scan()
    read = Told("372-2018")
    assert confidence(grey, row, read) == 96.0
    assert read.asked == 0


@pytest.mark.parametrize("noise", [0.0, 9.0])
def test_pale_print_and_a_rough_scan_are_no_damage(noise: float) -> None:
    grey, row = scan(noise=noise)
    pale = (128 + grey.astype(np.float32) / 2).astype(np.uint8)
    read = Told("372-2018")
    assert confidence(grey, row, read) == confidence(pale, row, read) == 96.0


@pytest.mark.parametrize("text", ["Ana", "12", "1790012345001", "0926687856."])
def test_words_and_what_has_a_check_digit_are_not_looked_at(text: str) -> None:
    grey, row = scan(kept=0.3)
    assert confidence(grey, (text, *row[1:]), Told("99")) == 96.0


def test_what_accuses_nobody_stays_as_it_was() -> None:
    grey, row = scan(kept=0.3)
    read = Told("999-9999")
    assert confidence(grey, (row[0], 74.5, *row[2:]), read) == 74.5
    assert read.asked == 0


def test_a_page_full_of_rubbed_numbers_is_read_again_up_to_a_limit() -> None:
    grey, row = scan(kept=0.3)
    read = Told("999-9999")
    doubts = doubted(grey, [row] * (MOST_ASKED + 5), read, every_number)
    assert sum(one[1] == RUBBED_CONFIDENCE for one in doubts) == MOST_ASKED


def test_a_box_beyond_the_page_says_nothing() -> None:
    grey, _ = scan()
    read = Told("999")
    assert confidence(grey, ("872", 96.0, 600, 300, 40, 20), read) == 96.0
    assert confidence(grey, ("872", 96.0, 0, 0, 1, 1), read) == 96.0


def test_a_number_that_becomes_no_value_is_not_read_again() -> None:
    grey, row = scan(kept=0.3)
    other: WordRow = ("547-1986", *row[1:])
    read = Told("999-9999")

    def of_values(words: Sequence[WordRow]) -> list[WordRow]:
        return [word for word in words if word != other]

    doubts = doubted(grey, [*[other] * MOST_ASKED, row], read, of_values)
    assert [one[1] for one in doubts] == [*[96.0] * MOST_ASKED, RUBBED_CONFIDENCE]
    assert read.asked == 1


def test_nobody_asks_which_numbers_become_values_where_no_ink_is_pale() -> None:
    grey, row = scan()

    def of_values(_words: Sequence[WordRow]) -> list[WordRow]:
        raise AssertionError("no number is pale")

    assert doubted(grey, [row], Told("372-2018"), of_values) == [row]


def test_a_page_of_an_acuerdo_tells_of_which_words_its_values_are_made() -> None:
    words = written("ACUERDO Nro. MPCEI-MDT-2022-000417 conoció el informe Nro. DFA-2022-0283")
    rows: list[WordRow] = [row_of(word) for word in words]
    assert [row[0] for row in agreement_page.of_values(rows)] == ["MPCEI-MDT-2022-000417"]
