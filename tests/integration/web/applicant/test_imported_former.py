"""Whose Acuerdo is of before this service is offered its renewal as any other holder is."""

import pytest

from review_service.domain.wording import long_date
from tests.integration.services.test_imported_formers import NUMBER, imported
from tests.integration.web.site import Site, Visitor

BEGIN = "/solicitudes/nueva/artesano"
SCANNED = "su Acuerdo anterior: en PDF, o fotografíe sus hojas"
OURS = "Su Acuerdo anterior ya lo tenemos"


def shown(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200
    return " ".join(answer.text.partition("<main")[2].split())


@pytest.mark.parametrize("address", ["/solicitudes", BEGIN])
def test_in_its_window_it_is_offered(site: Site, applicant: Visitor, address: str) -> None:
    end = imported(site.office)
    page = shown(applicant, address)
    for words in (NUMBER, "está vigente", f"hasta el {long_date(end)}", "Ya puede renovarlo"):
        assert words in page
    assert SCANNED in page
    assert OURS not in page
    assert "Ver e imprimir" not in page


@pytest.mark.parametrize("address", ["/solicitudes", BEGIN])
def test_before_it_the_page_says_from_when(site: Site, applicant: Visitor, address: str) -> None:
    imported(site.office, ends_in=90)
    page = shown(applicant, address)
    assert "Puede renovarlo desde el" in page
    assert "Ya puede renovarlo" not in page
    assert OURS not in page


def test_from_the_list_the_renewal_begins_prefilled(site: Site, applicant: Visitor) -> None:
    imported(site.office, activity="Sombreros de paja (C139209)")
    assert 'name="kind" value="renewal">Renovarlo' in shown(applicant, "/solicitudes")
    answer = applicant.post("/solicitudes/nueva", {"kind": "renewal"}, page="/solicitudes")
    assert answer.status_code == 303
    assert 'value="Sombreros de paja"' in shown(applicant, answer.headers["Location"])
    assert "Renovarlo" not in shown(applicant, "/solicitudes"), "a draft is open"


@pytest.mark.parametrize("ends_in", [-1, None])
def test_without_one_that_holds_nothing_is_said(
    site: Site, applicant: Visitor, ends_in: int | None
) -> None:
    if ends_in is not None:
        imported(site.office, ends_in=ends_in)
    for address in ("/solicitudes", BEGIN):
        assert "está vigente" not in shown(applicant, address)
