"""What a child says of codes and of ways back is checked before it is believed."""

import math

import pytest

from review_service.domain.reports import Box, ReadCode, Word
from workers.facts import placing
from workers.facts.headers import codes_from, way_from
from workers.facts.values import FactsError


def test_reads_codes_with_their_place() -> None:
    assert codes_from([["https://a.example/v/x", 1, 2, 3, 4]], page=2) == (
        ReadCode(text="https://a.example/v/x", page=2, box=Box(left=1, top=2, width=3, height=4)),
    )


def test_takes_unprintable_signs_and_endless_text_off_a_code() -> None:
    (code,) = codes_from([["a\u202eb\x07" + "x" * 500, 0, 0, 1, 1]], page=1)
    assert code.text.startswith("abx")
    assert len(code.text) <= 200


def test_takes_no_more_than_eight_codes() -> None:
    assert len(codes_from([["a", 0, 0, 1, 1]] * 50, page=1)) == 8


@pytest.mark.parametrize(
    "raw", ["x", [["a", 0, 0, 1]], [["a", 0, 0, 1, "1"]], [[3, 0, 0, 1, 1]], [["a", 0.5, 0, 1, 1]]]
)
def test_refuses_what_is_no_list_of_codes(raw: object) -> None:
    with pytest.raises((FactsError, ValueError)):
        codes_from(raw, page=1)


@pytest.mark.parametrize("raw", [[1.0] * 8, [1.0] * 10, ["1"] * 9, [math.nan] * 9, [True] * 9, "x"])
def test_refuses_what_is_no_way_back(raw: object) -> None:
    with pytest.raises(FactsError):
        way_from(raw)


def test_places_words_read_elsewhere_on_the_page_image() -> None:
    word = Word(text="a", confidence=90.0, box=Box(left=10, top=20, width=30, height=10))
    way = tuple(float(value) for value in placing.quarter_turn(2, 100, 200).ravel())
    (placed,) = placing.placed((word,), way, 100, 200)
    assert placed.box == Box(left=60, top=170, width=30, height=10)


def test_bears_a_way_that_leads_nowhere() -> None:
    word = Word(text="a", confidence=90.0, box=Box(left=10, top=20, width=30, height=10))
    (placed,) = placing.placed((word,), (0.0,) * 9, 100, 200)
    assert 0 <= placed.box.left <= 100
    assert placed.box.width >= 1
