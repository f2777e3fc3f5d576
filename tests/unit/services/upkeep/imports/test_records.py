"""Lines read many at once are those that each line by itself is read as."""

import io
import random

import pytest

from review_service.domain.imported_lines import LineRefusedError, decoded, is_plain, readable
from review_service.services.upkeep.imports import records
from review_service.services.upkeep.imports.records import Records, records_of

Cells = list[str] | str
"""The cells of a line, or the reason why it has none."""
LINES = (
    *["3000000012001|TITUA\u00d1A|ACTIVO".encode()] * 40,
    "3000000012001|TITUA\u00d1A|ACTIVO".encode("latin-1"),
    "3000000012001|EL \u201cSOL\u201d|ACTIVO".encode("cp1252"),
    "3000000012001|S\u00c3O|ACTIVO".encode(),
    "3000000012001|TITUA\u00c3\u2018A|ACTIVO".encode(),
    "3000000012001|MUN\u0303OZ|ACTIVO".encode(),
    "3000000012001|\u00ad\u2028|ACTIVO".encode(),
    "3000000012001|\u00d1|".encode() + "\u00d1".encode("latin-1"),
    "TITUA\u00d1A|MU\u00d1OZ|A".encode("cp850"),
    b"NUL\0|B|C",
    b"TAB\t|B|C",
    b"CR\r|B|C",
    b"DEL\x7f|B|C",
    b"\x81|B|C",
    b"",
    b"||",
)


def by_itself(raw: bytes) -> Cells:
    """Return what one line is read as, as ``records`` did before it took many at once."""
    try:
        text = decoded(raw).rstrip("\r\n")
        return (text if is_plain(text) else readable(text)).split("|")
    except LineRefusedError as error:
        return error.reason


def read(content: bytes) -> list[tuple[int, Cells]]:
    found: list[tuple[int, Cells]] = []
    for first, piece in Records(io.BytesIO(content)):
        if isinstance(piece, str):
            found += records_of(first, piece)
        else:
            found.append((first, piece.reason if isinstance(piece, LineRefusedError) else piece))
    return found


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("block", [50, 300, 64 * 1024])
def test_lines_are_read_as_each_is_by_itself(
    monkeypatch: pytest.MonkeyPatch, end: bytes, block: int
) -> None:
    monkeypatch.setattr(records, "BLOCK_BYTES", block)
    chance = random.Random(5)  # noqa: S311 -- the same at every run
    for _ in range(200):
        lines = chance.choices(LINES, k=chance.randrange(1, 40))
        if chance.random() < 0.2:
            lines.insert(chance.randrange(len(lines)), lines[0] + (b"\r" if end == b"\n" else b""))
        expected = [
            (number, by_itself(line))
            for number, line in enumerate(lines, 2)
            if line.strip(b"|\r \t")
        ]
        assert read(b"A|B|C" + end + end.join(lines) + end) == expected


def test_a_latin_line_leaves_the_others_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK_BYTES", 600)
    content = b"A|B|C\n" + b"\n".join([*LINES[:41]] * 5)
    assert read(content) == [(n, by_itself(LINES[(n - 2) % 41])) for n in range(2, 207)]
    single = [first for first, piece in Records(io.BytesIO(content)) if not isinstance(piece, str)]
    assert single == [*range(2, 2 + len(single))], "only those read with the header"
    assert len(single) < 30
