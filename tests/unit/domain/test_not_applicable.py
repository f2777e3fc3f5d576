"""What is said of a theme in place of photos: how it is read, kept and offered."""

from datetime import date
from typing import Any

import pytest

from review_service.domain import not_applicable
from review_service.domain.documents import Theme
from review_service.domain.errors import InvalidInputError, SettingsError
from review_service.domain.not_applicable import (
    MAX_REASON,
    MAX_WORDS,
    MIN_WORDS,
    OTHER,
    NotApplicable,
    kept_in,
    offered,
    read,
    received_in,
    said_in,
    with_received,
    with_said,
)

DAY = date(2026, 11, 28)
REASONS = ("Trabajo solo.", "Otra persona tiene las máquinas.")


def said(
    theme: Theme = Theme.PEOPLE, reason: str = "Trabajo solo.", words: str = ""
) -> NotApplicable:
    return NotApplicable(theme=theme, reason=reason, words=words)


def entry(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field of an entry
    whole = {
        "theme": "people",
        "reasons": ["Trabajo solo."],
        "valid_from": date(2020, 1, 1),
        "source": "texto",
    }
    return {**whole, **changes}


def problems(choice: str, words: str) -> dict[str, str]:
    with pytest.raises(InvalidInputError) as caught:
        read(Theme.PEOPLE, choice=choice, words=words, reasons=REASONS)
    return caught.value.problems


@pytest.mark.parametrize(
    ("choice", "words", "sentence"),
    [
        ("Trabajo solo.", "", "Trabajo solo."),
        ("Trabajo solo.", "  Mi   hija estudia. ", "Trabajo solo. Mi hija estudia."),
        (OTHER, "Coso todo a mano", "Coso todo a mano"),
        ("", "Coso todo a mano", "Coso todo a mano"),
        ("Una frase que nadie ofrece.", "Coso todo a mano", "Coso todo a mano"),
        (OTHER, "x" * MIN_WORDS, "x" * MIN_WORDS),
        (OTHER, "x" * MAX_WORDS, "x" * MAX_WORDS),
    ],
)
def test_a_choice_own_words_or_both_are_one_sentence(
    choice: str, words: str, sentence: str
) -> None:
    found = read(Theme.PEOPLE, choice=choice, words=words, reasons=REASONS)
    assert (found.theme, found.sentence, found.is_said) == (Theme.PEOPLE, sentence, True)


@pytest.mark.parametrize(
    ("choice", "words", "field", "begins"),
    [
        ("", "", "reason", "Elija por qué no aplica"),
        ("Una frase que nadie ofrece.", " \u200b ", "reason", "Elija por qué no aplica"),
        (OTHER, "", "words", "Explique por qué no aplica, en 10 letras"),
        (OTHER, "x" * (MIN_WORDS - 1), "words", "Explique por qué no aplica, en 10 letras"),
        (OTHER, ". " * MIN_WORDS, "words", "Explique por qué no aplica, en 10 letras"),
        (OTHER, "x" * (MAX_WORDS + 1), "words", "Su explicación puede tener 300 letras"),
        ("Trabajo solo.", "x" * (MAX_WORDS + 1), "words", "Su explicación puede tener 300 letras"),
        (OTHER, "Trabajo con mi perro 🐕", "words", "Su explicación tiene un signo"),
    ],
)
def test_what_says_nothing_or_cannot_be_kept_is_told(
    choice: str, words: str, field: str, begins: str
) -> None:
    found = problems(choice, words)
    assert found.keys() == {field}
    assert found[field].startswith(begins)


def test_what_is_taken_back_is_kept_and_says_nothing() -> None:
    plain = with_said(None, said())
    assert said_in(plain) == {Theme.PEOPLE: said()}
    plain = with_said(plain, said().taken_back())
    assert said_in(plain) == {}
    assert kept_in(plain)[Theme.PEOPLE].sentence == "Trabajo solo."


def test_a_receipt_tells_what_was_said_when_it_was_received() -> None:
    plain = with_said(
        with_said(None, said()), said(Theme.MACHINERY, "", "Uso mis manos.").taken_back()
    )
    received = with_received(plain)
    assert received_in(received) == ((Theme.PEOPLE, "Trabajo solo."),)
    later = with_said(with_said(received, said().taken_back()), said(Theme.MACHINERY, "Ninguna."))
    assert received_in(later) == ((Theme.PEOPLE, "Trabajo solo."),)
    assert set(said_in(later)) == {Theme.MACHINERY}
    assert with_received(None) is None
    assert received_in(None) == ()


def test_a_row_of_another_version_is_read_as_far_as_it_is_known() -> None:
    plain = {"poem": {"is_said": True}, "people": {}, "process": {"is_said": "yes"}}
    assert said_in(plain) == {}
    assert set(kept_in(plain)) == {Theme.PEOPLE, Theme.PROCESS}
    assert said_in(None) == {}


def test_only_people_and_machinery_may_not_apply_by_the_packaged_rule() -> None:
    found = offered(on=DAY)
    assert set(found) == {Theme.PEOPLE, Theme.MACHINERY}
    assert all(reason.endswith(".") for reasons in found.values() for reason in reasons)
    assert offered(on=date(2018, 11, 30)) == {}


def test_a_rule_holds_only_between_its_dates() -> None:
    rules = {not_applicable.SECTION: [entry(valid_to=DAY)]}
    assert offered(on=DAY, document=rules) == {Theme.PEOPLE: ("Trabajo solo.",)}
    assert offered(on=date(2026, 11, 29), document=rules) == {}
    assert offered(on=DAY, document={}) == {}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"theme": "poem"}, "theme = 'poem'"),
        ({"theme": None}, "theme = None"),
        ({"reasons": []}, "necesita reasons"),
        ({"reasons": "Trabajo solo."}, "necesita reasons"),
        ({"reasons": [" "]}, "necesita reasons"),
        ({"reasons": [3]}, "necesita reasons"),
        ({"reasons": ["x" * (MAX_REASON + 1)]}, "necesita reasons"),
    ],
)
def test_an_entry_that_cannot_be_used_is_said_loudly(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        offered(on=DAY, document={not_applicable.SECTION: [entry(**changes)]})


def test_the_longest_reason_is_offered() -> None:
    rules = {not_applicable.SECTION: [entry(reasons=["x" * MAX_REASON])]}
    assert offered(on=DAY, document=rules)[Theme.PEOPLE] == ("x" * MAX_REASON,)
