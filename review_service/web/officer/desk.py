"""State of the case viewer, from the URL: page, zoom, turn, with or without the text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from flask import url_for

from review_service.db.queries.officer.case import CaseView
from review_service.db.queries.officer.pages import PageView
from review_service.db.queries.officer.prior import ReadValue
from review_service.domain import folding
from review_service.domain.reports import Box, Word
from review_service.domain.wording import visible
from review_service.web.officer.drawn_words import DrawnLine, drawn_lines

MAX_ZOOM: Final = 3
"""Steps: the whole page, then 150, 225 and 340 percent (``officer.css``)."""
MAX_SOUGHT: Final = 120
"""Most characters of the search, as in the search field of the list."""
FULL_TURN: Final = 360
QUARTER: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSize:
    """Pixels of a page image."""

    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One view of one page of a case; its whole state is in the URL."""

    case: CaseView
    position: int
    zoom: int
    turn: int
    shows_text: bool
    sought: str = ""
    """The text searched for on the page."""
    marked: str = ""
    """Name of the field of a prior agreement whose position is marked."""
    words: tuple[Word, ...] = ()
    hits: frozenset[int] = frozenset()
    """Positions of the words that match the search."""

    @classmethod
    def from_arguments(cls, case: CaseView, arguments: Mapping[str, str]) -> Self:
        """Parse the URL; invalid values fall back to the first page, whole and upright."""
        position = _named(case, arguments) or _number(
            arguments.get("pagina", ""), lowest=1, highest=len(case.material.pages)
        )
        turn = _number(arguments.get("girar", ""), lowest=0, highest=FULL_TURN - QUARTER)
        return cls(
            case=case,
            position=position,
            zoom=_number(arguments.get("zoom", ""), lowest=0, highest=MAX_ZOOM),
            turn=turn - turn % QUARTER,
            shows_text=arguments.get("texto") == "1",
            sought=" ".join(visible(arguments.get("buscar", "")[:MAX_SOUGHT]).split()),
            marked=arguments.get("campo", ""),
        )

    def with_words(self, words: tuple[Word, ...]) -> "Desk":
        """Return the same view with the page's words loaded."""
        hits = folding.hits(words, folding.searched(self.sought))
        return replace(self, words=words, hits=hits)

    @property
    def page(self) -> PageView | None:
        """The page shown; None while there is none."""
        pages = self.case.material.pages
        return pages[self.position - 1] if pages else None

    @property
    def total(self) -> int:
        """Pages of the case."""
        return len(self.case.material.pages)

    @property
    def before(self) -> int:
        """Position of the previous page, 0 on the first."""
        return self.position - 1

    @property
    def after(self) -> int:
        """Position of the next page, 0 on the last."""
        return self.position + 1 if self.position < self.total else 0

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Rectangles of the values of a prior agreement read on this page."""
        return tuple(
            each.box
            for each in self.case.values_read
            if each.box is not None and each.position == self.position
        )

    @property
    def marked_box(self) -> Box | None:
        """Rectangle of the marked value, if it is on this page."""
        return next(
            (
                each.box
                for each in self.case.values_read
                if each.name == self.marked and each.position == self.position
            ),
            None,
        )

    @property
    def view_box(self) -> str:
        """The SVG's ``viewBox``; a quarter turn swaps width and height."""
        size = self.size_of(self.position)
        upright = self.turn % (2 * QUARTER) == 0
        sides = (size.width, size.height) if upright else (size.height, size.width)
        return f"0 0 {sides[0]} {sides[1]}"

    @property
    def transform(self) -> str:
        """The SVG ``transform`` that turns the page."""
        size = self.size_of(self.position)
        moves = {
            0: (0, 0),
            QUARTER: (size.height, 0),
            2 * QUARTER: (size.width, size.height),
            3 * QUARTER: (0, size.width),
        }
        right, down = moves[self.turn]
        return f"translate({right} {down}) rotate({self.turn})"

    @property
    def lines(self) -> tuple[DrawnLine, ...]:
        """The words to lay over the page image, line by line."""
        return drawn_lines(self.words, self.hits)

    @property
    def text(self) -> str:
        """The words of the page as text, line by line."""
        return "\n".join(" ".join(word.text for word in line.words) for line in self.lines)

    def size_of(self, position: int) -> PageSize:
        """Return the pixels of a page by its position."""
        pages = self.case.material.pages
        if not pages:
            return PageSize(width=1, height=1)
        page = pages[position - 1]
        return PageSize(width=page.width_px, height=page.height_px)

    def link(self, position: int) -> str:
        """Return the URL of another page, upright and whole."""
        return self._url(pagina=position)

    def link_to(self, value: ReadValue) -> str:
        """Return the URL of the place where a value was read, one zoom step larger."""
        return url_for(
            "officer.case",
            application_id=self.case.id,
            _anchor="marca",
            pagina=value.position,
            zoom=1,
            campo=value.name,
        )

    def zoomed(self, steps: int) -> str:
        """Return the URL of this page, larger or smaller."""
        return self._look(zoom=min(MAX_ZOOM, max(0, self.zoom + steps)))

    def turned(self) -> str:
        """Return the URL of this page after another quarter turn."""
        return self._look(turn=(self.turn + QUARTER) % FULL_TURN)

    def with_text(self) -> str:
        """Return the URL of this page with the words shown, or without."""
        return self._look(shows_text=not self.shows_text)

    def _look(
        self, *, zoom: int | None = None, turn: int | None = None, shows_text: bool | None = None
    ) -> str:
        values: dict[str, int] = {
            "zoom": self.zoom if zoom is None else zoom,
            "girar": self.turn if turn is None else turn,
            "texto": int(self.shows_text if shows_text is None else shows_text),
        }
        return self._url(
            pagina=self.position, **{name: value for name, value in values.items() if value}
        )

    def _url(self, **values: Any) -> str:  # noqa: ANN401 -- numbers for the address
        sought = self.sought or None
        return url_for(
            "officer.case", application_id=self.case.id, _anchor="vista", buscar=sought, **values
        )


def _named(case: CaseView, arguments: Mapping[str, str]) -> int:
    """Return the position of the page that a search result links to, 0 for none."""
    document, number = arguments.get("documento", ""), arguments.get("hoja", "")
    for page in case.material.pages:
        if (str(page.document_id), str(page.number)) == (document, number):
            return page.position
    return 0


def _number(text: str, *, lowest: int, highest: int) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(FULL_TURN)):
        return lowest
    return max(lowest, min(int(text), highest))
