"""What an officer sees of an organisation of artisans, and of those who share a workshop."""

from uuid import UUID

from flask.testing import FlaskClient

from tests.associations import give_appointment, open_association
from tests.factories import OTHER_RUC, RUC, Office, send_and_confirm
from tests.integration.services.test_shared_workshops import case as shared_case
from tests.integration.web.officer.desk_cases import take


def main_of(browser: FlaskClient, application_id: UUID) -> str:
    shown = browser.get(f"/revision/casos/{application_id}").text
    return " ".join(shown.partition("<main")[2].split())


def test_the_case_says_who_asks_and_has_the_paper_as_an_item(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    application_id = open_association(office)
    give_appointment(office, application_id)
    send_and_confirm(office, application_id, OTHER_RUC)
    take(office, application_id, officer_id)
    shown = main_of(browser, application_id)
    assert "Quién lo pide" in shown
    assert "Su nombre en el SRI lo dice: asociación de artesanos." in shown
    assert "Límites de otro registro" not in shown
    assert 'id="punto-appointment"' in shown
    assert "Mire quién representa a la organización" in shown
    assert "No se reconoce qué documento es" not in shown
    assert "Faltan 6 puntos para aprobar" in shown


def test_an_artisans_case_has_neither(browser: FlaskClient, office: Office) -> None:
    shown = main_of(browser, shared_case(office, RUC))
    assert "Quién lo pide" not in shown
    assert 'id="documentos"' not in shown
    assert 'id="punto-appointment"' not in shown


def test_photos_of_a_workshop_that_both_declare_are_told_without_alarm(
    browser: FlaskClient, office: Office
) -> None:
    shared_case(office, OTHER_RUC, RUC)
    shown = main_of(browser, shared_case(office, RUC, OTHER_RUC))
    assert "Taller compartido</span>" in shown
    assert "Las dos solicitudes declaran que comparten el taller." in shown
    assert 'class="tag bad"' not in shown
    assert "con alertas" not in shown


def test_one_that_only_one_of_them_declares_stays_an_alert(
    browser: FlaskClient, office: Office
) -> None:
    shared_case(office, OTHER_RUC)
    shown = main_of(browser, shared_case(office, RUC, OTHER_RUC))
    assert "Otro RUC</span>" in shown
    assert "la otra no lo declara" in shown
    assert "con alertas" in shown
