"""A reason must be understood by whoever asks later."""

import pytest

from review_service.domain.errors import InvalidInputError
from review_service.domain.written_reasons import MAX_REASON_CHARACTERS, written_reason


def test_a_reason_is_kept_as_it_is_seen() -> None:
    assert written_reason("  Espera en la ventanilla desde ayer. ") == (
        "Espera en la ventanilla desde ayer."
    )


@pytest.mark.parametrize("text", ["", "corto", "." * 40, "a" * (MAX_REASON_CHARACTERS + 1)])
def test_what_says_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        written_reason(text)
    assert set(refused.value.problems) == {"motivo"}
