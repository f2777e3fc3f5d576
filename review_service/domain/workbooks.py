"""A table as an XLSX file (ECMA-376), written row by row: every cell is text, none a formula.

Written here and not with a library: nothing but text in one sheet is asked for, and what writes
rows to disk by itself would leave names of people in a folder where a process was killed (ADR 59).
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from string import ascii_uppercase
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr

MOST_CHARACTERS: Final = 32_767
"""Of one cell, as spreadsheets read them."""
MOST_TITLE: Final = 31
"""Letters of a sheet's name, likewise."""
_UNPRINTED: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that XML 1.0 does not know."""
_TITLE_SIGNS: Final = re.compile(r"[\[\]:*?/\\]")
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MEDIA_TYPE: Final = f"{_KIND}.sheet"
_PLAIN, _BOLD = 1, 2
"""Places in ``cellXfs``. Format 49 is text; ``quotePrefix`` keeps a cell text when it is edited."""
_TYPES: Final = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>\
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>\
<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>"""
_ROOT: Final = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/>\
</Relationships>"""
_PARTS: Final = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>\
<Relationship Id="rId2" Type="{_RELATED}/styles" Target="styles.xml"/></Relationships>"""
_STYLES: Final = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" \
quotePrefix="1"/>\
<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" \
quotePrefix="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""


def write_workbook(
    file: IO[bytes],
    header: Sequence[str],
    parts: Iterable[Iterable[Sequence[str]]],
    *,
    title: str,
    widths: Sequence[int],
) -> None:
    """Write a workbook of one sheet: the header, then the rows of each part as they come.

    ``file`` can be sought in. ``widths`` are of the columns, in letters. Memory does not grow with
    the rows.
    """
    name = _TITLE_SIGNS.sub(" ", title)[:MOST_TITLE]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), _TYPES)
        archive.writestr(zipfile.ZipInfo("_rels/.rels"), _ROOT)
        archive.writestr(
            zipfile.ZipInfo("xl/workbook.xml"),
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>'
            f'<sheet name={quoteattr(_told(name))} sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(zipfile.ZipInfo("xl/_rels/workbook.xml.rels"), _PARTS)
        archive.writestr(zipfile.ZipInfo("xl/styles.xml"), _STYLES)
        sheet = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
        sheet.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(sheet, "w", force_zip64=True) as entry:
            entry.write(_beginning(widths).encode())
            entry.write(_row(1, header, style=_BOLD).encode())
            number = 1
            for rows in parts:
                for row in rows:
                    number += 1
                    entry.write(_row(number, row, style=_PLAIN).encode())
            entry.write(b"</sheetData></worksheet>")


def _beginning(widths: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>"
    )


def _row(number: int, cells: Sequence[str], *, style: int) -> str:
    told = "".join(
        f'<c r="{_column(place)}{number}" t="inlineStr" s="{style}">'
        f'<is><t xml:space="preserve">{escape(_told(cell))}</t></is></c>'
        for place, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{number}">{told}</row>'


def _column(place: int) -> str:
    """Return the letter of a column, from 0: one of the first 26."""
    return ascii_uppercase[place]


def _told(text: str) -> str:
    return _UNPRINTED.sub("", text)[:MOST_CHARACTERS]
