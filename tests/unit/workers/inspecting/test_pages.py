"""One walk over the pages of a document, with children that say and end as a test wants."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.refusals import RefusalReason
from tests.samples.measured import photo_page
from workers.facts import frames
from workers.inspecting import pages
from workers.inspecting.pages import PageRun, SeenPage
from workers.sandbox.calls import Call
from workers.sandbox.client import Child, Ending, Job, Sandbox
from workers.sandbox.wire import Frame

JPEG = b"\xff\xd8\xff picture"
CLEAN = Ending(exit_code=0, cpu_seconds=0.5, peak_bytes=1000, overran=False)
KILLED = replace(CLEAN, exit_code=-9)
WORD = ["TELAR", 90.0, 1, 2, 30, 10]
Said = Sequence[Frame | Ending]


def drawn(number: int, *, words: bool = False) -> Frame:
    facts = photo_page(number=number)
    return frames.write_page(facts, image=JPEG, thumbnail=JPEG, words_to_come=words)


def lost(number: int, error: Exception | None = None) -> Frame:
    return frames.write_lost(number, error or ValueError())


@dataclass(slots=True)
class Spawned:
    """One child: what it was asked, what it says, how often it was told to end."""

    job: Job
    said: Said
    told_to_end: int = 0
    is_closed: bool = False

    def end(self) -> None:
        """Note it."""
        self.told_to_end += 1

    def close(self) -> None:
        """Note it."""
        self.is_closed = True


@dataclass(slots=True)
class Script:
    """Stands for the sandbox: gives each new child the next thing to say."""

    said: list[Said]
    spawned: list[Spawned] = field(default_factory=list)

    def spawn(self, job: Job, document: int) -> Spawned:
        """Return a child that was made for the document."""
        os.fstat(document)
        self.spawned.append(Spawned(job, self.said.pop(0)))
        return self.spawned[-1]

    @property
    def asked(self) -> list[Any]:
        """The page numbers that each child was asked for."""
        return [child.job.arguments.get("numbers") for child in self.spawned]


def in_turn(children: list[Child]) -> Iterator[tuple[Child, Frame | Ending]]:
    """Yield what the children say, one child after another."""
    while children:
        child = children[0]
        for event in cast("Spawned", child).said:
            if isinstance(event, Ending):
                children.remove(child)
            yield child, event


def walked(
    monkeypatch: pytest.MonkeyPatch,
    page_count: int,
    *said: Said,
    kind: DocumentKind = DocumentKind.EVIDENCE,
    cores: int = 1,
    cpu_scale: float = 1.0,
) -> tuple[PageRun, Script, list[SeenPage]]:
    """Return the walk over a document, its children, and the pages that it gave, in their order."""
    monkeypatch.setattr(pages, "events", in_turn)
    monkeypatch.setattr(pages, "_cores", lambda: cores)
    script, given = Script(list(said)), list[SeenPage]()
    document = os.memfd_create("document")
    try:
        run = PageRun(
            sandbox=cast("Sandbox", script), document=document, kind=kind,
            most_pixels=1000, cpu_scale=cpu_scale, done=given.append,
        )  # fmt: skip
        run.walk(page_count)
    finally:
        os.close(document)
    assert script.said == [], "each child that the test planned was started"
    return run, script, given


def told(given: Sequence[SeenPage]) -> dict[int, PageKind]:
    """Return the kind of each page; each was given once."""
    assert len({page.facts.number for page in given}) == len(given)
    return {page.facts.number: page.facts.kind for page in given}


PHOTO, UNREADABLE = PageKind.PHOTO, PageKind.UNREADABLE


def test_a_page_that_a_parser_refuses_costs_that_page_and_no_new_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, script, given = walked(monkeypatch, 3, [drawn(1), lost(2), drawn(3), CLEAN])
    assert run.reason is None
    assert told(given) == {1: PHOTO, 2: UNREADABLE, 3: PHOTO}
    assert script.spawned[0].told_to_end == 0
    assert (given[0].image, given[0].thumbnail) == (JPEG, JPEG)


def test_a_page_at_which_a_child_died_is_lost_and_another_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, script, given = walked(monkeypatch, 4, [drawn(1), KILLED], [drawn(3), drawn(4), CLEAN])
    assert told(given) == {1: PHOTO, 2: UNREADABLE, 3: PHOTO, 4: PHOTO}
    assert script.asked == [[1, 2, 3, 4], [3, 4]]
    assert [child.job.cpu_seconds for child in script.spawned] == [4, 4]


def test_a_page_that_took_all_the_time_costs_no_other_page(monkeypatch: pytest.MonkeyPatch) -> None:
    spent = replace(KILLED, cpu_seconds=60.0)
    run, script, given = walked(
        monkeypatch, 5, [drawn(1), spent], [drawn(3), spent], [drawn(5), CLEAN]
    )
    assert run.reason is None
    assert told(given) == {1: PHOTO, 2: UNREADABLE, 3: PHOTO, 4: UNREADABLE, 5: PHOTO}
    assert script.asked == [[1, 2, 3, 4, 5], [3, 4, 5], [5]]
    assert [child.job.cpu_seconds for child in script.spawned] == [5, 3, 3]


def test_an_agreement_gets_time_once_more_to_draw_what_was_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spent = replace(KILLED, cpu_seconds=60.0)
    _, script, given = walked(
        monkeypatch, 4, [drawn(1, words=True), spent], [drawn(2, words=True), spent],
        kind=DocumentKind.AGREEMENT,
    )  # fmt: skip
    assert script.asked == [[1, 2, 3, 4], [2, 3, 4]]
    assert [child.job.arguments["ocr_seconds"] for child in script.spawned] == [6, 0]
    assert [child.job.cpu_seconds for child in script.spawned] == [15, 3]
    seen = [(page.facts.number, page.facts.kind, page.words_to_come) for page in given]
    assert seen == [
        (1, PHOTO, True), (1, PHOTO, False), (2, PHOTO, True), (2, PHOTO, False),
        (3, UNREADABLE, False), (4, UNREADABLE, False),
    ]  # fmt: skip


def test_words_of_an_agreement_come_after_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    words = Frame(header={"number": 1, "codes": [], "words": [WORD]})
    said: Said = [drawn(1, words=True), words, drawn(2), CLEAN]
    _, _, given = walked(monkeypatch, 2, said, kind=DocumentKind.AGREEMENT)
    read = [(page.facts.number, page.facts.read, page.words_to_come) for page in given]
    assert read == [(1, False, True), (1, True, False), (2, False, False)]
    assert [word.text for word in given[1].facts.words] == ["TELAR"]


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_each_child_has_the_limits_of_its_kind_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, scale: float
) -> None:
    said: Said = [*map(drawn, range(1, 41)), CLEAN]
    for kind, count, seconds in (
        (DocumentKind.EVIDENCE, 10, 6.5),
        (DocumentKind.EVIDENCE, 40, 10),
        (DocumentKind.AGREEMENT, 4, 14.6),
        (DocumentKind.SUPPORT, 40, 30),
    ):
        _, script, _ = walked(
            monkeypatch, count, [*said[:count], CLEAN], kind=kind, cpu_scale=scale
        )
        assert script.spawned[0].job == Job(
            call=Call.SHOW_PAGES,
            arguments={
                "numbers": list(range(1, count + 1)),
                "kind": kind.value,
                "most_pixels": 1000,
                "page_seconds": 4 * scale,
                "ocr_seconds": 6 * scale,
                "budget_seconds": seconds * scale,
            },
            cpu_seconds=round(seconds),
            quiet_seconds=15,
        )


def test_after_two_pages_without_words_the_engine_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one: Said = [drawn(1, words=True), KILLED]
    two: Said = [drawn(2, words=True), KILLED]
    rest: Said = [drawn(3), drawn(4), CLEAN]
    _, script, _ = walked(monkeypatch, 4, one, two, rest, kind=DocumentKind.AGREEMENT)
    assert [child.job.arguments["ocr_seconds"] for child in script.spawned] == [6, 6, 0]


def test_a_document_may_kill_two_children_and_no_third(monkeypatch: pytest.MonkeyPatch) -> None:
    two, _, given = walked(monkeypatch, 4, [KILLED], [drawn(2), KILLED], [drawn(4), CLEAN])
    assert two.reason is None
    assert told(given) == {1: UNREADABLE, 2: PHOTO, 3: UNREADABLE, 4: PHOTO}
    three, _, _ = walked(monkeypatch, 5, [drawn(1), KILLED], [KILLED], [KILLED])
    assert three.reason is RefusalReason.TOO_COSTLY


def test_a_refusal_ends_the_other_children_and_nothing_more_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refusal = frames.write_refusal(RefusalReason.IMAGE_TOO_LARGE, "Mide mucho.")
    run, script, given = walked(
        monkeypatch, 6, [drawn(1), refusal, CLEAN], [drawn(4), CLEAN], cores=2
    )
    assert (run.reason, run.figure) == (RefusalReason.IMAGE_TOO_LARGE, "Mide mucho.")
    assert told(given) == {1: PHOTO}
    assert script.asked == [[1, 2, 3], [4, 5, 6]]
    assert script.spawned[1].told_to_end > 0


@pytest.mark.parametrize(
    ("error", "reason"),
    [(ValueError(), RefusalReason.DAMAGED), (MemoryError(), RefusalReason.TOO_COSTLY)],
)
def test_a_document_of_which_no_page_is_seen_is_refused(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: RefusalReason
) -> None:
    run, _, given = walked(monkeypatch, 2, [lost(1, error), lost(2), CLEAN])
    assert run.reason is reason
    assert told(given) == {1: UNREADABLE, 2: UNREADABLE}


def test_a_document_whose_child_died_at_its_only_page_is_too_costly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, _, _ = walked(monkeypatch, 1, [KILLED])
    assert run.reason is RefusalReason.TOO_COSTLY


@pytest.mark.parametrize(
    "nonsense",
    [drawn(2), lost(3), Frame(header={"reason": "of its own"}), Frame(header={"lost": "1"})],
)
def test_a_child_that_talks_nonsense_is_ended(
    monkeypatch: pytest.MonkeyPatch, nonsense: Frame
) -> None:
    _, script, given = walked(monkeypatch, 2, [nonsense, KILLED], [drawn(2), CLEAN])
    assert script.spawned[0].told_to_end == 1
    assert told(given) == {1: UNREADABLE, 2: PHOTO}


def test_the_most_memory_of_any_child_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    large = replace(KILLED, peak_bytes=9000)
    run, _, _ = walked(monkeypatch, 3, [drawn(1), large], [drawn(3), CLEAN])
    assert run.peak_bytes == 9000


@pytest.mark.parametrize(
    ("kind", "cores", "shares"),
    [
        (DocumentKind.EVIDENCE, 4, [[1]]),
        (DocumentKind.EVIDENCE, 4, [[1, 2, 3, 4, 5]]),
        (DocumentKind.EVIDENCE, 4, [[1, 2, 3], [4, 5, 6]]),
        (DocumentKind.AGREEMENT, 3, [[1, 2, 3], [4, 5, 6], [7, 8]]),
        (DocumentKind.SUPPORT, 4, [[1], [2]]),
    ],
)
def test_pages_are_shared_out_in_runs(
    monkeypatch: pytest.MonkeyPatch, kind: DocumentKind, cores: int, shares: list[list[int]]
) -> None:
    said: list[Said] = [[*map(drawn, share), CLEAN] for share in shares]
    count = sum(map(len, shares))
    _, script, given = walked(monkeypatch, count, *said, kind=kind, cores=cores)
    assert script.asked == shares
    assert len(told(given)) == count
