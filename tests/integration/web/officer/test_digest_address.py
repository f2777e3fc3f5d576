"""An officer says in «Su cuenta» where the daily digest goes, or that there is to be none."""

from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import MailRow, OfficerRow
from review_service.domain.numbering import link_code
from review_service.domain.roles import OfficerRole
from tests.factories import SECRET, Office
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, sign_in
from tests.integration.web.officer.test_deciding import plain

ACCOUNT = "/revision/cuenta"
ADDRESS = "randrade@produccion.gob.ec"


def stored(office: Office, officer_id: UUID) -> str | None:
    with office.reading() as uow:
        return uow.session.get_one(OfficerRow, officer_id).digest_address


def mailed_code(office: Office) -> str:
    """Return the code that the message to the address would bring."""
    with office.reading() as uow:
        [question] = [
            mail.context["digest_question"]
            for mail in uow.session.scalars(
                sa.select(MailRow).where(MailRow.event == "digest_confirm")
            )
        ]
    return link_code(SECRET, UUID(question))


def test_none_by_default_then_given_confirmed_and_taken_away(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    assert "No recibe ningún correo nuestro" in plain(browser.get(ACCOUNT))
    answer = browser.post(f"{ACCOUNT}/resumen", data={"address": f" {ADDRESS} "})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ACCOUNT}#resumen")
    assert stored(office, officer_id) == ADDRESS
    words = plain(browser.get(ACCOUNT))
    assert f"Enviamos un código a {ADDRESS}." in words
    assert f"Todavía no va a {ADDRESS}" in words
    code = mailed_code(office)
    wrong = browser.post(f"{ACCOUNT}/resumen", data={"code": "x", "paso": "confirmar"})
    assert wrong.status_code == 422
    assert "Ese no es el código." in wrong.text
    browser.post(f"{ACCOUNT}/resumen", data={"code": code, "paso": "confirmar"})
    words = plain(browser.get(ACCOUNT))
    assert f"El resumen diario irá a {ADDRESS}." in words
    assert f"Va a {ADDRESS}" in words
    browser.post(f"{ACCOUNT}/resumen", data={"address": ADDRESS, "paso": "quitar"})
    assert stored(office, officer_id) is None
    assert "No le enviaremos el resumen diario." in plain(browser.get(ACCOUNT))


def test_what_is_no_address_is_said_beside_the_field(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    answer = browser.post(f"{ACCOUNT}/resumen", data={"address": "randrade@"})
    assert answer.status_code == 422
    assert "Escriba un solo correo, como nombre@institucion.gob.ec." in answer.text
    assert 'value="randrade@"' in answer.text
    assert stored(office, officer_id) is None


def test_who_reviews_nothing_is_not_asked(web: WebOffice) -> None:
    add_reviewer(web, "audita", "A. Auditora", role=OfficerRole.AUDITOR)
    auditor = sign_in(web, "audita")
    assert "Resumen diario" not in auditor.get(ACCOUNT).text
    assert auditor.post(f"{ACCOUNT}/resumen", data={"address": ADDRESS}).status_code == 403
