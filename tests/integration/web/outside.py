"""Finds what a page says that no catalogue holds, with a made-up language that marks its texts."""

import gettext
import re
from html.parser import HTMLParser

from werkzeug.test import TestResponse

OPEN, CLOSE = "⟦", "⟧"
WORD = re.compile(r"[^\W\d_]{2,}")
NO_WORDS = frozenset({"script", "style", "svg"})
SHOWN = frozenset({"alt", "aria-label", "content", "placeholder", "title"})
DATA = frozenset({"viewport", "theme-color", "robots", "refresh"})
"""Names of ``meta`` (or what it stands for) whose content nobody reads."""


class Marked(gettext.NullTranslations):
    """Puts every text that comes from a catalogue between brackets."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


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
