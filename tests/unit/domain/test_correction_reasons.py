"""The catalogue of reasons for a correction: enough of them, and complete as they stand."""

from datetime import date

import pytest

from review_service.domain.applications import ReviewItem
from review_service.domain.correction_reasons import (
    FILE,
    MAX_CODE,
    MAX_SENTENCE,
    MIN_LETTERS,
    SECTION,
    Part,
    catalogue,
    part_of,
    reason_labels,
    reason_of,
    reasons_for,
)
from review_service.domain.dated_rules import packaged_rules
from review_service.domain.errors import SettingsError
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.tracks import TRACKS
from review_service.domain.wording import letters_in

DAY = date(2026, 11, 29)
MOST_KEYS = 9
ARTISAN = "artisan"


def entry(**changes: object) -> dict[str, object]:
    """Return a whole entry of the rules with some of it changed."""
    whole = {
        "code": "photo_blurred",
        "applies_to": "photos",
        "order": 1,
        "reason": "{part} está borrosa.",
        "instruction": "Envíe otra de «{theme}».",
        "norm": "Requisito del trámite",
        "valid_from": date(2026, 1, 1),
        "source": "prueba",
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


@pytest.mark.parametrize("track", sorted(TRACKS))
@pytest.mark.parametrize("item", list(ReviewItem))
def test_each_item_has_reasons_that_may_be_sent_as_they_stand(item: ReviewItem, track: str) -> None:
    found = reasons_for(item, track, catalogue(on=DAY), page=4, file_name="telar.jpg")
    assert 0 < len(found) <= MOST_KEYS
    for each in found:
        for text in (each.reason, each.instruction, each.basis):
            assert letters_in(text) >= MIN_LETTERS
            assert "{" not in text
            assert not undrawn_problem(text, field="")


def test_a_code_names_one_reason() -> None:
    codes = [each["code"] for each in packaged_rules(FILE)[SECTION]]
    assert len(set(codes)) == len(codes)


def test_a_photo_is_named_as_its_sender_knows_it() -> None:
    named = reasons_for(
        ReviewItem.WORKSHOP, ARTISAN, catalogue(on=DAY), page=4, file_name="telar.jpg"
    )
    assert named[0].reason.startswith("La foto «telar.jpg» (página 4) está borrosa")
    assert reasons_for(ReviewItem.WORKSHOP, ARTISAN, catalogue(on=DAY))[0].reason.startswith(
        "La foto está borrosa"
    )


def test_a_paper_is_named_by_its_page_and_the_sheet_by_none() -> None:
    papers = reasons_for(ReviewItem.DEED, ARTISAN, catalogue(on=DAY), page=2, file_name="x.pdf")
    assert papers[0].reason == "La página 2 no se lee bien."
    sheet = reasons_for(ReviewItem.DATA_SHEET, ARTISAN, catalogue(on=DAY), page=2)
    assert "página" not in " ".join(each.reason for each in sheet)


def test_its_label_names_no_photo() -> None:
    labels = [each.label for each in catalogue(on=DAY)]
    assert labels[0] == "La foto está borrosa y no se distinguen los detalles"
    assert len(set(labels)) == len(labels)


def test_a_code_is_told_also_once_it_no_longer_holds_and_own_words_are_never_repeated() -> None:
    former = entry(code="photo_old", reason="{part} no sirve de nada.", valid_to=date(2026, 2, 1))
    newer = entry(valid_from=date(2026, 6, 1), reason="{part} no se ve bien.")
    labels = reason_labels({SECTION: [newer, entry(valid_to=date(2026, 5, 31)), former]})
    assert labels == {
        "photo_old": "La foto no sirve de nada",
        "photo_blurred": "La foto no se ve bien",
        "": "Otro motivo, con palabras propias",
    }


@pytest.mark.parametrize(
    ("item", "part"),
    [
        (ReviewItem.WORKSHOP, Part.PHOTOS),
        (ReviewItem.DATA_SHEET, Part.DATA_SHEET),
        (ReviewItem.PRIOR_AGREEMENT, Part.PAPERS),
    ],
)
def test_each_item_is_of_one_part(item: ReviewItem, part: Part) -> None:
    assert part_of(item) is part


def test_an_entry_may_be_for_some_items_and_tracks_only() -> None:
    found = reason_of(entry(items=["people"], tracks=[ARTISAN]))
    assert found.is_for(ReviewItem.PEOPLE, ARTISAN)
    assert not found.is_for(ReviewItem.WORKSHOP, ARTISAN)
    assert not found.is_for(ReviewItem.PEOPLE, "mipyme")


def test_it_holds_from_day_to_day() -> None:
    rules = {SECTION: [entry(valid_to=date(2026, 12, 31))]}
    assert [each.code for each in catalogue(on=DAY, document=rules)] == ["photo_blurred"]
    assert catalogue(on=date(2027, 1, 1), document=rules) == ()
    assert catalogue(on=DAY, document={}) == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"code": None}, "dice code = None"),
        ({"code": "foto borrosa"}, "sin espacios"),
        ({"code": "x" * (MAX_CODE + 1)}, "de hasta"),
        ({"applies_to": "everything"}, "applies_to = 'everything'"),
        ({"reason": "Mal."}, "reason debe ser una frase"),
        ({"reason": "x" * (MAX_SENTENCE + 1)}, "reason debe ser una frase"),
        ({"reason": "{file} está borrosa."}, "nombra {file}; puede nombrar {part}, {theme}"),
        ({"reason": "{part!r} está borrosa."}, "nombra {part}"),
        ({"reason": "{part está borrosa."}, "llave suelta"),
        ({"instruction": None}, "instruction debe ser una frase"),
        ({"norm": "Requisito de {theme}"}, "nombra {theme}; puede nombrar nada"),
        ({"items": "people"}, "items = 'people'"),
        ({"items": ["kitchen"]}, "lo que no existe: kitchen"),
        ({"tracks": [1]}, "tracks = [1]"),
        ({"reason": "Está borrosa 😀😀😀 la foto."}, "reason"),
    ],
)
def test_an_entry_that_cannot_be_used_is_told(changes: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        reason_of(entry(**changes))
    assert told in str(caught.value)
