"""Terms of letters: a law is named only where somebody read it."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.letters import (
    LEAST_BODY,
    LetterKind,
    LetterTerm,
    body_problem,
    needed_to_answer,
    own_decision_problem,
    term_of,
    terms_on,
)
from review_service.domain.roles import Permission

TODAY = date(2026, 11, 28)


def changed(**values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field
    rulebook = read_rulebook(None)
    first, *others = rulebook["letter_terms"]
    return {**rulebook, "letter_terms": [{**first, **values}, *others]}


def test_as_packaged_each_kind_has_a_commitment_and_no_law() -> None:
    terms = terms_on(read_rulebook(None), on=TODAY)
    assert {kind: (term.days, term.norm) for kind, term in terms.items()} == {
        LetterKind.COMPLAINT: (10, ""),
        LetterKind.APPEAL: (15, ""),
        LetterKind.PERSONAL_DATA: (10, ""),
        LetterKind.FALSE_DOCUMENT: (5, ""),
    }
    assert {term.name for term in terms.values()} == {"compromiso del servicio"}


def test_a_norm_that_somebody_read_makes_it_a_legal_term() -> None:
    rules = changed(days=30, norm="COA, art. 207", certainty="verified")
    term = term_of(rules, LetterKind.COMPLAINT, on=TODAY)
    assert term.name == "plazo legal"
    assert term.sentence == "Respondemos en 30 días hábiles: es un plazo legal (COA, art. 207)."


@pytest.mark.parametrize(
    "values",
    [
        {"norm": "COA, art. 207", "certainty": "memory"},
        {"norm": 207},
        {"days": 0},
        {"days": 91},
        {"days": True},
        {"days": "10"},
        {"kind": "poem"},
        {"kind": "appeal"},
        {"valid_from": date(2027, 1, 1)},
    ],
)
def test_what_is_no_term_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        terms_on(changed(**values), on=TODAY)


def test_one_day_is_told_as_one() -> None:
    sentence = LetterTerm(days=1, norm="").sentence
    assert sentence == "Respondemos en 1 día hábil: es un compromiso del servicio."


@pytest.mark.parametrize("norm", ["", "COA, art. 207"])
def test_a_running_term_of_one_day_is_told_as_one(norm: str) -> None:
    assert LetterTerm(days=1, norm=norm).told.startswith("Es 1 día hábil: es un ")
    assert LetterTerm(days=2, norm=norm).told.startswith("Son 2 días hábiles: es un ")


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("a" * LEAST_BODY, True),
        ("a" * (LEAST_BODY - 1), False),
        ("." * 100, False),
        ("a" * 4000, True),
        ("a" * 4001, False),
    ],
)
def test_how_much_a_letter_may_say(text: str, *, is_taken: bool) -> None:
    assert (body_problem(text) == "") is is_taken


def test_each_kind_has_an_address() -> None:
    assert len({kind.slug for kind in LetterKind}) == len(LetterKind)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (LetterKind.COMPLAINT, "Usted decidió esa solicitud: la queja la responde otra persona."),
        (LetterKind.APPEAL, "Usted decidió esa solicitud: la apelación la responde otra persona."),
        (LetterKind.PERSONAL_DATA, ""),
        (LetterKind.FALSE_DOCUMENT, ""),
    ],
)
def test_nobody_judges_a_complaint_or_an_appeal_about_the_own_decision(
    kind: LetterKind, told: str
) -> None:
    me, other = UUID(int=1), UUID(int=2)
    assert own_decision_problem(kind, deciders={other, me}, officer_id=me) == told
    for deciders, officer_id in (({other}, me), (set(), me), (set(), None)):
        assert own_decision_problem(kind, deciders=deciders, officer_id=officer_id) == ""


def test_who_answers_an_appeal_may_decide_too() -> None:
    assert {kind for kind in LetterKind if Permission.DECIDE in needed_to_answer(kind)} == {
        LetterKind.APPEAL
    }
    assert all(Permission.ANSWER_LETTERS in needed_to_answer(kind) for kind in LetterKind)
