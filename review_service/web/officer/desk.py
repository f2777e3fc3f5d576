"""State of the case viewer, from the URL: page, zoom, turn, text, all pages, a page beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self
from uuid import UUID

from flask import url_for

from review_service.db.queries.officer.beside import Beside
from review_service.db.queries.officer.case import CaseView
from review_service.db.queries.officer.case_items import ItemView
from review_service.db.queries.officer.pages import FindingView, PageView
from review_service.db.queries.officer.prior import ReadValue
from review_service.domain import folding
from review_service.domain.finding_codes import FindingCode
from review_service.domain.reports import PREVIEW_SIDE_PX, Box, Word
from review_service.domain.wording import visible
from review_service.web.officer.drawn_words import DrawnLine, drawn_lines

WHOLE: Final = 0
"""Zoom of a page that is drawn as large as the window has room for."""
ZOOMS: Final = (WHOLE, 100, 200, 400)
"""Percent of the picture's own pixels that links lead to; ``page_image.js`` knows those between."""
PIXELS_FROM: Final = 400
"""From this zoom on each pixel of the picture is drawn as a square, in percent."""
PLACES: Final = frozenset({"pagina", "documento", "hoja", "hojas", "junto", "buscar", "campo"})
"""Arguments of the address that say where to look."""
MAX_SOUGHT: Final = 120
"""Most characters of the search, as in the search field of the list."""
MAX_WANTED: Final = 48
"""Characters of a document's id, a point and the number of a page."""
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
    """Percent of the picture's own pixels; ``WHOLE`` fits it into the window."""
    turn: int
    shows_text: bool
    shows_all: bool = False
    """All pages at once, small, instead of one."""
    wanted: str = ""
    """The page asked for beside this one: document and number, with a point between."""
    beside: Beside | None = None
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
            zoom=_zoom(arguments.get("zoom", "")),
            turn=turn - turn % QUARTER,
            shows_text=arguments.get("texto") == "1",
            shows_all=arguments.get("hojas") == "1",
            wanted=arguments.get("junto", "")[:MAX_WANTED],
            sought=" ".join(visible(arguments.get("buscar", "")[:MAX_SOUGHT]).split()),
            marked=arguments.get("campo", ""),
        )

    @classmethod
    def on_opening(cls, case: CaseView, arguments: Mapping[str, str]) -> Self:
        """Parse the URL; one that names no place leads to what a correction changed.

        The first page that is new there stands beside the one that it took the place of.
        """
        if not case.can_be_decided or PLACES & arguments.keys():
            return cls.from_arguments(case, arguments)
        return cls.from_arguments(case, {**arguments, **_changed_place(case)})

    def with_words(self, words: tuple[Word, ...]) -> "Desk":
        """Return the same view with the page's words loaded."""
        hits = folding.hits(words, folding.searched(self.sought))
        return replace(self, words=words, hits=hits)

    def with_beside(self, beside: Beside | None) -> "Desk":
        """Return the same view with a page beside it, or without."""
        return replace(self, beside=beside)

    @property
    def wanted_place(self) -> tuple[UUID, int] | None:
        """Document and number of the page asked for beside this one; None without one."""
        document, _, number = self.wanted.partition(".")
        try:
            return (UUID(document), int(number)) if number.isascii() else None
        except ValueError:
            return None

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
    def preview_side(self) -> int:
        """Pixels of the longest side of the pictures that are shown before anybody zooms."""
        return PREVIEW_SIDE_PX

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
    def drawn(self) -> "Drawn":
        """How the page is drawn: its ``viewBox``, its turn and its size."""
        return drawn_as(self.size_of(self.position), turn=self.turn, zoom=self.zoom)

    @property
    def drawn_beside(self) -> "Drawn":
        """How the page beside it is drawn: upright, at the same zoom."""
        size = PageSize(width=1, height=1)
        if self.beside is not None:
            size = PageSize(width=self.beside.width_px, height=self.beside.height_px)
        return drawn_as(size, turn=0, zoom=self.zoom)

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

    def findings_on(self, page: PageView) -> tuple[FindingView, ...]:
        """Return the findings of one page."""
        return tuple(each for each in self.case.material.findings if each.position == page.position)

    def told_of(self, item: ItemView) -> tuple[FindingView, ...]:
        """Return the findings of an item; how photos were made, of the page in view alone."""
        here = self.page.position if self.page is not None else None
        return tuple(
            each
            for each in item.findings
            if each.code != FindingCode.PHOTO_DECLARED or each.position == here
        )

    def point_of(self, page: PageView) -> ItemView | None:
        """Return the item that a page belongs to; None for a page without a theme."""
        return next((each for each in self.case.items if each.item is page.item), None)

    def link(self, position: int) -> str:
        """Return the URL of another page, upright and whole."""
        return self._url(pagina=position)

    def onward(self, position: int) -> str:
        """Return the URL of another page; what stands beside it stays."""
        return self._url(pagina=position, junto=self.wanted if self.beside else None)

    def all_pages(self) -> str:
        """Return the URL of all pages at once."""
        return self._url(pagina=self.position, hojas=1)

    def side_by_side(self) -> str:
        """Return the URL of this page with the one beside it that most likely is compared with it.

        That is a copy of it, else what it replaced, else the next page; empty for a single page.
        """
        first = next((place for place, _ in self.may_stand_beside()), "")
        return self._url(pagina=self.position, junto=first) if first else ""

    def beside_former(self, item: ItemView, document_id: UUID, number: int) -> str:
        """Return the URL of an item's first page with a page beside it that was there before."""
        position = item.positions[0] if item.positions else self.position
        return self._url(pagina=position, junto=place_of(document_id, number))

    def may_stand_beside(self) -> Iterator[tuple[str, str]]:
        """Yield the pages to put beside this one: what ``junto`` says of each, and its words."""
        page = self.page
        if page is None:
            return
        for copy in page.copies:
            words = f"Foto parecida de {copy.reference}"
            yield place_of(copy.document_id, copy.page_number), words
        for item in self.case.items:
            if item.item is page.item:
                for former in item.replaced:
                    words = f"Antes de corregir: {item.item.label}"
                    yield place_of(former.document_id, former.number), words
        pages = self.case.material.pages
        for other in (*pages[self.position :], *pages[: self.position - 1]):
            label = f": {other.item.label}" if other.item else ""
            yield place_of(other.document_id, other.number), f"Página {other.position}{label}"

    def link_to(self, value: ReadValue) -> str:
        """Return the URL of the place where a value was read, at the picture's own pixels."""
        return url_for(
            "officer.case",
            application_id=self.case.id,
            _anchor="marca",
            pagina=value.position,
            zoom=ZOOMS[1],
            campo=value.name,
        )

    def zoomed(self, steps: int) -> str:
        """Return the URL of this page, larger or smaller."""
        place = ZOOMS.index(self.zoom) + steps
        return self._look(zoom=ZOOMS[min(len(ZOOMS) - 1, max(0, place))])

    def whole_or_pixels(self) -> str:
        """Return the URL of the whole page; from there of its own pixels."""
        return self._look(zoom=WHOLE if self.zoom else ZOOMS[1])

    def turned(self) -> str:
        """Return the URL of this page after another quarter turn."""
        return self._look(turn=(self.turn + QUARTER) % FULL_TURN)

    def with_text(self) -> str:
        """Return the URL of this page with the words shown, or without."""
        return self._look(shows_text=not self.shows_text)

    def _look(
        self, *, zoom: int | None = None, turn: int | None = None, shows_text: bool | None = None
    ) -> str:
        values: dict[str, int | str] = {
            "junto": self.wanted if self.beside else "",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Attributes of the SVG that draws a page."""

    view_box: str
    """A quarter turn swaps width and height."""
    transform: str
    size: PageSize | None
    """Pixels on the screen; None where the window decides."""
    shows_pixels: bool


def drawn_as(size: PageSize, *, turn: int, zoom: int) -> Drawn:
    """Return how a page of that size is drawn, turned clockwise, in percent of its pixels."""
    upright = turn % (2 * QUARTER) == 0
    width, height = (size.width, size.height) if upright else (size.height, size.width)
    moves = {
        0: (0, 0),
        QUARTER: (size.height, 0),
        2 * QUARTER: (size.width, size.height),
        3 * QUARTER: (0, size.width),
    }
    right, down = moves[turn]
    return Drawn(
        view_box=f"0 0 {width} {height}",
        transform=f"translate({right} {down}) rotate({turn})",
        size=PageSize(width=width * zoom // 100, height=height * zoom // 100) if zoom else None,
        shows_pixels=zoom >= PIXELS_FROM,
    )


def _changed_place(case: CaseView) -> Mapping[str, str]:
    """Return what the address says of the first page that came back; nothing without one."""
    for item in sorted(case.came_back, key=lambda one: not one.is_changed):
        if not item.positions:
            continue
        added = {(each.document_id, each.number) for each in item.look.added}
        pages = [case.material.pages[position - 1] for position in item.positions]
        fresh = [page for page in pages if (page.document_id, page.number) in added]
        place = {"pagina": str((fresh or pages)[0].position)}
        shown = (fresh or pages)[0]
        for former in item.look.gone:
            is_shown = (former.document_id, former.number) == (shown.document_id, shown.number)
            if not former.is_deleted and not is_shown:
                return {**place, "junto": place_of(former.document_id, former.number)}
        return place
    return {}


def place_of(document_id: UUID, number: int) -> str:
    """Return how ``junto`` names a page."""
    return f"{document_id}.{number}"


def _named(case: CaseView, arguments: Mapping[str, str]) -> int:
    """Return the position of the page that a search result links to, 0 for none."""
    document, number = arguments.get("documento", ""), arguments.get("hoja", "")
    for page in case.material.pages:
        if (str(page.document_id), str(page.number)) == (document, number):
            return page.position
    return 0


def _zoom(text: str) -> int:
    """Return the largest zoom of the links that is not beyond the one asked for."""
    asked = _number(text, lowest=WHOLE, highest=ZOOMS[-1])
    return max(each for each in ZOOMS if each <= asked)


def _number(text: str, *, lowest: int, highest: int) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(FULL_TURN)):
        return lowest
    return max(lowest, min(int(text), highest))
