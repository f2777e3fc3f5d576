"""Internal notes: written on a case for officers, corrected by adding, never told the applicant."""

import json
import re
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import EventRow, InternalNoteRow
from review_service.db.queries.applicant.history import history_of
from review_service.domain.errors import NotAllowedError, OwnCaseError, StaleStateError
from review_service.domain.roles import OfficerRole
from review_service.services.review import internal_notes
from tests.factories import OTHER_RUC, RUC, Office
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, put_case, sign_in

SAID = "Llamé al teléfono de la hoja: contestó su hija."


def stamp(page: str) -> str:
    form = page[page.index('/notas"') :]
    found = re.search(r'name="version" value="([^"]+)"', form)
    assert found is not None
    return found[1]


def write(browser: FlaskClient, case: UUID, text: str, **more: str) -> None:
    version = stamp(browser.get(f"/revision/casos/{case}").text)
    form = {"nota_interna": text, "version": version, **more}
    answer = browser.post(f"/revision/casos/{case}/notas", data=form)
    assert (answer.status_code, answer.location) == (303, f"/revision/casos/{case}#notas")


def notes(office: Office) -> list[InternalNoteRow]:
    with office.reading() as uow:
        return list(
            uow.session.scalars(sa.select(InternalNoteRow).order_by(InternalNoteRow.written_at))
        )


def test_a_note_is_on_the_case_with_who_wrote_it_and_in_the_audit_trail(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case, other = put_case(office), put_case(office, ruc=OTHER_RUC)
    assert "Nadie ha escrito una nota." in browser.get(f"/revision/casos/{case}").text
    write(browser, case, f"  {SAID} <b>")
    page = browser.get(f"/revision/casos/{case}").text
    assert f"{SAID} &lt;b&gt;</p>" in page
    assert "R. Andrade, " in page[page.index('id="notas"') :]
    assert SAID not in browser.get(f"/revision/casos/{other}").text
    with office.reading() as uow:
        (event,) = uow.session.scalars(sa.select(EventRow).where(EventRow.action == "note_written"))
    assert (event.subject_id, event.actor) == (case, f"officer:{officer_id}")
    assert SAID not in json.dumps(event.details)


def test_a_correction_adds_and_keeps_what_was_there(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    write(browser, case, SAID)
    (first,) = notes(office)
    page = browser.get(f"/revision/casos/{case}?corrige={first.id}").text
    assert f">{SAID}</textarea>" in page
    assert "Corregir su nota" in page
    write(browser, case, "Contestó su hijo.", corrige=str(first.id))
    assert [(row.body, row.corrects) for row in notes(office)] == [
        (SAID, None),
        ("Contestó su hijo.", first.id),
    ]
    page = browser.get(f"/revision/casos/{case}").text
    assert page.index("Contestó su hijo.") < page.index("una versión anterior") < page.index(SAID)
    with pytest.raises(StaleStateError):
        internal_notes.write(
            office.writing(),
            application_id=case,
            officer_id=officer_id,
            body="Otra corrección de la misma.",
            corrects=first.id,
        )


def test_a_second_click_writes_no_second_note(browser: FlaskClient, office: Office) -> None:
    case = put_case(office)
    version = stamp(browser.get(f"/revision/casos/{case}").text)
    for _ in range(2):
        form = {"nota_interna": SAID, "version": version}
        assert browser.post(f"/revision/casos/{case}/notas", data=form).status_code == 303
    assert len(notes(office)) == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_what_is_no_note_is_told_and_kept(browser: FlaskClient, office: Office, text: str) -> None:
    case = put_case(office)
    write(browser, case, text)
    page = browser.get(f"/revision/casos/{case}").text
    assert 'id="nota-problema"' in page
    assert notes(office) == []


def test_nobody_corrects_the_note_of_a_colleague(
    web: WebOffice, browser: FlaskClient, office: Office
) -> None:
    colleague = add_reviewer(web, "lpaz", "L. Paz")
    case = put_case(office)
    write(browser, case, SAID)
    (note,) = notes(office)
    assert "Corregir</a>" in browser.get(f"/revision/casos/{case}").text
    assert "Corregir</a>" not in sign_in(web, "lpaz").get(f"/revision/casos/{case}").text
    with pytest.raises(NotAllowedError):
        internal_notes.write(
            office.writing(),
            application_id=case,
            officer_id=colleague,
            body="No fue así, fue al revés.",
            corrects=note.id,
        )


def test_an_officer_neither_reads_nor_writes_notes_on_an_own_case(
    web: WebOffice, browser: FlaskClient, office: Office
) -> None:
    owner = add_reviewer(web, "duena", "D. Dueña", number=RUC)
    case = put_case(office)
    write(browser, case, SAID)
    own = sign_in(web, "duena")
    page = own.get(f"/revision/casos/{case}").text
    assert SAID not in page
    assert "Notas internas" not in page
    with pytest.raises(OwnCaseError):
        internal_notes.write(
            office.writing(), application_id=case, officer_id=owner, body="Es la mía, apúrese."
        )


def test_an_auditor_reads_notes_and_writes_none(
    web: WebOffice, browser: FlaskClient, office: Office
) -> None:
    add_reviewer(web, "auditoria", role=OfficerRole.AUDITOR)
    case = put_case(office)
    write(browser, case, SAID)
    auditor = sign_in(web, "auditoria")
    page = auditor.get(f"/revision/casos/{case}").text
    assert SAID in page
    assert "Guardar la nota" not in page
    form = {"nota_interna": SAID, "version": "1.x"}
    assert auditor.post(f"/revision/casos/{case}/notas", data=form).status_code == 403
    assert len(notes(office)) == 1


def test_the_applicant_is_told_of_no_note(browser: FlaskClient, office: Office) -> None:
    case = put_case(office)
    write(browser, case, SAID)
    with office.reading() as uow:
        told = [line.words for line in history_of(uow, case)]
    assert not [words for words in told if "nota" in words.casefold()]
