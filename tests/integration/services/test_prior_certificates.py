"""A RUM certificate sent as the prior Acuerdo is known for what it is, and accuses nobody."""

import hashlib

import pytest

from review_service.db.models import AgreementRow, FindingRow
from review_service.db.queries.officer.case import case_of
from review_service.domain.findings import Severity
from review_service.web.officer.prior_words import proof_lines
from tests.factories import OTHER_RUC, Office
from tests.integration.certificates import issued_certificate
from tests.integration.services import steps
from tests.integration.services.steps import PDF, read_field
from tests.integration.services.test_prior_agreements import (
    SIGNED,
    address,
    code,
    issued,
    renewed,
    said,
)

ONLY = {"prior_agreement_is_certificate": Severity.DOUBT}
SIGNED_PDF = PDF + b"signed"


def as_file(office: Office, row: AgreementRow) -> bytes:
    """Let a file be, byte for byte, the one that was issued."""
    with office.writing() as uow:
        kept = uow.session.get_one(AgreementRow, row.id)
        kept.sha256 = hashlib.sha256(SIGNED_PDF).hexdigest()
        uow.commit()
    return SIGNED_PDF


def message(office: Office) -> str:
    (row,) = [
        row
        for row in steps.rows(office, FindingRow)
        if row.code == "prior_agreement_is_certificate"
    ]
    assert (row.advice, row.compared) == ("", True)
    return row.message


def test_our_own_file_is_our_certificate_and_no_acuerdo(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = issued_certificate(office, monkeypatch)
    content = as_file(office, row)
    fields = [read_field("number", row.number, confidence=95), read_field("ruc", OTHER_RUC)]
    case = renewed(office, fields, code(address(row)), signature=SIGNED, content=content)
    assert said(office, case) == ONLY
    assert message(office) == (
        f"Es el certificado RUM {row.number}, del RUC {row.ruc}, que emitimos: no es un Acuerdo."
    )


def test_its_qr_or_its_number_alone_says_so_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = issued_certificate(office, monkeypatch)
    assert said(office, renewed(office, [], code(address(row)))) == ONLY
    fields = [read_field("number", row.number.replace("-", " "), confidence=95)]
    assert said(office, renewed(office, fields, ruc=OTHER_RUC)) == ONLY


def test_its_secret_in_the_address_of_another_page_is_an_alert(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = issued_certificate(office, monkeypatch)
    case = renewed(office, [], code(address(row, host="acuerdos-oficiales.example")))
    assert said(office, case)["prior_agreement_code_elsewhere"] is Severity.BAD


def test_its_qr_on_an_acuerdo_is_an_alert(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    acuerdo = issued(office, OTHER_RUC)
    row = issued_certificate(office, monkeypatch)
    fields = [read_field("number", acuerdo.number, confidence=95)]
    found = said(office, renewed(office, fields, code(address(row))))
    assert found["prior_agreement_code_of_other"] is Severity.BAD
    assert "prior_agreement_is_certificate" not in found


def test_officers_read_what_it_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    row = issued_certificate(office, monkeypatch)
    content = as_file(office, row)
    case = renewed(office, [], code(address(row)), signature=SIGNED, content=content)
    with office.reading() as uow:
        prior = case_of(uow, case).prior
    assert prior is not None
    is_ours = f"Por el archivo es nuestro certificado RUM {row.number}, del RUC {row.ruc}"
    assert [f"{line.tone or '-'}: {line.words}" for line in proof_lines(prior)] == [
        f"-: El QR es de nuestro certificado RUM {row.number}.",
        f"-: El archivo es, sin un solo cambio, el que emitimos: certificado RUM {row.number}.",
        f"doubt: {is_ours}: no es un Acuerdo.",
    ]
