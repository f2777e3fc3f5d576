"""Finds pages by the words that people use: other endings, one slip of the finger, any order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from review_service.domain.edit_distance import distance
from review_service.domain.folding import STOP_WORDS, terms, tokens

T = TypeVar("T")
TITLE, WORD, SLIP = 3, 2, 1
"""What a word of the question is worth: in the title, in the words, with a slip in either."""
LEAST_TO_SLIP: Final = 4
"""Letters that a word must have before a slip in it is forgiven."""
MOST_FOUND: Final = 6
EMPTY_WORDS: Final = STOP_WORDS | frozenset(
    # Of a question, in the languages of the pages: they say nothing of what is looked for.
    ("a", "al", "de", "el", "en", "es", "ha", "hay", "la", "le", "lo", "me", "mi", "no", "o", "se",
     "si", "su", "te", "un", "y", "ya",
     "debo", "favor", "hace", "hacer", "hago", "puedo", "quiero", "quisiera", "tengo", "tener",
     "an", "and", "are", "can", "do", "does", "for", "from", "get", "have", "how", "i", "in", "is",
     "it", "my", "need", "of", "on", "or", "that", "the", "this", "to", "want", "was", "what",
     "when", "where", "with", "you", "your")
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Findable(Generic[T]):
    """Something that can be found."""

    title: str
    words: str
    """Other words for it."""
    of: T


def find(question: str, among: Iterable[Findable[T]]) -> list[T]:
    """Return what the words of the question fit, the best first; nothing for no words.

    At least half of the question's words must fit, those apart that every question has. Among
    equals the earlier one stays first.
    """
    told = " ".join(each for each in tokens(question) if each not in EMPTY_WORDS)
    asked = _stems(told) or _stems(question)
    if not asked:
        return []
    scored = [(_score(asked, each), each.of) for each in among]
    found = [(score, of) for score, of in scored if score]
    return [of for _, of in sorted(found, key=lambda one: -one[0])[:MOST_FOUND]]


def _score(asked: list[str], page: Findable[T]) -> float:
    title, words = _stems(page.title), _stems(page.words)
    worth = [_worth(each, title, words) for each in asked]
    fitting = sum(1 for each in worth if each)
    return sum(worth) if 2 * fitting >= len(asked) else 0


def _worth(word: str, title: list[str], words: list[str]) -> int:
    if word in title:
        return TITLE
    if word in words:
        return WORD
    return SLIP if any(_is_slip(word, each) for each in (*title, *words)) else 0


def _is_slip(word: str, other: str) -> bool:
    return len(word) >= LEAST_TO_SLIP and distance(word, other, most=1) <= 1


def _stems(text: str) -> list[str]:
    return list(terms(text))
