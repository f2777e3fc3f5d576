"""Finds what a page says that no catalogue holds, with a made-up language that marks its texts."""

import gettext
import re
from collections.abc import Collection
from functools import cache
from html.parser import HTMLParser

from babel.messages.pofile import read_po
from werkzeug.test import TestResponse

from review_service.languages import APPLICANTS_PART
from review_service.packaged_files import catalogue_of

OPEN, CLOSE = "⟦", "⟧"
WORD = re.compile(r"[^\W\d_]{2,}")
NO_WORDS = frozenset({"script", "style", "svg"})
SHOWN = frozenset({"alt", "aria-label", "content", "placeholder", "title"})
DATA = frozenset({"viewport", "theme-color", "robots", "refresh"})
"""Names of ``meta`` (or what it stands for) whose content nobody reads."""


class Marked(gettext.NullTranslations):
    """Puts every text that comes from a catalogue between brackets, but those left out."""

    def __init__(self, *, without: Collection[str] = ()) -> None:
        super().__init__()
        self._without = without

    def gettext(self, message: str) -> str:
        return message if message in self._without else f"{OPEN}{message}{CLOSE}"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


@cache
def of_applicants() -> frozenset[str]:
    """Return the texts of the part of the catalogue that public pages do without."""
    with catalogue_of("en", APPLICANTS_PART).open("rb") as file:
        texts = [message.id for message in read_po(file) if message.id]
    return frozenset(each for text in texts for each in ([text] if isinstance(text, str) else text))


class Outside(HTMLParser):
    """Collects words that no brackets hold, nor an element that is not to be translated."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._depth = 0
        self._kept: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in {"meta", "link", "input", "br", "img", "path", "circle", "use", "hr"}:
            within = bool(self._kept and self._kept[-1])
            self._kept.append(within or tag in NO_WORDS or values.get("translate") == "no")
        if tag == "meta" and (values.get("name") or values.get("http-equiv")) in DATA:
            return
        for name in SHOWN & values.keys():
            if not (values[name] or "").startswith(OPEN):
                self._judge(values[name] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"meta", "link", "input", "br", "img", "path", "circle", "use", "hr"}:
            del self._kept[-1:]

    def handle_data(self, data: str) -> None:
        for piece in re.split(f"([{OPEN}{CLOSE}])", data):
            if piece in {OPEN, CLOSE}:
                self._depth += 1 if piece == OPEN else -1
            elif self._depth == 0 and not (self._kept and self._kept[-1]):
                self._judge(piece)

    def _judge(self, words: str) -> None:
        if WORD.search(words):
            self.found.append(" ".join(words.split()))


def outside(answer: TestResponse) -> list[str]:
    """Return what a page says that no catalogue holds."""
    page = Outside()
    page.feed(answer.text)
    page.close()
    return page.found
