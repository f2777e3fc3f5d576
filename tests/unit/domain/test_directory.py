"""What is searched of an entry of the directory, and what of a question is looked for."""

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


def test_a_question_has_few_words_and_none_with_a_sign() -> None:
    many = Question(words=" ".join(f"palabra{number}" for number in range(50)))
    assert len(many.folded) <= MOST_WORDS
    assert Question(words="%", trade="_").folded == ()
    assert Question(trade="%|").folded_trade == ()
    assert sum(map(len, Question(words="x" * 500).folded)) <= LONGEST_QUESTION
