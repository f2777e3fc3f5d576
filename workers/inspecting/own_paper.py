"""Asks the sandbox what a paper of our own shows, and what is true of its signatures."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from review_service.domain.errors import SigningError
from review_service.domain.paper_check import PaperSignatures, PrintedPaper
from workers.facts import frames
from workers.facts.values import FactsError
from workers.inspecting.signatures import check_here
from workers.sandbox.calls import Call
from workers.sandbox.client import Job, SandboxError
from workers.sandbox.keeper import start_sandbox
from workers.sandbox.one_answer import nameless, only_frame, write_all

READ_SECONDS = 10
"""CPU for one paper of two pages; it takes 0.1 s."""
UNREADABLE = "El papel no se pudo leer."


@dataclass(frozen=True)
class SandboxPaperReader:
    """A ``PaperReader`` that opens the paper in this process's sandbox."""

    authorities: Callable[[], Sequence[bytes]] = tuple
    """Returns the certificates, DER, whose signatures are trusted; asked at each paper."""

    def read(self, pdf: bytes) -> PrintedPaper:
        """Return what the paper shows. Raises ``SigningError``, retryable without a sandbox."""
        with _in_memory(pdf) as document:
            job = Job(call=Call.READ_OWN_PAPER, cpu_seconds=READ_SECONDS)
            frame, _ = only_frame(job, document)
        if frame is None:
            raise SigningError(UNREADABLE, retryable=False)
        try:
            return frames.read_paper(frame)
        except FactsError as error:
            raise SigningError(UNREADABLE, retryable=False) from error

    def signatures(self, pdf: bytes, *, at: datetime | None = None) -> PaperSignatures:
        """Return what is true of its signatures. Raises ``SigningError`` without a sandbox."""
        with _in_memory(pdf) as document:
            check = check_here(document, authorities=self.authorities(), at=at)
        intact = [one for one in check.signatures if one.is_valid and one.is_change_allowed]
        return PaperSignatures(
            count=check.count,
            intact=len(intact),
            trusted=sum(one.is_trusted for one in intact),
            has_later_revision=check.has_later_revision,
            is_readable=check.is_readable,
        )


@contextmanager
def _in_memory(pdf: bytes) -> Iterator[int]:
    """Give a descriptor of the paper, with the sandbox started. Raises ``SigningError``."""
    try:
        start_sandbox()
        with nameless("paper") as document:
            write_all(document, pdf)
            yield document
    except SandboxError as error:
        raise SigningError(
            "El papel no se pudo revisar: el entorno aislado no responde.", retryable=True
        ) from error
