"""What files tell of their making reaches officers, and nobody else."""

from datetime import datetime
from pathlib import Path

import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from review_service.samples import files
from tests.samples import made_pictures, photo_pages
from tests.samples.pictures import opened
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
PHOTO = opened(files.photo(files.Scene.LOOM, width_px=1200))
MAY = datetime(2024, 5, 12, 16, 30)  # noqa: DTZ001 -- a camera knows no zone


def told(path: Path, data: bytes, kind: DocumentKind) -> dict[str, str]:
    path.write_bytes(data)
    report = inspect(path, kind=kind, limits=UploadLimits())
    assert report.reason is None
    found = [finding for page in report.pages for finding in page.findings]
    assert not any(finding.advice for finding in found)
    return {finding.code: finding.message for finding in found}


@pytest.mark.parametrize("is_in_pdf", [True, False])
def test_camera_and_moment_are_told(tmp_path: Path, *, is_in_pdf: bool) -> None:
    made = made_pictures.by_camera(PHOTO, taken=MAY)
    kind = DocumentKind.EVIDENCE if is_in_pdf else DocumentKind.PHOTO
    found = told(tmp_path / "file", photo_pages.alone(made) if is_in_pdf else made, kind)
    assert list(found) == ["photo_declared"]
    assert "12 de mayo de 2024 a las 16:30, cámara samsung SM-A125M" in found["photo_declared"]


@pytest.mark.parametrize(
    "made",
    [
        made_pictures.with_credentials(PHOTO, by="Maker 1.0", source="trainedAlgorithmicMedia"),
        made_pictures.painted(PHOTO),
    ],
)
def test_what_no_camera_took_is_told(tmp_path: Path, made: bytes) -> None:
    found = told(tmp_path / "photo", made, DocumentKind.PHOTO)
    assert "photo_declared_generated" in found


def test_a_photo_without_a_story_has_none(tmp_path: Path) -> None:
    assert told(tmp_path / "photo", photo_pages.jpeg_of(PHOTO), DocumentKind.PHOTO) == {}
