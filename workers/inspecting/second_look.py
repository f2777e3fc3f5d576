"""Has the sandbox read lines of a prior agreement again where a value was not read surely."""

from collections.abc import Mapping, Sequence
from typing import Final

from review_service.domain.reports import ReadField, Word
from workers.facts.second_look import LineReadings, from_header
from workers.facts.values import FactsError
from workers.fields.prior import second_look
from workers.fields.prior.second_look import Place
from workers.sandbox.calls import Call
from workers.sandbox.client import Job
from workers.sandbox.keeper import cpu_scale
from workers.sandbox.one_answer import nameless, only_frame, write_all

PAGE_SECONDS: Final = 4.0
"""CPU for the lines of one page. Honest: 0.3 s to 2 s, and nothing where all was read."""
MOST_PAGES: Final = 2
"""Of one document: an Acuerdo says number, holder and RUC on its first page."""


def looked_again(
    pages: Sequence[tuple[int, Sequence[Word]]],
    fields: Sequence[ReadField],
    images: Mapping[int, bytes | None],
) -> tuple[ReadField, ...]:
    """Return the fields, the doubtful ones as a second look at their lines gives them.

    A sure one that this denies is less sure.

    ``images`` are the page images, JPEG, by number. Where every value was read surely, or the child
    gave nothing, the fields are as they were. Raises ``SandboxError``.
    """
    places = second_look.places(pages, fields)
    looks: list[tuple[Place, LineReadings]] = []
    for number in sorted({place.page for place in places})[:MOST_PAGES]:
        image = images.get(number)
        here = [place for place in places if place.page == number]
        if image is not None:
            looks += zip(here, _read(image, here), strict=False)
    return second_look.read_again(pages, fields, looks) if looks else tuple(fields)


def _read(image: bytes, places: Sequence[Place]) -> tuple[LineReadings, ...]:
    """Return what is read of each place on one page; nothing when the child gave no answer."""
    job = Job(
        call=Call.LOOK_AGAIN,
        arguments={
            "strips": [place.strip.row() for place in places],
            "seconds": PAGE_SECONDS * cpu_scale(),
        },
        cpu_seconds=round(PAGE_SECONDS) + 1,
    )
    with nameless("page") as document:
        write_all(document, image)
        frame, _ = only_frame(job, document)
    try:
        return () if frame is None else from_header(frame.header, count=len(places))
    except FactsError:
        return ()
