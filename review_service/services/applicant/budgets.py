"""What one applicant and one application may send: files, pages and bytes (docs/limits.md)."""

from collections.abc import Iterator
from contextlib import contextmanager
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


def spend(writing: UnitFactory, *, ruc: str, application_id: UUID, pages: int) -> None:
    """Count one file with at most so many pages, before it is read. Raises ``BudgetSpentError``.

    Bytes are counted once they are known (``note``); here only whether any are left.
    """
    case = str(application_id)
    with _told_until(writing):
        attempts.require_left(writing(), UPLOAD_MEBIBYTES, who=ruc)
        attempts.require_left(writing(), CASE_MEBIBYTES, who=case)
        attempts.spend(writing(), UPLOAD, who=ruc)
        attempts.spend(writing(), UPLOAD_PAGES, who=ruc, times=pages)
        attempts.spend(writing(), CASE_PAGES, who=case, times=pages)


def spend_press(writing: UnitFactory, *, ruc: str) -> None:
    """Count one press on photographed sheets, before the stored ones are read.

    Also the same press sent again, which is no new file. Raises ``BudgetSpentError``.
    """
    with _told_until(writing):
        attempts.spend(writing(), SHEET_PRESSES, who=ruc)


@contextmanager
def _told_until(writing: UnitFactory) -> Iterator[None]:
    """Raise ``BudgetSpentError``, which says until when, past a limit."""
    try:
        yield
    except TooManyAttemptsError as error:
        with writing() as uow:
            until = uow.now + timedelta(seconds=error.retry_after)
        raise BudgetSpentError(error.retry_after, until=until) from error


def note(uow: UnitOfWork, *, ruc: str, application_id: UUID, size_bytes: int) -> None:
    """Count the bytes of a file that was received, in the caller's transaction."""
    mebibytes = -(-size_bytes // MEBIBYTE)
    if mebibytes:
        attempts.note(uow, UPLOAD_MEBIBYTES, who=ruc, times=mebibytes)
        attempts.note(uow, CASE_MEBIBYTES, who=str(application_id), times=mebibytes)
