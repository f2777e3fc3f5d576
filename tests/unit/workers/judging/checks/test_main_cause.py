"""One advice for one photo."""

from review_service.domain.documents import DocumentKind
from tests.samples.measured import lit, photo_page
from workers.facts.page import PhotoFacts
from workers.judging import checks
from workers.judging.checks import main_cause


def test_the_gravest_fault_keeps_its_advice_and_the_others_their_figures() -> None:
    tiny = PhotoFacts(sha256="a" * 64, width_px=320, height_px=240)
    page = photo_page(photos=(tiny,), light=lit(sharpness=99.0, edges=99.0, jpeg_quality=20.0))
    found = checks.of_page(page, kind=DocumentKind.EVIDENCE)
    assert [finding.code for finding in found] == ["photo_soft", "photo_tiny", "photo_compressed"]
    assert [bool(finding.advice) for finding in found] == [False, True, False]
    assert all(finding.message for finding in found)


def test_of_equals_the_first_is_told() -> None:
    light = lit(burnt_share=0.5, unburnt_mean=200.0, jpeg_quality=20.0)
    found = checks.of_page(photo_page(light=light), kind=DocumentKind.EVIDENCE)
    assert [(finding.code, bool(finding.advice)) for finding in found] == [
        ("photo_overexposed", True),
        ("photo_compressed", False),
    ]


def test_leaves_alone_what_is_no_fault_of_the_photo() -> None:
    found = checks.of_page(photo_page(damaged=True), kind=DocumentKind.EVIDENCE)
    assert main_cause.first(found) == found
    assert all(finding.advice for finding in found)
