"""What an error carries for whoever handles it."""

import pytest

from review_service.domain.errors import (
    FileMissingError,
    FileTooLargeError,
    InvalidInputError,
    LinkError,
    OutsideError,
    StoreError,
    TooManyAttemptsError,
)


def test_invalid_input_names_its_fields_but_not_what_was_typed() -> None:
    error = InvalidInputError({"ruc": "«123» no es un RUC.", "email": "Falta el correo."})
    assert str(error) == "email; ruc"
    assert error.problems["email"] == "Falta el correo."


@pytest.mark.parametrize("error", [FileMissingError("a/b"), FileTooLargeError(9)])
def test_what_waiting_does_not_mend_is_not_tried_again(error: StoreError) -> None:
    assert isinstance(error, OutsideError)
    assert error.retryable is False


def test_whoever_catches_it_says_whether_later_may_help() -> None:
    assert StoreError("down", retryable=True).retryable is True


def test_limits_and_reasons_are_kept() -> None:
    assert FileTooLargeError(9).max_bytes == 9
    assert TooManyAttemptsError(30).retry_after == 30
    assert LinkError("used").reason == "used"
