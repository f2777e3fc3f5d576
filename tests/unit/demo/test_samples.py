"""Sample files: alike on every run, good ones good, bad ones bad."""

import io
from datetime import date

import pikepdf
import pytest
from PIL import Image

from review_service.demo import samples
from review_service.domain.documents import Theme


@pytest.mark.parametrize("flaw", list(samples.Flaw))
def test_the_same_arguments_give_the_same_photo(flaw: samples.Flaw) -> None:
    first, second = (samples.photo(samples.Scene.WOOL, seed=3, flaw=flaw) for _ in range(2))
    assert first == second
    assert first != samples.photo(samples.Scene.WOOL, seed=4, flaw=flaw)


@pytest.mark.parametrize("width", [samples.SMALL, samples.EIGHT_MEGAPIXELS])
def test_a_photo_has_the_size_asked_for_and_exif(width: int) -> None:
    with Image.open(io.BytesIO(samples.photo(samples.Scene.LOOM, width_px=width))) as image:
        assert image.size == (width, width * 3 // 4)
        assert image.getexif()[0x010F] == "Demostracion"


def test_four_photos_show_all_four_themes() -> None:
    photos = samples.photo_set(count=4, width_px=400)
    assert {photo.theme for photo in photos} == set(Theme)
    assert len({photo.name for photo in photos}) == 4


def test_an_evidence_pdf_keeps_each_photo_byte_for_byte() -> None:
    photos = [photo.jpeg for photo in samples.photo_set(count=3, width_px=400)]
    with pikepdf.open(io.BytesIO(samples.evidence_pdf(photos))) as pdf:
        raw = [page.Resources.XObject.Im0.read_raw_bytes() for page in pdf.pages]
    assert raw == photos


def test_a_scanned_agreement_is_two_grey_pages_of_pixels() -> None:
    facts = samples.PriorAgreement(number="MPCEI-MDT-2024-000009", issued_on=date(2024, 1, 2))
    with pikepdf.open(io.BytesIO(samples.scanned_agreement(facts, dpi=150))) as pdf:
        assert len(pdf.pages) == 2
        image = pdf.pages[0].Resources.XObject.Im0
        assert (image.ColorSpace, int(image.Width)) == (pikepdf.Name.DeviceGray, 1240)
        assert "/Font" not in pdf.pages[0].Resources


def test_other_facts_or_another_seed_give_another_scan() -> None:
    plain = samples.scanned_agreement(dpi=100)
    assert plain == samples.scanned_agreement(dpi=100)
    assert plain != samples.scanned_agreement(dpi=100, seed=1)
    assert plain != samples.scanned_agreement(samples.PriorAgreement(holder="OTRA"), dpi=100)
