"""The check ``exposure``, on both sides of its limits."""

from dataclasses import replace

import pytest

from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.findings import Severity
from tests.samples.measured import lit, photo_page
from workers.facts.page import Light, PhotoFacts
from workers.judging.checks import exposure, of_page


def _codes(light: Light) -> list[str]:
    return [finding.code for finding in exposure.check(photo_page(light=light))]


@pytest.mark.parametrize(
    ("highlight", "code"),
    [(79.0, "photo_very_dark"), (80.0, "photo_dark"), (99.0, "photo_dark"), (100.0, None)],
)
def test_judges_how_light_the_lit_parts_are(highlight: float, code: str | None) -> None:
    assert _codes(lit(highlight=highlight, mean=20.0)) == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("burnt", "rest", "is_burnt"),
    [
        (0.399, 130.0, False),
        (0.399, 130.5, True),
        (0.2, 199.9, False),
        (0.2, 200.1, True),
        (0.1, 235.1, True),
        (0.0, 255.0, False),
        (0.4, 60.0, False),
        (0.401, 60.0, True),
    ],
)
def test_judges_what_is_burnt_by_what_is_left(burnt: float, rest: float, *, is_burnt: bool) -> None:
    found = _codes(lit(burnt_share=burnt, unburnt_mean=rest))
    assert found == (["photo_overexposed"] if is_burnt else [])


@pytest.mark.parametrize(
    ("bright", "shade", "is_backlit"),
    [(0.099, 10.0, False), (0.1, 59.0, True), (0.1, 60.0, False)],
)
def test_tells_a_photo_against_the_light(bright: float, shade: float, *, is_backlit: bool) -> None:
    found = _codes(lit(bright_share=bright, shade_median=shade))
    assert found == (["photo_backlit"] if is_backlit else [])


def test_says_figure_limit_and_cure() -> None:
    (finding,) = exposure.check(photo_page(light=lit(highlight=61.0)))
    assert finding.severity is Severity.BAD
    assert "61 de 255 (mínimo 100)" in finding.message
    assert "encienda la luz" in finding.advice
    assert finding.page == 3


def test_tells_who_stands_against_the_light_to_turn_around() -> None:
    (finding,) = exposure.check(photo_page(light=lit(bright_share=0.3, shade_median=22.0)))
    assert "30 % casi blanco" in finding.message
    assert "22 de 255 (mínimo 60)" in finding.message
    assert "de espaldas a la ventana" in finding.advice


def test_only_doubts_too_much_light() -> None:
    (finding,) = exposure.check(photo_page(light=lit(burnt_share=0.6, unburnt_mean=190.0)))
    assert finding.severity is Severity.DOUBT
    assert "60 % sin detalle (máximo 40 %)" in finding.message
    assert "190 de 255 (máximo 130)" in finding.message


def test_finds_the_dark_photo_among_several_and_tells_it_once() -> None:
    dark = PhotoFacts(sha256="a" * 64, width_px=1600, height_px=1200, light=lit(highlight=50.0))
    good = PhotoFacts(sha256="b" * 64, width_px=1600, height_px=1200, light=lit())
    page = photo_page(photos=(good, dark, dark), light=lit())
    assert [finding.code for finding in exposure.check(page)] == ["photo_very_dark"]


def test_judges_photos_only() -> None:
    scan = photo_page(kind=PageKind.SCAN, light=lit(highlight=20.0))
    assert list(exposure.check(scan)) == []
    assert list(exposure.check(photo_page(light=None))) == []


@pytest.mark.parametrize(
    ("highlight", "code"), [(79.0, "photo_very_dark"), (99.0, "photo_dark"), (100.0, None)]
)
@pytest.mark.parametrize("kind", [PageKind.PHOTO, PageKind.SCAN, PageKind.TEXT])
def test_a_photographed_sheet_is_judged_by_its_darkness_alone(
    kind: PageKind, highlight: float, code: str | None
) -> None:
    light = lit(highlight=highlight, burnt_share=0.5, bright_share=0.5, shade_median=10.0)
    page = replace(photo_page(light=light), kind=kind)
    told = [finding.code for finding in exposure.check_darkness(page)]
    assert told == ([] if code is None else [code])
    assert not list(exposure.check_darkness(replace(page, light=None)))


@pytest.mark.parametrize("is_photographed", [True, False])
def test_only_of_a_photographed_agreement_light_is_judged(*, is_photographed: bool) -> None:
    page = photo_page(light=lit(highlight=20.0))
    kind = DocumentKind.AGREEMENT
    found = of_page(page, kind=kind, words_to_come=True, is_photographed=is_photographed)
    assert ("photo_very_dark" in {finding.code for finding in found}) is is_photographed


@pytest.mark.parametrize(
    ("dark", "highlight", "code"),
    [(49.9, 120.0, None), (50.0, 120.0, "photo_dark"), (0.0, 99.0, "photo_dark")],
)
def test_a_photo_that_looks_dark_is_doubted_though_something_in_it_is_lit(
    dark: float, highlight: float, code: str | None
) -> None:
    assert _codes(lit(highlight=highlight, dark=dark)) == ([] if code is None else [code])


def test_says_by_what_a_photo_looks_dark_when_its_lights_would_do() -> None:
    (finding,) = exposure.check(photo_page(light=lit(highlight=120.0, dark=88.0)))
    assert finding.message == "Oscura: señales 88 de 100 (máximo 50)."


@pytest.mark.parametrize(
    ("bright", "burnt", "severity"),
    [
        (49.9, 0.2, None),
        (50.0, 0.2, Severity.DOUBT),
        (50.0, 0.499, Severity.DOUBT),
        (50.0, 0.5, Severity.BAD),
        (49.9, 0.5, Severity.DOUBT),
        (4.0, 0.5, Severity.DOUBT),
        (3.9, 0.5, None),
    ],
)
def test_too_much_light_is_bad_where_it_looks_so_and_much_is_lost(
    bright: float, burnt: float, severity: Severity | None
) -> None:
    light = lit(bright=bright, burnt_share=burnt, unburnt_mean=100.0)
    found = [finding.severity for finding in exposure.check(photo_page(light=light))]
    assert found == ([] if severity is None else [severity])


def test_says_by_what_a_photo_looks_too_bright_when_its_shares_would_do() -> None:
    (finding,) = exposure.check(photo_page(light=lit(bright=88.0, unburnt_mean=90.0)))
    assert finding.message == "Demasiada luz: señales 88 de 100 (máximo 50)."


@pytest.mark.parametrize(("backlit", "is_told"), [(None, True), (4.0, True), (3.9, False)])
def test_dark_things_on_white_are_not_against_the_light(
    backlit: float | None, *, is_told: bool
) -> None:
    found = _codes(lit(bright_share=0.3, shade_median=22.0, backlit=backlit))
    assert found == (["photo_backlit"] if is_told else [])


@pytest.mark.parametrize(("clipped", "is_told"), [(None, False), (0.45, False), (0.451, True)])
def test_a_photo_that_lost_one_colour_nearly_everywhere_has_too_much_light(
    clipped: float | None, *, is_told: bool
) -> None:
    found = list(exposure.check(photo_page(light=lit(partly_clipped=clipped, bright=0.0))))
    assert bool(found) is is_told
    assert all("45,1 % con un color quemado (máximo 45 %)" in one.message for one in found)
