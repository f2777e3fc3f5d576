"""A paper of a few bytes for tests that are not about its looks: what it shows can be read back."""

from dataclasses import dataclass
from datetime import datetime

from review_service.domain.errors import SigningError
from review_service.domain.issued_documents import IssuedSnapshot, VerificationMarks
from review_service.domain.paper_check import (
    WARNING_WORDS,
    PaperSignatures,
    PrintedPaper,
    values_to_show,
)

_TEXT, _END = b"(", b")"


class PlainPaper:
    """A renderer that prints every value on one page."""

    def render(self, snapshot: IssuedSnapshot, *, marks: VerificationMarks) -> bytes:
        """Return something that begins like a PDF, carries its identifier, and shows all values."""
        identifier = marks.file_identifier.hex()
        shown = "\n".join([WARNING_WORDS, *values_to_show(snapshot, marks).values()])
        head = f"%PDF-1.7 /ID [<{identifier}><{identifier}>] "
        return head.encode() + _TEXT + shown.encode() + _END + b" %%EOF"


@dataclass(frozen=True)
class PlainReader:
    """Reads a plain paper back; what it says of the signatures is given."""

    good: int = 2
    """Signatures that hold, of those that it counts."""
    count: int = 2

    def read(self, pdf: bytes) -> PrintedPaper:
        """Return its one page. Raises ``SigningError`` for what is no plain paper."""
        if _TEXT not in pdf:
            raise SigningError("El papel no se pudo leer.", retryable=False)
        text = pdf[pdf.index(_TEXT) + 1 : pdf.rindex(_END)].decode()
        return PrintedPaper(pages=(text,), has_missing_glyph=False)

    def signatures(self, pdf: bytes, *, at: datetime | None = None) -> PaperSignatures:
        """Return that whatever begins as a PDF has ``count`` signatures."""
        del at
        is_readable = pdf.startswith(b"%PDF-")
        return PaperSignatures(
            count=self.count if is_readable else 0,
            intact=self.good if is_readable else 0,
            trusted=self.good if is_readable else 0,
            is_readable=is_readable,
        )
