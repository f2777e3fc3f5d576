"""Suggests which theme a page shows, from the words near its photos; a person confirms.

Rules, in their order: a caption close to a photo; else the line above all photos of the page; else
the last heading before it. Words that say two themes equally say none. Nothing is guessed from
pixels.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from review_service.domain import folding
from review_service.domain.documents import PageKind, Theme
from review_service.domain.reports import Box, PageReport, Word
from workers.facts.page import PageFacts
from workers.fields.paper.rows import runs
from workers.fields.paper.words import around
from workers.judging import theme_words

HEAD_POINTS: Final = 2
"""For a word that names the thing; one behind «de», «en», «con» or a gerund has one point."""
NEAR: Final = 0.08
"""A caption stands at most so much of the page's height from its photo."""
MOST_HEADING_WORDS: Final = 12
"""A longer text is no heading but a letter."""
MOST_CAPTION_WORDS: Final = 40
MOST_BASIS: Final = 80
"""Characters of the words that a suggestion shows as its reason."""
LEAST_RUNNING: Final = 3
"""A line that stands on so many pages, and on half of them, is the paper's head or foot."""

_THEMES: Final = theme_words.by_stem()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A theme and the words that say it."""

    theme: Theme
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Words beside each other, and the box around them."""

    text: str
    box: Box

    @property
    def bottom(self) -> int:
        return self.box.top + self.box.height


def of_text(text: str) -> Suggestion | None:
    """Return the one theme that a text names most, None for none or for a tie."""
    points: Counter[Theme] = Counter()
    plain = " ".join(folding.tokens(text))
    for phrase, theme in theme_words.PHRASES.items():
        if f" {phrase} " in f" {plain} ":
            points[theme] += HEAD_POINTS
            plain = f" {plain} ".replace(f" {phrase} ", " ").strip()
    weight = HEAD_POINTS
    for token in plain.split():
        if token in theme_words.LINKS or (points and token.endswith(theme_words.GERUNDS)):
            weight = 1
        theme_said = _THEMES.get(folding.stem(token))
        if theme_said is not None:
            points[theme_said] += weight
    best = points.most_common(2)
    if not best or (len(best) > 1 and best[0][1] == best[1][1]):
        return None
    return Suggestion(theme=best[0][0], basis=" ".join(text.split())[:MOST_BASIS])


def suggest(pages: Sequence[PageFacts]) -> Mapping[int, Suggestion]:
    """Return what the words of a document suggest, by the number of the page."""
    lines = {page.number: _lines(page.words) for page in pages}
    running = _running(list(lines.values()))
    found: dict[int, Suggestion] = {}
    heading: Suggestion | None = None
    for page in sorted(pages, key=lambda one: one.number):
        own = [line for line in lines[page.number] if line.text not in running]
        title = _heading(page, own)
        if title:
            heading = of_text(title) if _is_of_photos(title) else None
        if page.kind is PageKind.PHOTO:
            suggestion = _from_captions(page, own) or heading
            if suggestion is not None:
                found[page.number] = suggestion
    return found


def onto(
    pages: Mapping[int, PageReport], suggestions: Mapping[int, Suggestion]
) -> Mapping[int, PageReport]:
    """Return copies of the pages that have a suggestion, with its theme and its words."""
    return {
        number: replace(pages[number], suggested_theme=said.theme, suggested_from=said.basis)
        for number, said in suggestions.items()
    }


def _from_captions(page: PageFacts, lines: Sequence[_Line]) -> Suggestion | None:
    captions = [line.text for line in lines if _is_caption(page, line)]
    text = " ".join(captions)
    if len(text.split()) > MOST_CAPTION_WORDS:
        return None
    return of_text(text)


def _is_caption(page: PageFacts, line: _Line) -> bool:
    """Whether a line stands on, under or close above a photo of the page."""
    boxes = [photo.box for photo in page.photos]
    if not boxes or None in boxes:
        return True
    reach = page.height_px * NEAR
    return any(box is not None and _is_near(box, line.box, reach) for box in boxes)


def _is_near(photo: Box, line: Box, reach: float) -> bool:
    beside = line.left + line.width < photo.left or line.left > photo.left + photo.width
    above = photo.top - (line.top + line.height)
    below = line.top - (photo.top + photo.height)
    return not beside and above <= reach and below <= reach


def _heading(page: PageFacts, lines: Sequence[_Line]) -> str:
    """Return the words above all photos of a page, or of a page that has only a few words."""
    if page.kind is PageKind.PHOTO:
        tops = [photo.box.top if photo.box else 0 for photo in page.photos]
        lines = [line for line in lines if line.bottom <= min(tops, default=0)]
    elif page.kind is not PageKind.TEXT:
        return ""
    text = " ".join(line.text for line in lines)
    return text if len(text.split()) <= MOST_HEADING_WORDS else ""


def _is_of_photos(title: str) -> bool:
    return not theme_words.COVER_WORDS.intersection(folding.tokens(title))


def _running(pages: Sequence[Sequence[_Line]]) -> frozenset[str]:
    """Return the lines that most pages repeat."""
    seen = Counter(text for lines in pages for text in {line.text for line in lines})
    least = max(LEAST_RUNNING, len(pages) / 2)
    return frozenset(text for text, times in seen.items() if times >= least)


def _lines(words: Sequence[Word]) -> list[_Line]:
    return [_Line(text=folding.text_of(run), box=around(run)) for run in runs(words)]
