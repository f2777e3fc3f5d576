"""A form's version: equal for what is equal, another for whatever differs."""

import pytest

from review_service.domain.sightings import case_version, stamp


def test_the_same_facts_have_the_same_version_in_any_order_of_names() -> None:
    assert stamp(3, {"a": 1, "b": "ñ"}) == stamp(3, {"b": "ñ", "a": 1})


@pytest.mark.parametrize("facts", [("b",), ("a", "b"), (), ("A",), (None,), (["a"],)])
def test_other_facts_have_another(facts: tuple[object, ...]) -> None:
    assert stamp(3, *facts) != stamp(3, "a")


def test_a_moved_case_has_another_for_all() -> None:
    assert stamp(3, "a") != stamp(4, "a")
    assert case_version(stamp(4, "a")) == 4


@pytest.mark.parametrize("text", ["", "3", "x.ab", "3.", ".ab", "-1.ab", "²." + "a" * 20])
def test_what_no_page_says_is_no_version(text: str) -> None:
    assert case_version(text) == -1
