"""An error of an officers' page: in the officers' frame, with ways back, without the database."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.domain.errors import DatabaseDownError, ReviewServiceError, TooManyAtOnceError
from review_service.services import sessions
from review_service.web.officer import health
from tests.factories import Office
from tests.integration.web.officer.desk_cases import WebOffice, counted, put_case

OFFICERS_FRAME = "css/officer.css"
AGAIN = "Intentar otra vez"
Break = Callable[[str, ReviewServiceError], None]


@pytest.fixture
def fail(web: WebOffice, monkeypatch: pytest.MonkeyPatch) -> Break:
    """Let a view fail, and the warning on every page too."""

    def fail_at(endpoint: str, error: ReviewServiceError) -> None:
        def broken(**_: object) -> str:
            raise error

        monkeypatch.setitem(web.app.view_functions, endpoint, broken)
        monkeypatch.setattr(health, "_warning", broken)

    return fail_at


@pytest.mark.parametrize("path", ["/revision", "/revision/", "/revision?vista=corregidas"])
def test_too_many_pages_at_once_are_told_in_the_officers_frame(
    browser: FlaskClient, fail: Break, path: str
) -> None:
    fail("officer.queue", TooManyAtOnceError())
    answer = browser.get(path)
    assert answer.status_code == 429
    assert OFFICERS_FRAME in answer.text
    assert "Mis solicitudes" not in answer.text
    for way in ("Bandeja", "Emitidos", "Salir", AGAIN, "Volver a la revisión"):
        assert way in answer.text
    assert f'href="{path}">{AGAIN}' in answer.text


def test_an_error_about_a_case_leads_back_to_it(
    browser: FlaskClient, office: Office, fail: Break
) -> None:
    case = put_case(office)
    fail("officer.approve", TooManyAtOnceError())
    page = browser.get(f"/revision/casos/{case}/aprobar").text
    assert f'href="/revision/casos/{case}">Volver al caso' in page
    fail("officer.case", TooManyAtOnceError())
    assert "Volver al caso" not in browser.get(f"/revision/casos/{case}").text


def test_what_failed_as_a_form_is_not_asked_for_again_by_a_link(
    browser: FlaskClient, office: Office, fail: Break
) -> None:
    case = put_case(office)
    fail("officer.judge", TooManyAtOnceError())
    answer = browser.post(f"/revision/casos/{case}/puntos/workshop", data={"veredicto": "accepted"})
    assert answer.status_code == 429
    assert AGAIN not in answer.text
    assert "Volver al caso" in answer.text


def test_the_page_of_an_error_asks_the_database_nothing(
    browser: FlaskClient, office: Office, fail: Break
) -> None:
    fail("officer.queue", DatabaseDownError("down", retryable=True))
    with counted(office, "") as asked:
        answer = browser.get("/revision")
    assert answer.status_code == 503
    assert OFFICERS_FRAME in answer.text
    assert all("sessions" in statement for statement in asked)


def test_without_a_known_session_the_frame_says_only_where_one_is(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise DatabaseDownError("down", retryable=True)

    monkeypatch.setattr(sessions, "seen", down)
    answer = browser.get("/revision")
    assert answer.status_code == 503
    assert OFFICERS_FRAME in answer.text
    assert "Registro Único de MIPYMES · Revisión" in answer.text
    assert "Salir" not in answer.text


@pytest.mark.usefixtures("officer_id")
@pytest.mark.parametrize("path", ["/revision/no-existe", "/revision/casos/no-existe"])
def test_strangers_too_read_of_an_officers_page_in_its_frame(web: WebOffice, path: str) -> None:
    answer = web.app.test_client().get(path)
    assert answer.status_code == 404
    assert OFFICERS_FRAME in answer.text
    assert 'href="/revision/inicio"' in answer.text


@pytest.mark.parametrize("path", ["/no-existe", "/revisiones", f"/solicitudes/{UUID(int=1)}/nada"])
def test_other_pages_keep_the_public_frame(browser: FlaskClient, path: str) -> None:
    page = browser.get(path).text
    assert OFFICERS_FRAME not in page
    assert "Ir al inicio" in page
