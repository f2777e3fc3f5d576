"""Officers' pages name a certificate a certificate, and list both kinds of documents."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.db.models import AgreementRow
from review_service.domain.wording import long_date
from tests.factories import OTHER_RUC, Office
from tests.integration.certificates import issued_certificate
from tests.integration.services.test_prior_agreements import issued
from tests.integration.services.test_succession import SMALL, certified


@pytest.fixture
def certificate(office: Office, monkeypatch: pytest.MonkeyPatch) -> AgreementRow:
    """A published certificate."""
    return issued_certificate(office, monkeypatch)


def listed(page: str) -> list[str]:
    return re.findall(r'<td class="ref">\s*([A-Z0-9-]+)', page)


def test_the_list_shows_both_kinds_and_one_when_asked(
    browser: FlaskClient, office: Office, certificate: AgreementRow, officer_id: UUID
) -> None:
    del officer_id
    acuerdo = issued(office, OTHER_RUC)
    address = "/revision/acuerdos"
    assert listed(browser.get(address).text) == [acuerdo.number, certificate.number]
    for value, number in (("agreement", acuerdo.number), ("certificate", certificate.number)):
        page = browser.get(address, query_string={"tipo": value}).text
        assert listed(page) == [number]
        assert re.search(rf'value="{value}"\s+selected>', page)
        words = {"tipo": value, "q": "tejidos"}
        assert listed(browser.get(address, query_string=words).text) == [number]
        reference = {"tipo": value, "q": "zzz"}
        assert "No encontramos «zzz»" in browser.get(address, query_string=reference).text
    assert len(listed(browser.get(address, query_string={"tipo": "poema"}).text)) == 2


def test_a_line_says_of_which_kind_it_is_and_its_category(
    browser: FlaskClient, certificate: AgreementRow, officer_id: UUID
) -> None:
    del officer_id
    page = " ".join(browser.get("/revision/acuerdos").text.split())
    assert f"{certificate.number}<small>Certificado RUM</small>" in page
    assert ">Microempresa</td>" in page


def test_the_page_of_a_certificate_and_its_file_say_certificate(
    browser: FlaskClient, certificate: AgreementRow, officer_id: UUID
) -> None:
    del officer_id
    page = browser.get(f"/revision/casos/{certificate.application_id}/emitido").text
    assert "Certificado emitido" in page
    assert f"<title>Certificado {certificate.number}" in page
    assert "PDF firmado por el ministerio y guardado" in page
    main = page[page.index("<main") :]
    assert "Acuerdo" not in main
    answer = browser.get(f"/revision/acuerdos/{certificate.id}.pdf")
    assert f"Certificado-{certificate.number}.pdf" in answer.headers["Content-Disposition"]


def test_the_list_says_how_each_stands(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    del officer_id
    first, second = certified(office), certified(office, SMALL)
    third = certified(office, SMALL)
    page = " ".join(browser.get("/revision/acuerdos").text.split())
    lines = {row.number: page[page.index(row.number) :] for row in (third, second, first)}
    day = long_date(first.valid_from)
    assert "Todavía no rige" in lines[third.number].partition("</tr>")[0]
    assert f"vale desde el {long_date(third.valid_from)}" in lines[third.number]
    assert "Vigente" in lines[second.number].partition("</tr>")[0]
    assert f"desde el {day}, por {second.number}" in lines[first.number].partition("</tr>")[0]


def test_the_list_shows_those_that_stand_alike(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    del officer_id
    first, second, third = certified(office), certified(office, SMALL), certified(office, SMALL)
    address = "/revision/acuerdos"
    for value, numbers in {
        "superseded": [first.number],
        "in_force": [second.number],
        "not_yet": [third.number],
        "expired": [],
        "poema": [third.number, second.number, first.number],
    }.items():
        page = browser.get(address, query_string={"estado": value}).text
        assert listed(page) == numbers
        assert bool(re.search(rf'value="{value}"\s+selected>', page)) is (value != "poema")
        both = {"estado": value, "q": "tituaña", "tipo": "certificate"}
        assert listed(browser.get(address, query_string=both).text) == numbers
    nothing = browser.get(address, query_string={"estado": "expired"}).text
    assert "No hay ningún documento así" in nothing
