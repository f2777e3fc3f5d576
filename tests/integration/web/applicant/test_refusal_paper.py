"""Whose application was refused downloads the decision with its reasons; nobody else does."""

import io
from datetime import date
from uuid import UUID

from pypdf import PdfReader

from review_service.domain.pending_decisions import AT_ONCE
from review_service.domain.terms import ecuador_today
from review_service.domain.wording import long_date
from tests.factories import add_officer
from tests.integration.services import deciding_steps as deciding
from tests.integration.services import steps
from tests.integration.web.applicant.story import confirmed
from tests.integration.web.site import Site, Visitor


def refused(site: Site, applicant: Visitor) -> UUID:
    application_id = confirmed(site, applicant)
    officer_id = add_officer(site.office)
    deciding.refuse(site.office, application_id, officer_id, AT_ONCE)
    return application_id


def words_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_paper_says_why_and_until_when_once_the_letter_left(
    site: Site, applicant: Visitor
) -> None:
    application_id = refused(site, applicant)
    path = f"/solicitudes/{application_id}"
    assert f'href="{path}/negativa.pdf"' in applicant.get(path).text
    answer = applicant.get(f"{path}/negativa.pdf")
    assert answer.mimetype == "application/pdf"
    words = words_of(answer.data)
    assert deciding.REASONS in words
    assert f"El {long_date(ecuador_today())}." in words
    assert "BORRADOR" not in words
    assert "todavía no corren" in words, "the letter did not leave yet"
    steps.hand_over(site.office, "refused")
    (mail,) = steps.mails(site.office, "refused")
    told = words_of(applicant.get(f"{path}/negativa.pdf").data)
    assert long_date(date.fromisoformat(mail.context["appeal_until"])) in told


def test_what_is_not_refused_has_none(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    officer_id = add_officer(site.office)
    deciding.refuse(site.office, application_id, officer_id)  # it can still be undone
    path = f"/solicitudes/{application_id}"
    assert applicant.get(f"{path}/negativa.pdf").status_code == 404
    assert "negativa.pdf" not in applicant.get(path).text


def test_nobody_else_gets_it(site: Site, applicant: Visitor) -> None:
    application_id = refused(site, applicant)
    answer = site.visitor().get(f"/solicitudes/{application_id}/negativa.pdf")
    assert answer.status_code in {302, 303}
