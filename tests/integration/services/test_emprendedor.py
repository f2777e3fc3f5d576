"""An emprendedor from the papers to the certificate, and everything that sends it to a person."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    PageRow,
    PageTextRow,
    ReviewItemRow,
    TaxpayerRow,
)
from review_service.db.queries.officer.case import case_of
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import DocumentKind, SupportKind
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import EMPRENDEDOR
from review_service.domain.work import TaskKind
from review_service.services.applicant import applying, sending, support_papers
from review_service.services.applicant.sending import IncompleteError
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import invariants
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    add_officer,
    confirm_business,
    issuing_rules,
    open_business,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.ventures import OF_A_PERSON, give_paper, open_venture, ready_venture

PAYROLL, IESS, SRI = SupportKind.PAYROLL, OF_A_PERSON[0], OF_A_PERSON[1]


def row_of(office: Office, application_id: UUID) -> ApplicationRow:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id)


def document(office: Office, document_id: UUID) -> DocumentRow:
    with office.reading() as uow:
        return uow.session.get_one(DocumentRow, document_id)


def told(office: Office, application_id: UUID) -> list[tuple[str, bool]]:
    """Return what is said of the papers before sending, and whether it prevents it."""
    found = sending.problems_before_sending(
        office.reading(), application_id=application_id, ruc=RUC
    )
    return [(one.sentence, one.blocking) for one in found if one.place == "papers"]


def items(office: Office, application_id: UUID) -> dict[ReviewItem, ItemVerdict]:
    return {
        row.item: row.verdict
        for row in steps.rows(office, ReviewItemRow)
        if row.application_id == application_id
    }


def old(office: Office, *, days: int = 90) -> dict[str, str]:
    with office.reading() as uow:
        return {"issued_on": (ecuador_day(uow.now) - timedelta(days=days)).isoformat()}


def test_a_certificate_is_numbered_as_soon_as_it_is_confirmed(office: Office) -> None:
    application_id = ready_venture(office)
    assert told(office, application_id) == []
    confirm_business(office, application_id)
    row = row_of(office, application_id)
    assert (row.state, row.referral, row.decided_by) == (ApplicationState.APPROVED, None, None)
    assert row.decided_rule
    assert row.decided_rule.startswith("granted_on_papers.emprendedor@")
    [paper] = steps.rows(office, AgreementRow)
    assert paper.snapshot["category"] == "Emprendedor"
    assert steps.rows(office, ReviewItemRow) == []
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_each_paper_that_is_missing_prevents_sending(office: Office) -> None:
    application_id = open_venture(office)
    assert told(office, application_id) == [
        ("Falta el certificado del IESS: agréguelo.", True),
        ("Falta el certificado del SRI: agréguelo.", True),
        ("Falta la nómina: agréguela.", True),
    ]
    with pytest.raises(IncompleteError):
        confirm_business(office, application_id)


def test_a_company_is_asked_for_its_deed_too(office: Office) -> None:
    with office.writing() as uow:
        uow.session.execute(
            sa.update(TaxpayerRow)
            .where(TaxpayerRow.ruc == OTHER_RUC)
            .values(taxpayer_type="SOCIEDAD")
        )
        uow.commit()
    application_id = open_venture(office, OTHER_RUC, employees="0")
    found = support_papers.places(office.reading(), application_id=application_id, ruc=OTHER_RUC)
    assert [place.kind.slug for place in found if place.is_needed] == ["escritura", "iess", "sri"]


def test_a_paper_that_is_still_read_prevents_sending(office: Office) -> None:
    application_id = ready_venture(office)
    upload(office, application_id, content=steps.PDF, kind=SRI.document_kind, file_name="otro.pdf")
    assert told(office, application_id) == [("Todavía leemos «otro.pdf». Espere un momento.", True)]


def test_nobody_employed_needs_no_payroll_and_one_press_says_so(office: Office) -> None:
    application_id = open_venture(office)
    give_paper(office, application_id, IESS)
    give_paper(office, application_id, SRI)
    assert [sentence for sentence, _ in told(office, application_id)] == [
        "Falta la nómina: agréguela."
    ]
    for _ in range(2):
        support_papers.employs_nobody(office.writing(), application_id=application_id, ruc=RUC)
    assert told(office, application_id) == []
    confirm_business(office, application_id)
    assert row_of(office, application_id).state is ApplicationState.APPROVED


def test_an_expired_paper_is_told_before_sending_and_decided_by_a_person(office: Office) -> None:
    application_id = open_venture(office)
    for kind in OF_A_PERSON:
        give_paper(office, application_id, kind, values=old(office) if kind is SRI else None)
    [(sentence, blocking)] = told(office, application_id)
    assert not blocking
    assert "caducó" in sentence
    assert "SRI en línea" in sentence
    confirm_business(office, application_id)
    row = row_of(office, application_id)
    assert row.state is ApplicationState.IN_REVIEW
    assert "Certificado de cumplimiento tributario (SRI): valió hasta el" in (row.referral or "")
    assert "cámbielo" not in (row.referral or "")
    assert items(office, application_id) == dict.fromkeys(
        (
            ReviewItem.DATA_SHEET,
            ReviewItem.EMPLOYER_CERTIFICATE,
            ReviewItem.TAX_CERTIFICATE,
            ReviewItem.PAYROLL,
        ),
        ItemVerdict.PENDING,
    )
    found = {row.code: row.message for row in steps.rows(office, FindingRow) if row.compared}
    assert FindingCode.SUPPORT_EXPIRED.value in found


def test_what_a_forger_could_rehearse_is_told_to_the_officer_alone(office: Office) -> None:
    application_id = open_venture(office)
    for kind in OF_A_PERSON:
        other = {"holder": "OTRA PERSONA CUALQUIERA"} if kind is SRI else None
        give_paper(office, application_id, kind, values=other)
    assert told(office, application_id) == []
    confirm_business(office, application_id)
    row = row_of(office, application_id)
    assert row.referral == "Una persona mira el certificado del SRI."
    messages = [one.message for one in steps.rows(office, FindingRow) if one.compared]
    assert any("OTRA PERSONA CUALQUIERA" in message for message in messages)
    fields = {
        (field.name, field.outcome)
        for field in steps.rows(office, FieldRow)
        if document(office, field.document_id).kind is DocumentKind.TAX_CERTIFICATE
    }
    assert ("holder", "differs") in fields
    assert ("ruc", "matches") in fields


def test_a_paper_in_the_wrong_place_is_moved_by_one_press(office: Office) -> None:
    application_id = open_venture(office)
    give_paper(office, application_id, PAYROLL)
    wrong = give_paper(office, application_id, IESS, recognised_as=SRI)
    assert told(office, application_id)[0] == ("Falta el certificado del SRI: agréguelo.", True)
    assert ("Esto parece el certificado del SRI. Va en su lugar.", False) in told(
        office, application_id
    )
    for _ in range(2):
        moved = support_papers.move(
            office.writing(), application_id=application_id, ruc=RUC, document_id=wrong
        )
        assert moved is SRI
    assert document(office, wrong).kind is DocumentKind.TAX_CERTIFICATE
    assert told(office, application_id) == [("Falta el certificado del IESS: agréguelo.", True)]


def test_two_papers_that_stand_in_each_others_place_change_places(office: Office) -> None:
    application_id = open_venture(office)
    give_paper(office, application_id, PAYROLL)
    one = give_paper(office, application_id, IESS, recognised_as=SRI)
    other = give_paper(office, application_id, SRI, recognised_as=IESS)
    support_papers.move(office.writing(), application_id=application_id, ruc=RUC, document_id=one)
    assert document(office, one).kind is DocumentKind.TAX_CERTIFICATE
    assert document(office, other).kind is DocumentKind.EMPLOYER_CERTIFICATE
    assert told(office, application_id) == []


def test_only_a_recognised_paper_of_ones_own_is_moved(office: Office) -> None:
    application_id = ready_venture(office)
    paper = steps.rows(office, DocumentRow)[0].id
    with pytest.raises(NotFoundError):
        support_papers.move(
            office.writing(), application_id=application_id, ruc=OTHER_RUC, document_id=paper
        )
    with pytest.raises(StaleStateError):
        support_papers.move(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            document_id=give_paper(office, application_id, IESS, recognised_as=SRI),
            seen="another",
        )
    confirm_business(office, application_id)
    with pytest.raises(NotAllowedError):
        support_papers.move(
            office.writing(), application_id=application_id, ruc=RUC, document_id=paper
        )


def test_a_track_without_papers_takes_none(office: Office) -> None:
    for application_id in (open_business(office), open_draft(office, OTHER_RUC)):
        ruc = row_of(office, application_id).ruc
        with pytest.raises(NotAllowedError):
            upload(
                office,
                application_id,
                ruc=ruc,
                content=steps.PDF,
                kind=DocumentKind.PAYROLL,
            )
        with pytest.raises(NotFoundError):
            support_papers.places(office.reading(), application_id=application_id, ruc=ruc)
        with pytest.raises(NotFoundError):
            support_papers.employs_nobody(office.writing(), application_id=application_id, ruc=ruc)


def test_the_words_of_a_payroll_are_neither_kept_nor_found(office: Office) -> None:
    names = ("ÑUSTA", "QUISHPE", "SUELDO", "482")
    application_id = open_venture(office)
    give_paper(office, application_id, PAYROLL, words=names)
    give_paper(office, application_id, IESS, words=("CUMPLIMIENTO", "PATRONAL"))
    misplaced = give_paper(office, application_id, SRI, recognised_as=PAYROLL, words=names)
    kept = {
        document(office, page.document_id).file_name: page.words
        for page in steps.rows(office, PageRow)
    }
    assert kept["nomina.pdf"] == kept["sri.pdf"] == []
    assert len(kept["iess.pdf"]) == 2
    assert len(steps.rows(office, PageTextRow)) == 1
    fields = {row.name for row in steps.rows(office, FieldRow) if row.document_id == misplaced}
    assert fields == {"ruc", "holder", "issued_on", "workers"}


def test_an_officer_grants_what_a_rule_left_to_a_person(office: Office) -> None:
    application_id = open_venture(office)
    for kind in OF_A_PERSON:
        give_paper(office, application_id, kind, values=old(office) if kind is IESS else None)
    confirm_business(office, application_id)
    officer_id = add_officer(office)
    with office.reading() as uow:
        case = case_of(uow, application_id)
    assert [each.item for each in case.items] == [
        ReviewItem.DATA_SHEET,
        ReviewItem.EMPLOYER_CERTIFICATE,
        ReviewItem.TAX_CERTIFICATE,
        ReviewItem.PAYROLL,
    ]
    assert {each.item: len(each.positions) for each in case.items}[ReviewItem.PAYROLL] == 1
    for each in case.items:
        reviewing.judge(
            office.writing(),
            application_id=application_id,
            officer_id=officer_id,
            version=row_of(office, application_id).version,
            item=each.item,
            verdict=ItemVerdict.ACCEPTED,
        )
    reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=row_of(office, application_id).version,
        rules=issuing_rules(),
    )
    row = row_of(office, application_id)
    assert (row.state, row.decided_rule) == (ApplicationState.APPROVED, None)
    [paper] = steps.rows(office, AgreementRow)
    assert paper.snapshot["category"] == "Emprendedor"
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_a_paper_is_corrected_alone(office: Office) -> None:
    application_id = open_venture(office)
    for kind in OF_A_PERSON:
        give_paper(office, application_id, kind, values=old(office) if kind is IESS else None)
    confirm_business(office, application_id)
    officer_id = add_officer(office)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=row_of(office, application_id).version,
        items=[
            CorrectionItem(
                item=ReviewItem.EMPLOYER_CERTIFICATE,
                reason="El certificado del IESS está vencido.",
                instruction="Saque uno nuevo y súbalo en su lugar.",
            )
        ],
    )
    with pytest.raises(NotAllowedError):
        upload(office, application_id, content=steps.PDF, kind=DocumentKind.TAX_CERTIFICATE)
    give_paper(office, application_id, IESS)
    correcting.answer(office.writing(), application_id=application_id, ruc=RUC, answers={})
    row = row_of(office, application_id)
    assert row.state is ApplicationState.IN_REVIEW
    [standing] = [
        each
        for each in steps.rows(office, DocumentRow)
        if each.kind is DocumentKind.EMPLOYER_CERTIFICATE and each.removed_at is None
    ]
    assert standing.round == 1


def test_another_track_may_stand_beside_and_two_of_one_may_not(office: Office) -> None:
    first = open_venture(office)
    assert open_venture(office) == first
    assert open_business(office) != first
    for kind in OF_A_PERSON:
        give_paper(office, first, kind, values=old(office))
    send_and_confirm(office, first)
    assert row_of(office, first).state is ApplicationState.IN_REVIEW
    with pytest.raises(InvalidInputError) as caught:
        applying.open_application(
            office.writing(),
            registry=office.registry,
            ruc=RUC,
            kind=ApplicationKind.NEW,
            track=EMPRENDEDOR,
        )
    assert "Ya tiene una solicitud en trámite" in caught.value.problems["kind"]


def test_signs_of_alteration_go_to_a_person_and_are_not_told(office: Office) -> None:
    application_id = open_venture(office)
    sign = Finding(
        check="support",
        code=FindingCode.SUPPORT_INCONSISTENT,
        severity=Severity.DOUBT,
        message="Las fechas no concuerdan.",
    )
    for kind in OF_A_PERSON:
        give_paper(office, application_id, kind, findings=[sign] if kind is PAYROLL else [])
    assert told(office, application_id) == []
    confirm_business(office, application_id)
    assert row_of(office, application_id).referral == "Una persona mira la nómina."


def test_the_checks_of_a_paper_are_asked_for_once(office: Office) -> None:
    application_id = open_venture(office)
    give_paper(office, application_id, IESS)
    assert steps.leases(office, TaskKind.CHECK_DOCUMENT) == []
