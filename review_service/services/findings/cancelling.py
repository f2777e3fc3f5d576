"""Ends checks that nobody waits for any more: of files removed or replaced, of cases withdrawn.

Those of a withdrawn case that goes on after an appeal are taken up again.
"""

import logging
from enum import StrEnum
from typing import Final
from uuid import UUID

from review_service.db import tasks
from review_service.db.file_places import placed_files
from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain import file_places
from review_service.domain.applications import ApplicationState
from review_service.domain.work import TaskKind, check_lane
from review_service.services.case import documents_of

logger = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS: Final = 20.0
"""A file in whose stead another one waits is looked at again so much later."""


class Unwanted(StrEnum):
    """Why nobody waits for the checks of a file."""

    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


def why_unwanted(uow: UnitOfWork, document: DocumentRow) -> Unwanted | None:
    """Return why the result would be of no use to anybody; None while it is of use."""
    if document.removed_at is not None:
        return Unwanted.REMOVED
    application = uow.session.get(ApplicationRow, document.application_id)
    if application is not None and application.state is ApplicationState.WITHDRAWN:
        return Unwanted.WITHDRAWN
    return None


def is_overtaken(uow: UnitOfWork, document: DocumentRow) -> bool:
    """Whether a newer file was sent in its stead whose own checks have not ended.

    It may be needed yet: when the newer one is refused.
    """
    files = placed_files(uow.session, document.application_id)
    return document.id in file_places.overtaken(files)


def is_wanted(uow: UnitOfWork, document_id: UUID) -> bool:
    """Whether the file that is being checked is still of use."""
    with uow:
        document = uow.session.get(DocumentRow, document_id)
        return document is not None and why_unwanted(uow, document) is None


def end(uow: UnitOfWork, lease: Lease) -> None:
    """End the task of a file that is not to be read now: done, cancelled, or later."""
    with uow:
        document = uow.session.get(DocumentRow, lease.subject_id)
        if document is None or document.state.is_final:
            tasks.finish(uow, lease)
        elif not cancel(uow, lease, document):
            tasks.put_off(uow, lease, after_seconds=LOOK_AGAIN_SECONDS)
        uow.commit()


def ends_with_case(uow: UnitOfWork, lease: Lease, application_id: UUID) -> bool:
    """Cancel the task if its application was withdrawn; say whether so."""
    with uow:
        application = uow.session.get(ApplicationRow, application_id)
        if application is None or application.state is not ApplicationState.WITHDRAWN:
            return False
        _cancel(uow, lease, application_id, Unwanted.WITHDRAWN)
        uow.commit()
        return True


def take_up(uow: UnitOfWork, application: ApplicationRow) -> None:
    """Check the files whose checks ended with the case, in the transaction by which it goes on."""
    for document in documents_of(uow, application.id):
        if not document.state.is_final:
            uow.enqueue(
                TaskKind.CHECK_DOCUMENT,
                document.id,
                key=uow.now.isoformat(),
                lane=check_lane(document.kind),
                payer=application.ruc,
            )


def cancel(uow: UnitOfWork, lease: Lease, document: DocumentRow) -> bool:
    """Cancel the task in the caller's transaction if nobody wants its result; say whether so."""
    reason = why_unwanted(uow, document)
    if reason is None:
        return False
    _cancel(uow, lease, document.application_id, reason)
    return True


def _cancel(uow: UnitOfWork, lease: Lease, application_id: UUID, reason: Unwanted) -> None:
    if not tasks.cancel(uow, lease, reason=reason.value):
        return
    logger.info("task_cancelled", extra={**lease.log_fields, "reason": reason.value})
    uow.record(
        "task_cancelled",
        actor="worker",
        subject_id=application_id,
        kind=lease.kind.value,
        task_subject=str(lease.subject_id),
        reason=reason.value,
    )
