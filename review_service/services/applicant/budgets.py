"""What one applicant and one application may send: files, pages and bytes (docs/limits.md)."""

from datetime import timedelta
from uuid import UUID

from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.errors import BudgetSpentError, TooManyAttemptsError
from review_service.domain.limits import MEBIBYTE
from review_service.domain.request_limits import (
    CASE_MEBIBYTES,
    CASE_PAGES,
    SHEET_PRESSES,
    UPLOAD,
    UPLOAD_MEBIBYTES,
    UPLOAD_PAGES,
)
from review_service.services import attempts


def spend(uow: UnitOfWork, *, ruc: str, application_id: UUID, pages: int) -> None:
    """Count one file with at most so many pages, before it is read, and commit.

    In the caller's transaction, which ends with it; past a limit nothing is counted. Bytes are
    counted once they are known (``note``); here only whether any are left. Raises
    ``BudgetSpentError``.
    """
    case = str(application_id)
    try:
        attempts.require_left(uow, {UPLOAD_MEBIBYTES: ruc, CASE_MEBIBYTES: case})
        attempts.spend_all(
            uow, {UPLOAD: (ruc, 1), UPLOAD_PAGES: (ruc, pages), CASE_PAGES: (case, pages)}
        )
    except TooManyAttemptsError as error:
        raise _told_until(uow, error) from error
    uow.commit()


def spend_press(writing: UnitFactory, *, ruc: str) -> None:
    """Count one press on photographed sheets, before the stored ones are read.

    Also the same press sent again, which is no new file. Raises ``BudgetSpentError``.
    """
    uow = writing()
    try:
        attempts.spend(uow, SHEET_PRESSES, who=ruc)
    except TooManyAttemptsError as error:
        raise _told_until(uow, error) from error


def _told_until(uow: UnitOfWork, error: TooManyAttemptsError) -> BudgetSpentError:
    """Return the error that says until when; the unit has asked for its time."""
    return BudgetSpentError(error.retry_after, until=uow.now + timedelta(seconds=error.retry_after))


def note(uow: UnitOfWork, *, ruc: str, application_id: UUID, size_bytes: int) -> None:
    """Count the bytes of a file that was received, in the caller's transaction."""
    mebibytes = -(-size_bytes // MEBIBYTE)
    if mebibytes:
        attempts.note(uow, UPLOAD_MEBIBYTES, who=ruc, times=mebibytes)
        attempts.note(uow, CASE_MEBIBYTES, who=str(application_id), times=mebibytes)
