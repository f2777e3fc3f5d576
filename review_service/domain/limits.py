"""Limits of what may be uploaded. The figures are settings; these are their defaults."""

from dataclasses import dataclass

from review_service.domain.documents import DocumentKind

MEBIBYTE = 1024 * 1024
PHOTOS_AT_ONCE = 4
"""Photos of the largest size that one form may bring; of smaller ones it may bring more. Scripts
send each photo of the workshop separately."""

MAX_SHOWN_BYTES = 20 * MEBIBYTE
"""Largest PDF to verify. Ours are under 1 MB; a copy saved by other programs may be larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """Limits of one upload. Source: issue of the main job; every one is a setting."""

    evidence_bytes: int = 60 * MEBIBYTE
    evidence_pages: int = 40
    agreement_bytes: int = 20 * MEBIBYTE
    agreement_pages: int = 12
    support_bytes: int = 20 * MEBIBYTE
    support_pages: int = 60
    """Of a deed, which has many; other papers have as few as an Acuerdo."""
    photo_bytes: int = 15 * MEBIBYTE
    photos_bytes: int = 200 * MEBIBYTE
    """Of all single photos of one application together: they are bound into one PDF."""
    photo_pixels: int = 52_000_000
    """Of any image, on its own or inside a PDF: «50 megapixels» on a box are up to 50.4 million.
    A JPEG of one scan, as cameras write it, may have four times as many: 200 megapixels."""

    @property
    def page_photos_bytes(self) -> int:
        """Most bytes of the photos of a paper's sheets together, in one form and in one paper."""
        return PHOTOS_AT_ONCE * self.photo_bytes

    def bytes_for(self, kind: DocumentKind) -> int:
        """Return the largest size in bytes that this kind of document may have."""
        if kind.is_support:
            return self.support_bytes
        return {
            DocumentKind.EVIDENCE: self.evidence_bytes,
            DocumentKind.AGREEMENT: self.agreement_bytes,
            DocumentKind.PHOTO: self.photo_bytes,
        }[kind]

    def pages_for(self, kind: DocumentKind) -> int:
        """Return the largest number of pages; a photo counts as one."""
        if kind in {DocumentKind.SUPPORT, DocumentKind.DEED}:
            return self.support_pages
        if kind.is_support:
            return self.agreement_pages
        return {
            DocumentKind.EVIDENCE: self.evidence_pages,
            DocumentKind.AGREEMENT: self.agreement_pages,
            DocumentKind.PHOTO: 1,
        }[kind]
