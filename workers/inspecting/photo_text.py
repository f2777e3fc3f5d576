"""Reads the words inside one page image in the sandbox; an option, after all checks."""

from collections.abc import Sequence
from typing import Final

from review_service.domain.reports import SURE_CONFIDENCE, Box, Word
from workers.facts.frames import read_photo_words
from workers.facts.values import FactsError
from workers.sandbox.calls import Call
from workers.sandbox.client import Job
from workers.sandbox.keeper import cpu_scale, start_sandbox
from workers.sandbox.one_answer import nameless, only_frame, write_all
from workers.sandbox.wire import Frame

READ_SECONDS: Final = 6.0
"""CPU for one page image. Honest: 0.05 s to 2.5 s."""
LEAST_LETTERS: Final = 3
"""Letters and digits of a word; shorter ones are grain of wood and folds of cloth."""


def words_in(image: bytes) -> tuple[Word, ...] | None:
    """Return the words that a page image shows, boxed in its pixels; None when it can't be read.

    Only words that the engine is sure of: a photo is full of lines that look like letters.
    Raises ``SandboxError`` when the sandbox does not work.
    """
    start_sandbox()
    job = Job(
        call=Call.READ_PHOTO,
        arguments={"seconds": READ_SECONDS * cpu_scale()},
        cpu_seconds=round(READ_SECONDS) + 1,
    )
    with nameless("page") as document:
        write_all(document, image)
        frame, _ = only_frame(job, document)
    try:
        return None if frame is None else _believed(frame)
    except FactsError:
        return None


def _believed(frame: Frame) -> tuple[Word, ...] | None:
    """Return the words of a frame, boxed on the page image. Raises ``FactsError``."""
    photo = read_photo_words(frame)
    words = photo.read.words
    if words is None:
        return None
    scale = photo.page_size[0] / photo.size[0]
    return tuple(_scaled(word, scale) for word in sure(words))


def sure(words: Sequence[Word]) -> list[Word]:
    """Return the words of at least ``SURE_CONFIDENCE`` and ``LEAST_LETTERS`` letters or digits."""
    return [
        word
        for word in words
        if word.confidence >= SURE_CONFIDENCE
        and sum(sign.isalnum() for sign in word.text) >= LEAST_LETTERS
    ]


def _scaled(word: Word, scale: float) -> Word:
    box = word.box
    left, top, width, height = (
        round(side * scale) for side in (box.left, box.top, box.width, box.height)
    )
    return Word(
        text=word.text,
        confidence=word.confidence,
        box=Box(left=left, top=top, width=width, height=height),
    )
