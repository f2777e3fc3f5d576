"""One error base, one class per reason. The web maps each class to a status and a Spanish page."""

from datetime import datetime

from review_service.domain.stored_files import FileProblem, NamedFile


class ReviewServiceError(Exception):
    """Base of every error that the service raises on purpose."""


class SettingsError(ReviewServiceError):
    """A setting is missing or wrong; raised when a process starts."""


class WrongKeyError(ReviewServiceError):
    """The key does not decrypt the file."""


class NotFoundError(ReviewServiceError):
    """What was asked for does not exist, or belongs to somebody else."""


class NotAllowedError(ReviewServiceError):
    """The person is signed in but has no right to do this."""


class OwnCaseError(NotAllowedError):
    """The application is the officer's own, or of a company that the officer represents."""


class InvalidInputError(ReviewServiceError):
    """Typed or sent values are invalid; ``problems`` maps each field to a Spanish sentence."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(sorted(problems)))
        self.problems = problems


class DamagedRecordError(ReviewServiceError):
    """A row does not hold the facts of its kind: somebody changed it. Says so in Spanish."""


class InvalidTransitionError(ReviewServiceError):
    """The state does not allow this move."""


class StaleStateError(ReviewServiceError):
    """The case is another than the one that was seen; the page shows what is there now."""


class LetterChangedError(ReviewServiceError):
    """The letter would tell another day or norm than the one that was previewed."""


class NotHeldError(ReviewServiceError):
    """The officer has not taken the case, or somebody else has it by now."""


class LinkError(ReviewServiceError):
    """A one-use link or code is wrong, used or expired; ``reason`` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TicketError(ReviewServiceError):
    """A ticket for an original is wrong, used or older than a minute."""


class TooManyAttemptsError(ReviewServiceError):
    """A rate limit was reached; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class TooManyAtOnceError(TooManyAttemptsError):
    """Too many requests of one account wait for each other."""

    def __init__(self) -> None:
        super().__init__(2)


class BudgetSpentError(TooManyAttemptsError):
    """An applicant sent as many files, pages or bytes as are taken; ``until`` says how long."""

    def __init__(self, retry_after: int, *, until: datetime) -> None:
        super().__init__(retry_after)
        self.until = until


class OutsideError(ReviewServiceError):
    """An external part (store, queue, mail…) failed; ``retryable``: a later try may succeed."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class StoreError(OutsideError):
    """The file store failed."""


class FileMissingError(StoreError):
    """The store has no such key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no such key: {key}", retryable=False)


class DamagedFileError(StoreError):
    """A stored file is gone, or its bytes are not those that were stored; nothing was delivered.

    Waiting helps only when a person or a task puts the right bytes back, which background work
    waits for: ``retryable`` is True.
    """

    def __init__(self, file: NamedFile, problem: FileProblem) -> None:
        words = "the store lost" if problem is FileProblem.MISSING else "the store gave other bytes"
        super().__init__(f"{words}: {file.kind.value} of {file.owner_id}", retryable=True)
        self.file = file
        self.problem = problem


class FileTooLargeError(StoreError):
    """The stream passed its limit."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"larger than {max_bytes} bytes", retryable=False)
        self.max_bytes = max_bytes


class QueueError(OutsideError):
    """The queue is down; the task waits in its table."""


class MailError(OutsideError):
    """The mail relay refused or did not answer."""


class SigningError(OutsideError):
    """The signature could not be made."""


class ScannerError(OutsideError):
    """The antivirus gave no verdict; the file waits, unopened."""


class RegistryError(OutsideError):
    """The taxpayer registry did not answer."""


class PaperRegisterError(RegistryError):
    """An institution that holds a paper did not answer."""


class DatabaseDownError(OutsideError):
    """The database does not answer."""
