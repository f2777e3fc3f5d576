"""Several accepted cases are approved at once: each as if alone, and only what its officer saw."""

from uuid import UUID

import pytest

from review_service.db.models import AgreementRow
from review_service.domain.applications import ApplicationState, ItemVerdict
from review_service.domain.chosen_cases import ChosenCase, Outcome
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from review_service.services.review import approving_many, claiming, consulting
from review_service.services.review.approving_many import (
    ACCEPTED_BY_ANOTHER,
    NOT_HELD,
    UNSEEN,
    WAITS,
    ReadyCase,
)
from tests.factories import OTHER_RUC, RUC, Office, add_officer, issuing_rules, items_of_a_person
from tests.integration.services import steps


@pytest.fixture
def issuer(office: Office) -> UUID:
    return add_officer(office, "emite")


def accepted(office: Office, officer: UUID, *, ruc: str = RUC, looks: bool = True) -> UUID:
    """Return a case that the officer took, looked at and accepted whole."""
    case = steps.in_review(office, ruc=ruc)
    claiming.take(
        office.writing(),
        application_id=case,
        officer_id=officer,
        reason="De la prueba, y va antes.",
    )
    if looks:
        look(office, case, officer)
    steps.accept_all(office, case, officer)
    return case


def look(office: Office, case: UUID, officer: UUID) -> None:
    with office.writing() as uow:
        uow.record("pages_viewed", actor=f"officer:{officer}", subject_id=case)
        uow.commit()


def ready(office: Office, officer: UUID) -> tuple[ReadyCase, ...]:
    with office.reading() as uow:
        return approving_many.ready_cases(uow, officer_id=officer)


def chosen(office: Office, officer: UUID) -> list[ChosenCase]:
    return [ChosenCase(id=each.id, seen=each.stamp) for each in ready(office, officer)]


def approve(office: Office, officer: UUID, cases: list[ChosenCase]) -> tuple[Outcome, ...]:
    return approving_many.approve_each(
        office.reading, office.writing, chosen=cases, officer_id=officer, rules=issuing_rules()
    )


def hindrances(office: Office, officer: UUID) -> list[str]:
    return [each.hindrance for each in ready(office, officer)]


def test_each_gets_its_number_as_if_it_were_approved_alone(office: Office, issuer: UUID) -> None:
    cases = [accepted(office, issuer), accepted(office, issuer, ruc=OTHER_RUC)]
    assert hindrances(office, issuer) == ["", ""]
    outcomes = approve(office, issuer, chosen(office, issuer))
    assert {each.id for each in outcomes if each.is_done} == set(cases)
    numbers = {row.application_id: row.number for row in steps.rows(office, AgreementRow)}
    for each in outcomes:
        assert each.words == f"Aprobada: {numbers[each.id]}."
        assert steps.state(office, each.id) is ApplicationState.APPROVED
        assert steps.application(office, each.id).decided_by == issuer
    assert len(steps.events(office, "application_approved")) == 2
    assert ready(office, issuer) == ()


def test_one_that_changed_stops_no_other(office: Office, issuer: UUID) -> None:
    changed, good = accepted(office, issuer), accepted(office, issuer, ruc=OTHER_RUC)
    cases = chosen(office, issuer)
    for verdict in (ItemVerdict.PENDING, ItemVerdict.ACCEPTED):  # said anew: another version
        steps.judge(office, changed, issuer, items_of_a_person()[0], verdict)
    outcomes = {each.id: each for each in approve(office, issuer, cases)}
    assert not outcomes[changed].is_done
    assert "Cambió desde que usted lo vio" in outcomes[changed].words
    assert outcomes[good].is_done
    assert steps.state(office, changed) is ApplicationState.IN_REVIEW


def test_a_second_press_gives_no_second_number_and_says_so(office: Office, issuer: UUID) -> None:
    accepted(office, issuer)
    cases = chosen(office, issuer)
    (first,) = approve(office, issuer, cases)
    (second,) = approve(office, issuer, cases)
    (row,) = steps.rows(office, AgreementRow)
    assert (first.words, second.words) == (
        f"Aprobada: {row.number}.",
        f"Ya la había aprobado: {row.number}.",
    )
    assert second.is_done


def test_what_a_colleague_approved_is_not_told_as_ones_own(office: Office, issuer: UUID) -> None:
    case = accepted(office, issuer)
    cases = chosen(office, issuer)
    claiming.give_back(office.writing(), application_id=case, officer_id=issuer)
    steps.approve(office, case, add_officer(office, "otra"))
    (outcome,) = approve(office, issuer, cases)
    assert not outcome.is_done


@pytest.mark.parametrize("what", ["unseen", "colleague", "question", "given back", "one open"])
def test_what_is_not_ready_is_neither_offered_nor_approved(
    office: Office, issuer: UUID, what: str
) -> None:
    case = accepted(office, issuer, looks=what != "unseen")
    before = chosen(office, issuer)
    expected = {
        "unseen": UNSEEN,
        "colleague": ACCEPTED_BY_ANOTHER,
        "question": WAITS,
        "given back": NOT_HELD,
    }
    if what == "colleague":
        other = add_officer(office, "otra")
        claiming.give_back(office.writing(), application_id=case, officer_id=issuer)
        steps.judge(office, case, other, items_of_a_person()[0])
        claiming.take(office.writing(), application_id=case, officer_id=issuer)
    if what == "question":
        consulting.ask(
            office.writing(),
            application_id=case,
            officer_id=issuer,
            colleague_id=add_officer(office, "sabe", role=OfficerRole.REVIEWER),
            question="¿Es un telar de pedal?",
            needed_by=ecuador_today().isoformat(),
        )
    if what == "given back":
        claiming.give_back(office.writing(), application_id=case, officer_id=issuer)
    if what == "one open":
        steps.judge(office, case, issuer, items_of_a_person()[0], ItemVerdict.PENDING)
    offered = hindrances(office, issuer)
    assert offered == ([] if what in {"given back", "one open"} else [expected[what]])
    (outcome,) = approve(office, issuer, chosen(office, issuer) or before)
    assert not outcome.is_done
    assert expected.get(what, "Para aprobar falta aceptar") in outcome.words
    assert steps.state(office, case) is ApplicationState.IN_REVIEW


def test_others_have_their_own_list(office: Office, issuer: UUID) -> None:
    accepted(office, issuer)
    assert ready(office, add_officer(office, "otra")) == ()
