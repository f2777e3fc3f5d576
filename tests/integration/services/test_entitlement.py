"""Nobody decides, judges or corrects an own case, nor more than the role grants."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, EventRow, MailRow, OfficerRow, ReviewItemRow
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.errors import NotAllowedError, OwnCaseError
from review_service.domain.institution import institution_on
from review_service.domain.roles import GRANTS, OfficerRole, Permission
from review_service.domain.terms import ecuador_day
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.factories import OTHER_RUC, RUC, Office, add_officer, issuing_rules
from tests.integration.services import steps

Act = Callable[[Office, UUID, UUID], None]


def judge(office: Office, application_id: UUID, officer_id: UUID) -> None:
    steps.judge(office, application_id, officer_id, ReviewItem.WORKSHOP, ItemVerdict.OBSERVED)


def ask(office: Office, application_id: UUID, officer_id: UUID) -> None:
    words = "una frase que alcanza"
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        items=[CorrectionItem(item=ReviewItem.WORKSHOP, reason=words, instruction=words)],
    )


def approve(office: Office, application_id: UUID, officer_id: UUID) -> None:
    reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        rules=issuing_rules(),
    )


def refuse(office: Office, application_id: UUID, officer_id: UUID) -> None:
    with office.reading() as uow:
        today = ecuador_day(uow.now)
    reviewing.refuse(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        reasons="No hay taller en la dirección declarada.",
        institution=institution_on(today),
    )


ACTS: dict[str, tuple[Act, Permission]] = {
    "judge": (judge, Permission.REVIEW),
    "ask": (ask, Permission.REVIEW),
    "approve": (approve, Permission.DECIDE),
    "refuse": (refuse, Permission.DECIDE),
}


def world(office: Office) -> list[object]:
    """Return what must not change when an act is refused."""
    with office.reading() as uow:
        return [
            uow.session.execute(sa.select(row.__table__)).all()
            for row in (ApplicationRow, ReviewItemRow, MailRow, EventRow)
        ]


def make_own(office: Office, officer_id: UUID, *, ruc: str) -> None:
    with office.writing() as uow:
        row = uow.session.get_one(OfficerRow, officer_id)
        if ruc == OTHER_RUC:
            row.represented_rucs = [ruc]
        else:
            row.cedula = ruc[:10]
        uow.commit()


@pytest.mark.parametrize("ruc", [RUC, OTHER_RUC])
@pytest.mark.parametrize("name", ACTS)
def test_an_own_case_is_left_to_others(office: Office, name: str, ruc: str) -> None:
    application_id = steps.in_review(office, ruc=ruc)
    steps.accept_all(office, application_id, add_officer(office, "bmena"))
    officer_id = add_officer(office, role=OfficerRole.SUPERVISOR)
    make_own(office, officer_id, ruc=ruc)
    before = world(office)
    with pytest.raises(OwnCaseError):
        ACTS[name][0](office, application_id, officer_id)
    assert world(office) == before


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("role", OfficerRole)
@pytest.mark.parametrize("name", ACTS)
def test_a_role_does_what_it_is_granted_and_no_more(
    office: Office, name: str, role: OfficerRole
) -> None:
    act, permission = ACTS[name]
    application_id = steps.in_review(office)
    colleague = add_officer(office, "bmena")
    steps.accept_all(office, application_id, colleague)
    if act is refuse:  # what is accepted whole is not refused
        steps.judge(office, application_id, colleague, ReviewItem.PEOPLE, ItemVerdict.OBSERVED)
    officer_id = add_officer(office, role=role)
    before = world(office)
    if permission in GRANTS[role]:
        act(office, application_id, officer_id)
        assert world(office) != before
        return
    with pytest.raises(NotAllowedError):
        act(office, application_id, officer_id)
    assert world(office) == before


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("lack", ["number", "active"])
def test_without_a_number_or_locked_nobody_acts(office: Office, name: str, lack: str) -> None:
    application_id = steps.in_review(office)
    steps.accept_all(office, application_id, add_officer(office, "bmena"))
    officer_id = add_officer(office, numbered=lack != "number")
    if lack == "active":
        with office.writing() as uow:
            uow.session.get_one(OfficerRow, officer_id).active = False
            uow.commit()
    before = world(office)
    with pytest.raises(NotAllowedError):
        ACTS[name][0](office, application_id, officer_id)
    assert world(office) == before
