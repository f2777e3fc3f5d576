"""The pages of a draft show what the SRI says now, and say of which moment that is."""

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, TaxpayerRow
from review_service.domain.taxpayers import TaxpayerStatus
from tests.factories import BUSINESS_SHEET, RUC
from tests.integration.web.applicant.test_mipyme_pages import filled, version_on
from tests.integration.web.site import Site, Visitor

ADVICE = "Su RUC no consta activo en el SRI"
BUTTON = "Volver a consultar al SRI"


def says(site: Site, status: TaxpayerStatus) -> None:
    with site.office.writing() as uow:
        uow.session.get_one(TaxpayerRow, RUC).status = status
        uow.commit()


def mended(site: Site, applicant: Visitor, *, old: bool) -> str:
    """Return the path of a draft whose holder was suspended when it was opened."""
    says(site, TaxpayerStatus.SUSPENDED)
    path = filled(applicant)
    assert ADVICE in applicant.get(f"{path}/revisar").text
    says(site, TaxpayerStatus.ACTIVE)
    if old:
        let_grow_old(site)
    return path


def let_grow_old(site: Site) -> None:
    with site.office.writing() as uow:
        row = uow.session.execute(sa.select(ApplicationRow)).scalar_one()
        row.registry_facts = {**row.registry_facts, "asked_at": "2026-01-05T15:42:00+00:00"}
        uow.commit()


@pytest.mark.parametrize("page", ["datos", "revisar"])
def test_an_old_draft_is_compared_anew_when_its_pages_are_opened(
    site: Site, applicant: Visitor, page: str
) -> None:
    path = mended(site, applicant, old=True)
    shown = applicant.get(f"{path}/{page}").text
    assert "SRI, consultado a las " in shown
    assert BUTTON in shown
    assert ADVICE not in applicant.get(f"{path}/revisar").text


def test_what_is_sent_was_compared_anew(site: Site, applicant: Visitor) -> None:
    path = mended(site, applicant, old=False)
    version = version_on(applicant, f"{path}/revisar")
    let_grow_old(site)
    answer = applicant.post(f"{path}/enviar", {"declared": "y", "version": version}, page=path)
    assert answer.headers["Location"] == f"{path}/confirmar"
    with site.office.reading() as uow:
        row = uow.session.execute(sa.select(ApplicationRow)).scalar_one()
    assert row.registry_facts["status"] == "ACTIVO"


def test_who_presses_sees_it_at_once_and_keeps_the_typed_words(
    site: Site, applicant: Visitor
) -> None:
    path = mended(site, applicant, old=False)
    assert ADVICE in applicant.get(f"{path}/revisar").text
    answer = applicant.post(f"{path}/enviar", {"ask": "y"}, page=f"{path}/revisar")
    assert answer.status_code == 200
    assert ADVICE not in answer.text
    assert "Consultamos otra vez al SRI" in answer.text
    form = {**BUSINESS_SHEET, "sales": "91.000", "phone": "", "ask": "y"}
    answer = applicant.post(f"{path}/datos", form, page=f"{path}/datos")
    assert answer.headers["Location"] == f"{path}/datos"
    assert 'value="91.000"' in applicant.get(f"{path}/datos").text
