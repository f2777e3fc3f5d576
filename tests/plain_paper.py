"""A paper of a few bytes for tests that are not about its looks: what it shows can be read back."""

from review_service.domain.agreements import AgreementSnapshot, VerificationMarks
from review_service.domain.paper_check import WARNING_WORDS, PrintedPaper, values_to_show

_TEXT, _END = b"(", b")"


class PlainPaper:
    """A renderer that prints every value on one page."""

    def render(self, snapshot: AgreementSnapshot, *, marks: VerificationMarks) -> bytes:
        """Return something that begins like a PDF, carries its identifier, and shows all values."""
        identifier = marks.file_identifier.hex()
        shown = "\n".join([WARNING_WORDS, *values_to_show(snapshot, marks).values()])
        head = f"%PDF-1.7 /ID [<{identifier}><{identifier}>] "
        return head.encode() + _TEXT + shown.encode() + _END + b" %%EOF"


class PlainReader:
    """Reads a plain paper back."""

    def read(self, pdf: bytes) -> PrintedPaper:
        """Return its one page."""
        text = pdf[pdf.index(_TEXT) + 1 : pdf.rindex(_END)].decode()
        return PrintedPaper(pages=(text,), has_missing_glyph=False)
