"""Has the sandbox look once more where the values of a supporting document were read."""

from collections.abc import Mapping, Sequence
from typing import Final

from review_service.domain.documents import TextSource
from review_service.domain.reports import Box, ReadField
from workers.facts.alterations import AlterationFacts, from_header
from workers.facts.page import PageFacts
from workers.facts.values import FactsError
from workers.judging.support.alterations import standing_in
from workers.sandbox.calls import Call
from workers.sandbox.client import Job
from workers.sandbox.keeper import cpu_scale
from workers.sandbox.one_answer import only_frame

CPU_SECONDS: Final = 8.0
"""For one document. Honest: 0.3 s to 2 s, most of it OCR around the values."""
MOST_REPEATED: Final = 200
LEAST_SIGNS: Final = 3
"""Letters and digits of a word that is looked for elsewhere on its page."""


def alterations_of(
    document: int, fields: Sequence[ReadField], pages: Mapping[int, PageFacts]
) -> AlterationFacts | None:
    """Return what is seen where the values stand; None when the child gave nothing.

    Raises ``SandboxError``.
    """
    read = [
        field
        for field in fields
        if field.page in pages and pages[field.page].words_from is TextSource.LAYER
    ]
    shown = {field.page: pages[field.page] for field in read}
    job = Job(
        call=Call.LOOK_FOR_ALTERATIONS,
        arguments={
            "values": [[field.name, field.page, *_sides(field.box)] for field in read],
            "repeated": _repeated(read, shown),
            "sizes": {
                str(number): [page.width_px, page.height_px] for number, page in shown.items()
            },
            "seconds": CPU_SECONDS * cpu_scale(),
        },
        cpu_seconds=round(CPU_SECONDS) + 1,
    )
    frame, _ = only_frame(job, document)
    try:
        return None if frame is None else from_header(frame.header)
    except FactsError:
        return None


def _repeated(read: Sequence[ReadField], pages: Mapping[int, PageFacts]) -> list[list[int]]:
    """Return where the words of the values stand again: a forger changes those too."""
    found = []
    for number, page in pages.items():
        here = [field for field in read if field.page == number]
        said = {word.text for field in here for word in standing_in(field.box, page.words)}
        found += [
            [number, *_sides(word.box)]
            for word in page.words
            if word.text in said and sum(map(str.isalnum, word.text)) >= LEAST_SIGNS
        ]
    return found[:MOST_REPEATED]


def _sides(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.width, box.height
