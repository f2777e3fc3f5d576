"""Normalises Spanish words (no accents, case or endings) so that spellings can be compared."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from review_service.domain.reports import Word

LEAST_STEMMED: Final = 5
"""Letters; shorter words keep their ending. Source: Savoy's light stemmer for Spanish."""
LEAST_PLURAL: Final = 4
"""Letters, «ojos»; shorter ones are «las», «dos»."""
FINAL_CONSONANTS: Final = "dlnrsj"
"""What a Spanish word may end with, beside «z»."""
MOST_TERM: Final = 40
"""Most letters of one term; longer ones are cut."""
MOST_TERMS: Final = 5_000
"""Most different terms kept of one page; a page of a dense book has 400."""
LEAST_SEARCHED: Final = 3
"""Letters of the shortest word that can be searched for alone."""
MOST_SEARCHED: Final = 6
"""Most words of one search."""
LEAST_SHARED: Final = 5
"""First letters that related words share, as «obligación» and «obligar» do."""
STOP_WORDS: Final = frozenset(
    # Shorter ones are not looked for anyway.
    ("ante", "como", "con", "cual", "cuando", "del", "desde", "donde", "ella", "entre", "era",
     "esa", "ese", "eso", "esta", "este", "esto", "fue", "han", "hasta", "las", "les", "los", "mas",
     "mis", "muy", "nos", "para", "pero", "por", "que", "sin", "sobre", "son", "sus", "tambien",
     "una", "uno", "unos")
)  # fmt: skip
_WORD: Final = re.compile(r"[^\W_]+")


def without_accents(text: str, *, form: Literal["NFD", "NFKD"] = "NFKD") -> str:
    """Return the text without its accents; «ñ» becomes «n».

    ``NFKD`` also writes out what one sign stands for («ﬁ» is «fi», «º» is «o»); ``NFD`` leaves it.
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize(form, text)
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")


def fold(text: str) -> str:
    """Return the text in small letters without accents; «ñ» becomes «n»."""
    return without_accents(text).lower()


def capitals(text: str) -> str:
    """Return the text in capitals without accents, as the patterns that read papers expect it.

    Signs such as «º» and «ª» stay what they are: they tell a number from a word.
    """
    return without_accents(text.upper(), form="NFD")


def ascii_only(text: str) -> str:
    """Return the text without accents and without any sign that ASCII does not have."""
    return without_accents(text).encode("ascii", "ignore").decode()


def squeeze(text: str) -> str:
    """Return only the letters and digits of a name or number, folded, to compare two of them."""
    return "".join(char for char in fold(text) if char.isalnum())


def stem(folded: str) -> str:
    """Return a folded word without its ending of number and gender.

    Light on purpose: «obligaciones» and «obligación» meet, «obligar» stays apart. After J. Savoy,
    "Light Stemming Approaches", SAC 2006; the plural goes first, so that short words meet too.
    """
    if not folded.isalpha():
        return folded
    single = _single(folded)
    return single[:-1] if len(single) >= LEAST_STEMMED and single[-1] in "oae" else single


def _single(folded: str) -> str:
    """Return a word in the singular: «luces» is «luz», «telares» «telar», «naves» «nave»."""
    if len(folded) >= LEAST_PLURAL and folded.endswith(("as", "os")):
        return folded[:-1]
    if len(folded) < LEAST_STEMMED or not folded.endswith("es"):
        return folded
    if folded.endswith("ces"):
        return f"{folded[:-3]}z"
    return folded[:-2] if folded[-3] in FINAL_CONSONANTS else folded[:-1]


def tokens(text: str) -> list[str]:
    """Return the folded words of a text, in their order."""
    return _WORD.findall(fold(text))


def terms(text: str) -> tuple[str, ...]:
    """Return the distinct stems of a text by first appearance, at most ``MOST_TERMS``."""
    found = dict.fromkeys(stem(token)[:MOST_TERM] for token in tokens(text))
    return tuple(found)[:MOST_TERMS]


def searched(text: str) -> tuple[str, ...]:
    """Return the words of a typed search that are worth searching, as typed, at most six.

    Empty when nothing is left but short words and those that every page has.
    """
    kept = []
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        plain = fold(word)
        if len(plain) < LEAST_SEARCHED or plain in STOP_WORDS:
            continue
        # Some letters fold to an empty text, which no database can search for.
        if terms(word[:MOST_TERM]):
            kept.append(word[:MOST_TERM])
    return tuple(dict.fromkeys(kept))[:MOST_SEARCHED]


def joined(words: Sequence[Word]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each word and the positions of its entries: two when a line end divides the word."""
    index = 0
    while index < len(words):
        text, last = words[index].text, index
        while _goes_on(words, last, text):
            last += 1
            text = text[:-1] + words[last].text
        yield text, tuple(range(index, last + 1))
        index = last + 1


def text_of(words: Sequence[Word]) -> str:
    """Return the words of a page as one text; words hyphenated at a line's end are joined."""
    return " ".join(text for text, _ in joined(words))


def hits(words: Sequence[Word], wanted: Sequence[str]) -> frozenset[int]:
    """Return the positions of the words of a page that match the search.

    Where no word has the very stem, those of the same family count: a database that knows more of
    the language may have found the page by them.
    """
    plain = [(tokens(text), places) for text, places in joined(words)]
    found: set[int] = set()
    for word in wanted:
        for sought in tokens(word):
            same = _places(plain, stem(sought), exact=True)
            found |= same or _places(plain, stem(sought)[:LEAST_SHARED], exact=False)
    return frozenset(found)


def _places(
    plain: Sequence[tuple[Sequence[str], tuple[int, ...]]], sought: str, *, exact: bool
) -> set[int]:
    if not exact and len(sought) < LEAST_SHARED:
        return set()
    return {
        place
        for parts, places in plain
        if any(stem(part) == sought if exact else part.startswith(sought) for part in parts)
        for place in places
    }


def _goes_on(words: Sequence[Word], index: int, text: str) -> bool:
    """Whether a word ends with a hyphen at the end of its line and the next line goes on."""
    if index + 1 >= len(words) or len(text) < LEAST_SEARCHED or not text.endswith("-"):
        return False
    here, after = words[index].box, words[index + 1]
    lower = after.box.top > here.top + here.height / 2
    return lower and after.text[:1].islower() and text[-2].isalpha()
