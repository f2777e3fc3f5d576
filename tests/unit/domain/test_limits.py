"""How much is taken of each kind of document."""

import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits


@pytest.mark.parametrize(
    ("kind", "size", "pages"),
    [
        (DocumentKind.EVIDENCE, 62_914_560, 40),
        (DocumentKind.AGREEMENT, 20_971_520, 12),
        (DocumentKind.PHOTO, 15_728_640, 1),
    ],
)
def test_the_limits_are_those_of_the_issue(kind: DocumentKind, size: int, pages: int) -> None:
    assert UploadLimits().bytes_for(kind) == size
    assert UploadLimits().pages_for(kind) == pages
    assert UploadLimits().photo_pixels == 52_000_000


def test_each_limit_can_be_set() -> None:
    limits = UploadLimits(photo_bytes=7, evidence_pages=3)
    assert limits.bytes_for(DocumentKind.PHOTO) == 7
    assert limits.pages_for(DocumentKind.EVIDENCE) == 3
    assert limits.bytes_for(DocumentKind.AGREEMENT) == 20_971_520
