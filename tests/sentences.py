"""The sentences that a page or mail says to people, and how long they are."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Final

INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "cite", "code", "dfn", "em", "i", "kbd", "mark", "q", "small",
     "span", "strong", "sub", "sup", "time", "u", "var"}
)  # fmt: skip
"""Elements that stand in the middle of a sentence."""
UNREAD: Final = frozenset({"script", "style", "svg", "template"})
END: Final = re.compile(r"(?<=[.!?:;])(?=\s+[«¿¡(]*[\w«¿¡])|(?<=:)\s")
"""A sentence ends at its point, and its parts at colon and semicolon."""
MOST_ON_AVERAGE: Final = 20
MOST_OF_ONE: Final = 40
WORD: Final = re.compile(r"[^\W\d_]{2,}", re.UNICODE)


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = [""]
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in UNREAD:
            self._unread += 1
        if tag not in INLINE:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNREAD:
            self._unread -= 1
        if tag not in INLINE:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.blocks[-1] += data


def of_page(page: str) -> list[str]:
    """Return what stands between ``<main`` and ``</main>``, in sentences of three words or more."""
    start = page.index("<main")
    blocks = _Blocks()
    blocks.feed(page[start : page.index("</main>", start)])
    return list(_sentences(blocks.blocks))


def of_text(text: str) -> list[str]:
    """Return the sentences of a plain text, whose paragraphs are parted by empty lines."""
    return list(_sentences(re.split(r"\n\s*\n", text)))


def words(sentence: str) -> int:
    """Count the words of two letters and more; numbers, dates and addresses are none."""
    return len(WORD.findall(sentence))


def average(sentences: Sequence[str]) -> float:
    """Return how many words a sentence has on average; 0 without sentences."""
    return sum(map(words, sentences)) / len(sentences) if sentences else 0.0


def problems(sentences: Sequence[str]) -> list[str]:
    """Return in words what is too long: the average, or one sentence."""
    found = [f"{words(one)} words: {one}" for one in sentences if words(one) > MOST_OF_ONE]
    mean = average(sentences)
    return found + ([f"{mean:.1f} words on average"] if mean > MOST_ON_AVERAGE else [])


def _sentences(blocks: Sequence[str]) -> Iterator[str]:
    for block in blocks:
        for part in END.split(" ".join(block.split())):
            if words(part) >= 3:
                yield part.strip()
