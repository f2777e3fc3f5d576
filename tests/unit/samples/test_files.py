"""Sample files: alike on every run, good ones good, bad ones bad."""

import io
from datetime import date

import pikepdf
import pytest
from PIL import Image

from review_service.domain.documents import Theme
from review_service.samples import files


@pytest.mark.parametrize("flaw", list(files.Flaw))
def test_the_same_arguments_give_the_same_photo(flaw: files.Flaw) -> None:
    first, second = (files.photo(files.Scene.WOOL, seed=3, flaw=flaw) for _ in range(2))
    assert first == second
    assert first != files.photo(files.Scene.WOOL, seed=4, flaw=flaw)


@pytest.mark.parametrize("width", [files.SMALL, files.EIGHT_MEGAPIXELS])
def test_a_photo_has_the_size_asked_for_and_exif(width: int) -> None:
    with Image.open(io.BytesIO(files.photo(files.Scene.LOOM, width_px=width))) as image:
        assert image.size == (width, width * 3 // 4)
        assert image.getexif()[0x010F] == "Demostracion"


def test_four_photos_show_all_four_themes() -> None:
    photos = files.photo_set(count=4, width_px=400)
    assert {photo.theme for photo in photos} == set(Theme)
    assert len({photo.name for photo in photos}) == 4


def test_an_evidence_pdf_keeps_each_photo_byte_for_byte() -> None:
    photos = [photo.jpeg for photo in files.photo_set(count=3, width_px=400)]
    with pikepdf.open(io.BytesIO(files.evidence_pdf(photos))) as pdf:
        raw = [page.Resources.XObject.Im0.read_raw_bytes() for page in pdf.pages]
    assert raw == photos


def test_a_scanned_agreement_is_two_grey_pages_of_pixels() -> None:
    facts = files.PriorAgreement(number="MPCEI-MDT-2024-000009", issued_on=date(2024, 1, 2))
    with pikepdf.open(io.BytesIO(files.scanned_agreement(facts, dpi=150))) as pdf:
        assert len(pdf.pages) == 2
        image = pdf.pages[0].Resources.XObject.Im0
        assert (image.ColorSpace, int(image.Width)) == (pikepdf.Name.DeviceGray, 1240)
        assert "/Font" not in pdf.pages[0].Resources


def test_other_facts_or_another_seed_give_another_scan() -> None:
    plain = files.scanned_agreement(dpi=100)
    assert plain == files.scanned_agreement(dpi=100)
    assert plain != files.scanned_agreement(dpi=100, seed=1)
    assert plain != files.scanned_agreement(files.PriorAgreement(holder="OTRA"), dpi=100)
