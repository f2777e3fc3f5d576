"""Pages on which a value stands in a field of a form or in a note, with and without its look."""

import io
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

VALUE: Final = "1790012345001"
KINDS: Final = ("text", "choice", "box", "free text")
PAGE: Final = (400.0, 300.0)
_PLACE: Final = (20, 200, 380, 240)
_MODE: Final = "/Helv 24 Tf 0 g"


def page_with(
    kind: str, *, has_look: bool, is_hidden: bool = False, asks_for_looks: bool = False
) -> bytes:
    """Return a page that is empty but for one field or note.

    ``kind`` is one of ``KINDS``; the first three are fields of a form. ``has_look`` says whether
    the file holds how it is drawn (a box always does), ``asks_for_looks`` whether the form wants
    readers to draw its fields anew.
    """
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=PAGE)
        font = pdf.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        )
        note: Any = Dictionary(
            Type=Name.Annot, Rect=Array(_PLACE), F=4 | 2 * is_hidden, DA=String(_MODE)
        )
        if kind == "free text":
            note.Subtype, note.Contents = Name.FreeText, String(VALUE)
        else:
            note.Subtype, note.T = Name.Widget, String("field")
            note.FT = Name({"text": "/Tx", "choice": "/Ch", "box": "/Btn"}[kind])
            note.V = String(VALUE)
        if kind == "choice":
            note.Opt, note.Ff = Array([String("Pichincha"), String(VALUE)]), 1 << 17
        if kind == "box":
            note.V = note.AS = Name.Yes
            states = Dictionary(Yes=_look(pdf, b"0 g 0 0 360 40 re f"), Off=_look(pdf, b""))
            note.AP = Dictionary(N=states)
        elif has_look:
            drawn = f"/Tx BMC q BT /Helv 24 Tf 2 10 Td ({VALUE}) Tj ET Q EMC".encode()
            note.AP = Dictionary(N=_look(pdf, drawn, Font=Dictionary(Helv=font)))
        note = pdf.make_indirect(note)
        page.Annots = Array([note])
        if kind != "free text":
            pdf.Root.AcroForm = Dictionary(
                Fields=Array([note]),
                DR=Dictionary(Font=Dictionary(Helv=font)),
                DA=String(_MODE),
                NeedAppearances=asks_for_looks,
            )
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _look(pdf: Pdf, drawn: bytes, **resources: Any) -> Stream:  # noqa: ANN401 -- any PDF object
    return pdf.make_stream(
        drawn,
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 360, 40]),
        Resources=Dictionary(**resources),
    )
