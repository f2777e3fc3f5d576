"""The edits between two texts, counted near the diagonal alone."""

import random

import pytest

from review_service.domain.edit_distance import distance


class Sign:
    """A sign that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Sign.compared += 1
        return self is other

    __hash__ = None  # type: ignore[assignment]


def plainly(one: str, other: str) -> int:
    """Count in the plainest way there is."""
    if not one or not other:
        return len(one) + len(other)
    return min(
        plainly(one[1:], other) + 1,
        plainly(one, other[1:]) + 1,
        plainly(one[1:], other[1:]) + (one[0] != other[0]),
    )


def test_it_is_what_the_plainest_count_says_or_more_than_was_asked_for() -> None:
    rng = random.Random(5)  # noqa: S311 -- a test
    for _ in range(300):
        one, other = ("".join(rng.choices("AB1", k=rng.randrange(6))) for _ in range(2))
        for most in range(5):
            assert distance(one, other, most=most) == min(plainly(one, other), most + 1)


@pytest.mark.parametrize(("one", "other"), [("1792060346001", "1792060346008"), ("ABC", "AC")])
def test_one_edit(one: str, other: str) -> None:
    assert distance(one, other, most=3) == 1


def test_two_long_texts_cost_no_more_than_their_length() -> None:
    signs = [Sign() for _ in range(1000)]
    assert distance(signs, signs[1:], most=8) == 1
    assert Sign.compared <= 17 * 1000
