"""Nothing that a child sends is believed before its types are."""

from typing import Any

import pytest

from review_service.domain.documents import PageKind
from workers.facts import headers as facts
from workers.facts.page import Light
from workers.facts.values import FactsError

PAGE: dict[str, Any] = {
    "number": 2,
    "kind": "photo",
    "width_px": 1632,
    "height_px": 1224,
    "width_pt": 842.0,
    "height_pt": 595.0,
    "light": {"sharpness": 1.5, "mean": 2, "spread": 3.0, "burnt_share": 0.0},
    "too_small": 2,
    "too_many": 1,
    "photos": [{"sha256": "a" * 64, "width_px": 9, "height_px": 8, "exif": {"Make": "M"}}],
}


def test_reads_a_page() -> None:
    page = facts.page_from(PAGE)
    assert (page.number, page.kind, page.width_px) == (2, PageKind.PHOTO, 1632)
    assert page.light == Light(sharpness=1.5, mean=2.0, spread=3.0, burnt_share=0.0)
    assert page.photos[0].exif == {"Make": "M"}
    assert (page.too_small, page.too_many) == (2, 1)
    assert facts.page_from(facts.page_header(page)) == page


@pytest.mark.parametrize(
    "change",
    [
        {"number": "2"},
        {"number": True},
        {"kind": "poem"},
        {"kind": None},
        {"width_px": 1.5},
        {"width_px": 10**30},
        {"width_px": -4},
        {"height_pt": float("inf")},
        {"light": [1, 2]},
        {"light": {"sharpness": float("nan"), "mean": 1, "spread": 1, "burnt_share": 0}},
        {"light": {"sharpness": "1", "mean": 1, "spread": 1, "burnt_share": 0}},
        {"photos": {"a": 1}},
        {"photos": [{"sha256": "A" * 64, "width_px": 9, "height_px": 8}]},
        {"photos": [{"sha256": "a" * 63, "width_px": 9, "height_px": 8}]},
        {"photos": [{"sha256": "a" * 64, "width_px": -9, "height_px": 8}]},
        {"photos": [{"sha256": "a" * 64, "width_px": 9, "height_px": 8, "pdq_quality": 101}]},
        {"photos": [{"sha256": "a" * 64, "width_px": 9, "height_px": 8, "pdq_quality": -1}]},
        {"photos": [{"sha256": "a" * 64, "width_px": 9, "height_px": 8, "pdq_forms": ["0" * 64]}]},
        {"damaged": 1},
        {"too_small": -1},
        {"too_many": "3"},
    ],
)
def test_refuses_values_of_another_type(change: dict[str, Any]) -> None:
    with pytest.raises(FactsError):
        facts.page_from(PAGE | change)


def test_reads_words_within_bounds_and_without_tricks_in_their_text() -> None:
    (word,) = facts.words_from([["Quito\u202e\x1b[31m", 140, 1, 2, 3, 4]])
    assert (word.text, word.confidence, word.box.height) == ("Quito[31m", 100.0, 4)


@pytest.mark.parametrize("raw", [None, [["a"]], [["a", 1, 2, 3, 4]], [["a", "b", 1, 2, 3, 4]], [7]])
def test_refuses_words_of_another_shape(raw: object) -> None:
    with pytest.raises((FactsError, ValueError)):
        facts.words_from(raw)


def test_reads_what_the_intake_check_saw() -> None:
    document = facts.document_from(
        {"page_count": 3, "active": {"xfa": 1}, "page_counts": [3, 3], "owner_locked": True}
    )
    assert document.page_count == 3
    assert document.active == {"xfa": 1}
    assert document.reason is None
    assert document.owner_locked is True


@pytest.mark.parametrize("header", [{"page_count": "3"}, {"active": []}, {"page_counts": [None]}])
def test_refuses_an_intake_check_that_talks_nonsense(header: dict[str, Any]) -> None:
    with pytest.raises(FactsError):
        facts.document_from(header)


def test_knows_a_photo_that_came_alone() -> None:
    assert facts.page_from(PAGE | {"number": 1, "width_pt": 0}).is_alone is True
    assert facts.page_from(PAGE).is_alone is False
