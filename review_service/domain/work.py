"""The kinds of background tasks, and the lanes (queues) of their notices."""

from enum import Enum, StrEnum

from review_service.domain.documents import DocumentKind
from review_service.domain.item_evidence import item_of_file


class Lane(StrEnum):
    """One queue of notices; slow and quick work have different lanes, so quick never waits."""

    INTAKE = "intake"
    OCR = "ocr"
    ISSUE = "issue"
    MAIL = "mail"


def check_lane(kind: DocumentKind) -> Lane:
    """Return the lane in which a file of that kind is checked: papers are read, which is slow."""
    return Lane.OCR if item_of_file(kind) else Lane.INTAKE


class Subject(Enum):
    """Which row a task's subject is."""

    DOCUMENT = "document"
    APPLICATION = "application"
    OTHER = "other"


class TaskKind(StrEnum):
    """What a task has to do; its subject is the id of a row."""

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

    PROVE_PAPER = "prove_paper"
    """Compare a published paper's signatures and print with its record."""

    CHECK_LETTER_PHOTO = "check_letter_photo"
    """Scan the photo of a letter, open it in the sandbox, and keep the picture made there."""

    @property
    def subject(self) -> Subject:
        """Which row the subject of this kind is."""
        return {
            TaskKind.CHECK_DOCUMENT: Subject.DOCUMENT,
            TaskKind.ASSEMBLE_EVIDENCE: Subject.APPLICATION,
            TaskKind.FIND_RESEMBLING: Subject.DOCUMENT,
            TaskKind.READ_PHOTO_TEXT: Subject.DOCUMENT,
        }.get(self, Subject.OTHER)

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
            TaskKind.PROVE_PAPER: Lane.OCR,
            TaskKind.CHECK_LETTER_PHOTO: Lane.INTAKE,
        }[self]


class TaskState(StrEnum):
    """State of a task; a leased task is READY with ``leased_until`` in the future."""

    READY = "ready"
    DONE = "done"
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"
    """Nobody needs it any more: its file was removed or replaced, or the application withdrawn."""
