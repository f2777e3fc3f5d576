"""A supporting document that its institution signed is not altered by that."""

import io
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from review_service.adapters.demonstration_authority import demonstration_keys
from review_service.domain.documents import DocumentKind, SupportKind
from review_service.domain.limits import UploadLimits
from tests.agreement_samples import make_snapshot
from tests.samples.support_altered import altered
from tests.samples.support_papers import SupportPaper, text_pdf
from workers.facts.alterations import READ_PAGES
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
PAPER = SupportPaper(kind=SupportKind.EMPLOYER_CERTIFICATE, layout=1)


def codes(folder: Path, content: bytes) -> list[str]:
    path = folder / "documento.pdf"
    path.write_bytes(content)
    report = inspect(path, kind=DocumentKind.SUPPORT, limits=UploadLimits())
    assert report.recognised_as is PAPER.kind
    return [finding.code for finding in report.findings]


def signed(folder: Path, content: bytes) -> bytes:
    """Return the paper with two signatures, each in a revision of its own."""
    snapshot = make_snapshot()
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    for index in range(len(snapshot.ministries)):
        box = (40, 40 + 90 * index, 260, 110 + 90 * index)
        append_signature_field(writer, SigFieldSpec(f"Firma{index}", box=box))
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    keys = demonstration_keys(folder / "keys", ministries=snapshot.ministries)
    return keys.signer().sign(out.getvalue(), snapshot=snapshot)


def test_signatures_and_their_places_are_no_alteration(tmp_path: Path) -> None:
    content = signed(tmp_path, text_pdf(PAPER))
    assert content.count(b"%%EOF") > 2
    assert codes(tmp_path, content) == []


def test_a_file_that_is_made_for_the_web_has_no_former_revision(tmp_path: Path) -> None:
    """Its first part ends before the whole does; nothing was changed in it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(text_pdf(PAPER))) as pdf:
        pdf.save(out, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert b"/Linearized" in out.getvalue()[:1024]
    assert codes(tmp_path, out.getvalue()) == []


def test_what_is_laid_over_a_later_page_is_told_too(tmp_path: Path) -> None:
    made = altered(SupportPaper(kind=SupportKind.EMPLOYER_CERTIFICATE), "notes", place=0)
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        with pikepdf.new() as blank:
            for _ in range(READ_PAGES - 1):
                pdf.pages.insert(0, blank.add_blank_page())
        out = io.BytesIO()
        pdf.save(out)
    assert "support_laid_over" in codes(tmp_path, out.getvalue())


def test_saving_again_and_again_hides_no_former_revision(tmp_path: Path) -> None:
    content = altered(PAPER, "later revision", place=0).content
    for _ in range(9):
        writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
        writer.add_object(pdf_string("guardado"))
        writer.update_root()  # type: ignore[no-untyped-call]
        out = io.BytesIO()
        writer.write(out)  # type: ignore[no-untyped-call]
        content = out.getvalue()
    assert content.count(b"%%EOF") > 10
    assert "support_revised" in codes(tmp_path, content)


@pytest.mark.parametrize(
    ("kind", "is_drawn", "expected"),
    [
        ("Link", False, []),
        ("Link", True, ["support_laid_over"]),
        ("Widget", False, ["support_laid_over"]),
    ],
)
def test_a_link_is_no_note_unless_it_is_drawn_and_a_field_of_a_form_is_told(
    tmp_path: Path, kind: str, *, is_drawn: bool, expected: list[str]
) -> None:
    with pikepdf.open(io.BytesIO(text_pdf(PAPER))) as pdf:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name("/" + kind),
            Rect=[10, 10, 60, 30],
            FT=pikepdf.Name.Tx,
            T="campo",
        )
        if is_drawn:
            look = pdf.make_stream(
                b"0 g 0 0 50 20 re f",
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Form,
                BBox=[0, 0, 50, 20],
            )
            note.AP = pikepdf.Dictionary(N=look)
        notes = pikepdf.Array([pdf.make_indirect(note)])
        pdf.pages[0].obj["/Annots"] = notes
        pdf.Root["/AcroForm"] = pikepdf.Dictionary(Fields=notes)
        out = io.BytesIO()
        pdf.save(out)
    assert codes(tmp_path, out.getvalue()) == expected
