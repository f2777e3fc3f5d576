"""What a child says of codes is checked before it is believed, and boxes stay on their page."""

import numpy as np
import pytest

from review_service.domain.reports import Box, ReadCode
from workers.facts import placing
from workers.facts.headers import codes_from
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


def test_a_box_is_turned_with_its_page() -> None:
    way = placing.quarter_turn(2, 100, 200)
    assert placing.mapped((10, 20, 30, 10), way, 100, 200) == (60, 170, 30, 10)


def test_bears_a_way_that_leads_nowhere() -> None:
    left, _, across, _ = placing.mapped((10, 20, 30, 10), np.zeros((3, 3)), 100, 200)
    assert 0 <= left <= 100
    assert across >= 1
