"""The check ``compression``, on both sides of its limits."""

import pytest

from review_service.domain.documents import PageKind
from review_service.domain.findings import Severity
from tests.samples.measured import lit, photo_page
from workers.facts.page import PhotoFacts
from workers.judging.checks import compression


@pytest.mark.parametrize(
    ("quality", "severity"),
    [(15.0, Severity.BAD), (16.0, Severity.DOUBT), (24.0, Severity.DOUBT), (25.0, None)],
)
def test_judges_the_quality_of_the_last_saving(quality: float, severity: Severity | None) -> None:
    found = list(compression.check(photo_page(light=lit(jpeg_quality=quality))))
    assert [finding.severity for finding in found] == ([] if severity is None else [severity])


def test_says_figure_limit_and_cure() -> None:
    (finding,) = compression.check(photo_page(light=lit(jpeg_quality=10.0)))
    assert "calidad JPEG 10 de 100 (mínimo 25)" in finding.message
    assert "original" in finding.advice


def test_says_nothing_of_what_is_no_jpeg_or_no_photo() -> None:
    assert list(compression.check(photo_page(light=lit(jpeg_quality=None)))) == []
    scan = photo_page(kind=PageKind.SCAN, light=lit(jpeg_quality=5.0))
    assert list(compression.check(scan)) == []


@pytest.mark.parametrize(
    ("blocks", "severity"),
    [(1.6, None), (1.61, Severity.DOUBT), (2.2, Severity.DOUBT), (2.21, Severity.BAD)],
)
def test_sees_the_squares_of_an_earlier_saving(blocks: float, severity: Severity | None) -> None:
    found = list(compression.check(photo_page(light=lit(jpeg_quality=90.0, blocks=blocks))))
    assert [finding.severity for finding in found] == ([] if severity is None else [severity])
    assert all("tonos de 255 (máximo 1,6)" in finding.message for finding in found)


def test_finds_the_compressed_photo_among_several_and_tells_it_once() -> None:
    lights = (lit(), lit(jpeg_quality=9.0), lit(blocks=3.0))
    photos = tuple(
        PhotoFacts(sha256="a" * 64, width_px=1600, height_px=1200, light=light) for light in lights
    )
    (finding,) = compression.check(photo_page(photos=photos))
    assert "calidad JPEG 9" in finding.message


@pytest.mark.parametrize(
    ("crushed", "blocks", "severity"),
    [
        (49.9, 0.0, None),
        (50.0, 0.0, Severity.DOUBT),
        (90.0, 0.0, Severity.BAD),
        (4.0, 1.7, Severity.DOUBT),
        (3.9, 1.7, None),
    ],
)
def test_sees_what_was_crushed_before_it_was_resized(
    crushed: float, blocks: float, severity: Severity | None
) -> None:
    light = lit(jpeg_quality=75.0, crushed=crushed, blocks=blocks)
    found = [finding.severity for finding in compression.check(photo_page(light=light))]
    assert found == ([] if severity is None else [severity])
