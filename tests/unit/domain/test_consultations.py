"""What a question between officers, its day and its answer must be."""

from datetime import date, timedelta

import pytest

from review_service.domain.consultations import (
    ANSWER,
    LONGEST_WAIT_DAYS,
    MAX_CHARACTERS,
    NEEDED_BY,
    QUESTION,
    answer_text,
    needed_day,
    question_text,
)
from review_service.domain.errors import InvalidInputError

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("¿Es un telar?", "¿Es un telar?"),
        ("  dos\nlíneas \n", "dos\nlíneas"),
        ("ñ" * MAX_CHARACTERS, "ñ" * MAX_CHARACTERS),
        ("una\u202eletra", "unaletra"),
    ],
)
def test_what_can_be_seen_is_kept(typed: str, kept: str) -> None:
    assert question_text(typed) == kept
    assert answer_text(typed) == kept


@pytest.mark.parametrize("typed", ["", " \n", "\u200b", "¿?", "x" * (MAX_CHARACTERS + 1)])
def test_nothing_and_too_much_are_told_at_their_field(typed: str) -> None:
    with pytest.raises(InvalidInputError) as asked:
        question_text(typed)
    with pytest.raises(InvalidInputError) as answered:
        answer_text(typed)
    assert set(asked.value.problems) == {QUESTION}
    assert set(answered.value.problems) == {ANSWER}


@pytest.mark.parametrize("days", [0, 1, LONGEST_WAIT_DAYS])
def test_a_day_from_today_on_is_taken(days: int) -> None:
    wanted = TODAY + timedelta(days=days)
    assert needed_day(f" {wanted.isoformat()} ", today=TODAY) == wanted


@pytest.mark.parametrize("text", ["2026-11-28", "2026-12-30", "", "mañana", "29/11/2026", "x" * 99])
def test_any_other_day_is_told_with_the_last_one(text: str) -> None:
    with pytest.raises(InvalidInputError) as told:
        needed_day(text, today=TODAY)
    assert "29 de diciembre de 2026" in told.value.problems[NEEDED_BY]
