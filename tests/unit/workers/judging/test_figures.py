"""A figure and its limit never read alike."""

import pytest

from workers.judging import figures


@pytest.mark.parametrize(
    ("value", "limit", "told"),
    [
        (149.7, 150, "149,7"),
        (149.96, 150, "149,96"),
        (149.99999, 150, "menos de 150"),
        (150.00001, 150, "más de 150"),
        (96.2, 150, "96"),
        (1.64, 1.6, "1,64"),
        (0.999, 1, "0,999"),
        (150, 150, "150"),
    ],
)
def test_a_figure_has_the_decimals_that_tell_it_from_its_limit(
    value: float, limit: float, told: str
) -> None:
    assert figures.beside(value, limit) == told


def test_a_figure_has_the_decimals_that_were_asked_for() -> None:
    assert figures.beside(1.64, 1.6, digits=1) == "1,64"
    assert figures.beside(2.3, 1.6, digits=1) == "2,3"


def test_a_limit_is_written_without_needless_decimals() -> None:
    assert [figures.plain(limit) for limit in (100.0, 1.6, 255)] == ["100", "1,6", "255"]
