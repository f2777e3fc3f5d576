"""Ticked cases: each once, fifty at most."""

from uuid import UUID

import pytest

from review_service.domain.chosen_cases import MOST_AT_ONCE, ChosenCase, chosen_cases
from review_service.domain.errors import InvalidInputError

ONE, TWO = UUID(int=1), UUID(int=2)


def test_each_case_is_taken_once_with_what_the_page_showed() -> None:
    first = ChosenCase(id=ONE, seen="3.ab", place="3.cd")
    assert chosen_cases([first.text, str(TWO), str(ONE)]) == (first, ChosenCase(id=TWO))


@pytest.mark.parametrize("texts", [[], [""], ["x"], ["1|2|3"]])
def test_what_is_no_case_is_left_out(texts: list[str]) -> None:
    assert chosen_cases(texts) == ()


def test_fifty_are_taken_and_one_more_is_refused() -> None:
    texts = [str(UUID(int=number)) for number in range(MOST_AT_ONCE)]
    assert len(chosen_cases([*texts, texts[0]])) == MOST_AT_ONCE == 50
    with pytest.raises(InvalidInputError, match="caso"):
        chosen_cases([*texts, str(UUID(int=99))])
