"""Words of a PDF's own text layer, boxed where the page image shows them."""

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest

from tests.samples.raw_pdf import one_page
from workers.facts.headers import WordRow
from workers.inside.pdf import text_layer

SCALE = 4
FONT = b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding %s >> >>"
LATIN = FONT % b"/WinAnsiEncoding"


def read(pdf: bytes) -> tuple[list[WordRow], np.ndarray[tuple[int, int], np.dtype[np.uint8]]]:
    """Return the words and the drawn page they stand on."""
    with pypdfium2.PdfDocument(pdf) as document:
        drawn = document[0].render(scale=SCALE, grayscale=True).to_numpy()
        drawn = drawn.reshape(drawn.shape[:2])
        return text_layer.words(document[0], drawn.shape[1], drawn.shape[0]), drawn


def texts(pdf: bytes) -> list[str]:
    return [row[0] for row in read(pdf)[0]]


def said(content: bytes, *, page: bytes = b"") -> bytes:
    return one_page(content=content, resources=LATIN, page=page)


def line(words: bytes, *, size: int = 14, at: bytes = b"40 90", mode: bytes = b"") -> bytes:
    return b"BT /F %d Tf %s %s Td (%s) Tj ET " % (size, mode, at, words)


def test_reads_spanish_words_and_is_certain_of_their_letters() -> None:
    rows, _ = read(said(line("El taller de Ñusta: cerámica".encode("cp1252"))))
    assert [row[0] for row in rows] == ["El", "taller", "de", "Ñusta:", "cerámica"]
    assert {row[1] for row in rows} == {100.0}


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"/Rotate 90",
        b"/Rotate 180",
        b"/Rotate 270",
        b"/CropBox [30 60 220 160]",
        b"/CropBox [30 60 220 160] /Rotate 90",
        b"/UserUnit 2",
    ],
)
def test_a_box_holds_the_ink_of_its_word_however_the_page_is_turned_or_cut(page: bytes) -> None:
    rows, drawn = read(said(line(b"TELAR"), page=page))
    ((_, _, left, top, width, height),) = rows
    ys, xs = np.nonzero(drawn < 128)
    ink = (int(xs.min()), int(ys.min()), int(xs.max()), int(ys.max()))
    box = (left, top, left + width, top + height)
    assert ink == pytest.approx(box, abs=2 * SCALE)


def test_letters_set_apart_stay_one_word_and_columns_are_two() -> None:
    spread = line(b"TALLER", mode=b"2 Tc")
    assert texts(said(spread)) == ["TALLER"]
    columns = line(b"torno", at=b"20 90") + line(b"horno", at=b"160 90")
    assert texts(said(columns)) == ["torno", "horno"]


def test_a_ligature_is_the_letters_it_joins() -> None:
    glyphs = FONT % b"<< /Type /Encoding /Differences [1 /fi /fl] >>"
    assert texts(one_page(content=line(b"o\x01cina \x02or"), resources=glyphs)) == [
        "oficina",
        "flor",
    ]


def test_a_word_parted_at_the_end_of_a_line_keeps_its_hyphen() -> None:
    soft = line(b"obliga\xad", at=b"40 110") + line("ción".encode("cp1252"), at=b"40 90")
    hard = line(b"obliga-", at=b"40 110") + line("ción".encode("cp1252"), at=b"40 90")
    for content in (soft, hard):
        assert texts(said(content)) == ["obliga-", "ción"]


@pytest.mark.parametrize("mode", [b"3 Tr", b"7 Tr"])
def test_text_without_ink_is_no_word(mode: bytes) -> None:
    hidden = b"q " + line(b"oculto", at=b"40 120", mode=mode) + b"Q "
    assert texts(said(hidden + line(b"visto"))) == ["visto"]


def test_a_filling_of_nothing_is_no_word() -> None:
    clear = b"/ExtGState << /G << /ca 0 >> >> "
    content = b"q /G gs " + line(b"oculto", at=b"40 120") + b"Q " + line(b"visto")
    assert texts(one_page(content=content, resources=LATIN + clear)) == ["visto"]


def test_words_off_the_page_or_too_low_to_read_are_left_out() -> None:
    content = line(b"fuera", at=b"40 400") + line(b"x x x", size=1) + line(b"dentro", at=b"40 20")
    with pypdfium2.PdfDocument(said(content)) as document:
        assert [row[0] for row in text_layer.words(document[0], 600, 400)] == ["dentro"]


def test_marks_of_control_and_direction_never_come_out() -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 200))
        marks = b"".join(
            b"<%02X> <%04X>\n" % (65 + index, code)
            for index, code in enumerate([0x202E, 0x200F, 0x0007, 0x2066, 0x0061, 0xD800])
        )
        cmap = b"begincmap\n1 begincodespacerange <00> <FF> endcodespacerange\n"
        cmap += b"6 beginbfchar\n" + marks + b"endbfchar\nendcmap"
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            ToUnicode=pdf.make_stream(cmap),
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = pdf.make_stream(line(b"EABCDFE"))
        out = io.BytesIO()
        pdf.save(out)
    assert "".join(texts(out.getvalue())) == "aa"


@pytest.mark.parametrize(("lines", "is_read"), [(5, True), (210, False)])
def test_a_page_of_endless_text_is_read_to_the_limit(lines: int, *, is_read: bool) -> None:
    full = (
        line(b"abcd " * 20, size=4, at=b"5 %d" % (190 - 4 * (row % 40))) for row in range(lines)
    )
    found = texts(said(b"".join(full) + line(b"final", at=b"40 10")))
    assert ("final" in found) is is_read
    assert len("".join(found)) <= text_layer.MOST_CHARACTERS


def test_a_page_without_text_has_no_words() -> None:
    assert texts(said(b"0 0 100 100 re f")) == []
