"""The kinds of work that outlive a request, and the lanes of queue notices."""

from enum import StrEnum


class Lane(StrEnum):
    """One queue of notices, so that slow work never stands before quick work."""

    INTAKE = "intake"
    OCR = "ocr"
    ISSUE = "issue"
    MAIL = "mail"


class TaskKind(StrEnum):
    """What a task asks for; its subject is the id of a row."""

    CHECK_DOCUMENT = "check_document"
    ASSEMBLE_EVIDENCE = "assemble_evidence"
    ISSUE_AGREEMENT = "issue_agreement"
    SEND_MAIL = "send_mail"
    FIND_RESEMBLING = "find_resembling"
    """Enrol a document's photos in the index and look for those they resemble."""
    READ_PHOTO_TEXT = "read_photo_text"
    """Read the text inside the photos of a document; an option, after everything else."""

    REBUILD_FILES = "rebuild_files"
    """Make lost or changed page images, or an assembled PDF, again from the originals."""

    @property
    def lane(self) -> Lane:
        """The lane this kind waits in, unless the task says otherwise."""
        return {
            TaskKind.CHECK_DOCUMENT: Lane.INTAKE,
            TaskKind.ASSEMBLE_EVIDENCE: Lane.INTAKE,
            TaskKind.ISSUE_AGREEMENT: Lane.ISSUE,
            TaskKind.SEND_MAIL: Lane.MAIL,
            TaskKind.FIND_RESEMBLING: Lane.INTAKE,
            TaskKind.READ_PHOTO_TEXT: Lane.OCR,
            TaskKind.REBUILD_FILES: Lane.OCR,
        }[self]


class TaskState(StrEnum):
    """Where a task stands; a leased task is READY with ``leased_until`` ahead."""

    READY = "ready"
    DONE = "done"
    QUARANTINED = "quarantined"
