"""Officers take cases on the pages: who holds one acts, everybody else reads and is told who."""

import html
import re
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import ApplicationRow, EventRow, ReviewItemRow, SessionRow
from review_service.domain.applications import ApplicationState, ItemVerdict
from review_service.domain.claims import LEAVING
from review_service.domain.roles import OfficerRole
from review_service.samples.people import synthetic_ruc
from review_service.services.review import claiming
from review_service.services.upkeep import officer_accounts
from tests.factories import OTHER_RUC, RUC, Office, add_taxpayer
from tests.integration.services import deciding_steps, steps
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    add_reviewer,
    put_case,
    sign_in,
    take,
    version_of,
)
from tests.integration.web.site import JSON

REASON = "La persona espera en la ventanilla desde la mañana."
WORDS = "Las fotos no son de su taller, y la actividad no es artesanal."
NEXT, PRESENCE = "/revision/siguiente", "/revision/presencia"


@pytest.fixture
def paz(web: WebOffice) -> UUID:
    """L. Paz, a colleague."""
    return add_reviewer(web, "lpaz", "L. Paz")


def address_of(case: UUID) -> str:
    return f"/revision/casos/{case}"


def shown(client: FlaskClient, case: UUID, part: str = "") -> str:
    """Return the main part of a page of a case, on one line."""
    answer = client.get(address_of(case) + part, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return " ".join(html.unescape(answer.text.partition("<main")[2]).split())


def put_two(office: Office) -> tuple[UUID, UUID]:
    """Return two cases, the first one confirmed an hour earlier."""
    ids = (put_case(office), put_case(office, ruc=OTHER_RUC))
    with office.writing() as uow:
        for hours, identifier in zip((2, 1), ids, strict=True):
            row = uow.session.get_one(ApplicationRow, identifier)
            row.confirmed_at = uow.now - timedelta(hours=hours)
        uow.commit()
    return ids


def holder_of(office: Office, case: UUID) -> UUID | None:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, case).claimed_by


def until(office: Office, case: UUID) -> timedelta:
    """Return for how long a case is held."""
    with office.reading() as uow:
        end = uow.session.get_one(ApplicationRow, case).claimed_until
        assert end is not None
        return end - uow.now


def events(office: Office, action: str) -> list[EventRow]:
    with office.reading() as uow:
        return list(uow.session.scalars(sa.select(EventRow).where(EventRow.action == action)))


def presence(client: FlaskClient, case: UUID) -> dict[str, object]:
    answer = client.get(PRESENCE, query_string={"caso": str(case)}, headers=JSON)
    assert answer.status_code == 200
    found: dict[str, object] = answer.get_json()["cases"][str(case)]
    return found


def test_the_next_case_is_taken_and_its_address_alone_takes_nothing(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    first, second = put_two(office)
    page = shown(browser, first)
    assert holder_of(office, first) is None
    assert "Nadie lo tiene abierto" in page
    assert 'value="accepted"' not in page
    browser.get(NEXT)
    assert holder_of(office, first) is None
    assert browser.post(NEXT).headers["Location"] == address_of(first)
    assert holder_of(office, first) == officer_id
    page = shown(browser, first)
    assert "Usted lo tiene abierto, 0 min" in page
    assert 'value="accepted"' in page
    assert browser.post(NEXT).headers["Location"] == address_of(second)


def test_who_has_no_other_to_take_returns_to_the_own_ones_in_turn(
    browser: FlaskClient, office: Office
) -> None:
    first, second = put_two(office)
    came_from: dict[str, str] = {}
    places = []
    for _ in range(4):
        answer = browser.post(NEXT, data=came_from)
        places.append(answer.headers["Location"])
        came_from = {"despues": places[-1].rpartition("/")[2]}
    assert places == [address_of(each) for each in (first, second, first, second)]
    assert "Esta ya la tenía usted" in shown(browser, second)
    claiming_of_one = browser.post(NEXT, data={"despues": str(first)})
    assert claiming_of_one.headers["Location"] == address_of(second)
    page = shown(browser, second)
    assert f'name="despues" value="{second}"' in page


def test_alone_with_one_case_the_next_one_is_the_queue(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office)
    browser.post(NEXT)
    answer = browser.post(NEXT, data={"despues": str(case)}, follow_redirects=True)
    assert answer.request.path == "/revision"
    assert "No queda otra solicitud libre por revisar." in answer.text


def test_a_colleague_reads_and_is_told_who_has_it(
    web: WebOffice, browser: FlaskClient, office: Office, officer_id: UUID, paz: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    other = sign_in(web, "lpaz")
    page = shown(other, case)
    assert "R. Andrade lo tiene abierto, 0 min" in page
    for button in ('value="accepted"', ">Tomar", "Pedir corrección <kbd>", "Negar <kbd>"):
        assert button not in page
    assert "R. Andrade lo tiene abierto" in other.get("/revision").text
    assert "Usted lo tiene abierto" in browser.get("/revision").text
    for part in ("/aprobar", "/correccion", "/negar"):
        answer = other.get(address_of(case) + part)
        assert (answer.status_code, answer.headers["Location"]) == (303, address_of(case))
    assert holder_of(office, case) == officer_id
    assert paz != officer_id


def test_what_the_one_who_lost_it_sends_is_kept_and_not_applied(
    web: WebOffice, office: Office, officer_id: UUID, paz: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    late = sign_in(web)
    form = late.get(address_of(case) + "/negar").text
    names = ("version", "kept_for")
    fields = {
        name: re.findall(rf'name="{name}" value="([^"]+)"', form.partition("<main")[2])[-1]
        for name in names
    }
    claiming.give_back(office.writing(), application_id=case, officer_id=officer_id)
    take(office, case, paz)
    answer = late.post(
        address_of(case) + "/negar", data={**fields, "motivos": WORDS, "paso": "enviar"}
    )
    assert answer.headers["Location"] == address_of(case)
    page = shown(late, case)
    assert "Lo que pidió no se aplicó" in page
    assert "está guardado" in page
    verdict = late.post(
        address_of(case) + "/puntos/people",
        data={"version": str(version_of(office, case)), "veredicto": "accepted"},
    )
    assert verdict.headers["Location"] == address_of(case)
    with office.reading() as uow:
        accepted = ReviewItemRow.verdict == ItemVerdict.ACCEPTED
        assert uow.session.scalars(sa.select(ReviewItemRow).where(accepted)).all() == []
        assert uow.session.get_one(ApplicationRow, case).state is ApplicationState.IN_REVIEW
    claiming.give_back(office.writing(), application_id=case, officer_id=paz)
    take(office, case, officer_id)
    assert WORDS in shown(late, case, "/negar"), "and stands in its form again"


def test_a_later_case_is_taken_with_a_reason(browser: FlaskClient, office: Office) -> None:
    first, second = put_two(office)
    with office.reading() as uow:
        reference = uow.session.get_one(ApplicationRow, first).reference
    page = shown(browser, second)
    assert reference in page
    assert 'name="motivo_toma"' in page
    assert 'name="motivo_toma"' not in shown(browser, first)
    address = address_of(second) + "/tomar"
    browser.post(address, data={"motivo_toma": "porque sí"})
    assert "Diga en 20 letras o más por qué." in shown(browser, second)
    assert holder_of(office, second) is None
    browser.post(address, data={"motivo_toma": REASON})
    assert "Usted lo tiene abierto" in shown(browser, second)
    (event,) = events(office, "case_taken_out_of_order")
    assert event.details["reason"] == REASON


def test_a_decision_on_its_way_elsewhere_hides_no_older_case(
    browser: FlaskClient, office: Office, paz: UUID
) -> None:
    first, second = put_two(office)
    third = synthetic_ruc(77)
    with office.writing() as uow:
        add_taxpayer(uow, third)
        uow.commit()
    decided = put_case(office, ruc=third)
    deciding_steps.refuse(office, decided, paz)
    with office.reading() as uow:
        reference = uow.session.get_one(ApplicationRow, first).reference
    assert reference in shown(browser, second)
    assert 'name="motivo_toma"' in shown(browser, second)


def test_a_supervisor_takes_over_and_nobody_else(
    web: WebOffice, office: Office, officer_id: UUID, paz: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    vega = add_reviewer(web, "vega", "M. Vega", role=OfficerRole.SUPERVISOR)
    form = {"en_lugar": str(officer_id)}
    refused = sign_in(web, "lpaz").post(address_of(case) + "/tomar", data=form)
    assert refused.status_code == 403
    supervisor = sign_in(web, "vega")
    page = shown(supervisor, case)
    assert "Tomar en su lugar" in page
    assert f'name="en_lugar" value="{officer_id}"' in page
    supervisor.post(address_of(case) + "/tomar", data=form)
    assert holder_of(office, case) == vega
    (event,) = events(office, "case_taken_over")
    assert event.details["held_by"] == str(officer_id)
    assert paz != vega


def test_a_case_is_given_back_left_and_used(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    assert "Soltar" in shown(browser, case)

    def say(act: str) -> object:
        answer = browser.post(PRESENCE, data={"caso": str(case), "acto": act}, headers=JSON)
        return answer.get_json()["held"]

    say("salir")
    assert until(office, case) <= LEAVING
    assert say("usar") is True
    assert until(office, case) > timedelta(minutes=14)
    answer = browser.post(PRESENCE, data={"caso": str(case), "acto": "soltar"})
    assert answer.headers["Location"] == "/revision"
    assert holder_of(office, case) is None
    assert say("usar") is False, "what was given back is taken by a press, not by a page"
    for other in ("", "x", str(officer_id)):
        said = browser.post(PRESENCE, data={"caso": other, "acto": "usar"}, headers=JSON)
        assert said.get_json() == {"held": False}


def test_the_small_question_says_who_and_whether_anything_changed(
    web: WebOffice, browser: FlaskClient, office: Office, officer_id: UUID, paz: UUID
) -> None:
    case, other = put_case(office), sign_in(web, "lpaz")
    before = presence(other, case)
    assert (before["words"], before["mine"]) == ("", False)
    assert f'data-mark="{before["mark"]}"' in shown(other, case)
    take(office, case, officer_id)
    taken = presence(other, case)
    assert taken["words"] == "R. Andrade lo tiene abierto, 0 min"
    assert presence(browser, case)["mine"] is True
    assert f'data-mark="{taken["mark"]}"' in shown(other, case)
    for item in ("people", "workshop"):
        marks = {presence(other, case)["mark"]}
        browser.post(
            f"{address_of(case)}/puntos/{item}",
            data={"version": str(version_of(office, case)), "veredicto": "accepted"},
        )
        assert presence(other, case)["mark"] not in marks
        assert f'data-mark="{presence(other, case)["mark"]}"' in shown(other, case)
    asked = {"query_string": {"caso": str(case)}, "headers": JSON}
    tag = other.get(PRESENCE, **asked).headers["ETag"]
    same = other.get(
        PRESENCE, query_string={"caso": str(case)}, headers={**JSON, "If-None-Match": tag}
    )
    assert same.status_code == 304
    assert other.get(PRESENCE, query_string={"caso": "x"}).get_json() == {"cases": {}}
    assert paz != officer_id


def test_an_open_page_keeps_no_session_alive(browser: FlaskClient, office: Office) -> None:
    case = put_case(office)
    chosen = sa.select(SessionRow).where(SessionRow.second_factor_at.is_not(None))

    def last_seen() -> object:
        with office.reading() as uow:
            return uow.session.scalars(chosen).one().last_seen_at

    def rest(minutes: int) -> None:
        with office.writing() as uow:
            row = uow.session.scalars(chosen).one()
            row.last_seen_at = uow.now - timedelta(minutes=minutes)
            uow.commit()

    rest(29)
    before = last_seen()
    presence(browser, case)
    assert last_seen() == before
    rest(31)
    asked = browser.get(PRESENCE, query_string={"caso": str(case)}, headers=JSON)
    assert asked.status_code == 401
    rest(29)
    browser.get("/revision")
    assert last_seen() != before


def test_who_signs_out_or_is_locked_holds_nothing(
    browser: FlaskClient, office: Office, officer_id: UUID, paz: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    browser.post("/revision/salir")
    assert until(office, case) <= LEAVING, "another window of the same officer may use it"
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, case).claimed_until = uow.now + timedelta(minutes=9)
        uow.commit()
    officer_accounts.set_active(office.writing(), user_name="randrade", active=False)
    assert holder_of(office, case) is None
    take(office, case, paz)
    assert holder_of(office, case) == paz


def test_who_comes_back_after_a_quarter_of_an_hour_goes_on_if_nobody_took_it(
    browser: FlaskClient, office: Office, officer_id: UUID, paz: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, case).claimed_until = uow.now - timedelta(minutes=9)
        uow.commit()
    form = {"version": str(version_of(office, case)), "veredicto": "accepted"}
    address = f"{address_of(case)}/puntos/people"
    assert browser.post(address, data=form).headers["Location"].endswith("#punto-machinery")
    assert until(office, case) > timedelta(minutes=14)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, case).claimed_until = uow.now - timedelta(minutes=1)
        uow.commit()
    take(office, case, paz)
    judge_again = browser.post(address, data={**form, "veredicto": "observed"})
    assert judge_again.headers["Location"] == address_of(case)
    assert holder_of(office, case) == paz


def test_an_own_case_is_taken_by_nobody_who_owns_it(web: WebOffice, office: Office) -> None:
    case = put_case(office)
    add_reviewer(web, number=RUC)
    owner = sign_in(web)
    assert owner.post(NEXT).headers["Location"] == "/revision"
    assert owner.post(address_of(case) + "/tomar").status_code == 403
    assert holder_of(office, case) is None


def test_a_script_that_lost_the_case_is_told_in_words(
    web: WebOffice, office: Office, officer_id: UUID, paz: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    judge_form = {"version": str(version_of(office, case)), "veredicto": "accepted"}
    answer = sign_in(web, "lpaz").post(
        f"{address_of(case)}/puntos/people", data=judge_form, headers=JSON
    )
    assert answer.status_code == 409
    assert "Usted no tiene este caso" in answer.get_json()["message"]
    assert paz != officer_id
