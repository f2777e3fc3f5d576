"""The desk says at once which accepted items changed, why they are open again, old beside new."""

import re
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import DocumentRow, ReviewItemRow
from review_service.domain.applications import ApplicationKind, ItemVerdict, ReviewItem
from review_service.domain.documents import Theme
from review_service.services.applicant import applying
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from tests.factories import RUC, SHEET, Office
from tests.integration.web.officer.desk_cases import accept_everything, put_case, take, version_of


def swap_a_photo(office: Office, case: UUID) -> None:
    """Put other bytes under an accepted item, past every service."""
    with office.writing() as uow:
        uow.session.execute(
            sa.update(DocumentRow)
            .where(DocumentRow.application_id == case, DocumentRow.theme == Theme.PEOPLE)
            .values(sha256="f" * 64)
        )
        uow.commit()


def test_an_accepted_item_that_changed_is_shown_open_with_old_beside_new(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    accept_everything(office, case, officer_id)
    assert "volvió a abrirse" not in browser.get(f"/revision/casos/{case}").text
    swap_a_photo(office, case)
    page = browser.get(f"/revision/casos/{case}").text
    assert "Un punto volvió a abrirse" in page
    assert "1 imagen nueva; 1 imagen que ya no está" in page
    assert page.count("Por revisar otra vez") == 1
    assert len(re.findall(r'alt="(?:Antes|Ahora): ', page)) == 2
    assert 'aria-disabled="true">Aprobar' in page
    refused = browser.post(
        f"/revision/casos/{case}/aprobar", data={"version": version_of(office, case)}
    )
    assert refused.headers["Location"].endswith(f"/revision/casos/{case}")


def test_a_verdict_on_what_the_page_did_not_show_is_not_taken(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    page = browser.get(f"/revision/casos/{case}").text
    part = page.split('id="punto-people"')[1]
    found = re.search(r'name="version" value="([0-9]+\.[0-9a-f]+)"', part)
    assert found
    swap_a_photo(office, case)
    form = {"version": found.group(1), "veredicto": "accepted"}
    answer = browser.post(f"/revision/casos/{case}/puntos/people", data=form)
    assert answer.status_code == 409
    assert "La solicitud cambió" in answer.text
    with office.reading() as uow:
        entry = uow.session.get_one(ReviewItemRow, (case, ReviewItem.PEOPLE))
    assert entry.verdict is ItemVerdict.PENDING


def test_the_fields_of_the_sheet_that_changed_stand_before_and_after(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    correcting.request_correction(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        version=version_of(office, case),
        items=[
            CorrectionItem(
                item=ReviewItem.DATA_SHEET,
                reason="La dirección está incompleta.",
                instruction="Escriba la calle y una referencia.",
            )
        ],
    )
    applying.save_sheet(
        office.writing(),
        application_id=case,
        ruc=RUC,
        values={**SHEET, "address": "Bolívar 8-11"},
        kind=ApplicationKind.NEW,
    )
    correcting.answer(office.writing(), application_id=case, ruc=RUC, answers={})
    page = browser.get(f"/revision/casos/{case}").text
    assert "cambió: dirección" in page
    assert f"<del>{SHEET['address']}</del> → <ins>Bolívar 8-11</ins>" in page
