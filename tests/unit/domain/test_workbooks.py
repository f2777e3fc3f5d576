"""A workbook as a spreadsheet reads it: its parts name one another, and every cell is text."""

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from tempfile import TemporaryFile
from tracemalloc import get_traced_memory, start, stop
from xml.etree import ElementTree as ET

import pytest

from review_service.domain.workbooks import MOST_CHARACTERS, write_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"


def written(*rows: Sequence[str], title: str = "Bandeja") -> zipfile.ZipFile:
    file = BytesIO()
    write_workbook(file, ["Solicitud", "Solicitante"], [rows], title=title, widths=[16, 36])
    return zipfile.ZipFile(file)


def sheet(archive: zipfile.ZipFile) -> ET.Element:
    return ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 -- our own


def cells(archive: zipfile.ZipFile) -> list[list[tuple[str | None, str | None]]]:
    """Return type and text of each cell, by rows."""
    return [
        [(cell.get("t"), cell.findtext(f"{MAIN}is/{MAIN}t")) for cell in row]
        for row in sheet(archive).iter(f"{MAIN}row")
    ]


def test_the_parts_of_the_package_name_one_another() -> None:
    archive = written(("AR-2026-000001", "MAIGUA"))
    assert archive.testzip() is None
    there = set(archive.namelist())
    types = ET.fromstring(archive.read("[Content_Types].xml"))  # noqa: S314
    assert {each.attrib["PartName"].lstrip("/") for each in types.iter(TYPE)} <= there
    for base, name in (("", "_rels/.rels"), ("xl/", "xl/_rels/workbook.xml.rels")):
        related = ET.fromstring(archive.read(name))  # noqa: S314
        assert {base + each.attrib["Target"] for each in related.iter(RELATION)} <= there
    styles = ET.fromstring(archive.read("xl/styles.xml"))  # noqa: S314
    formats = styles.findall(f"{MAIN}cellXfs/{MAIN}xf")
    used = {int(cell.attrib["s"]) for cell in sheet(archive).iter(f"{MAIN}c")}
    assert {formats[each].get("quotePrefix") for each in used} == {"1"}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\n", "'", " "])
def test_a_cell_that_looks_like_a_formula_is_text_as_it_stands(sign: str) -> None:
    text = f'{sign}HYPERLINK("http://x")<&>'
    assert cells(written((text, "ñandú")))[1] == [("inlineStr", text), ("inlineStr", "ñandú")]
    assert not list(sheet(written((text, text))).iter(f"{MAIN}f"))


def test_what_xml_cannot_hold_is_left_out_and_what_is_too_long_cut() -> None:
    told = cells(written(("a\0\x1b\ud800b\ufffe", "x" * (MOST_CHARACTERS + 5))))
    assert told[1] == [("inlineStr", "ab"), ("inlineStr", "x" * MOST_CHARACTERS)]


def test_an_empty_cell_stays_in_its_column() -> None:
    row = list(sheet(written(("", "B"))).iter(f"{MAIN}row"))[1]
    assert [cell.get("r") for cell in row] == ["B2"]


def test_a_title_is_what_a_sheet_may_be_called() -> None:
    book = ET.fromstring(written(title='a/b"[c]' + "x" * 40).read("xl/workbook.xml"))  # noqa: S314
    (named,) = book.iter(f"{MAIN}sheet")
    assert named.attrib["name"] == 'a b" c ' + "x" * 24


def test_memory_does_not_grow_with_the_rows() -> None:
    def rows(count: int) -> Iterator[list[Sequence[str]]]:
        for number in range(count):
            yield [(f"AR-{number}", "CHANGO PILLA SEGUNDO" * 20)]

    peaks = []
    for count in (200, 4_000):
        with TemporaryFile() as file:
            start()
            write_workbook(file, ["A", "B"], rows(count), title="t", widths=[9, 9])
            peaks.append(get_traced_memory()[1])
            stop()
    assert peaks[1] < peaks[0] + 100_000
