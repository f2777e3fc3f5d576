"""What applicants read of their payroll: before they send it, while it is kept, once it went."""

from datetime import timedelta

import pytest

from review_service.domain.documents import SupportKind
from review_service.services.upkeep import retained_files
from review_service.services.upkeep.retained_files import PAYROLLS
from tests.factories import confirm_business, issuing_rules, rule_parts
from tests.integration.services import steps
from tests.integration.web.site import Site, Visitor
from tests.ventures import give_paper, open_venture, ready_venture

RULES = issuing_rules().rulebook
DAYS = int(RULES["payroll_deletion"][0]["days"])
DRAFT_DAYS = int(RULES["payroll_deletion"][0]["draft_days"])
LEFT = f"o {DRAFT_DAYS} días después del último cambio del borrador"
PROMISE = f"se elimina {DAYS} días después de la decisión"


def shown(visitor: Visitor, address: str) -> str:
    return " ".join(visitor.get(address).text.split())


def test_its_page_promises_the_days_and_leads_to_the_page_of_personal_data(
    site: Site, applicant: Visitor
) -> None:
    application_id = open_venture(site.office)
    page = shown(applicant, f"/solicitudes/{application_id}/documentos/nomina")
    assert f"El archivo {PROMISE}, {LEFT}" in page
    assert "/datos-personales/nomina" in page


def test_the_page_of_personal_data_promises_them_too(visitor: Visitor) -> None:
    for address in ("/datos-personales/nomina", "/datos-personales/registro"):
        page = shown(visitor, address)
        assert f"se eliminan {DAYS} días después de la decisión, {LEFT}" in page


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_application_promises_it_and_never_says_what_holds_it(
    site: Site, applicant: Visitor, share: float
) -> None:
    application_id = ready_venture(site.office)
    confirm_business(site.office, application_id, parts=rule_parts(site.office, later_share=share))
    page = shown(applicant, f"/solicitudes/{application_id}")
    assert f"El archivo de su nómina {PROMISE}; si hace falta" in page
    assert "control posterior" not in page


def test_the_application_tells_that_it_went(site: Site, applicant: Visitor) -> None:
    application_id = ready_venture(site.office)
    confirm_business(site.office, application_id, parts=rule_parts(site.office, later_share=0.0))
    steps.end(site.office, application_id)
    row = steps.application(site.office, application_id)
    steps.make_older(site.office, row, "decided_at", by=timedelta(days=DAYS))
    assert retained_files.delete(site.office.reading, site.office.writing, RULES, PAYROLLS) == 1
    page = shown(applicant, f"/solicitudes/{application_id}")
    assert "La nómina se eliminó el " in page
    assert f"({DAYS} días después de la decisión)." in page
    assert "Se eliminó el archivo de su nómina." in page


def test_a_draft_that_was_left_says_why_its_payroll_is_gone(site: Site, applicant: Visitor) -> None:
    application_id = ready_venture(site.office)
    home = f"/solicitudes/{application_id}"
    assert f"Si deja el borrador {DRAFT_DAYS} días sin cambios, también se elimina." in shown(
        applicant, home
    )
    for column in ("changed_at", "sheet_saved_at"):
        row = steps.application(site.office, application_id)
        steps.make_older(site.office, row, column, by=timedelta(days=DRAFT_DAYS))
    assert retained_files.delete(site.office.reading, site.office.writing, RULES, PAYROLLS) == 1
    assert "Se eliminó el archivo de su nómina." in shown(applicant, home)
    why = f"porque el borrador estuvo {DRAFT_DAYS} días sin cambios. Envíela otra vez."
    for page in ("/documentos", "/documentos/nomina"):
        assert why in shown(applicant, home + page)
    assert why not in shown(applicant, home + "/documentos/sri")
    give_paper(site.office, application_id, SupportKind.PAYROLL)
    for page in ("/documentos", "/documentos/nomina"):
        assert why not in shown(applicant, home + page)


def test_an_application_without_a_payroll_says_nothing(site: Site, applicant: Visitor) -> None:
    application_id = open_venture(site.office)
    assert "Su nómina" not in shown(applicant, f"/solicitudes/{application_id}")
