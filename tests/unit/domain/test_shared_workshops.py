"""Who shares a workshop by what both say, and what a resemblance of photos is then."""

import pytest

from review_service.domain.data_sheet import parse_sheet, problems_of
from review_service.domain.errors import InvalidInputError
from review_service.domain.findings import Severity
from review_service.domain.shared_workshops import (
    MOST_SHARING,
    Relation,
    Sharing,
    as_kept,
    problem_of,
    relation_of,
    rucs_of,
    sharing,
)
from review_service.samples.people import synthetic_ruc
from tests.factories import OTHER_RUC, RUC, SHEET

THIRD = synthetic_ruc(20)


@pytest.mark.parametrize(
    "typed",
    [
        f"{RUC}, {OTHER_RUC}",
        f"{RUC};{OTHER_RUC}",
        f"{RUC} {OTHER_RUC}",
        f" RUC {RUC[:10]}-{RUC[10:]} ,\n{OTHER_RUC}, {RUC}",
    ],
)
def test_every_usual_spelling_is_read(typed: str) -> None:
    assert as_kept(typed) == f"{RUC}, {OTHER_RUC}"
    assert rucs_of(as_kept(typed)) == (RUC, OTHER_RUC)
    assert problem_of(typed) == ""


@pytest.mark.parametrize("typed", ["mi vecina", "1792060346", f"{RUC}9", "8892397539001"])
def test_what_is_no_ruc_is_told_before_sending(typed: str) -> None:
    assert "RUC" in problem_of(typed)
    sheet = parse_sheet({**SHEET, "shared_with": typed})
    assert "shared_with" in problems_of(sheet)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("mi vecina", "mi vecina"),
        ("la señora de al lado", "la señora de al lado"),
        (f"{RUC} y mi  vecina", "y mi vecina"),
        (f"{RUC}, Taller «El Telar»", "Taller «El Telar»"),
        ("179206034600l", "179206034600l"),
        ("1792060346", "1792060346"),
    ],
)
def test_it_is_told_back_as_it_was_typed(typed: str, told: str) -> None:
    assert f"«{told}»" in problem_of(typed)
    sheet = parse_sheet({**SHEET, "shared_with": typed})
    assert f"«{told}»" in problems_of(sheet)["shared_with"]
    assert as_kept(as_kept(typed)) == as_kept(typed)


def test_so_many_may_be_named_and_no_more() -> None:
    many = [synthetic_ruc(number) for number in range(1, MOST_SHARING + 2)]
    assert problems_of(parse_sheet({**SHEET, "shared_with": ",".join(many[:-1])})) == {}
    with pytest.raises(InvalidInputError) as caught:
        parse_sheet({**SHEET, "shared_with": ",".join(many * 2)})
    assert set(caught.value.problems) == {"shared_with"}
    assert "hasta 20" in problem_of(",".join(many))


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        (OTHER_RUC, RUC, Sharing.BOTH),
        (f"{THIRD}, {OTHER_RUC}", f"{RUC}, {THIRD}", Sharing.BOTH),
        (OTHER_RUC, "", Sharing.ONLY_HERE),
        (OTHER_RUC, THIRD, Sharing.ONLY_HERE),
        ("", RUC, Sharing.ONLY_THERE),
        (THIRD, THIRD, Sharing.NEITHER),
        ("", "", Sharing.NEITHER),
        (RUC, OTHER_RUC, Sharing.NEITHER),
    ],
)
def test_only_what_both_say_counts(here: str, there: str, said: Sharing) -> None:
    assert sharing(here_ruc=RUC, here=here, there_ruc=OTHER_RUC, there=there) is said
    relation = relation_of(is_own=False, said=said, came_first=False)
    is_note = said is Sharing.BOTH
    assert relation is (Relation.SHARED_WORKSHOP if is_note else Relation.OTHER_RUC)
    assert relation.severity is (Severity.NOTE if is_note else Severity.BAD)
    assert bool(said.words) is (said is not Sharing.NEITHER)


@pytest.mark.parametrize("said", Sharing)
def test_whose_photo_was_received_first_is_no_alert(said: Sharing) -> None:
    relation = relation_of(is_own=False, said=said, came_first=True)
    is_shared = said is Sharing.BOTH
    assert relation is (Relation.SHARED_WORKSHOP if is_shared else Relation.LATER_RUC)
    assert (relation.severity, relation.tone) == (Severity.NOTE, "")


def test_of_the_same_ruc_nothing_else_matters() -> None:
    for said in Sharing:
        for came_first in (True, False):
            relation = relation_of(is_own=True, said=said, came_first=came_first)
            assert relation is Relation.SAME_RUC
