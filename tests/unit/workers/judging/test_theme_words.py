"""The words that say a theme: one theme each."""

import pytest

from review_service.domain import folding
from review_service.domain.documents import Theme
from workers.judging import theme_words


def test_every_theme_has_words_and_no_word_says_two() -> None:
    assert set(theme_words.WORDS) == set(Theme)
    assert set(theme_words.by_stem().values()) == set(Theme)


@pytest.mark.parametrize(
    ("word", "theme"),
    [
        ("talleres", Theme.WORKSHOP),
        ("artesanas", Theme.PEOPLE),
        ("MÁQUINAS", Theme.MACHINERY),
        ("elaboración", Theme.PROCESS),
    ],
)
def test_endings_and_accents_do_not_matter(word: str, theme: Theme) -> None:
    assert theme_words.by_stem()[folding.stem(folding.fold(word))] is theme


def test_a_word_of_two_themes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = {Theme.WORKSHOP: "taller", Theme.PEOPLE: "talleres"}
    monkeypatch.setattr(theme_words, "WORDS", both)
    with pytest.raises(ValueError, match="two themes"):
        theme_words.by_stem()


def test_phrases_are_folded_as_the_text_is() -> None:
    assert [one for one in theme_words.PHRASES if " ".join(folding.tokens(one)) != one] == []
