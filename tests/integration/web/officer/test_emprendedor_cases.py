"""An emprendedor on the officers' desk: which value is doubtful, beside what was expected."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import AgreementRow
from review_service.domain.applications import ReviewItem
from review_service.domain.terms import ecuador_day
from tests.factories import Office, confirm_business
from tests.integration.web.officer.desk_cases import judge, take, version_of
from tests.ventures import HOLDER, OF_A_PERSON, give_paper, open_venture

OTHER = "OTRA PERSONA CUALQUIERA"


@pytest.fixture
def case(office: Office) -> UUID:
    """One whose tax certificate has ended and is of another name."""
    application_id = open_venture(office)
    with office.reading() as uow:
        long_ago = (ecuador_day(uow.now) - timedelta(days=90)).isoformat()
    for kind in OF_A_PERSON:
        wrong = {"holder": OTHER, "issued_on": long_ago} if kind is OF_A_PERSON[1] else None
        give_paper(office, application_id, kind, values=wrong)
    confirm_business(office, application_id)
    return application_id


def test_each_value_stands_beside_what_was_expected(browser: FlaskClient, case: UUID) -> None:
    shown = " ".join(browser.get(f"/revision/casos/{case}").text.split())
    assert "Por qué la ve una persona" in shown
    assert "Certificado de cumplimiento tributario (SRI): valió hasta el" in shown
    assert "Una persona mira el certificado del SRI." in shown
    for words in (OTHER, HOLDER, "No coincide", "valió hasta el", "Límites de otro registro"):
        assert words in shown
    for item in (ReviewItem.EMPLOYER_CERTIFICATE, ReviewItem.TAX_CERTIFICATE, ReviewItem.PAYROLL):
        assert f'id="punto-{item.value}"' in shown
    assert f'id="punto-{ReviewItem.DEED.value}"' not in shown
    assert "El taller" not in shown


def test_it_is_approved_without_choosing_a_category(
    browser: FlaskClient, office: Office, case: UUID, officer_id: UUID
) -> None:
    take(office, case, officer_id)
    for item in (
        ReviewItem.DATA_SHEET,
        ReviewItem.EMPLOYER_CERTIFICATE,
        ReviewItem.TAX_CERTIFICATE,
        ReviewItem.PAYROLL,
    ):
        judge(office, case, officer_id, item=item, version=version_of(office, case))
    address = f"/revision/casos/{case}/aprobar"
    shown = browser.get(address)
    assert shown.status_code == 200
    assert "Emprendedor" in shown.text
    assert 'name="categoria"' not in shown.text
    answer = browser.post(address, data={"version": version_of(office, case)})
    assert answer.status_code == 303, answer.text
    with office.reading() as uow:
        paper = uow.session.scalars(sa.select(AgreementRow)).one()
    assert paper.snapshot["category"] == "Emprendedor"
