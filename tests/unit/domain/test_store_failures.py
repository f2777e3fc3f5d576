"""One table says what each error of a store means; what is in none is never final."""

import errno

import pytest

from review_service.domain.store_failures import (
    BY_ERRNO,
    StoreFailure,
    by_answer,
    by_system,
)

FINAL_CODES = {
    "PreconditionFailed",
    "EntityTooLarge",
    "EntityTooSmall",
    "KeyTooLongError",
    "XMinioInvalidObjectName",
}


@pytest.mark.parametrize("status", [200, 400, 403, 404, 409, 500, 503])
@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("NoSuchKey", StoreFailure.MISSING),
        ("InternalError", StoreFailure.PASSING),
        ("SlowDown", StoreFailure.PASSING),
        ("NoSuchBucket", StoreFailure.PASSING),
        ("SignatureDoesNotMatch", StoreFailure.PASSING),
        ("XMinioStorageFull", StoreFailure.PASSING),
        ("NoSuchUpload", StoreFailure.PASSING),
        *((code, StoreFailure.FINAL) for code in sorted(FINAL_CODES)),
    ],
)
def test_a_known_code_counts_whatever_the_status(
    code: str, failure: StoreFailure, status: int
) -> None:
    assert by_answer(code, status) is failure


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (200, StoreFailure.UNKNOWN),
        (400, StoreFailure.UNKNOWN),
        (401, StoreFailure.PASSING),
        (403, StoreFailure.PASSING),
        (404, StoreFailure.UNKNOWN),
        (412, StoreFailure.FINAL),
        (413, StoreFailure.FINAL),
        (429, StoreFailure.PASSING),
        (499, StoreFailure.UNKNOWN),
        (500, StoreFailure.PASSING),
        (507, StoreFailure.PASSING),
        (599, StoreFailure.PASSING),
    ],
)
@pytest.mark.parametrize("code", [None, "", "AnswerOfTomorrow"])
def test_without_a_known_code_the_status_counts(
    code: str | None, status: int, failure: StoreFailure
) -> None:
    assert by_answer(code, status) is failure


def test_few_errors_of_the_file_system_are_final() -> None:
    final = {number for number, failure in BY_ERRNO.items() if failure is StoreFailure.FINAL}
    assert final == {errno.EEXIST, errno.ENAMETOOLONG, errno.EFBIG}
    assert by_system(OSError(errno.ENOSPC, "full")) is StoreFailure.PASSING
    assert by_system(OSError(errno.ELOOP, "a loop")) is StoreFailure.UNKNOWN
    assert by_system(OSError("no number")) is StoreFailure.UNKNOWN


def test_what_is_unknown_is_tried_again() -> None:
    retryable = {failure for failure in StoreFailure if failure.is_retryable}
    assert retryable == {StoreFailure.PASSING, StoreFailure.UNKNOWN}
