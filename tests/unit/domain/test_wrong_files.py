"""Each wrong file has a sentence of its own, with its name and the cure."""

import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.refusals import RefusalReason
from review_service.domain.wrong_files import refused_by_head, refused_by_size

JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF = b"%PDF-1.7\n" + bytes(40)
HEIC = b"\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf" + bytes(40)
WRONG = {
    "heic": (HEIC, "HEIC"),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(20), "WebP"),
    "word": (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "Word"),
    "video": (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "video"),
    "gif": (b"GIF89a" + bytes(20), "imagen"),
    "zip": (b"PK\x03\x04" + bytes(26) + b"foto.jpg", "carpeta comprimida"),
    "html": (b"<html>", "no es"),
}
PDFS = (DocumentKind.EVIDENCE, DocumentKind.AGREEMENT, DocumentKind.SUPPORT)


@pytest.mark.parametrize(("head", "word"), [*WRONG.values(), (PDF, "PDF")])
def test_what_is_no_photo_is_named_with_the_cure(head: bytes, word: str) -> None:
    refused = refused_by_head(head, kind=DocumentKind.PHOTO, file_name="IMG_0001.jpg")
    assert refused is not None
    assert refused.reason is RefusalReason.NOT_A_PHOTO
    assert refused.sentence.startswith("«IMG_0001.jpg» ")
    assert word in refused.sentence
    assert refused.sentence.endswith(".")


def test_each_wrong_kind_has_words_of_its_own() -> None:
    for kind, others in ((DocumentKind.PHOTO, (PDF,)), (DocumentKind.EVIDENCE, (JPEG,))):
        heads = [*(head for head, _ in WRONG.values()), *others]
        said = [refused_by_head(head, kind=kind, file_name="a") for head in heads]
        assert None not in said
        assert len({one.sentence for one in said if one}) == len(heads)


@pytest.mark.parametrize("kind", PDFS)
@pytest.mark.parametrize(("head", "word"), WRONG.values())
def test_what_is_no_pdf_is_named_with_the_cure(kind: DocumentKind, head: bytes, word: str) -> None:
    refused = refused_by_head(head, kind=kind, file_name="acuerdo.pdf")
    assert refused is not None
    assert refused.reason is RefusalReason.NOT_A_PDF
    assert refused.sentence.startswith("«acuerdo.pdf» ")
    assert word in refused.sentence


def test_the_right_kind_is_taken_whatever_its_name() -> None:
    for head in (JPEG, PNG):
        assert refused_by_head(head, kind=DocumentKind.PHOTO, file_name="a.heic") is None
    for kind in PDFS:
        assert refused_by_head(b"x" * 1000 + PDF, kind=kind, file_name="a.jpg") is None


def test_an_iphone_user_reads_which_setting_to_change() -> None:
    refused = refused_by_head(HEIC, kind=DocumentKind.PHOTO, file_name="IMG_0001.HEIC")
    assert refused is not None
    assert "«El más compatible»" in refused.sentence


def test_an_empty_and_a_heavy_file_are_named_too() -> None:
    empty = refused_by_head(b"", kind=DocumentKind.PHOTO, file_name="a.jpg")
    assert empty is not None
    assert empty.reason is RefusalReason.EMPTY_FILE
    assert empty.sentence.startswith("«a.jpg»: el archivo está vacío.")
    for kind in DocumentKind:
        heavy = refused_by_size(kind=kind, file_name="a.jpg", most_bytes=15 * 1024 * 1024)
        assert heavy.sentence.startswith("«a.jpg» pesa más de 15 MB")


@pytest.mark.parametrize("head", [JPEG, PNG, HEIC, WRONG["webp"][0], WRONG["gif"][0]])
def test_a_photo_in_place_of_the_prior_agreement_is_led_to_photographing_its_sheets(
    head: bytes,
) -> None:
    refused = refused_by_head(head, kind=DocumentKind.AGREEMENT, file_name="hoja.jpg")
    assert refused is not None
    assert "«Voy a fotografiar las hojas»" in refused.sentence
    elsewhere = refused_by_head(head, kind=DocumentKind.EVIDENCE, file_name="hoja.jpg")
    assert elsewhere is not None
    assert "fotografiar las hojas" not in elsewhere.sentence


def test_a_pdf_among_photos_of_sheets_is_led_to_the_pdf() -> None:
    kind = DocumentKind.AGREEMENT
    refused = refused_by_head(PDF, kind=kind, file_name="hoja.jpg", is_sheet=True)
    assert refused is not None
    assert refused.reason is RefusalReason.NOT_A_PHOTO
    assert "«Tengo el PDF»" in refused.sentence
    assert "«hoja.jpg»" in refused.sentence
    for head in (JPEG, PNG):
        assert refused_by_head(head, kind=kind, file_name="a", is_sheet=True) is None


@pytest.mark.parametrize(("head", "word"), WRONG.values())
def test_what_is_no_photo_of_a_sheet_is_named_with_the_cure(head: bytes, word: str) -> None:
    kind = DocumentKind.AGREEMENT
    refused = refused_by_head(head, kind=kind, file_name="IMG_1.jpg", is_sheet=True)
    assert refused is not None
    assert refused.sentence.startswith("«IMG_1.jpg» ")
    assert word in refused.sentence
    assert "con las fotos" not in refused.sentence


@pytest.mark.parametrize(
    ("kind", "file_name", "is_said"),
    [
        (DocumentKind.PHOTO, "taller.JPG", True),
        (DocumentKind.PHOTO, "taller.png", True),
        (DocumentKind.PHOTO, "taller.pdf", False),
        (DocumentKind.EVIDENCE, "fotos.pdf", True),
        (DocumentKind.EVIDENCE, "fotos", False),
    ],
)
def test_the_name_is_blamed_only_where_it_promises_another_kind(
    kind: DocumentKind,
    file_name: str,
    is_said: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    refused = refused_by_head(b"<!doctype html>", kind=kind, file_name=file_name)
    assert refused is not None
    assert ("aunque su nombre lo diga" in refused.sentence) is is_said
