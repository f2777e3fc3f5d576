"""Scores of the trained trees beside their limit."""

import pytest

from workers.judging import looks


@pytest.mark.parametrize(
    ("score", "is_seen", "is_clear"),
    [
        (None, False, False),
        (49.9, False, False),
        (50.0, True, False),
        (89.9, True, False),
        (90.0, True, True),
    ],
)
def test_is_seen_from_the_limit_and_clear_far_above_it(
    score: float | None, *, is_seen: bool, is_clear: bool
) -> None:
    assert looks.is_seen(score) is is_seen
    assert looks.is_clear(score) is is_clear


@pytest.mark.parametrize(("score", "is_denied"), [(3.9, True), (4.0, False), (None, False)])
def test_a_measure_is_denied_where_the_score_is_low(
    score: float | None, *, is_denied: bool
) -> None:
    assert looks.is_denied(score) is is_denied


def test_the_figure_never_reads_like_its_limit() -> None:
    assert looks.figure(50.04) == "señales 50,04 de 100 (máximo 50)"
    assert looks.figure(97.0) == "señales 97 de 100 (máximo 50)"
