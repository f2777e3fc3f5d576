"""The resolution of a deemed withdrawal as a PDF: beforehand a draft, then for who it concerns."""

import io
from datetime import date
from uuid import UUID

import pytest
from pypdf import PdfReader

from review_service.domain.terms import ecuador_today
from review_service.domain.wording import long_date
from tests.integration.services import loop_cases, steps
from tests.integration.services.appeal_cases import WHY_WITHDRAWN
from tests.integration.web.applicant.story import confirmed
from tests.integration.web.applicant.test_refusal_paper import words_of
from tests.integration.web.site import Site, Visitor


@pytest.fixture
def withdrawn(site: Site, applicant: Visitor) -> UUID:
    case = confirmed(site, applicant)
    loop_cases.ask(site.office, case)
    loop_cases.end_term(site.office, case)
    loop_cases.log(site.office, case)
    loop_cases.sign(site.office, case, words=WHY_WITHDRAWN)
    return case


def test_the_paper_tells_the_facts_who_signed_and_until_when_once_the_letter_left(
    site: Site, applicant: Visitor, withdrawn: UUID
) -> None:
    path = f"/solicitudes/{withdrawn}"
    page = applicant.get(path).text
    assert f'href="{path}/desistimiento.pdf"' in page
    assert "Se dio por desistida" in page
    assert "Se retiró" not in page
    answer = applicant.get(f"{path}/desistimiento.pdf")
    assert answer.mimetype == "application/pdf"
    assert "filename=desistimiento-" in answer.headers["Content-Disposition"]
    words = words_of(answer.data)
    for said in (
        "Solicitud desistida", WHY_WITHDRAWN, "El lugar donde trabaja; Hoja de datos.",
        "intentamos avisarle por otro medio", "artículo 140", "Resuelve: Funcionaria o",
        f"El {long_date(ecuador_today())}.", "todavía no corren",
    ):  # fmt: skip
        assert said in words
    assert "BORRADOR" not in words
    assert len(PdfReader(io.BytesIO(answer.data)).pages) == 1
    assert words.count("solicitud nueva") == 1
    steps.hand_over(site.office, "withdrawn")
    (mail,) = steps.mails(site.office, "withdrawn")
    told = words_of(applicant.get(f"{path}/desistimiento.pdf").data)
    assert long_date(date.fromisoformat(mail.context["appeal_until"])) in told


def test_who_withdrew_by_own_wish_has_none(site: Site, applicant: Visitor) -> None:
    case = confirmed(site, applicant)
    path = f"/solicitudes/{case}"
    applicant.post(f"{path}/retirar", {}, page=f"{path}/retirar")
    assert applicant.get(f"{path}/desistimiento.pdf").status_code == 404
    assert "desistimiento.pdf" not in applicant.get(path).text


def test_nobody_else_gets_it(site: Site, withdrawn: UUID) -> None:
    answer = site.visitor().get(f"/solicitudes/{withdrawn}/desistimiento.pdf")
    assert answer.status_code in {302, 303}
