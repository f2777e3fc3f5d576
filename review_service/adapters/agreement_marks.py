"""Adds the machine-readable parts of the PDF: signature fields with their tags, and XMP."""

import re
from typing import Any, Final
from xml.sax.saxutils import escape

import pydyf

from review_service.domain.issued_documents import IssuedSnapshot, VerificationMarks
from review_service.domain.wording import printable

XMP_IDENTIFIER: Final = "uuid:"

_CSS_TO_POINTS: Final = 0.75

_UA_SCHEMA: Final = """
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
"""


def finish(
    document: Any,  # noqa: ANN401 -- WeasyPrint publishes no types
    pdf: Any,  # noqa: ANN401 -- pydyf publishes no types
    *,
    snapshot: IssuedSnapshot,
    marks: VerificationMarks,
) -> None:
    """Add the signature fields and the identifying XMP, before the PDF is written."""
    _complete_xmp(pdf, snapshot=snapshot, marks=marks)
    fields = []
    for index, ministry in enumerate(snapshot.ministries, start=1):
        label = f"Firma electrónica: {printable(ministry.name)}"
        is_last = index == len(snapshot.ministries)
        fields.append(
            _add_field(document, pdf, name=f"firma-{index}", label=label, locks=is_last).reference
        )
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array(fields), "SigFlags": 3})


def spell_identifier(pdf: bytes, identifier: bytes) -> bytes:
    """Return the finished PDF with its ``/ID`` written in hexadecimal.

    pydyf writes a literal string and leaves a carriage return in it bare, which every reader takes
    for a line feed: one identifier in sixteen would be another one. It stands in the last object,
    the cross-reference stream, so that no offset changes.
    """
    literal = bytes(pydyf.String(identifier).data)
    at = pdf.rindex(b"/ID [" + literal) + len(b"/ID [")
    return pdf[:at] + b"<" + identifier.hex().encode() + b">" + pdf[at + len(literal) :]


def _complete_xmp(pdf: Any, *, snapshot: IssuedSnapshot, marks: VerificationMarks) -> None:  # noqa: ANN401
    stream = _object(pdf, pdf.catalog["Metadata"])
    identifier = f"{XMP_IDENTIFIER}{marks.file_identifier.hex()}"
    ours = (
        '<rdf:Description rdf:about="" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<xmpMM:DocumentID>{identifier}</xmpMM:DocumentID>"
        f"<dc:identifier>{escape(printable(snapshot.number))}</dc:identifier></rdf:Description>"
    )
    content = stream.stream[0]
    end = b"</rdf:RDF>"
    stream.stream = [content.replace(end, (_UA_SCHEMA + ours).encode() + end, 1)]
    # Uncompressed, so that the identifier is found without a parser.
    stream.compress = False


def _add_field(document: Any, pdf: Any, *, name: str, label: str, locks: bool) -> Any:  # noqa: ANN401
    """Add one empty signature field over the template's box with that id."""
    page_index, rectangle = _place(document, name)
    page_reference = pdf.page_references[page_index]
    page = _object(pdf, page_reference)
    field = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(name),
            "TU": pydyf.String(label),
            "F": 132,  # printed and locked in place
            "P": page_reference,
            "Rect": pydyf.Array(rectangle),
        }
    )
    if locks:
        lock = pydyf.Dictionary({"Type": "/SigFieldLock", "Action": "/All", "P": 1})
        pdf.add_object(lock)
        field["Lock"] = lock.reference
    pdf.add_object(field)
    page.setdefault("Annots", pydyf.Array()).append(field.reference)
    _add_structure(pdf, field, page_reference)
    return field


def _add_structure(pdf: Any, field: Any, page_reference: bytes) -> None:  # noqa: ANN401
    """Add the field to the structure tree, so that screen readers find it in its place."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    whole = _object(pdf, root["K"][0])
    link = pydyf.Dictionary({"Type": "/OBJR", "Obj": field.reference, "Pg": page_reference})
    pdf.add_object(link)
    element = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": whole.reference,
            "Pg": page_reference,
            # Not an array: pyHanko's check of later changes looks for the field at K.Obj only.
            "K": link.reference,
        }
    )
    pdf.add_object(element)
    whole["K"].append(element.reference)
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    key = max(numbers[::2], default=-1) + 1
    numbers.extend((key, element.reference))
    field["StructParent"] = key


def _place(document: Any, name: str) -> tuple[int, tuple[float, ...]]:  # noqa: ANN401
    """Return the page's index and the rectangle in points, from its lower left corner."""
    for index, page in enumerate(document.pages):
        if name in page.anchors:
            left, top, right, bottom = page.anchors[name]
            corners = (left, page.height - bottom, right, page.height - top)
            return index, tuple(round(value * _CSS_TO_POINTS, 2) for value in corners)
    raise ValueError(f"the template has no box {name!r}")


def _object(pdf: Any, reference: bytes) -> Any:  # noqa: ANN401
    found = re.match(rb"(\d+) ", reference)
    if found is None:
        raise ValueError("not a reference")
    return pdf.objects[int(found[1])]
