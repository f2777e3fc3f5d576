"""Reads lines of a page image a second time, where a value was not read surely. In the sandbox."""

import signal
from collections.abc import Iterator, Sequence
from typing import Final

from workers.facts.second_look import MOST_GAPS, MOST_STRIPS, StripRows, strip_of, to_header
from workers.inside.intake_check import whole
from workers.inside.ocr import engines, lines
from workers.inside.picture import decoding
from workers.sandbox.wire import Frame

MOST_PIXELS: Final = 25_000_000
"""Of a page image, which has at most 5,000 a side."""


def read(document: int, *, strips: Sequence[Sequence[float]], seconds: float) -> Iterator[Frame]:
    """Yield one frame with what was read of each strip of a page image made by the sandbox before.

    ``strips`` are left, right, middle, height and slope, as ``Strip.row`` gives them.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    page = decoding.decode(whole(document), most_pixels=MOST_PIXELS).pixels
    read_line = engines.line_reader()
    found: list[StripRows] = [
        ([], []) if read_line is None else lines.read(page, strip_of(row), read_line)
        for row in strips[: MOST_STRIPS + MOST_GAPS]
    ]
    yield Frame(header=to_header(found))
    signal.setitimer(signal.ITIMER_PROF, 0)
