"""The rule that says what changed: both sides of each case, and what an applicant may change."""

from dataclasses import replace

import pytest

from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.documents import Theme
from review_service.domain.item_evidence import (
    WHOLE_FILE,
    Allowed,
    Change,
    ItemEvidence,
    Piece,
    change_between,
    facts_of,
    falls_back,
    missing_items,
)

PHOTO = Piece(file_sha256="a" * 64, page=1, document_id="first")
OTHER = Piece(file_sha256="b" * 64, page=1)
PAGE_2 = Piece(file_sha256="c" * 64, page=2, image_sha256="2" * 64)
PAGE_3 = Piece(file_sha256="c" * 64, page=3, image_sha256="3" * 64)
AGREEMENT = Piece(file_sha256="d" * 64, page=WHOLE_FILE)


def of(*pieces: Piece, **facts: str) -> ItemEvidence:
    return ItemEvidence(pieces=pieces, facts=facts_of(facts))


@pytest.mark.parametrize(
    ("seen", "now"),
    [
        (of(), of()),
        (of(PHOTO), of(PHOTO)),
        (of(PHOTO), of(replace(PHOTO, document_id="sent again"))),
        (of(PHOTO, OTHER), of(OTHER, PHOTO)),
        (of(PAGE_2), of(replace(PAGE_2, file_sha256="e" * 64, page=7))),
        (of(PAGE_2), of(replace(PAGE_2, image_sha256="f" * 64))),
        (of(PAGE_2, PAGE_2), of(PAGE_2, PAGE_2)),
        (of(AGREEMENT), of(replace(AGREEMENT, document_id="sent again"))),
        (of(city="Otavalo", trade="Telar"), of(trade="Telar", city="Otavalo")),
    ],
    ids=[
        "nothing and nothing",
        "the same photo",
        "the same photo under another row",
        "photos in another order",
        "the same picture in another file and place",
        "the same page of the same file, drawn by another version",
        "a page shown twice, both times",
        "the same agreement",
        "the same sheet",
    ],
)
def test_is_no_change(seen: ItemEvidence, now: ItemEvidence) -> None:
    assert not change_between(seen, now)
    assert change_between(seen, now) == Change()


@pytest.mark.parametrize(
    ("seen", "now", "change"),
    [
        (of(PHOTO), of(), Change(gone=(PHOTO,))),
        (of(), of(PHOTO), Change(added=(PHOTO,))),
        (of(PHOTO), of(OTHER), Change(gone=(PHOTO,), added=(OTHER,))),
        (of(PHOTO), of(PHOTO, PHOTO), Change(added=(PHOTO,))),
        (of(PHOTO, PHOTO), of(PHOTO), Change(gone=(PHOTO,))),
        (of(PAGE_2), of(PAGE_3), Change(gone=(PAGE_2,), added=(PAGE_3,))),
        (
            of(replace(PAGE_2, image_sha256=None)),
            of(replace(PAGE_2, image_sha256=None, page=3)),
            Change(
                gone=(replace(PAGE_2, image_sha256=None),),
                added=(replace(PAGE_2, image_sha256=None, page=3),),
            ),
        ),
        (
            of(PHOTO),
            of(replace(PHOTO, text="Es de noche.")),
            Change(reworded=(replace(PHOTO, text="Es de noche."),)),
        ),
        (of(AGREEMENT), of(replace(AGREEMENT, file_sha256="e" * 64)), None),
        (of(PHOTO), of(replace(PHOTO, page=WHOLE_FILE)), None),
        (
            of(city="Otavalo", trade="Telar"),
            of(city="Ibarra", trade="Telar"),
            Change(facts=("city",)),
        ),
        (of(city="Otavalo"), of(), Change(facts=("city",))),
    ],
    ids=[
        "a photo deleted",
        "a photo added",
        "a photo replaced",
        "the same photo once more",
        "one of two equal photos deleted",
        "another page of the same file",
        "two pages without a picture",
        "another comment",
        "another agreement",
        "a photo and a whole file are two things",
        "a field of the sheet",
        "a field that is gone",
    ],
)
def test_is_a_change(seen: ItemEvidence, now: ItemEvidence, change: Change | None) -> None:
    found = change_between(seen, now)
    assert found
    if change is not None:
        assert found == change
    assert falls_back(ItemVerdict.ACCEPTED, seen, now)


def test_a_page_that_stayed_is_not_paired_with_its_copy() -> None:
    commented = replace(PAGE_2, file_sha256="e" * 64, text="Otra vez.")
    change = change_between(of(PAGE_2, commented), of(commented))
    assert change == Change(gone=(PAGE_2,))


@pytest.mark.parametrize("verdict", [ItemVerdict.ACCEPTED, ItemVerdict.OBSERVED])
def test_a_verdict_stands_while_nothing_changed_and_falls_when_nobody_knows(
    verdict: ItemVerdict,
) -> None:
    assert not falls_back(verdict, of(PHOTO), of(PHOTO))
    assert falls_back(verdict, of(PHOTO), of(OTHER))
    assert falls_back(verdict, None, of(PHOTO))
    assert not falls_back(ItemVerdict.PENDING, None, of(PHOTO))


def test_what_was_seen_is_kept_as_json_and_read_again() -> None:
    seen = of(replace(PAGE_2, text="«ñ»"), PHOTO, AGREEMENT, trade="Telar", workers="2")
    again = ItemEvidence.from_json(seen.to_json())
    assert again == seen
    assert [piece.document_id for piece in again.pieces] == ["", "first", ""]


def test_the_digest_tells_two_looks_apart_and_no_order() -> None:
    assert of(PHOTO, OTHER).digest == of(OTHER, replace(PHOTO, document_id="x")).digest
    looks = [of(), of(PHOTO), of(PHOTO, PHOTO), of(PAGE_2), of(a="1"), of(a="2")]
    looks += [of(replace(PHOTO, text="a")), of(replace(PHOTO, page=2)), of(AGREEMENT)]
    assert len({look.digest for look in looks}) == len(looks)


def test_only_nothing_at_all_is_missing() -> None:
    assert of().is_missing
    assert not of(PHOTO).is_missing
    assert not of(trade="Telar").is_missing


def test_an_empty_theme_is_the_officers_to_accept_but_not_all_four() -> None:
    themes = [item for item in ReviewItem if item.is_theme]
    full = {item: of(PHOTO) for item in ReviewItem}
    assert missing_items(full) == frozenset()
    assert missing_items({**full, themes[0]: of()}) == frozenset()
    assert missing_items({**full, **dict.fromkeys(themes, of())}) == frozenset(themes)
    said = dict.fromkeys(themes, of(not_applicable="Trabajo solo."))
    assert missing_items({**full, themes[0]: said[themes[0]]}) == frozenset()
    assert missing_items({**full, **said}) == frozenset(themes), "nothing of it was ever seen"
    without_paper = {**full, ReviewItem.PRIOR_AGREEMENT: of()}
    assert missing_items(without_paper) == {ReviewItem.PRIOR_AGREEMENT}


DRAFT = Allowed(asked=None, round=0)
PROCESS = Allowed(asked=frozenset({ReviewItem.PROCESS}), round=2)
SHEET = Allowed(asked=frozenset({ReviewItem.DATA_SHEET}), round=1)


def test_in_a_draft_everything_may_be_changed() -> None:
    assert all(DRAFT.item(item) for item in ReviewItem)
    assert DRAFT.new_pdf
    assert DRAFT.sorting(Theme.WORKSHOP, Theme.PEOPLE, file_round=0)
    assert DRAFT.removing([*Theme, None], file_round=0)


def test_in_a_correction_only_what_was_asked() -> None:
    assert [item for item in ReviewItem if PROCESS.item(item)] == [ReviewItem.PROCESS]
    assert [theme for theme in Theme if PROCESS.theme(theme)] == [Theme.PROCESS]
    assert PROCESS.new_pdf
    assert not SHEET.new_pdf
    assert not SHEET.theme(None)
    assert PROCESS.theme(None)


@pytest.mark.parametrize(
    ("former", "to", "file_round", "allowed"),
    [
        (Theme.PROCESS, None, 1, True),
        (None, Theme.PROCESS, 0, True),
        (None, None, 0, True),
        (Theme.WORKSHOP, Theme.WORKSHOP, 0, True),
        (Theme.WORKSHOP, None, 1, False),
        (Theme.WORKSHOP, Theme.PROCESS, 1, False),
        (Theme.PROCESS, Theme.WORKSHOP, 0, False),
        (None, Theme.WORKSHOP, 1, False),
        (Theme.WORKSHOP, Theme.PROCESS, 2, True),
        (None, Theme.PEOPLE, 2, True),
    ],
)
def test_a_page_of_an_earlier_file_moves_between_asked_themes_only(
    former: Theme | None, to: Theme | None, file_round: int, *, allowed: bool
) -> None:
    assert PROCESS.sorting(former, to, file_round=file_round) is allowed


def test_a_file_with_pages_of_other_themes_stays() -> None:
    assert PROCESS.removing([Theme.PROCESS, None], file_round=1)
    assert not PROCESS.removing([Theme.PROCESS, Theme.PEOPLE], file_round=1)
    assert PROCESS.removing([Theme.PROCESS, Theme.PEOPLE], file_round=2)
    assert not SHEET.removing([], file_round=1)
    assert not SHEET.page(Theme.PROCESS, file_round=1)
