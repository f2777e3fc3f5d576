"""Reads a paper of our own before it is signed: text, missing glyphs, fonts. In the sandbox."""

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf
import pypdfium2

from review_service.domain.paper_check import PrintedPaper
from workers.facts import frames
from workers.inside.intake_check import whole
from workers.sandbox.wire import Frame

GLYPH_BYTES: Final = 2
"""Of one glyph in a string of a Type 0 font, the only kind that the paper has."""
_SHOWING: Final = frozenset({"Tj", "TJ", "'", '"'})


def read(document: int) -> Iterator[Frame]:
    """Yield one frame: the text of each page, whether a glyph is missing, fonts not embedded."""
    content = whole(document)
    with pypdfium2.PdfDocument(content) as paper:
        pages = [str(page.get_textpage().get_text_bounded()) for page in paper]
    with pikepdf.open(BytesIO(content)) as paper:
        fonts = sorted({name for page in paper.pages for name in _not_embedded(page)})
        has_missing_glyph = any(_has_missing_glyph(page) for page in paper.pages)
    yield frames.write_paper(
        PrintedPaper(
            pages=tuple(pages),
            has_missing_glyph=has_missing_glyph,
            fonts_not_embedded=tuple(fonts),
        )
    )


def _has_missing_glyph(page: Any) -> bool:  # noqa: ANN401 -- pikepdf's own page
    """Whether a glyph is shown that its embedded font does not have: the renderer's empty box."""
    fonts = page.get("/Resources", {}).get("/Font", {})
    counts = {name: _glyph_count(font) for name, font in fonts.items()}
    count = 0
    instructions: Any = pikepdf.parse_content_stream(page)
    for operands, operator in instructions:
        if str(operator) == "Tf":
            count = counts.get(str(operands[0]), 0)
        elif str(operator) in _SHOWING:
            shown = operands[-1]
            strings = [shown] if isinstance(shown, pikepdf.String) else list(shown)
            if any(not 0 < glyph < count for glyph in _glyphs(strings)):
                return True
    return False


def _glyphs(strings: list[Any]) -> Iterator[int]:
    for string in strings:
        if isinstance(string, pikepdf.String):
            content = bytes(string)
            for at in range(0, len(content), GLYPH_BYTES):
                yield int.from_bytes(content[at : at + GLYPH_BYTES], "big")


def _glyph_count(font: Any) -> int:  # noqa: ANN401 -- pikepdf's own dictionary
    """Return how many glyphs the embedded font has; 0 for one that is not embedded."""
    for descendant in font.get("/DescendantFonts", []):
        file = descendant.get("/FontDescriptor", {}).get("/FontFile2")
        if file is not None:
            return _glyphs_in(file.read_bytes())
    return 0


def _glyphs_in(font: bytes) -> int:
    """Return the number of glyphs that a TrueType file says in its table ``maxp``, else 0."""
    (tables,) = struct.unpack_from(">H", font, 4)
    for number in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"maxp":
            (count,) = struct.unpack_from(">H", font, offset + 4)
            return int(count)
    return 0


def _not_embedded(page: Any) -> Iterator[str]:  # noqa: ANN401 -- pikepdf's own page
    for font in page.get("/Resources", {}).get("/Font", {}).values():
        for descendant in font.get("/DescendantFonts", [font]):
            descriptor = descendant.get("/FontDescriptor", {})
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
                yield str(font.get("/BaseFont", "?")).lstrip("/")
