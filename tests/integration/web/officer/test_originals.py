"""Originals: with a reason, for a ticket that serves once and for a minute, from a host apart."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import EventRow, OfficerRow
from review_service.domain.errors import TicketError
from review_service.domain.file_tickets import FileTicket, WhyOriginal
from review_service.services.review import handing_out
from tests.factories import SECRET, Office
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    add_reviewer,
    ask_original,
    make_web,
    put_case,
    sign_in,
)
from tests.integration.web.officer.test_case import document_ids

APART = "archivos.example"


def events(office: Office, action: str) -> list[EventRow]:
    with office.reading() as uow:
        return list(uow.session.scalars(sa.select(EventRow).where(EventRow.action == action)))


def a_ticket(office: Office, officer_id: UUID) -> FileTicket:
    case = put_case(office)
    return handing_out.ask_original(
        office.writing(),
        application_id=case,
        document_id=document_ids(office, case)[0],
        officer_id=officer_id,
        why=WhyOriginal.SIGNATURE,
    )


def test_a_reason_gives_a_ticket_that_serves_once(
    browser: FlaskClient, web: WebOffice, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    document = document_ids(office, case)[0]
    page = browser.get(f"/revision/casos/{case}/documentos/{document}/original").text
    assert all(each.label in page for each in WhyOriginal)
    asked = ask_original(browser, case, document, why="authority")
    assert asked.status_code == 303
    (event,) = events(office, "original_asked")
    assert (event.subject_id, event.actor) == (case, f"officer:{officer_id}")
    assert event.details == {"document_id": str(document), "why": "authority"}
    assert events(office, "original_downloaded") == []
    stranger = web.app.test_client()
    answer = stranger.get(asked.location)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xff\xd8")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    for each in (stranger, browser):
        again = each.get(asked.location)
        assert again.status_code == 410
        assert "ya no sirve" in again.text
    assert len(events(office, "original_downloaded")) == 1
    history = browser.get(f"/revision/casos/{case}/historia").text
    assert "Pidió un archivo original: Lo pide una autoridad." in history


@pytest.mark.parametrize("why", ["", "porque sí"])
def test_without_a_reason_there_is_no_ticket(
    browser: FlaskClient, office: Office, why: str
) -> None:
    case = put_case(office)
    answer = ask_original(browser, case, document_ids(office, case)[0], why=why)
    assert answer.status_code == 422
    assert "Elija para qué necesita el original." in answer.text
    assert events(office, "original_asked") == []


def test_after_a_minute_it_serves_no_more(office: Office, officer_id: UUID) -> None:
    given = a_ticket(office, officer_id)
    late = FileTicket(
        id=uuid4(),
        application_id=given.application_id,
        document_id=given.document_id,
        officer_id=officer_id,
        given_at=given.given_at - timedelta(minutes=1),
    )
    with pytest.raises(TicketError):
        handing_out.original(office.writing(), late)
    assert handing_out.original(office.writing(), given).stem
    with pytest.raises(TicketError):
        handing_out.original(office.writing(), given)


def test_a_ticket_of_an_account_that_was_locked_meanwhile_serves_no_more(
    office: Office, officer_id: UUID
) -> None:
    given = a_ticket(office, officer_id)
    with office.writing() as uow:
        uow.session.get_one(OfficerRow, officer_id).active = False
        uow.commit()
    with pytest.raises(TicketError):
        handing_out.original(office.writing(), given)
    assert events(office, "original_downloaded") == []


def test_a_text_that_we_did_not_seal_is_no_ticket(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    given = a_ticket(office, officer_id)
    for text in ("x", given.to_text("another key" * 4), given.to_text(SECRET)[:-2]):
        assert browser.get(f"/revision/archivo/{text}").status_code == 410
    assert events(office, "original_downloaded") == []


def test_the_second_host_gives_out_files_for_tickets_and_nothing_else(
    office: Office, tmp_path: Path
) -> None:
    web = make_web(office, tmp_path, FILES_HOST=APART)
    add_reviewer(web)
    browser = sign_in(web)
    case = put_case(office)
    document = document_ids(office, case)[0]
    form = browser.get(f"/revision/casos/{case}/documentos/{document}/original")
    assert f"form-action 'self' http://{APART};" in form.headers["Content-Security-Policy"]
    late = browser.post(
        f"/revision/casos/{case}/documentos/{document}/original",
        data={"para_que": "signature", "version": "1.0"},
    )
    assert late.status_code == 409
    assert f"form-action 'self' http://{APART};" in late.headers["Content-Security-Policy"]
    asked = ask_original(browser, case, document)
    assert asked.location.startswith(f"http://{APART}/revision/archivo/")
    path = asked.location.removeprefix(f"http://{APART}")
    assert browser.get(path).status_code == 404, "not from the host of the pages"
    apart = {"base_url": f"http://{APART}"}
    for other in ("/", "/revision", f"/revision/casos/{case}", "/salud", "/nada"):
        answer = browser.get(other, **apart)
        assert answer.status_code == 404, other
        assert "Set-Cookie" not in answer.headers
    answer = browser.get(path, **apart)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xff\xd8")
    assert "Set-Cookie" not in answer.headers
    assert browser.get_cookie("sesion", domain=APART) is None
    gone = browser.get(path, **apart)
    assert gone.status_code == 410


def test_no_cookie_of_ours_is_for_more_than_its_host(office: Office, tmp_path: Path) -> None:
    web = make_web(office, tmp_path, FILES_HOST=APART)
    add_reviewer(web)
    browser = sign_in(web)
    cookies = list((browser._cookies or {}).values())  # noqa: SLF001 -- the client has no other way
    assert cookies
    assert all(each.origin_only for each in cookies)
