"""The check ``page_size``, on both sides of its limits."""

import pytest

from tests.samples.measured import photo_page
from workers.judging.checks import page_size


@pytest.mark.parametrize("side", [595.0, 4999.0, 5000.0])
def test_says_nothing_up_to_the_limit(side: float) -> None:
    assert list(page_size.check(photo_page(width_pt=side, height_pt=100.0))) == []


def test_notes_a_page_over_the_limit_either_way() -> None:
    for sides in ((5000.1, 9.0), (9.0, 5000.1)):
        (finding,) = page_size.check(photo_page(width_pt=sides[0], height_pt=sides[1]))
        assert finding.code == "page_enormous"
        assert finding.advice == ""
