"""Reads an imported file into lines or their cells, in little memory, losing no neighbour.

A line that cannot be read is given as the reason why; the ones around it come all the same.
"""

import codecs
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from review_service.domain.catastro import SEPARATOR
from review_service.domain.errors import InvalidInputError
from review_service.domain.imported_lines import LineRefusedError, decoded, is_plain, readable

MOST_LINE_BYTES: Final = 1024 * 1024
MOST_QUOTED_LINES: Final = 10
"""Most lines that a cell in quotes may go over; past them the quote was never closed."""
BLOCK_BYTES: Final = 64 * 1024
"""Lines taken at once: few enough that their cells stay in the processor's cache."""
_SURELY_PLAIN: Final = bytes(range(0x20, 0x7F)) + b"\r\n"
_QUOTED: Final = re.compile(r'"((?:[^"]++|"")*+)"([^|]*)')
_BLANK: Final = frozenset(f'{SEPARATOR} \t"\xa0')
NEVER_CLOSED: Final = "Unas comillas se abren y no se cierran."
TOO_LONG: Final = "La línea es demasiado larga."
WIDE_LETTERS: Final = (
    "El archivo está en UTF-16 («Texto Unicode» de Excel): guárdelo como CSV UTF-8."
)
WORKBOOK: Final = "El archivo es un libro de Excel: guárdelo como CSV UTF-8, separado por «|»."
OLD_LINE_ENDS: Final = (
    "Las líneas del archivo terminan como en computadoras antiguas (solo CR): guárdelo como CSV "
    "UTF-8."
)

END: Final = b""
_Numbered = tuple[int, bytes | None]
"""Number and bytes of a line; None for one that is too long."""
Record = tuple[int, list[str]]
"""Number of the first line of the record in the file, from 1, and its cells."""
Piece = tuple[int, str | list[str] | LineRefusedError]
"""Number of the first line, and: many plain lines, the cells of one record, or why it has none."""


class Records:
    """The header of an open file and, once, the records after it."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the header. Raises ``InvalidInputError`` for a file of another kind."""
        self._stream = stream
        self._number = 0
        self._rest = b""
        self._waiting: deque[_Numbered] = deque()
        self.header = self._read_header()

    def __iter__(self) -> Iterator[Piece]:
        """Yield plain lines many at once, and each other record that is not blank."""
        while True:
            while self._waiting:
                number, raw = self._waiting.popleft()
                cells: list[str] | LineRefusedError
                try:
                    text = _text(raw)
                    cells = text.split(SEPARATOR) if '"' not in text else self._quoted(text)
                except LineRefusedError as error:
                    yield number, error
                else:
                    if not _BLANK.issuperset(text):
                        yield number, cells
            first, block = self._block()
            if block == END:
                return
            if text := _plain_text(block):
                yield first, text
            else:
                self._wait(first, block)

    def _quoted(self, text: str) -> list[str]:
        """Return the cells of a line with quotes, and of those after it that they hold too.

        Raises ``LineRefusedError`` when a quote is never closed; the lines after are read again.
        """
        if cells := _split(text):
            return cells
        taken: list[_Numbered] = []
        with suppress(LineRefusedError):
            while len(taken) < MOST_QUOTED_LINES and (following := self._next_line())[1] != END:
                taken.append(following)
                more = _text(following[1])
                if more.count(SEPARATOR) >= len(self.header) - 1:
                    break  # a whole line of its own
                text = f"{text} {more}"
                if cells := _split(text):
                    return cells
        self._waiting.extendleft(reversed(taken))
        raise LineRefusedError(NEVER_CLOSED)

    def _read_header(self) -> list[str]:
        raw = self._next_line()[1] or b""
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise InvalidInputError({"file": WIDE_LETTERS})
        if raw.startswith(b"PK\x03\x04"):
            raise InvalidInputError({"file": WORKBOOK})
        text = raw.removeprefix(codecs.BOM_UTF8).decode(errors="replace").rstrip("\r\n")
        if "\r" in text:
            raise InvalidInputError({"file": OLD_LINE_ENDS})
        return _split(text) or text.split(SEPARATOR)

    def _next_line(self) -> _Numbered:
        if not self._waiting:
            self._wait(*self._block())
        return self._waiting.popleft() if self._waiting else (self._number, END)

    def _wait(self, first: int, block: bytes | None) -> None:
        """Take the lines of a block one by one from now on."""
        if block is None:
            self._waiting.append((first, None))
        elif block != END:
            self._waiting.extend(enumerate(block.removesuffix(b"\n").split(b"\n"), first))

    def _block(self) -> tuple[int, bytes | None]:
        """Return the number of the next line, and some whole lines from there.

        ``END`` after the last; None for a single line that is too long to be kept.
        """
        first, block, too_long = self._number + 1, self._rest, False
        while b"\n" not in block:
            piece = self._stream.read(BLOCK_BYTES)
            if not piece:
                break
            too_long = too_long or len(block) + len(piece) > MOST_LINE_BYTES
            block = piece if too_long else block + piece
        cut = block.find(b"\n") if too_long else block.rfind(b"\n")
        whole = block[: cut + 1] if cut >= 0 else block
        self._rest = block[len(whole) :]
        self._number += max(1, whole.count(b"\n")) if whole else 0
        return first, None if too_long else whole


@contextmanager
def opened(file: Path) -> Iterator[Records]:
    """Give the records of a file. Raises ``InvalidInputError`` for one that is no text."""
    with file.open("rb", buffering=0) as stream:
        yield Records(stream)


def records_of(first: int, text: str) -> Iterator[Record]:
    """Yield each record of many plain lines that is not blank."""
    for number, line in enumerate(text.split("\n"), first):
        if not _BLANK.issuperset(line):
            yield number, line.split(SEPARATOR)


def _plain_text(block: bytes | None) -> str:
    """Return the lines of a block in which none needs a closer look; none otherwise."""
    if block is None or b'"' in block:
        return ""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        try:
            text = "\n".join(map(decoded, block.split(b"\n")))
        except LineRefusedError:
            return ""
        block = text.encode()
    text = text.replace("\r\n", "\n").removesuffix("\n")
    unusual = block.translate(None, _SURELY_PLAIN).decode()
    return text if "\r" not in text and is_plain(unusual) else ""


def _text(raw: bytes | None) -> str:
    """Return the text of a line without its end. Raises ``LineRefusedError``."""
    if raw is None:
        raise LineRefusedError(TOO_LONG)
    text = decoded(raw).rstrip("\r\n")
    return text if is_plain(text) else readable(text)


def _split(text: str) -> list[str]:
    """Return the cells of a line, some in quotes; none while a quote is open."""
    cells: list[str] = []
    place = 0
    while True:
        if text.startswith('"', place):
            found = _QUOTED.match(text, place)
            if found is None:
                return []
            cells.append(found[1].replace('""', '"') + found[2])
            place = found.end()
        else:
            end = text.find(SEPARATOR, place)
            end = len(text) if end < 0 else end
            cells.append(text[place:end])
            place = end
        if place >= len(text):
            return cells
        place += 1
