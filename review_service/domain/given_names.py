"""Names of the files that are given out: made from what a file is, never from its sender's name."""

import re
from types import MappingProxyType
from typing import Final

from review_service.domain.documents import DocumentKind, SupportKind
from review_service.domain.file_kinds import PDF_MARK

UNKNOWN_ENDING: Final = "bin"
_PHOTO_ENDINGS: Final = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))
_WORDS: Final = MappingProxyType(
    {
        DocumentKind.EVIDENCE: "fotos",
        DocumentKind.PHOTO: "foto",
        DocumentKind.AGREEMENT: "acuerdo-anterior",
        DocumentKind.SUPPORT: "respaldo",
        **{paper.document_kind: paper.slug for paper in SupportKind},
    }
)
ASSEMBLED_WORDS: Final = "fotos-reunidas"


def given_name(*words: str, ending: str) -> str:
    """Return a name of our own, such as ``comprobante-AR-2026-000001.pdf``: plain ASCII."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", "-".join(words)).strip("-")
    return f"{plain}.{ending}"


def document_stem(kind: DocumentKind, *, assembled: bool, reference: str, number: int) -> str:
    """Return the name of an applicant's document without its ending.

    ``number`` is its place among the application's documents, from 1, so that no two are alike.
    """
    words = ASSEMBLED_WORDS if assembled else _WORDS[kind]
    return f"{words}-{reference}-{number}"


def true_ending(head: bytes) -> str:
    """Return the ending that a file's first bytes deserve; ``bin`` when they are of no kind taken.

    ``head`` is its first ``HEAD_BYTES``.
    """
    for magic, ending in _PHOTO_ENDINGS:
        if head.startswith(magic):
            return ending
    return "pdf" if PDF_MARK in head else UNKNOWN_ENDING
