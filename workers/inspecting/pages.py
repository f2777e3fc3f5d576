"""Shows the pages of one document in several children; when one dies, another continues."""

import logging
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from review_service.domain.documents import DocumentKind, PageKind, TextSource
from review_service.domain.refusals import RefusalReason
from workers.facts import frames
from workers.facts.frames import DrawnPage, LostPage, PageWords, Refusal
from workers.facts.page import PageFacts
from workers.facts.values import FactsError
from workers.sandbox.calls import Call
from workers.sandbox.client import Child, Ending, Job, Sandbox, events
from workers.sandbox.wire import Frame

logger = logging.getLogger(__name__)

MOST_CHILDREN: Final = 4
LEAST_PAGES_EACH: Final = 3
"""Fewer photo pages are not worth a second child, which opens the file again."""
PAGE_SECONDS: Final = 4.0
"""CPU for one page. Honest: 0.05 s for a photo, 0.3 s for a page that must be drawn."""
OCR_SECONDS: Final = 6.0
"""CPU for the words of one page. Honest: 0.3 s to 2.5 s, 4.4 s where it is read twice (ADR 76)."""
MOST_DEATHS: Final = 2
"""A document that kills more children than this is refused."""
MOST_UNREAD: Final = 2
"""After so many pages that OCR could not end, the others are not tried."""
EVIDENCE_BUDGET: Final = (3.0, 0.35, 10.0)
AGREEMENT_BUDGET: Final = (3.0, 2.9, 30.0)
"""CPU of one child: base, for each page, at most. Source: an honest agreement of 12 pages takes
16 s in all; nothing hostile takes more than 15 s."""
LEAST_BUDGET: Final = 2.0
GRACE_SECONDS: Final = 3.0
"""What the rest of a range has at least: after each page that killed its child, and once more
where the words of an agreement left no time to draw the others."""
QUIET_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """One page with its facts and its JPEG pictures."""

    facts: PageFacts
    image: bytes | None = None
    preview: bytes | None = None
    thumbnail: bytes | None = None
    words_to_come: bool = False
    """Given now for its pixels; it is given once more when it is read."""


@dataclass(slots=True, kw_only=True)
class _Range:
    """The pages that one child after another works on."""

    numbers: deque[int]
    budget: float
    pending: SeenPage | None = None
    """Drawn, its words still to come."""
    had_grace: bool = False


@dataclass(slots=True, kw_only=True)
class PageRun:
    """One walk over the pages of one document."""

    sandbox: Sandbox
    document: int
    kind: DocumentKind
    most_pixels: int
    cpu_scale: float
    done: Callable[[SeenPage], None]
    reason: RefusalReason | None = None
    figure: str = ""
    peak_bytes: int = 0
    _deaths: int = 0
    _unread: int = 0
    _seen: int = 0
    _lost_to_limits: bool = False
    _children: list[Child] = field(default_factory=list)
    _ranges: dict[int, _Range] = field(default_factory=dict)

    def walk(self, page_count: int) -> None:
        """Give every page to ``done``; set ``reason`` when the document is refused.

        A page of photos is given once, a page of an agreement first for its pixels and then,
        whatever becomes of the reading, for its words. Raises ``SandboxError``.
        """
        for numbers in _shares(page_count, least=1 if self._is_read else LEAST_PAGES_EACH):
            base, each, most = AGREEMENT_BUDGET if self._is_read else EVIDENCE_BUDGET
            budget = min(most, base + each * len(numbers)) * self.cpu_scale
            self._start(_Range(numbers=deque(numbers), budget=budget))
        try:
            for child, event in events(self._children):
                if self.reason is None:
                    self._take(child, event)
                if isinstance(event, Ending):
                    self.peak_bytes = max(self.peak_bytes, event.peak_bytes)
                if self.reason is not None:
                    for other in self._children:
                        other.end()
        finally:
            for child in self._children:
                child.close()
        if self.reason is None and not self._seen:
            limits, broken = RefusalReason.TOO_COSTLY, RefusalReason.DAMAGED
            self.reason = limits if self._lost_to_limits else broken

    @property
    def _is_read(self) -> bool:
        """Whether its pages may be read from their pixels, which takes time."""
        return self.kind is DocumentKind.AGREEMENT or self.kind.is_support

    def _start(self, part: _Range) -> None:
        """Fork a child for what is left of a range."""
        tired = self._unread >= MOST_UNREAD
        job = Job(
            call=Call.SHOW_PAGES,
            arguments={
                "numbers": list(part.numbers),
                "kind": (DocumentKind.SUPPORT if self.kind.is_support else self.kind).value,
                "most_pixels": self.most_pixels,
                "page_seconds": PAGE_SECONDS * self.cpu_scale,
                "ocr_seconds": 0 if tired else OCR_SECONDS * self.cpu_scale,
                "budget_seconds": part.budget,
            },
            cpu_seconds=max(1, round(part.budget / self.cpu_scale)),
            quiet_seconds=QUIET_SECONDS,
        )
        child = self.sandbox.spawn(job, self.document)
        self._children.append(child)
        self._ranges[id(child)] = part

    def _take(self, child: Child, event: Frame | Ending) -> None:
        part = self._ranges.get(id(child))
        if part is not None and isinstance(event, Ending):
            self._after_end(child, part, event)
            return
        try:
            if part is not None and not isinstance(event, Ending):
                self._read(part, event)
        except FactsError:
            logger.warning("sandbox_sent_nonsense", extra={"kind": self.kind.value})
            child.end()

    def _read(self, part: _Range, frame: Frame) -> None:
        """Take one frame of a page child; what it says is checked before it is believed."""
        event = frames.read_event(frame)
        if isinstance(event, Refusal):
            self.reason, self.figure = event.reason, event.figure
        elif isinstance(event, DrawnPage):
            self._take_page(part, event)
        elif isinstance(event, LostPage):
            _expect(part, event.number)
            self._lost_to_limits |= event.is_out_of_memory
            self._lose(part.numbers.popleft())
        elif isinstance(event, PageWords) and part.pending is not None:
            _expect(part, event.number)
            part.pending = _as_read(part.pending, event)
            self._take_words(part.pending, event)
            part.numbers.popleft()
            part.pending = None

    def _take_page(self, part: _Range, event: DrawnPage) -> None:
        seen = seen_page(event)
        _expect(part, seen.facts.number)
        if self._is_read and event.words_to_come:
            part.pending = seen
            self.done(replace(seen, words_to_come=True))
        else:
            part.numbers.popleft()
            self._finish(seen)

    def _take_words(self, page: SeenPage, event: PageWords) -> None:
        if event.words is not None:
            self._finish(_with_words(page, event))
        else:
            self._unread += event.is_unread
            self._finish(page)

    def _after_end(self, child: Child, part: _Range, ending: Ending) -> None:
        """Mark the page at which a child died and fork again for the rest."""
        del self._ranges[id(child)]
        if not part.numbers:
            return
        logger.warning(
            "sandbox_child_ended", extra={"exit_code": ending.exit_code, "overran": ending.overran}
        )
        number, was_drawn = part.numbers.popleft(), part.pending is not None
        if part.pending is not None:
            self._unread += 1
            self._finish(part.pending)
            part.pending = None
        else:
            self._deaths += 1
            self._lost_to_limits = True
            self._lose(number)
        part.budget -= ending.cpu_seconds
        if part.budget < LEAST_BUDGET and not (was_drawn and part.had_grace):
            part.had_grace |= was_drawn
            part.budget = GRACE_SECONDS * self.cpu_scale
            if self._is_read:
                self._unread = MOST_UNREAD
        if self._deaths > MOST_DEATHS:
            self.reason = RefusalReason.TOO_COSTLY
        elif part.numbers and part.budget < LEAST_BUDGET:
            while part.numbers:
                self._lose(part.numbers.popleft())
        elif part.numbers:
            self._start(part)

    def _finish(self, page: SeenPage) -> None:
        self._seen += 1
        self.done(page)

    def _lose(self, number: int) -> None:
        kind = PageKind.UNREADABLE
        facts = PageFacts(number=number, kind=kind, width_px=0, height_px=0)
        self.done(SeenPage(facts=facts))


def _cores() -> int:
    return min(MOST_CHILDREN, len(os.sched_getaffinity(0)))


def _shares(page_count: int, *, least: int) -> Iterator[Sequence[int]]:
    """Cut 1..n into one run of pages for each core."""
    parts = max(1, min(_cores(), page_count // least))
    size, extra = divmod(page_count, parts)
    start = 1
    for index in range(parts):
        end = start + size + (1 if index < extra else 0)
        yield range(start, end)
        start = end


def _expect(part: _Range, number: object) -> None:
    if not part.numbers or number != part.numbers[0]:
        raise FactsError("a page out of turn")


def seen_page(event: DrawnPage) -> SeenPage:
    """Return the page that a child drew."""
    return SeenPage(
        facts=event.facts, image=event.image, preview=event.preview, thumbnail=event.thumbnail
    )


def _as_read(page: SeenPage, event: PageWords) -> SeenPage:
    """Add what the frame of words says besides them: codes, and the picture turned upright."""
    facts, turned = replace(page.facts, codes=event.codes), event.turned
    if turned is None:
        return replace(page, facts=facts)
    facts = replace(
        facts,
        width_px=turned.width_px,
        height_px=turned.height_px,
        photos=tuple(replace(photo, box=None) for photo in facts.photos),
    )
    return replace(
        page,
        facts=facts,
        image=turned.image,
        preview=turned.preview,
        thumbnail=turned.thumbnail,
    )


def _with_words(page: SeenPage, event: PageWords) -> SeenPage:
    facts = replace(
        page.facts,
        words=event.words or (),
        words_from=TextSource.OCR,
        tones=event.tones,
        read=True,
    )
    return replace(page, facts=facts)
