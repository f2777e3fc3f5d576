"""The check ``exposure``, on both sides of its limits."""

import pytest

from review_service.domain.documents import PageKind
from review_service.domain.findings import Severity
from tests.samples.measured import lit, photo_page
from workers.checks import exposure


@pytest.mark.parametrize(
    ("mean", "code"),
    [
        (37.9, "photo_very_dark"),
        (38.0, "photo_dark"),
        (54.9, "photo_dark"),
        (55.0, None),
        (205.0, None),
        (205.1, "photo_overexposed"),
    ],
)
def test_judges_the_mean_light_on_both_sides_of_each_limit(mean: float, code: str | None) -> None:
    found = [finding.code for finding in exposure.check(photo_page(light=lit(mean=mean)))]
    assert found == ([] if code is None else [code])


@pytest.mark.parametrize(("share", "is_burnt"), [(0.349, False), (0.35, True)])
def test_judges_the_burnt_share(share: float, *, is_burnt: bool) -> None:
    found = list(exposure.check(photo_page(light=lit(burnt_share=share))))
    assert bool(found) is is_burnt


def test_says_figure_limit_and_cure() -> None:
    (finding,) = exposure.check(photo_page(light=lit(mean=20.0)))
    assert finding.severity is Severity.BAD
    assert "20 de 255 (mínimo 55)" in finding.message
    assert "encienda la luz" in finding.advice
    assert finding.page == 3


def test_only_doubts_too_much_light() -> None:
    (finding,) = exposure.check(photo_page(light=lit(burnt_share=0.6)))
    assert finding.severity is Severity.DOUBT
    assert "60 %" in finding.message


def test_judges_photos_only() -> None:
    scan = photo_page(kind=PageKind.SCAN, light=lit(mean=240.0))
    assert list(exposure.check(scan)) == []
    assert list(exposure.check(photo_page(light=None))) == []
