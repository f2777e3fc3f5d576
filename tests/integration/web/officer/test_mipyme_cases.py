"""A MIPYME on the officers' desk: why it came, its category, and the later control."""

import re
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import AgreementRow, ApplicationRow, LaterControlRow
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.later_controls import LaterOutcome
from tests.factories import Office, confirm_business, open_business, rule_parts
from tests.integration.web.officer.desk_cases import judge, take, version_of

WHY = "Las ventas declaradas son de dos años; cada uno tuvo la mitad."
WORDS = "Fabricación de otros artículos textiles"


@pytest.fixture
def case(office: Office) -> UUID:
    """A MIPYME over the limits that asked for a person."""
    application_id = open_business(office, sales="9.000.000")
    confirm_business(office, application_id, wish="Vea mis declaraciones")
    return application_id


def accepted(office: Office, case: UUID, officer_id: UUID) -> str:
    take(office, case, officer_id)
    judge(office, case, officer_id, item=ReviewItem.DATA_SHEET, version=version_of(office, case))
    return f"/revision/casos/{case}/aprobar"


def test_the_case_says_why_it_came_and_asks_for_one_item(browser: FlaskClient, case: UUID) -> None:
    shown = browser.get(f"/revision/casos/{case}").text
    for words in ("Por qué la ve una persona", "No es una MIPYME", "Vea mis declaraciones"):
        assert words in shown
    assert "USD 9.000.000" in shown
    assert "MIPYME" in shown
    assert "El taller" not in shown
    assert "2 de marzo de 2015" in shown
    assert "El original se descarga" not in shown


def test_the_queue_names_the_track(browser: FlaskClient, case: UUID) -> None:
    shown = browser.get("/revision").text
    assert "MIPYME · Nueva" in " ".join(shown.split())
    assert '<th scope="col">Vence</th>' in shown
    assert str(case) in shown


def test_the_queue_says_why_a_person_decides(browser: FlaskClient, case: UUID) -> None:
    line = browser.get("/revision").text.partition(str(case))[2].split("</tr>")[0]
    assert "Pidió que lo revise una persona. No es una MIPYME" in line
    assert "sin alertas" not in line


def test_what_the_rule_says_today_is_not_said_again_as_a_reason(
    browser: FlaskClient, office: Office, case: UUID, officer_id: UUID
) -> None:
    shown = browser.get(accepted(office, case, officer_id)).text
    assert "Por qué la ve usted" in shown
    assert "Pidió que lo revise una persona." in shown
    assert shown.count("No es una MIPYME") == 1


@pytest.mark.parametrize("address", ["/revision", "/revision?q=tituaña"])
def test_the_queue_says_the_activity_in_words(
    browser: FlaskClient, office: Office, case: UUID, address: str
) -> None:
    assert activity_in(browser.get(address).text, case) == WORDS
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        row.registry_facts = {**row.registry_facts, "establishments": []}
        uow.commit()
    assert activity_in(browser.get(address).text, case) == "C139209"


def activity_in(page: str, case: UUID) -> str:
    """Return what the line of a case says in the column «Actividad»."""
    heads = re.findall(r'<th scope="col">([^<]*)</th>', page)
    line = next(row for row in page.split("<tr data-row>")[1:] if str(case) in row)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", line, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", "", cells[heads.index("Actividad")]).strip()


def test_another_category_needs_reasons_which_stay_when_something_is_missing(
    browser: FlaskClient, office: Office, case: UUID, officer_id: UUID
) -> None:
    address = accepted(office, case, officer_id)
    assert "No es una MIPYME" in browser.get(address).text
    form = {"version": version_of(office, case)}
    answer = browser.post(address, data={**form, "categoria": "medium", "motivos": "corto"})
    assert answer.status_code == 422
    assert ">corto</textarea>" in answer.text
    assert 'href="#motivos"' in answer.text
    answer = browser.post(address, data={**form, "motivos": WHY})
    assert answer.status_code == 422
    assert 'href="#categoria"' in answer.text
    assert WHY in answer.text
    answer = browser.post(address, data={**form, "categoria": "medium", "motivos": WHY})
    assert answer.headers["Location"] == f"/revision/casos/{case}/emitido"
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        snapshot = uow.session.execute(sa.select(AgreementRow.snapshot)).scalar_one()
    assert row.state is ApplicationState.APPROVED
    assert row.decision_reasons == f"Mediana empresa: {WHY}"
    assert snapshot["category"] == "Mediana empresa"


def test_a_certificate_that_chance_chose_is_looked_at(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    chosen = open_business(office)
    confirm_business(office, chosen, parts=rule_parts(office, later_share=1.0))
    listed = browser.get("/revision?vista=control-posterior").text
    assert str(chosen) in listed
    assert '<th scope="col">Estado</th>' in listed
    page = browser.get(f"/revision/casos/{chosen}").text
    assert "Control posterior" in page
    assert "Regla automática" in page
    assert "Sin revisar" in page
    assert "Por revisar" not in page.partition("Puntos revisados")[2]
    address = f"/revision/casos/{chosen}/control-posterior"
    form = {"version": version_of(office, chosen)}
    short = browser.post(address, data={**form, "resultado": "differs"}, follow_redirects=True)
    assert "qué no coincide" in short.text
    done = browser.post(address, data={**form, "resultado": "as_declared"})
    assert done.headers["Location"] == "/revision?vista=control-posterior"
    with office.reading() as uow:
        row = uow.session.get_one(LaterControlRow, chosen)
    assert (row.outcome, row.officer_id) == (LaterOutcome.AS_DECLARED, officer_id)
    assert "Todo coincide" in browser.get(f"/revision/casos/{chosen}").text
