"""The check ``cover``, on both sides of its limits."""

import pytest

from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.findings import Severity
from tests.samples.measured import lit, photo_page
from workers.facts.page import PhotoFacts
from workers.judging.checks import cover, of_page

FIELDS = {
    "covered": "photo_covered",
    "hazy": "photo_hazy",
    "corner": "photo_corner_dark",
}


@pytest.mark.parametrize(("field", "code"), list(FIELDS.items()))
@pytest.mark.parametrize(
    ("score", "severity"),
    [
        (None, None),
        (49.9, None),
        (50.0, Severity.DOUBT),
        (89.9, Severity.DOUBT),
        (90.0, Severity.BAD),
    ],
)
def test_judges_each_on_both_sides_of_its_limits(
    field: str, code: str, score: float | None, severity: Severity | None
) -> None:
    found = list(cover.check(photo_page(light=lit(**{field: score}))))
    assert [(one.code, one.severity) for one in found] == (
        [] if severity is None else [(code, severity)]
    )


def test_says_what_is_likeliest_once() -> None:
    (finding,) = cover.check(photo_page(light=lit(covered=80.0, corner=95.0, hazy=60.0)))
    assert finding.code == "photo_corner_dark"
    assert finding.message == "En sombra desde una esquina: señales 95 de 100 (máximo 50)."
    assert finding.page == 3


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("covered", "Parece que un dedo tapa la foto."),
        ("hazy", "Limpie el lente"),
        ("corner", "Busque una luz pareja"),
    ],
)
def test_says_the_cure(field: str, words: str) -> None:
    (finding,) = cover.check(photo_page(light=lit(**{field: 70.0})))
    assert words in finding.advice


def test_tells_of_the_first_photo_of_several() -> None:
    photos = tuple(
        PhotoFacts(sha256=sign * 64, width_px=2000, height_px=1500, light=light)
        for sign, light in (("a", lit()), ("b", lit(hazy=70.0)), ("c", lit(covered=99.0)))
    )
    (finding,) = cover.check(photo_page(photos=photos))
    assert finding.code == "photo_hazy"


@pytest.mark.parametrize("kind", [kind for kind in PageKind if kind is not PageKind.PHOTO])
def test_only_photos_are_judged(kind: PageKind) -> None:
    assert not list(cover.check(photo_page(kind=kind, light=lit(covered=99.0))))


def test_it_is_one_of_the_checks_of_evidence_and_keeps_one_advice() -> None:
    page = photo_page(light=lit(covered=95.0, sharpness=60.0, edges=60.0))
    found = of_page(page, kind=DocumentKind.EVIDENCE)
    assert [(one.check, bool(one.advice)) for one in found] == [
        ("cover", True),
        ("sharpness", False),
    ]
