"""A file's name out of here says what it is, whatever its sender called it."""

import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.given_names import document_stem, given_name, true_ending


@pytest.mark.parametrize(
    ("head", "ending"),
    [
        (b"\xff\xd8\xff\xe0 JFIF", "jpg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"%PDF-1.7", "pdf"),
        (b"\xef\xbb\xbf\r\n%PDF-1.4", "pdf"),
        (b"<html><script>", "bin"),
        (b"", "bin"),
        (b"<svg>\xff\xd8\xff", "bin"),
    ],
)
def test_the_ending_is_that_of_the_first_bytes(head: bytes, ending: str) -> None:
    assert true_ending(head) == ending


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_kind_of_document_has_a_name(kind: DocumentKind) -> None:
    stem = document_stem(kind, assembled=False, reference="AR-2026-000123", number=7)
    assert stem.endswith("-AR-2026-000123-7")
    assert given_name(stem, ending="pdf") == f"{stem}.pdf"


def test_the_assembled_pdf_is_told_from_what_was_sent() -> None:
    stems = {
        document_stem(
            DocumentKind.EVIDENCE, assembled=assembled, reference="AR-2026-000123", number=1
        )
        for assembled in (True, False)
    }
    assert len(stems) == 2


def test_no_sign_of_a_number_leads_out_of_a_name() -> None:
    name = given_name("Acuerdo", 'MPCEI/../"MDT"\r\n2026ñ', ending="pdf")
    assert name == "Acuerdo-MPCEI-MDT-2026.pdf"
