"""After approval: what is done, what is on its way, and the signed PDF."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import AgreementRow, MailRow, TaskRow
from review_service.db.queries import keyset
from review_service.db.queries.keyset import NEWEST_LOOKED_AT
from review_service.domain.work import TaskKind, TaskState
from tests.factories import OTHER_RUC, RUC, Office
from tests.integration.web.officer.desk_cases import approve, publish_everything, put_case


def mails_sent(office: Office) -> None:
    with office.writing() as uow:
        uow.session.execute(sa.update(MailRow).values(sent_at=uow.now))
        uow.commit()


def test_the_page_follows_the_agreement_to_the_mail(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    number = approve(office, case, officer_id)
    address = f"/revision/casos/{case}/emitido"
    numbered = browser.get(address).text
    assert number in numbered
    assert "se está emitiendo el Acuerdo" in numbered
    assert "data-refresh" in numbered
    assert 'http-equiv="refresh"' in numbered
    assert ".pdf" not in numbered
    publish_everything(office)
    published = browser.get(address).text
    assert "Acuerdo emitido" in published
    assert "Descargar el PDF firmado" in published
    assert "ma•••@correo.example" in published
    assert "data-refresh" in published
    mails_sent(office)
    finished = browser.get(address).text
    assert "data-refresh" not in finished
    assert "http-equiv" not in finished
    assert "Siguiente caso" in finished


def test_a_task_that_gave_up_is_said(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    approve(office, case, officer_id)
    with office.writing() as uow:
        uow.session.execute(
            sa.update(TaskRow)
            .where(TaskRow.kind == TaskKind.ISSUE_AGREEMENT)
            .values(state=TaskState.QUARANTINED)
        )
        uow.commit()
    page = browser.get(f"/revision/casos/{case}/emitido").text
    assert "Una tarea se detuvo después de varios intentos." in page
    assert "data-refresh" not in page


def test_a_mail_that_failed_is_said(browser: FlaskClient, office: Office, officer_id: UUID) -> None:
    case = put_case(office)
    approve(office, case, officer_id)
    publish_everything(office)
    with office.writing() as uow:
        uow.session.execute(sa.update(MailRow).values(failed_at=uow.now))
        uow.commit()
    assert "No se pudo enviar" in browser.get(f"/revision/casos/{case}/emitido").text


def test_a_case_without_agreement_has_no_such_page(browser: FlaskClient, office: Office) -> None:
    assert browser.get(f"/revision/casos/{put_case(office)}/emitido").status_code == 404


def test_the_pdf_is_a_download_once_it_is_stored(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    number = approve(office, case, officer_id)
    with office.reading() as uow:
        agreement_id = uow.session.scalars(sa.select(AgreementRow.id)).one()
    address = f"/revision/acuerdos/{agreement_id}.pdf"
    assert browser.get(address).status_code == 404
    assert browser.get(f"/revision/acuerdos/{uuid4()}.pdf").status_code == 404
    publish_everything(office)
    answer = browser.get(address)
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f"Acuerdo-{number}.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("looked_at", [NEWEST_LOOKED_AT, 0])
def test_the_list_finds_by_number_reference_ruc_and_name(
    browser: FlaskClient,
    office: Office,
    officer_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
    looked_at: int,
) -> None:
    monkeypatch.setattr(keyset, "NEWEST_LOOKED_AT", looked_at)
    assert "Todavía no hay documentos emitidos" in browser.get("/revision/acuerdos").text
    first, second = put_case(office), put_case(office, ruc=OTHER_RUC)
    numbers = [approve(office, case, officer_id) for case in (first, second)]
    publish_everything(office)
    page = browser.get("/revision/acuerdos").text
    assert page.index(numbers[1]) < page.index(numbers[0])
    year = numbers[0].split("-")[-2]
    for text in (
        numbers[0].lower(),
        f"N.º {numbers[0].replace('-', ' ')}.",
        "tituana",
        "Tituaña, María",
        "300000",
        f"{RUC[:5]} {RUC[5:]}",
        f"AR-{year}-000001",
        f"AR {year} 1",
    ):
        found = browser.get("/revision/acuerdos", query_string={"q": text}).text
        assert numbers[0] in found
        assert numbers[1] not in found
    assert "No encontramos «zzz»" in browser.get("/revision/acuerdos?q=zzz").text
    both = browser.get("/revision/acuerdos", query_string={"q": "tejidos, mano"}).text
    assert all(number in both for number in numbers)
    for text in ("%", "_", "%25"):
        nothing = browser.get("/revision/acuerdos", query_string={"q": text}).text
        assert "No encontramos" in nothing
    slip = browser.get("/revision/acuerdos", query_string={"q": f"{numbers[0][:-1]}9"}).text
    assert f">{numbers[0]}</a>" in slip
