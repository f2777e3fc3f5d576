"""Papers that an institution holds, on the officer's desk: judged, and asked for all the same."""

from pathlib import Path

from review_service.db.queries.officer.case import case_of
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import invariants
from tests.factories import RUC, Office, add_officer
from tests.integration.services import steps
from tests.integration.services.test_looked_up import (
    IESS,
    PAYROLL,
    SRI,
    confirm,
    renew,
    send_others,
)
from tests.looked_up import bring_list, line, rules_with
from tests.ventures import give_paper, open_venture


def test_an_officer_sees_the_values_beside_what_was_expected_and_judges_them(
    office: Office, tmp_path: Path
) -> None:
    bring_list(office, tmp_path, [line(office, SRI), line(office, PAYROLL, TRABAJADORES="9")])
    rulebook, application_id = rules_with("looked_up", SRI, PAYROLL), open_venture(office)
    send_others(office, application_id, SRI, PAYROLL)
    renew(office, application_id, rulebook)
    row = confirm(office, application_id, rulebook)
    assert "hay 9 personas; la solicitud dice 4" in (row.referral or "")
    officer = add_officer(office)
    with office.reading() as uow:
        case = case_of(uow, application_id)
    shown = {paper.kind: paper for paper in case.papers}
    assert list(shown) == [IESS, SRI, PAYROLL]
    payroll = shown[PAYROLL]
    assert payroll.answer is not None
    assert payroll.document_id is None
    assert [
        (one.name, one.value, one.registered, one.outcome.value)
        for one in payroll.values
        if one.name == "workers"
    ] == [("workers", "9", "4", "differs")]
    items = {each.item: each for each in case.items}
    assert not items[ReviewItem.PAYROLL].look.is_missing
    steps.judge(office, application_id, officer, ReviewItem.PAYROLL)
    with office.reading() as uow:
        judged = {each.item: each.verdict for each in case_of(uow, application_id).items}
    assert judged[ReviewItem.PAYROLL] is ItemVerdict.ACCEPTED
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_an_officer_may_ask_for_the_paper_all_the_same(office: Office, tmp_path: Path) -> None:
    bring_list(office, tmp_path, [line(office, SRI, ESTADO="CON DEUDAS")])
    rulebook, application_id = rules_with("looked_up", SRI), open_venture(office)
    send_others(office, application_id, SRI)
    renew(office, application_id, rulebook)
    row = confirm(office, application_id, rulebook)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office),
        version=row.version,
        items=[
            CorrectionItem(
                item=ReviewItem.TAX_CERTIFICATE,
                reason="El SRI dice que tiene obligaciones pendientes.",
                instruction="Póngase al día y envíe el certificado.",
            )
        ],
    )
    give_paper(office, application_id, SRI)
    correcting.answer(office.writing(), application_id=application_id, ruc=RUC, answers={})
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    with office.reading() as uow:
        of_sri = [one for one in case_of(uow, application_id).papers if one.kind is SRI]
    assert [one.answer is None for one in of_sri] == [False, True]


def test_what_is_doubtful_stands_at_its_item(office: Office, tmp_path: Path) -> None:
    bring_list(office, tmp_path, [line(office, SRI), line(office, PAYROLL, TRABAJADORES="9")])
    rulebook, application_id = rules_with("looked_up", SRI, PAYROLL), open_venture(office)
    send_others(office, application_id, SRI, PAYROLL)
    renew(office, application_id, rulebook)
    confirm(office, application_id, rulebook)
    with office.reading() as uow:
        case = case_of(uow, application_id)
    said = {each.item: [found.message for found in each.findings] for each in case.items}
    assert said[ReviewItem.PAYROLL] == [
        "Nómina de trabajadores: hay 9 personas; la solicitud dice 4."
    ]
    assert said[ReviewItem.TAX_CERTIFICATE] == said[ReviewItem.EMPLOYER_CERTIFICATE] == []
    assert case.general_findings == ()
