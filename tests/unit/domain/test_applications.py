"""The moves an application may make, written out once more, and what is judged."""

from itertools import product

import pytest

from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
    require_transition,
)
from review_service.domain.documents import SupportKind, Theme
from review_service.domain.errors import InvalidTransitionError
from review_service.domain.tracks import ARTISAN

ALLOWED = {
    ("draft", "awaiting_confirmation"),
    ("draft", "withdrawn"),
    ("awaiting_confirmation", "in_review"),
    ("awaiting_confirmation", "draft"),
    ("awaiting_confirmation", "withdrawn"),
    ("in_review", "approved"),
    ("in_review", "correction_requested"),
    ("in_review", "refused"),
    ("in_review", "withdrawn"),
    ("correction_requested", "in_review"),
    ("correction_requested", "withdrawn"),
    ("approved", "issued"),
}


@pytest.mark.parametrize(("origin", "to"), list(product(ApplicationState, ApplicationState)))
def test_the_listed_moves_are_allowed_and_no_other(
    origin: ApplicationState, to: ApplicationState
) -> None:
    is_refused = False
    try:
        require_transition(origin, to)
    except InvalidTransitionError:
        is_refused = True
    assert is_refused is ((origin.value, to.value) not in ALLOWED)


def test_a_rule_approves_what_was_just_confirmed_and_does_nothing_else() -> None:
    moves = {
        (origin, to)
        for origin, to in product(ApplicationState, ApplicationState)
        if allows(origin, to, by_rule=True)
    }
    assert moves == {(ApplicationState.AWAITING_CONFIRMATION, ApplicationState.APPROVED)}


def allows(origin: ApplicationState, to: ApplicationState, *, by_rule: bool) -> bool:
    try:
        require_transition(origin, to, by_rule=by_rule)
    except InvalidTransitionError:
        return False
    return True


@pytest.mark.parametrize(
    ("state", "label", "is_open", "is_editable"),
    [
        ("draft", "Borrador", True, True),
        ("awaiting_confirmation", "Por confirmar", True, False),
        ("in_review", "En revisión", True, False),
        ("correction_requested", "Requiere corrección", True, True),
        ("approved", "Aprobada, por firmar", True, False),
        ("issued", "Aprobado", False, False),
        ("refused", "Negada", False, False),
        ("withdrawn", "Desistida", False, False),
    ],
)
def test_each_state_has_its_words_and_its_rights(
    state: str, label: str, *, is_open: bool, is_editable: bool
) -> None:
    found = ApplicationState(state)
    assert (found.label, found.is_open, found.is_editable) == (label, is_open, is_editable)


def test_there_are_no_other_states() -> None:
    assert len(ApplicationState) == 8


def test_a_new_application_is_judged_on_four_themes_the_sheet_and_perhaps_a_paper() -> None:
    assert [item.value for item in ARTISAN.items_for(ApplicationKind.NEW)] == [
        "workshop",
        "people",
        "machinery",
        "process",
        "data_sheet",
        "appointment",
    ]


def test_a_renewal_is_judged_on_the_prior_agreement_too() -> None:
    assert ReviewItem.PRIOR_AGREEMENT in ARTISAN.items_for(ApplicationKind.RENEWAL)
    assert len(ARTISAN.items_for(ApplicationKind.RENEWAL)) == 7


def test_the_items_of_the_photos_are_the_themes() -> None:
    assert [item.value for item in ReviewItem if item.is_theme] == [theme.value for theme in Theme]
    assert all(item.label == Theme(item.value).label for item in ReviewItem if item.is_theme), (
        "one thing has one name"
    )


def test_applicants_read_of_an_item_what_the_page_says_on_which_they_give_it() -> None:
    for item in ReviewItem:
        if item.is_theme:
            assert item.heading == Theme(item.value).heading
        elif item.is_paper:
            assert item.heading == SupportKind(item.value).label
        else:
            assert item.heading == item.label


@pytest.mark.parametrize("word", [*ReviewItem, *ItemVerdict, *ApplicationKind])
def test_each_word_of_the_desk_has_spanish(
    word: ReviewItem | ItemVerdict | ApplicationKind,
) -> None:
    assert word.label
    assert word.label != word.value
