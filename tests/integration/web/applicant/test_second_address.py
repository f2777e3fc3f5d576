"""The pages of a second address: what is missing, asking again, and the answer behind the link."""

from uuid import UUID

import pytest

from review_service.db.models import SecondAddressRow
from review_service.domain.numbering import link_token
from tests.factories import SECRET, SHEET
from tests.integration.services import steps
from tests.integration.web.applicant.story import draft
from tests.integration.web.site import Site, Visitor

DAUGHTER = "hija@correo.example"
FORM = {**SHEET, "kind": "new", "notice_email": DAUGHTER}
MISSING = "Falta que confirme"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def application_id(site: Site, applicant: Visitor) -> UUID:
    """Return a draft whose sheet was saved with a second address."""
    made = draft(site)
    assert applicant.post(f"/solicitudes/{made}/datos", FORM).status_code == 303
    return made


def link(site: Site) -> str:
    (row,) = steps.rows(site.office, SecondAddressRow)
    return f"/correo/{link_token(SECRET, row.id)}"


def confirmed(site: Site) -> bool:
    (row,) = steps.rows(site.office, SecondAddressRow)
    return row.confirmed_at is not None


def asked(site: Site) -> int:
    return len(steps.mails(site.office, "second_address"))


def test_saving_the_sheet_asks_once(site: Site, applicant: Visitor, application_id: UUID) -> None:
    assert asked(site) == 1
    applicant.post(f"/solicitudes/{application_id}/datos", FORM)
    assert asked(site) == 1


def test_what_is_missing_stands_on_the_sheet_the_review_and_the_case(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    for page in ("/datos", ""):
        shown = applicant.get(f"/solicitudes/{application_id}{page}").text
        assert f'{MISSING} <span class="address">{DAUGHTER}</span>' in shown
        assert "Enviar otra vez" in shown
    assert "falta que lo confirme" in applicant.get(f"/solicitudes/{application_id}/revisar").text
    visitor = site.visitor()
    visitor.post(link(site), page=link(site))
    for page in ("/datos", "/revisar", ""):
        shown = applicant.get(f"/solicitudes/{application_id}{page}").text
        assert MISSING not in shown
        assert "falta que lo confirme" not in shown


def test_a_program_that_opens_the_link_confirms_nothing(site: Site, application_id: UUID) -> None:
    visitor = site.visitor()
    page = visitor.get(link(site))
    assert page.status_code == 200
    assert DAUGHTER in page.text
    assert steps.application(site.office, application_id).reference in page.text
    assert "TITUAÑA" not in page.text, "who finds the mail learns nobody's name"
    assert not confirmed(site)
    done = visitor.post(link(site), page=link(site))
    assert (done.status_code, confirmed(site)) == (200, True)
    assert "Listo" in done.text


@pytest.mark.parametrize("path", ["/otro-correo", "/datos"])
def test_asking_again_ends_after_three_and_says_when_it_goes_on(
    site: Site, applicant: Visitor, application_id: UUID, path: str
) -> None:
    shown = ""
    for _ in range(3):
        shown = applicant.post(
            f"/solicitudes/{application_id}{path}",
            {**FORM, "again": "y"} if path == "/datos" else {},
            follow_redirects=True,
        ).text
    assert "Podemos enviar otro" in shown
    assert asked(site) == 3


def test_a_changed_address_ends_the_link(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    former = link(site)
    visitor = site.visitor()
    token = visitor.token(former)
    applicant.post(f"/solicitudes/{application_id}/datos", {**FORM, "notice_email": ""})
    assert visitor.get(former).status_code == 410
    late = visitor.client.post(former, data={"csrf_token": token})
    assert (late.status_code, confirmed(site)) == (410, False)
    assert "Ya no hace falta" in late.text


def test_a_wrong_link_is_told(site: Site) -> None:
    answer = site.visitor().get("/correo/" + "a" * 26)
    assert answer.status_code == 410
    assert "no es correcto" in answer.text
