"""What decides asks for a one-time code when the last one is old, in the same form."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import EventRow, OfficerRow, SessionRow
from review_service.domain.applications import ApplicationState
from review_service.domain.roles import OfficerRole, Permission
from review_service.web.access_table import TABLE
from review_service.web.officer.fresh_factor import MISSING, WRONG
from tests.factories import Office, add_officer
from tests.integration.services import appeal_cases, loop_cases, steps
from tests.integration.services import deciding_steps as deciding
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    accept_everything,
    put_case,
    sign_in,
    take,
    version_of,
)

REASONS = "Las fotos no son de su taller.\nLa actividad no es artesanal."
FIELD = 'name="code"'


def to_approve(office: Office, officer_id: UUID) -> tuple[UUID, str]:
    case = put_case(office)
    take(office, case, officer_id)
    accept_everything(office, case, officer_id)
    return case, f"/revision/casos/{case}/aprobar"


def to_refuse(office: Office, officer_id: UUID) -> tuple[UUID, str]:
    case = put_case(office)
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    return case, f"/revision/casos/{case}/negar"


def to_issue(office: Office, _officer_id: UUID) -> tuple[UUID, str]:
    case, colleague = put_case(office), add_officer(office, "colega")
    steps.accept_all(office, case, colleague)
    deciding.approve(office, case, colleague, deciding.FOUR_EYES)
    return case, f"/revision/casos/{case}/recomendacion"


def to_withdraw(office: Office, _officer_id: UUID) -> tuple[UUID, str]:
    case = loop_cases.asked(office)
    loop_cases.end_term(office, case)
    loop_cases.log(office, case)
    return case, f"/revision/casos/{case}/desistimiento"


def to_issue_with_others(office: Office, officer_id: UUID) -> tuple[UUID, str]:
    case, _ = to_approve(office, officer_id)
    with office.writing() as uow:
        uow.record("pages_viewed", actor=f"officer:{officer_id}", subject_id=case)
        uow.commit()
    return case, f"/revision/por-emitir/confirmar?caso={case}"


def to_decide_an_appeal(office: Office, officer_id: UUID) -> tuple[UUID, str]:
    with office.writing() as uow:
        uow.session.get_one(OfficerRow, officer_id).role = OfficerRole.SUPERVISOR
        uow.commit()
    colleague = add_officer(office, "colega")
    case = appeal_cases.refuse(office, colleague, application_id=put_case(office))
    return case, f"/revision/recursos/{appeal_cases.appeal(office, case)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decides:
    """One form that decides."""

    build: Callable[[Office, UUID], tuple[UUID, str]]
    """Makes the case; returns it and the page that has the form."""
    fields: Mapping[str, str] = field(default_factory=dict)
    reads_page: bool = True
    """Whether what the form carries is read from its page; else it is the case's version."""
    done: int = 303


DECIDING: Mapping[str, Decides] = {
    "officer.confirm_approval": Decides(build=to_approve),
    "officer.send_refusal": Decides(
        build=to_refuse, fields={"paso": "enviar", "motivos": REASONS}, reads_page=False
    ),
    "officer.answer_recommendation": Decides(build=to_issue, fields={"paso": "emitir"}),
    "officer.sign_withdrawal": Decides(build=to_withdraw, fields={"paso": "firmar"}),
    "officer.issue_cases": Decides(build=to_issue_with_others, done=200),
    "officer.decide_appeal": Decides(
        build=to_decide_an_appeal,
        fields={
            "paso": "enviar",
            "decision": "accepted",
            "motivos": appeal_cases.REASONS,
            "orden": appeal_cases.ORDER,
        },
    ),
}
"""Each route that decides."""
DECIDES_NOTHING = {"officer.undo_decision", "officer.restart_notice"}
"""Undoes what was decided with a fresh code a minute ago; gives a person more time."""
PERMISSIONS = {Permission.DECIDE, Permission.DECIDE_APPEALS}


def grow_old(office: Office, *, minutes: int = 15) -> None:
    """Let the last code have been given so many minutes ago."""
    with office.writing() as uow:
        uow.session.execute(
            sa.update(SessionRow).values(second_factor_at=uow.now - timedelta(minutes=minutes))
        )
        uow.session.execute(sa.update(OfficerRow).values(totp_last_step=0))
        uow.commit()


def events(office: Office, action: str) -> int:
    with office.reading() as uow:
        chosen = sa.select(sa.func.count()).where(EventRow.action == action)
        return uow.session.execute(chosen).scalar_one()


def sent(
    office: Office, browser: FlaskClient, case: UUID, address: str, endpoint: str, **more: str
) -> Any:  # noqa: ANN401 -- an answer of the test client
    chosen = DECIDING[endpoint]
    form = {**chosen.fields, **more}
    if chosen.reads_page:
        page = browser.get(address).text
        form |= {
            name: html.unescape(value)
            for name, value in re.findall(r'name="(version|caso)" value="([^"]+)"', page)
        }
    else:
        form["version"] = str(version_of(office, case))
    return browser.post(address.split("/confirmar", maxsplit=1)[0], data=form)


def test_every_form_that_decides_is_tried_here() -> None:
    deciding_routes = {
        endpoint
        for endpoint, access in TABLE.items()
        if access.method == "POST" and access.permission in PERMISSIONS
    }
    assert set(DECIDING) == deciding_routes - DECIDES_NOTHING


@pytest.mark.parametrize("endpoint", DECIDING)
def test_an_old_code_decides_nothing_and_loses_no_word(
    web: WebOffice, office: Office, officer_id: UUID, endpoint: str
) -> None:
    browser = sign_in(web)
    case, address = DECIDING[endpoint].build(office, officer_id)
    grow_old(office)
    undecided = steps.state(office, case)
    answer = sent(office, browser, case, address, endpoint)
    assert answer.status_code == 422
    assert MISSING in html.unescape(answer.text)
    assert FIELD in answer.text
    if endpoint == "officer.send_refusal":
        assert html.escape(REASONS.splitlines()[1]) in answer.text
    answer = sent(office, browser, case, address, endpoint, code="000000")
    assert (answer.status_code, WRONG in html.unescape(answer.text)) == (422, True)
    assert steps.state(office, case) is undecided
    assert events(office, "officer_code_refused") == 1
    code = pyotp.TOTP(web.officers["randrade"]).now()
    assert (
        sent(office, browser, case, address, endpoint, code=code).status_code
        == DECIDING[endpoint].done
    )
    assert steps.state(office, case) is not undecided
    assert events(office, "officer_code_given") == 1


@pytest.mark.parametrize("endpoint", DECIDING)
def test_a_fresh_code_is_not_asked_for_again(
    web: WebOffice, office: Office, officer_id: UUID, endpoint: str
) -> None:
    browser = sign_in(web)
    case, address = DECIDING[endpoint].build(office, officer_id)
    grow_old(office, minutes=14)
    undecided = steps.state(office, case)
    assert FIELD not in browser.get(address).text
    assert sent(office, browser, case, address, endpoint).status_code == DECIDING[endpoint].done
    assert steps.state(office, case) is not undecided


def test_wrong_codes_end_with_a_wait_that_keeps_the_form(
    web: WebOffice, office: Office, officer_id: UUID
) -> None:
    browser = sign_in(web)
    case, address = to_refuse(office, officer_id)
    grow_old(office)
    told = ""
    for _ in range(12):
        answer = sent(office, browser, case, address, "officer.send_refusal", code="000000")
        assert answer.status_code == 422
        told = html.unescape(answer.text)
        if "muchos códigos equivocados" in told:
            break
    assert "muchos códigos equivocados" in told
    assert html.escape(REASONS.splitlines()[0]) in told
    assert steps.state(office, case) is ApplicationState.IN_REVIEW


def test_the_code_is_asked_for_on_the_page_itself(
    web: WebOffice, office: Office, officer_id: UUID
) -> None:
    browser = sign_in(web)
    _, address = to_approve(office, officer_id)
    grow_old(office)
    page = browser.get(address).text
    assert FIELD in page
    assert 'autocomplete="one-time-code"' in page
