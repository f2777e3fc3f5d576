"""The free text of an imported Acuerdo's activity is words, a code, or both."""

import pytest

from review_service.domain.prior_activity import PriorActivity


@pytest.mark.parametrize(
    ("text", "words", "ciiu"),
    [
        ("Tejidos de lana (C139209)", "Tejidos de lana", "C139209"),
        ("Tejidos  de lana\n(CIIU C1392.09)", "Tejidos de lana", "C139209"),
        ("Tejidos (CIIU C139209: Fabricación de otros artículos)", "Tejidos", "C139209"),
        ("Tejidos de lana C139209", "Tejidos de lana", "C139209"),
        ("C1392.09", "", "C139209"),
        ("Tejidos de lana", "Tejidos de lana", ""),
        ("Taller B2", "Taller B2", ""),
        ("Muebles (C990000)", "Muebles (C990000)", ""),
        ("", "", ""),
    ],
)
def test_words_and_code_are_told_apart(text: str, words: str, ciiu: str) -> None:
    assert PriorActivity.from_text(text) == PriorActivity(words=words, ciiu=ciiu)


@pytest.mark.parametrize(
    ("words", "ciiu", "facts"),
    [
        ("Tejidos", "C139209", {"trade": "Tejidos", "ciiu": "C139209"}),
        ("FABRICACION de otros artículos", "C139209", {"ciiu": "C139209"}),
        ("Tejidos", "", {"trade": "Tejidos"}),
        ("", "", {}),
    ],
)
def test_what_the_register_says_is_no_trade(words: str, ciiu: str, facts: dict[str, str]) -> None:
    told = PriorActivity(words=words, ciiu=ciiu)
    assert told.facts(registered="Fabricación de otros artículos") == facts
