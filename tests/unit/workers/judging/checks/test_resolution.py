"""The check ``resolution``, on both sides of its limits."""

import pytest

from review_service.domain.documents import PageKind
from review_service.domain.findings import Severity
from tests.samples.measured import lit, photo_page
from workers.facts.page import Light, PhotoFacts
from workers.judging.checks import resolution


def _photo(width: int, height: int) -> PhotoFacts:
    return PhotoFacts(sha256="b" * 64, width_px=width, height_px=height)


@pytest.mark.parametrize(
    ("side", "code"),
    [(639, "photo_tiny"), (640, "photo_small"), (999, "photo_small"), (1000, None)],
)
def test_judges_the_longest_side_of_a_photo(side: int, code: str | None) -> None:
    for photo in (_photo(side, 300), _photo(300, side)):
        found = [finding.code for finding in resolution.check(photo_page(photos=(photo,)))]
        assert found == ([] if code is None else [code])


def test_tells_a_tiny_photo_from_a_small_one_by_severity() -> None:
    (tiny,) = resolution.check(photo_page(photos=(_photo(320, 240),)))
    (small,) = resolution.check(photo_page(photos=(_photo(800, 600),)))
    assert (tiny.severity, small.severity) == (Severity.BAD, Severity.DOUBT)
    assert "320 px" in tiny.message
    assert "1000 px" in tiny.message


def test_takes_the_largest_photo_of_a_page() -> None:
    assert list(resolution.check(photo_page(photos=(_photo(90, 90), _photo(1200, 900))))) == []


def test_says_nothing_of_a_page_without_photos() -> None:
    assert list(resolution.check(photo_page(photos=()))) == []


@pytest.mark.parametrize(("width_px", "is_coarse"), [(1239, True), (1240, False), (0, False)])
def test_judges_a_scan_by_its_dots_per_inch(width_px: int, *, is_coarse: bool) -> None:
    scan = photo_page(kind=PageKind.SCAN, width_pt=595.0, photos=(_photo(width_px, 1754),))
    found = [finding.code for finding in resolution.check(scan)]
    assert found == (["scan_coarse"] if is_coarse else [])


def test_does_not_judge_a_scan_that_came_as_a_photo() -> None:
    scan = photo_page(kind=PageKind.SCAN, width_pt=0.0, photos=(_photo(100, 100),))
    assert list(resolution.check(scan)) == []


@pytest.mark.parametrize(("finest", "is_enlarged"), [(99.9, True), (100.0, False), (None, False)])
def test_many_pixels_with_little_detail_are_an_enlarged_photo(
    finest: float | None, *, is_enlarged: bool
) -> None:
    found = list(resolution.check(photo_page(light=lit(finest=finest))))
    assert [finding.code for finding in found] == (["photo_enlarged"] if is_enlarged else [])


def test_says_how_much_detail_is_missing_and_asks_for_the_original() -> None:
    (finding,) = resolution.check(photo_page(light=lit(finest=41.0)))
    assert "3264 px: 41 % (mínimo 100 %)" in finding.message
    assert "foto original" in finding.advice


@pytest.mark.parametrize(
    "light", [lit(finest=9.0, sharpness=80.0), lit(finest=9.0, highlight=60.0)]
)
def test_does_not_call_a_blurred_or_a_dark_photo_enlarged(light: Light) -> None:
    assert list(resolution.check(photo_page(light=light))) == []


def test_a_small_photo_is_not_called_enlarged_too() -> None:
    (finding,) = resolution.check(photo_page(photos=(_photo(800, 600),), light=lit(finest=9.0)))
    assert finding.code == "photo_small"


@pytest.mark.parametrize(
    ("enlarged", "unsharp", "is_told"),
    [(None, None, True), (4.0, 3.9, True), (3.9, 4.0, True), (3.9, 3.9, False)],
)
def test_a_photo_of_smooth_things_is_not_called_enlarged(
    enlarged: float | None, unsharp: float | None, *, is_told: bool
) -> None:
    page = photo_page(light=lit(finest=41.0, enlarged=enlarged, unsharp=unsharp))
    assert bool(list(resolution.check(page))) is is_told
