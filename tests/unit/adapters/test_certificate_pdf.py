"""The paper of a certificate, unsigned and signed by its one ministry."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from review_service.adapters.agreement_pdf import WARNING, WeasyPrintRenderer
from review_service.adapters.demonstration_authority import DemonstrationKeys, demonstration_keys
from review_service.adapters.pdf_signer import PdfSigner, load_key
from review_service.domain.paper_check import values_to_show
from tests.agreement_samples import MARKS, make_certificate, make_snapshot, squeezed, text_of
from workers.inside.signatures import check_signatures


@pytest.fixture(scope="module")
def renderer() -> WeasyPrintRenderer:
    return WeasyPrintRenderer()


@pytest.fixture(scope="module")
def paper(renderer: WeasyPrintRenderer) -> bytes:
    return renderer.render(make_certificate(), marks=MARKS)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> DemonstrationKeys:
    """Those of both ministries, as the installation has them."""
    folder: Path = tmp_path_factory.mktemp("keys")
    return demonstration_keys(folder, ministries=make_snapshot().ministries)


def signer_of(keys: DemonstrationKeys) -> PdfSigner:
    return PdfSigner(
        [load_key(path, password=keys.password) for path in keys.pkcs12_files],
        revocation_lists=[keys.revocation_list],
        authorities=[keys.authority],
    )


def test_it_is_one_page_that_shows_every_fact(paper: bytes) -> None:
    (page,) = text_of(paper)
    text, certificate = squeezed(page), make_certificate()
    facts = [*values_to_show(certificate, MARKS).values(), *certificate.legal_basis, WARNING]
    assert [fact for fact in facts if squeezed(fact) not in text] == []


def test_the_longest_name_and_activity_stay_on_one_page(renderer: WeasyPrintRenderer) -> None:
    long = make_certificate(holder="Peñaherrera " * 16, activity="Elaboración de pan " * 13)
    assert len(text_of(renderer.render(long, marks=MARKS))) == 1


def test_its_code_leads_to_the_verification(paper: bytes) -> None:
    with PdfDocument(paper) as document:
        image = document[0].render(scale=2).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [MARKS.url]


def test_it_says_that_it_is_archivable_and_accessible(paper: bytes) -> None:
    with pikepdf.open(BytesIO(paper)) as document:
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
        assert bytes(document.trailer.ID[0]) == MARKS.file_identifier


def test_the_ministry_that_registers_signs_alone_with_its_own_key(
    paper: bytes, keys: DemonstrationKeys
) -> None:
    signer, certificate = signer_of(keys), make_certificate()
    assert signer.objections(certificate) == []
    assert signer.is_demonstration(certificate)
    signed = signer.sign(paper, snapshot=certificate)
    check = check_signatures(signed, authorities=[keys.authority])
    assert check.is_good
    assert [one.signer for one in check.signatures] == ["Autoridad de demostración 1 – MPCEI"]
    assert [one.covers_file for one in check.signatures] == [True]


def test_a_key_in_another_ministry_s_place_signs_no_certificate(keys: DemonstrationKeys) -> None:
    swapped = PdfSigner(
        [load_key(path, password=keys.password) for path in reversed(keys.pkcs12_files)],
        revocation_lists=[keys.revocation_list],
        authorities=[keys.authority],
    )
    (objection,) = swapped.objections(make_certificate())
    assert "no nombra al ministerio" in objection.sentence
