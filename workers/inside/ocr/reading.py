"""Reads the words and QR codes of a paper and places them on the page image.

Runs in the sandbox. A page that was scanned lying or on its head is shown upright from here on: its
new picture comes with its words. Everything else that helps OCR (straightening, light, stamps) is
undone for the boxes, so that they fit the picture that officers see.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from review_service.domain.documents import PageKind
from workers.facts import frames
from workers.facts.headers import CodeRow, WordRow
from workers.facts.placing import Matrix, inverse, mapped, quarter_turn
from workers.inside.ocr import codes, engines, glyphs, narrowed, rubbed, tones, upright
from workers.inside.ocr.engines import Reader
from workers.inside.picture import decoding
from workers.inside.picture.decoding import Pixels
from workers.sandbox.wire import Frame

LEGIBLE_CONFIDENCE: Final = 70.0
"""Of a word, 0 to 100; on a page on its head few words have it."""
LEAST_LEGIBLE_SHARE: Final = 0.45
"""Of all letters of a page. Calibrated: benchmarks/prior_agreement.py."""
LEAST_WORD: Final = 3
"""Letters; shorter words look alike on their head."""
LEAST_LETTERS: Final = 25
"""Fewer say nothing about which way up they are."""
STRIP_SHARE: Final = 0.22
"""Height of the strip that is read to find out which way is up."""
MUCH_BETTER: Final = 1.3


def prepare() -> None:
    """Run every step once before the sandbox closes: what loads on first use is loaded then."""
    codes.prepare()
    table = np.full((900, 700, 3), (58, 84, 122), np.uint8)
    table[90:810, 80:620] = 244
    for top in range(150, 760, 16):
        table[top : top + 7, 130:570:9] = 30
    table[200:300, 300:400, 0] = 40
    for page in (
        table,
        decoding.grey(table),
        cv2.threshold(decoding.grey(table), 90, 255, cv2.THRESH_BINARY)[1],
    ):
        upright.quarter_turned(upright.straightened(np.asarray(page, np.uint8)), 1)


def words_frame(
    number: int,
    page: Pixels,
    kind: PageKind,
    *,
    wanted: bool,
    with_tones: bool = False,
    of_values: rubbed.OfValues = list,
) -> Frame:
    """Return the words and codes of a page; a page that OCR refuses is unread, not lost.

    ``with_tones`` measures paper and ink of each word too. Only the words that are ``of_values``
    are asked whether a digit of theirs is half rubbed off.
    """
    found = _codes(page)
    if kind is PageKind.BLANK:
        return frames.write_words(number, [], codes=found)
    if not wanted:
        return frames.write_unread(number, "budget", codes=found)
    try:
        return _read(number, page, found, with_tones=with_tones, of_values=of_values)
    except Exception as error:  # noqa: BLE001 -- engines raise anything
        return frames.write_unread(number, type(error).__name__, codes=found)


def _codes(page: Pixels) -> list[CodeRow]:
    try:
        return codes.found(page)
    except (RuntimeError, ValueError, TypeError):
        return []


def _read(
    number: int,
    page: Pixels,
    found: list[CodeRow],
    *,
    with_tones: bool,
    of_values: rubbed.OfValues = list,
) -> Frame:
    read_page, read_line = engines.reader(), engines.line_reader()
    if read_page is None or read_line is None:
        return frames.write_unread(number, codes=found)
    # supporting documents have tones, and no reading of theirs was measured narrower
    read = read_page if with_tones else narrowed.narrowed(read_page, read_line)
    paper = upright.straightened(page)
    height, width = page.shape[:2]
    rows, turns, way_back = _upright_rows(paper, read)
    if not turns:
        luma = decoding.grey(page)
        placed = _doubted(luma, _placed(rows, way_back, width, height), of_values)
        measured = tones.measured(luma, placed) if with_tones else ()
        return frames.write_words(number, placed, codes=found, tones=measured)
    shown = np.ascontiguousarray(np.rot90(page, turns))
    turned = inverse(quarter_turn(turns, width, height))
    height, width = shown.shape[:2]
    luma = decoding.grey(shown)
    placed = _doubted(luma, _placed(rows, turned @ way_back, width, height), of_values)
    return frames.write_words(
        number,
        placed,
        tones=tones.measured(luma, placed) if with_tones else (),
        codes=[
            (text, *mapped((left, top, across, down), turned, width, height))
            for text, left, top, across, down in found
        ],
        turned=_turned(shown),
    )


def _doubted(luma: Pixels, placed: Sequence[WordRow], of_values: rubbed.OfValues) -> list[WordRow]:
    """Return the words, those with less confidence whose ink people or engines overlook."""
    words, read_line = tones.faint_doubted(luma, placed), engines.line_reader()
    return words if read_line is None else rubbed.doubted(luma, words, read_line, of_values)


def _turned(shown: Pixels) -> frames.TurnedPicture:
    height, width = shown.shape[:2]
    thumbnail = decoding.fitted(shown, decoding.THUMBNAIL_SIDE_PX)
    return frames.TurnedPicture(
        width_px=width,
        height_px=height,
        image=decoding.jpeg(shown, decoding.PAGE_QUALITY),
        preview=decoding.preview_jpeg(shown),
        thumbnail=decoding.small_jpeg(thumbnail),
    )


def _placed(rows: Sequence[WordRow], way: Matrix, width: int, height: int) -> list[WordRow]:
    """Return the words with their boxes on the page image."""
    if np.allclose(way, np.eye(3)):
        return list(rows)
    return [
        (text, confidence, *mapped((left, top, across, down), way, width, height))
        for text, confidence, left, top, across, down in rows
    ]


def _upright_rows(paper: upright.Paper, read: Reader) -> tuple[list[WordRow], int, Matrix]:
    """Read the page the right way up: words, quarter turns against the clock, and the way back."""
    turns = 0
    if paper.lies:
        turns = _best_turn(paper, read, (1, 3))
    elif paper.may_stand_on_its_head:
        turns = _best_turn(paper, read, (0, 2))
    pixels, way = upright.quarter_turned(paper, turns)
    rows = glyphs.doubted(pixels, read(pixels))
    legible, letters = _legible(rows)
    is_doubtful = letters >= LEAST_LETTERS and legible < LEAST_LEGIBLE_SHARE * letters
    if is_doubtful and not (paper.lies or paper.may_stand_on_its_head):
        other, back = upright.quarter_turned(paper, 2)
        if _best_turn(paper, read, (0, 2)) == 2:  # noqa: PLR2004 -- on its head
            return glyphs.doubted(other, read(other)), 2, back
    return rows, turns, way


def _best_turn(paper: upright.Paper, read: Reader, turns: tuple[int, int]) -> int:
    """Read one strip both ways and return the better; the first unless the other is much better."""
    legible = []
    for turn in turns:
        pixels, _ = upright.quarter_turned(paper, turn)
        legible.append(_legible(read(_strip(pixels, turned=turn == max(turns))))[0])
    return turns[1] if legible[1] > MUCH_BETTER * legible[0] else turns[0]


def _strip(pixels: Pixels, *, turned: bool) -> Pixels:
    """Return the strip with most print; the same part of the paper whichever way it lies."""
    height = pixels.shape[0]
    tall = max(1, round(height * STRIP_SHARE))
    rows = (pixels[:, ::4] < pixels.mean() * 0.7).sum(axis=1, dtype=np.int64)
    sums = np.concatenate(([0], np.cumsum(rows[::-1] if turned else rows)))
    top = int(np.argmax(sums[tall:] - sums[:-tall]))
    if turned:
        top = height - top - tall
    return np.ascontiguousarray(pixels[top : top + tall])


def _legible(rows: Sequence[WordRow]) -> tuple[int, int]:
    """Return how many letters stand in words that were read well, and how many in all."""
    words = [(text, confidence) for text, confidence, *_ in rows if len(text) >= LEAST_WORD]
    well = sum(sum(map(str.isalnum, text)) for text, sure in words if sure >= LEGIBLE_CONFIDENCE)
    return well, sum(len(text) for text, _ in words)
