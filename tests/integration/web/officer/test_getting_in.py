"""Nobody reaches an officer's page without password and second factor."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from review_service.services import sessions
from review_service.services.upkeep import password_hashes
from review_service.web.concurrency import ConcurrencyLimit, limited
from tests.factories import RUC
from tests.integration.web.addresses import filled
from tests.integration.web.officer.desk_cases import (
    PASSWORD,
    WebOffice,
    add_reviewer,
    give_password,
    put_case,
    sign_in,
)
from tests.waiting import LONGEST_SECONDS


@pytest.fixture
def database_kind() -> str:
    """One kind is enough: what is asked here is the web's own business."""
    return "sqlite"


def officer_rules(web: WebOffice) -> list[Rule]:
    return [rule for rule in web.app.url_map.iter_rules() if rule.endpoint.startswith("officer.")]


def every_answer(web: WebOffice, client: FlaskClient, application_id: UUID) -> set[tuple[int, str]]:
    """Ask for every page with every method it takes; return statuses and where they lead."""
    answers = set()
    for rule in officer_rules(web):
        path = filled(rule.rule, {"application_id": application_id})
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(path, method=method)
            answers.add((answer.status_code, answer.headers.get("Location", "")))
    return answers


def test_a_stranger_is_asked_to_sign_in_everywhere(web: WebOffice) -> None:
    case = put_case(web.office)
    assert every_answer(web, web.app.test_client(), case) == {(303, "/revision/ingresar")}


def test_an_applicant_is_a_stranger_here(web: WebOffice) -> None:
    case = put_case(web.office)
    with web.office.writing() as uow:
        signed = sessions.start_applicant(uow, ruc=RUC)
        uow.commit()
    client = web.app.test_client()
    for cookie in ("solicitante", "funcionario"):
        client.set_cookie(cookie, signed.token)
    assert every_answer(web, client, case) == {(303, "/revision/ingresar")}


def test_whoever_came_here_by_mistake_is_led_to_the_own_way_in(web: WebOffice) -> None:
    shown = " ".join(web.app.test_client().get("/revision/ingresar").text.split())
    assert '¿Quiere hacer un trámite? <a href="/ingresar">Ingrese con su RUC</a>.' in shown


def test_the_password_alone_opens_nothing(web: WebOffice) -> None:
    add_reviewer(web)
    case = put_case(web.office)
    assert every_answer(web, give_password(web), case) == {(303, "/revision/segundo-factor")}


def test_both_factors_open_the_queue(web: WebOffice) -> None:
    add_reviewer(web)
    answer = sign_in(web).get("/revision")
    assert answer.status_code == 200
    assert "R. Andrade · Zonal 1" in answer.text


@pytest.mark.parametrize(
    ("user_name", "password"), [("randrade", "otra clave"), ("nadie", PASSWORD), ("", "")]
)
def test_a_wrong_name_or_password_says_the_same_and_opens_nothing(
    web: WebOffice, user_name: str, password: str
) -> None:
    add_reviewer(web)
    client = web.app.test_client()
    answer = client.post("/revision/ingresar", data={"user_name": user_name, "password": password})
    assert answer.status_code == 422
    assert "funcionario" not in answer.headers.get("Set-Cookie", "")
    assert client.get("/revision/segundo-factor").headers["Location"] == "/revision/ingresar"
    if user_name:
        assert "Ese usuario y esa contraseña no van juntos" in answer.text


def test_a_code_works_once(web: WebOffice) -> None:
    add_reviewer(web)
    sign_in(web)
    code = pyotp.TOTP(web.officers["randrade"]).now()
    second = give_password(web)
    answer = second.post("/revision/segundo-factor", data={"code": code})
    assert answer.status_code == 422
    assert "Ese código no sirve" in answer.text
    assert second.get("/revision").status_code == 303


def test_a_wrong_code_may_be_typed_five_times(web: WebOffice) -> None:
    add_reviewer(web)
    client = give_password(web)
    statuses = [
        client.post("/revision/segundo-factor", data={"code": "000000"}).status_code
        for _ in range(6)
    ]
    assert statuses == [422] * 5 + [429]


def test_the_session_gets_a_new_token_with_the_second_factor(web: WebOffice) -> None:
    add_reviewer(web)
    client = give_password(web)
    before = client.get_cookie("funcionario")
    code = pyotp.TOTP(web.officers["randrade"]).now()
    client.post("/revision/segundo-factor", data={"code": code})
    after = client.get_cookie("funcionario")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    thief = web.app.test_client()
    thief.set_cookie("funcionario", before.value)
    assert thief.get("/revision").headers["Location"] == "/revision/ingresar"


def test_signing_out_ends_the_session_on_the_server(web: WebOffice) -> None:
    add_reviewer(web)
    client = sign_in(web)
    cookie = client.get_cookie("funcionario")
    assert cookie is not None
    assert client.post("/revision/salir").status_code == 303
    thief = web.app.test_client()
    thief.set_cookie("funcionario", cookie.value)
    assert thief.get("/revision").status_code == 303


def test_signing_in_leads_back_to_the_case_that_was_asked_for(web: WebOffice) -> None:
    add_reviewer(web)
    case = put_case(web.office)
    client = web.app.test_client()
    client.get(f"/revision/casos/{case}")
    client.post("/revision/ingresar", data={"user_name": "randrade", "password": PASSWORD})
    code = pyotp.TOTP(web.officers["randrade"]).now()
    answer = client.post("/revision/segundo-factor", data={"code": code})
    assert answer.headers["Location"] == f"/revision/casos/{case}"


def test_an_error_page_leads_an_officer_back_to_the_office(web: WebOffice) -> None:
    add_reviewer(web)
    answer = sign_in(web).get("/revision/casos/no-existe")
    assert answer.status_code == 404
    assert 'href="/revision/inicio"' in answer.text
    assert "Volver a la revisión" in answer.text


def test_a_password_that_waits_to_be_hashed_keeps_nobody_waiting(
    web: WebOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = ConcurrencyLimit(longest_seconds=LONGEST_SECONDS)
    web.app.wsgi_app = limited(web.app.wsgi_app, limit)  # type: ignore[assignment,method-assign]
    came, may_hash = threading.Event(), threading.Event()

    def waits(*_: object) -> bool:
        came.set()
        return may_hash.wait(LONGEST_SECONDS) and False

    monkeypatch.setattr(password_hashes, "matches", waits)
    with ThreadPoolExecutor(2) as pool:
        typed = {"user_name": "nobody", "password": PASSWORD}
        tried = pool.submit(web.app.test_client().post, "/revision/ingresar", data=typed)
        assert came.wait(LONGEST_SECONDS)
        stranger = pool.submit(web.app.test_client().get, "/ayuda", buffered=True)
        assert stranger.result(LONGEST_SECONDS / 2).status_code == 200
        may_hash.set()
        assert tried.result(LONGEST_SECONDS).status_code == 422
