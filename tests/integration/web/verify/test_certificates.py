"""Anybody asks for a certificate as for an Acuerdo, and no page takes one for the other."""

import re

import pytest
from flask.testing import FlaskClient

from review_service.db.models import AgreementRow
from review_service.domain.numbering import verification_code, verification_token
from tests.factories import SECRET, Office
from tests.integration.certificates import issued_certificate


@pytest.fixture
def certificate(office: Office, monkeypatch: pytest.MonkeyPatch) -> AgreementRow:
    """A published certificate."""
    return issued_certificate(office, monkeypatch)


def test_the_form_asks_for_both_and_shows_a_number_of_each(browser: FlaskClient) -> None:
    page = browser.get("/verificar").text
    for words in (
        "Verificar un Acuerdo o certificado",
        "Número del documento",
        "o RUM-2026-000482",
        "PDF del documento",
    ):
        assert words in page


def test_the_answer_on_a_certificate_speaks_of_no_acuerdo(
    browser: FlaskClient, certificate: AgreementRow
) -> None:
    scanned = browser.get(f"/v/{verification_token(SECRET, certificate.id)}").text
    typed = browser.post(
        "/verificar",
        data={"number": certificate.number, "code": verification_code(SECRET, certificate.id)},
    ).text
    for page in (scanned, typed):
        assert "Este certificado es auténtico y está vigente hasta el " in page
        assert f'<dd translate="no">{certificate.number}</dd>' in re.sub(
            r"\s+(?=[<A-Z])|(?<=>)\s+", "", page
        )
        assert "1 firma electrónica válida, la del ministerio" in page
        main = page[page.index("<main") : page.index("</main>")]
        assert "Acuerdo" not in main
