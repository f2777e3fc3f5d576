"""A payroll on the officers' desk: until when it is kept, and what is there once it went."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.db.models import DocumentRow
from review_service.domain.documents import SupportKind
from review_service.domain.payroll_terms import told_days
from review_service.domain.wording import long_date
from review_service.services.upkeep import retained_files
from review_service.services.upkeep.retained_files import PAYROLLS
from tests.factories import Office, confirm_business, issuing_rules, rule_parts
from tests.integration.services import steps
from tests.ventures import OF_A_PERSON, give_paper, open_venture, publish

RULES = issuing_rules().rulebook
[RULE] = RULES["payroll_deletion"]
DAYS = int(RULE["days"])


@pytest.fixture
def payroll(office: Office) -> DocumentRow:
    """One of an application whose certificate is issued."""
    application_id = open_venture(office)
    given = [give_paper(office, application_id, kind, shows=kind.slug) for kind in OF_A_PERSON]
    confirm_business(office, application_id, parts=rule_parts(office, later_share=0.0))
    publish(office)
    return steps.stored(office, DocumentRow, given[-1])


def page_of(browser: FlaskClient, payroll: DocumentRow) -> str:
    address = f"/revision/casos/{payroll.application_id}?documento={payroll.id}&hoja=1"
    return " ".join(browser.get(address).text.split())


def delete(office: Office, payroll: DocumentRow) -> UUID:
    """Let the days pass and the scheduler come by."""
    row = steps.application(office, payroll.application_id)
    steps.make_older(office, row, "decided_at", by=timedelta(days=DAYS))
    assert retained_files.delete(office.reading, office.writing, RULES, PAYROLLS) == 1
    return payroll.id


def test_it_is_said_until_when_it_is_kept(
    browser: FlaskClient, office: Office, payroll: DocumentRow
) -> None:
    decided = steps.application(office, payroll.application_id).decided_at
    assert decided is not None
    shown = page_of(browser, payroll)
    assert (
        f"El archivo de la nómina se elimina el {long_date(decided + timedelta(days=DAYS))}: "
        f"{told_days(DAYS)} después de la decisión."
    ) in shown
    assert f"/paginas/{payroll.id}/1.jpg" in shown


def test_afterwards_a_sentence_stands_where_the_picture_was(
    browser: FlaskClient, office: Office, payroll: DocumentRow
) -> None:
    delete(office, payroll)
    shown = page_of(browser, payroll)
    sentence = f"({told_days(DAYS)} después de la decisión)."
    assert shown.count("La nómina se eliminó el ") == 2
    assert shown.count(sentence) == 2
    assert f"/paginas/{payroll.id}" not in shown
    assert f"/documentos/{payroll.id}/original" not in shown
    assert "No se pudo hacer la imagen" not in shown
    for name in ("A nombre de", "Emitido", "Trabajadores"):
        assert name in shown
    assert payroll.file_name in shown


@pytest.mark.parametrize(
    "what",
    [
        "paginas/{}/1.jpg",
        "paginas/{}/1/vista.jpg",
        "paginas/{}/1/miniatura.jpg",
        "documentos/{}/original",
    ],
)
def test_nothing_of_it_is_given_out(
    browser: FlaskClient, office: Office, payroll: DocumentRow, what: str
) -> None:
    address = f"/revision/casos/{payroll.application_id}/{what.format(payroll.id)}"
    assert browser.get(address).status_code == 200
    delete(office, payroll)
    assert browser.get(address).status_code == 404


def test_other_papers_are_shown_as_before(
    browser: FlaskClient, office: Office, payroll: DocumentRow
) -> None:
    delete(office, payroll)
    others = [
        row
        for row in steps.rows(office, DocumentRow)
        if row.kind.sent_as is not SupportKind.PAYROLL
    ]
    assert others
    shown = page_of(browser, others[0])
    assert all(f"/paginas/{row.id}/1" in shown for row in others)
