# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""What an officer reads of a case's page, as text, and what follows from it.

The rules are written in ``officer.py``; nothing here knows the database or what was planted.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

DATA_SHEET, PRIOR = "data_sheet", "prior_agreement"
POINT: Final = "punto-"
"""Begins the id of what is judged one by one."""
HEADINGS: Final = frozenset({"h1", "h2", "h3"})
BREAKS: Final = HEADINGS | {
    "p", "li", "ul", "ol", "div", "section", "header", "footer", "form", "button", "table", "tr",
    "dl", "dt", "dd", "figure", "figcaption", "nav", "main", "summary", "details", "td", "th",
    "br", "aside",
}  # fmt: skip
UNREAD: Final = frozenset({"script", "style", "template", "textarea", "select", "title", "symbol"})
VOID: Final = frozenset({"br", "img", "input", "hr", "link", "meta", "use", "rect", "image"})
RUNNING: Final = (
    "se revisa", "la revision automatica", "sigue en marcha", "no ha terminado",
    "todavia se comparan", "comparando con otras",
)  # fmt: skip
"""Words of a check that goes on: then a case cannot be approved yet."""
MISSING_THEME: Final = "ninguna pagina muestra este tema"
READ, REGISTERED, NOTHING = "Papel", "Registro", "—"
"""Above a value that was read on a paper, and above the register's; the register has none."""
CONFIDENCE: Final = " · confianza "
AGAINST: Final = ("alerta ", "no coincide", "parece ", "no se reconoce que documento es")
"""An alert, and what a tag says of a value or of a paper."""
HOW_TAKEN: Final = re.compile(
    r"\b(borros|nitid|movid|oscur|clar[ao]\b|contraluz|comprimid|resolucion|ampliad|detalle"
    r"|iluminad|quemad|luz\b|pequen)"
)
"""Words of how well a photo was taken: an officer looks at it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, and which point it stands at; empty where at none."""

    text: str
    point: str = ""
    under: str = ""
    """The heading above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an officer does: ``reasons`` by the point that is to be corrected."""

    is_running: bool = False
    reasons: tuple[Line, ...] = ()

    @property
    def approves(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons and not self.is_running


@dataclass
class _Text(HTMLParser):
    """Collects the lines of a page as somebody reads them, or hears them read."""

    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool, str]] = []
        """Elements around: name, whether it is unread, its point."""
        self._said: list[str] = []
        self._heading, self._in_heading = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        given = {name: value or "" for name, value in attrs}
        if tag in BREAKS:
            self._end_line()
        if tag in VOID:
            if tag == "img" and not self._is_unread and given.get("alt"):
                self._said.append(f" {given['alt']} ")
            return
        silent = given.get("aria-hidden") == "true" or "hidden" in given
        point = given.get("id", "").removeprefix(POINT) if tag == "li" else ""
        is_point = given.get("id", "").startswith(POINT)
        self._open.append(
            (tag, self._is_unread or silent or tag in UNREAD, point if is_point else self._point)
        )
        if given.get("role") == "img" and not self._is_unread:
            self._said.append(f" {given.get('aria-label', '')} ")
        if tag in HEADINGS:
            self._in_heading = tag

    def handle_endtag(self, tag: str) -> None:
        """End an element, and whatever in it was left open."""
        if tag in BREAKS:
            self._end_line()
        if tag == self._in_heading:
            self._in_heading = ""
        for at in reversed(range(len(self._open))):
            if self._open[at][0] == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        """Take words that can be read."""
        if not self._is_unread:
            self._said.append(data)

    def close(self) -> None:
        """End the last line."""
        super().close()
        self._end_line()

    @property
    def _is_unread(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    @property
    def _point(self) -> str:
        return self._open[-1][2] if self._open else ""

    def _end_line(self) -> None:
        text = " ".join("".join(self._said).split())
        self._said.clear()
        if text:
            if self._in_heading:
                self._heading = text
            self.lines.append(Line(text, self._point, self._heading))


def lines_of(page: str) -> list[Line]:
    """Return the lines of a page in their order: pictures by the words that stand for them."""
    reader = _Text()
    reader.feed(page)
    reader.close()
    return reader.lines


def judged(lines: Sequence[Line]) -> Verdict:
    """Say what an officer does who has only these lines."""
    if any(word in _plain(line.text) for line in lines for word in RUNNING):
        return Verdict(is_running=True)
    return Verdict(reasons=tuple(_objections(lines)))


def _objections(lines: Sequence[Line]) -> Iterator[Line]:
    yield from _unlike_the_register(lines)
    for line in lines:
        said = _plain(line.text)
        is_grave_doubt = said.startswith("duda ") and not HOW_TAKEN.search(said)
        if is_grave_doubt or said.startswith(AGAINST) or MISSING_THEME in said:
            yield line


def _unlike_the_register(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield each value of a paper beside which the register has another one."""
    for at, line in enumerate(lines[:-3]):
        if line.text != READ or lines[at + 2].text != REGISTERED:
            continue
        paper, register = lines[at + 1].text.partition(CONFIDENCE)[0], lines[at + 3].text
        if register != NOTHING and _signs(register) not in map(_signs, _values(paper)):
            yield Line(f"«{paper}» on the paper, «{register}» in the register", PRIOR, line.under)


def _values(paper: str) -> list[str]:
    """Return the values of a paper's line: one, or each of a question, «¿0077 o 0071?»."""
    return paper.strip("¿? ").split(" o ") if paper.startswith("¿") else [paper]


def _signs(text: str) -> str:
    return "".join(sign for sign in _plain(text) if sign.isalnum())


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in folded if not unicodedata.combining(sign))
