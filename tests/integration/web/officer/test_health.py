"""What officers are told of the protection: in words, per worker, with what to do."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from review_service import scheduler
from review_service.bootstrap import Role
from review_service.db.models import WorkerRow
from review_service.domain.protection import AntivirusMode, Wall
from review_service.domain.refusals import RefusalReason
from review_service.services.findings import checking
from review_service.web.officer import health
from tests.factories import Office, attend, beat, open_draft, send_and_confirm, upload
from tests.integration.services import steps
from tests.integration.services.test_notices import asked, of_case, refuse
from tests.integration.web.officer.desk_cases import WebOffice, counted, make_web, sign_in
from tests.integration.web.officer.test_deciding import plain
from tests.process_parts import parts


def shown(browser: FlaskClient, path: str = "/revision/salud") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text


def test_every_wall_is_named_and_in_force(office: Office, browser: FlaskClient) -> None:
    attend(office)
    page = shown(browser)
    for wall in Wall:
        assert wall.label in page
        assert wall.cure not in page
    assert "falta" not in page
    assert "prueba:1" in page
    assert "tesserocr" in page
    assert "SANDBOX=best-effort" not in page


def test_each_part_that_is_well_says_so_in_a_word_of_its_own(
    office: Office, browser: FlaskClient
) -> None:
    attend(office, antivirus=AntivirusMode.REQUIRED, antivirus_answer="ClamAV 1.4.6/27000")
    page = plain(browser.get("/revision/salud"))
    for words in (
        "Base de datos responde", "Almacén de archivos responde",
        "Contenido de los archivos sin daños", "Avisos a las personas al día",
        "Cola de tareas responde", "Plazos, avisos y limpieza al día", "Reloj en hora",
        "Entorno aislado de los documentos completo", "Antivirus responde",
        "Firma electrónica en orden",
    ):  # fmt: skip
        assert words in page
    assert page.count("en vigor probado a las") == len(Wall)
    assert "Antivirus (clamd) ClamAV 1.4.6/27000 responde notado a las" in page


def test_jobs_that_failed_or_hang_are_named_in_words_and_as_the_log_names_them(
    office: Office, browser: FlaskClient
) -> None:
    attend(office)
    assert "falló o se atrasa" not in plain(browser.get("/revision/salud"))
    beat(office, failed_or_late=("seal", "of_a_newer_version"))
    page = plain(browser.get("/revision/salud"))
    assert "Plazos, avisos y limpieza falló o se atrasa" in page
    assert "of_a_newer_version, sellos de la bitácora (seal). Mire el registro" in page


def test_every_job_of_the_scheduler_has_words(office: Office, tmp_path: Path) -> None:
    with parts(office, tmp_path, Role.SCHEDULER) as container:
        assert {job.name for job in scheduler.periodic_jobs(container)} == set(health.JOBS)


@pytest.mark.parametrize("wall", list(Wall))
def test_a_wall_that_is_missing_says_what_to_do(
    office: Office, browser: FlaskClient, wall: Wall
) -> None:
    if wall is Wall.CANARY:
        attend(office, escaped=("network",), sandbox_required=False)
    else:
        attend(office, missing=(wall.value,), sandbox_required=False)
    page = shown(browser)
    assert wall.cure in page
    assert [other for other in Wall if other.cure in page] == [wall]
    assert "SANDBOX=best-effort" in page


def test_a_sandbox_that_is_not_whole_is_said_on_the_desk_too(
    office: Office, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)
    attend(office)
    assert "Entorno aislado incompleto" not in shown(browser, "/revision")
    attend(office, missing=("seccomp",), sandbox_required=False)
    assert "Entorno aislado incompleto" in shown(browser, "/revision")


def test_the_workers_are_asked_for_once_however_many_pages_are_turned(
    office: Office, browser: FlaskClient
) -> None:
    attend(office)
    with counted(office, "workers_seen") as asked:
        for _ in range(3):
            shown(browser, "/revision")
    assert len(asked) == 1


def test_a_whole_sandbox_that_nobody_insists_on_is_said_on_the_desk_too(
    office: Office, browser: FlaskClient
) -> None:
    attend(office, sandbox_required=False)
    assert "Entorno aislado sin exigir" in shown(browser, "/revision")
    assert "SANDBOX=best-effort" in shown(browser)


def test_unconfirmed_rules_are_listed_in_one_sentence(
    office: Office, tmp_path: Path, web: WebOffice, browser: FlaskClient
) -> None:
    attend(office)
    demonstrating = shown(browser)
    assert "La institución no ha confirmado estas reglas: ministerio (1, 2), " in demonstrating
    assert "en la demostración se emite igual, sin validez legal." in demonstrating
    assert "falta" not in demonstrating
    real = make_web(office, tmp_path, DEMONSTRATION="0")
    real.officers = web.officers
    page = shown(sign_in(real))
    assert "no se firma ningún documento que se apoye en ellas." in page


def test_without_a_worker_the_page_says_how_to_start_one(browser: FlaskClient) -> None:
    assert "review-service worker" in shown(browser)
    assert "Revisión automática detenida" in shown(browser, "/revision")


@pytest.mark.parametrize("answer", ["ClamAV 1.4.6/27000", ""])
def test_the_antivirus_is_told_as_it_answers(
    office: Office, browser: FlaskClient, answer: str
) -> None:
    attend(office, antivirus=AntivirusMode.REQUIRED, antivirus_answer=answer)
    page = shown(browser)
    assert ("Inicie clamd" in page) is not bool(answer)
    assert ("ClamAV 1.4.6/27000" in page) is bool(answer)
    assert ("Antivirus detenido" in shown(browser, "/revision")) is not bool(answer)


def test_without_an_antivirus_nothing_is_alarming_and_it_is_said(
    office: Office, browser: FlaskClient
) -> None:
    attend(office)
    assert "ANTIVIRUS=required" in shown(browser)
    assert "Antivirus detenido" not in shown(browser, "/revision")


def test_infected_files_are_listed_without_a_way_into_drafts(
    office: Office, browser: FlaskClient
) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=steps.JPEG)
    steps.check_all(office, reason=RefusalReason.INFECTED)
    page = shown(browser)
    assert "todavía no enviada" in page
    assert str(application_id) not in page


@pytest.mark.parametrize("scanned", [True, False])
def test_the_case_says_of_each_file_whether_the_antivirus_read_it(
    office: Office, browser: FlaskClient, *, scanned: bool
) -> None:
    application_id = open_draft(office)
    received = upload(office, application_id, content=steps.JPEG)
    if scanned:
        checking.scanned(office.writing(), received.document_id)
    steps.check_all(office)
    send_and_confirm(office, application_id)
    page = shown(browser, f"/revision/casos/{application_id}")
    assert ("antivirus sin hallazgos" in page) is scanned
    assert ("sin antivirus" in page) is not scanned


def test_a_worker_that_fell_silent_is_told_as_missing(office: Office, browser: FlaskClient) -> None:
    attend(office)
    (row,) = steps.rows(office, WorkerRow)
    steps.make_older(office, row, "seen_at", by=timedelta(minutes=3))
    page = shown(browser)
    assert "no se ve" in page
    assert "50 segundos" in page


def test_a_notice_that_was_refused_says_what_to_do_on_health_and_on_the_case(
    office: Office, browser: FlaskClient
) -> None:
    attend(office)
    application_id = asked(office)
    mail = of_case(office, "correction_requested", application_id)
    refuse(office, mail.id)
    assert f"review-service notices delivered {mail.id}" in shown(browser)
    assert "El correo rechazó el aviso" in shown(browser, f"/revision/casos/{application_id}")
