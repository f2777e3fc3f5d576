"""What is searched of an entry of the directory, and what of a question is looked for."""

import pytest

from review_service.domain.directory import (
    AFTER_THE_TRADE,
    LONGEST_QUESTION,
    MOST_WORDS,
    Question,
    searched,
)


def test_an_entry_is_searched_without_accents_the_trade_first() -> None:
    words = searched("Tejidos a mano", "Otavalo", "Imbabura", "")
    trade, _, others = words.partition(AFTER_THE_TRADE)
    assert all(word in trade for word in Question(trade="TEJIDO").folded_trade)
    assert all(word in others for word in Question(words="otavalo imbabura").folded)
    assert "tejid" not in others


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("carpintero", "Carpintería y ebanistería"),
        ("CARPINTERÍA", "Carpintera de muebles"),
        ("un carpintero en Cuenca", "Carpintería"),
        ("ebanistería", "Ebanista"),
        ("zapatos", "Zapatería"),
        ("bordadora", "Bordados a mano"),
        ("ceramista", "Cerámica"),
        ("sombreros de paja", "Sombrerería en paja toquilla"),
        ("panes", "Panadería"),
        ("ñandutí", "Ñandutí"),
    ],
)
def test_a_trade_is_found_by_the_words_of_who_looks_for_it(typed: str, printed: str) -> None:
    words = searched(printed, "Cuenca", "Azuay")
    assert Question(words=typed).folded
    assert all(word in words for word in Question(words=typed).folded)


def test_other_trades_are_not_found_with_it() -> None:
    for typed, printed in (("carpintero", "Cartonería"), ("tejidos", "Teja"), ("Loja", "Joyas")):
        assert not all(word in searched(printed) for word in Question(words=typed).folded)


def test_a_question_has_few_words_and_none_with_a_sign() -> None:
    many = Question(words=" ".join(f"palabra{number}" for number in range(50)))
    assert len(many.folded) <= MOST_WORDS
    assert Question(words="%", trade="_").folded == ()
    assert Question(trade="%|").folded_trade == ()
    assert sum(map(len, Question(words="x" * 500).folded)) <= LONGEST_QUESTION
