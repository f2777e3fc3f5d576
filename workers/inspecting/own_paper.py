"""Asks the sandbox what a paper of our own shows, before it is signed."""

from review_service.domain.errors import SigningError
from review_service.domain.paper_check import PrintedPaper
from workers.facts import frames
from workers.facts.values import FactsError
from workers.sandbox.calls import Call
from workers.sandbox.client import Job, SandboxError
from workers.sandbox.keeper import start_sandbox
from workers.sandbox.one_answer import nameless, only_frame, write_all

READ_SECONDS = 10
"""CPU for one paper of two pages; it takes 0.1 s."""
UNREADABLE = "El papel no se pudo leer antes de firmarlo."


class SandboxPaperReader:
    """A ``PaperReader`` that opens the paper in this process's sandbox."""

    def read(self, pdf: bytes) -> PrintedPaper:
        """Return what the paper shows. Raises ``SigningError``, retryable without a sandbox."""
        try:
            start_sandbox()
            with nameless("paper") as document:
                write_all(document, pdf)
                job = Job(call=Call.READ_OWN_PAPER, cpu_seconds=READ_SECONDS)
                frame, _ = only_frame(job, document)
        except SandboxError as error:
            raise SigningError(
                "El papel no se pudo revisar antes de firmarlo: el entorno aislado no responde.",
                retryable=True,
            ) from error
        if frame is None:
            raise SigningError(UNREADABLE, retryable=False)
        try:
            return frames.read_paper(frame)
        except FactsError as error:
            raise SigningError(UNREADABLE, retryable=False) from error
