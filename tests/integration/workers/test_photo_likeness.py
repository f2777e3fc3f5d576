"""What the sandbox says of a photo's likeness: the same in a file of its own, a page, a mirror."""

import io
from pathlib import Path

from PIL import Image, ImageOps

from review_service.domain.documents import DocumentKind
from review_service.domain.likeness import FORMS, RADIUS, differing_bits
from review_service.domain.limits import UploadLimits
from review_service.domain.reports import PhotoReport
from review_service.samples import files
from review_service.samples.scenes import Scene
from workers.facts.page import PDQ_VIEWS
from workers.inspecting.document import inspect


def only_photo(folder: Path, data: bytes, kind: DocumentKind) -> PhotoReport:
    path = folder / "received"
    path.write_bytes(data)
    report = inspect(path, kind=kind, limits=UploadLimits())
    assert report.reason is None
    ((photo,),) = (page.photos for page in report.pages)
    return photo


def nearest(one: PhotoReport, other: PhotoReport) -> tuple[int, int]:
    """Return the distance and the form of one photo that is nearest to another."""
    seen = bytes.fromhex(other.pdq_forms[0])
    return min(
        (differing_bits(bytes.fromhex(form), seen), number)
        for number, form in enumerate(one.pdq_forms)
    )


def test_a_photo_is_known_again_wherever_it_comes_from(tmp_path: Path) -> None:
    jpeg = files.photo(Scene.LOOM)
    alone = only_photo(tmp_path, jpeg, DocumentKind.PHOTO)
    assert (len(alone.pdq_forms), len(alone.pdq_views)) == (FORMS, PDQ_VIEWS)
    assert alone.pdq_quality == 100
    on_page = only_photo(tmp_path, files.evidence_pdf([jpeg]), DocumentKind.EVIDENCE)
    assert on_page.sha256 == alone.sha256
    assert nearest(on_page, alone)[0] <= 4
    with Image.open(io.BytesIO(jpeg)) as image:
        out = io.BytesIO()
        ImageOps.mirror(image).resize((900, 675)).save(out, "JPEG", quality=60)
    distance, form = nearest(only_photo(tmp_path, out.getvalue(), DocumentKind.PHOTO), alone)
    assert distance <= RADIUS
    assert form == 5
    other = only_photo(tmp_path, files.photo(Scene.POTS), DocumentKind.PHOTO)
    assert nearest(other, alone)[0] > 2 * RADIUS
