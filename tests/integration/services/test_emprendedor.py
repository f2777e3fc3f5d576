"""An emprendedor from the papers to the certificate, and everything that sends it to a person."""

from dataclasses import replace
from uuid import UUID

import pytest

from review_service.db.models import (
    AgreementRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    PageRow,
    PageTextRow,
    ReviewItemRow,
)
from review_service.db.queries.officer.case import case_of
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import DocumentKind, PageKind, TextSource
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
)
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.reports import Box, DocumentReport, PageReport, Word
from review_service.domain.tracks import EMPRENDEDOR
from review_service.domain.work import TaskKind
from review_service.services.applicant import applying, support_papers
from review_service.services.findings import checking
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import invariants
from tests.factories import (
    RUC,
    Office,
    add_officer,
    confirm_business,
    issuing_rules,
    open_business,
    rule_parts,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.paper_cases import IESS, PAYROLL, SRI, document, old, row_of, told
from tests.ventures import OF_A_PERSON, give_paper, open_venture, ready_venture


def items(office: Office, application_id: UUID) -> dict[ReviewItem, ItemVerdict]:
    return {
        row.item: row.verdict
        for row in steps.rows(office, ReviewItemRow)
        if row.application_id == application_id
    }


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


def test_words_of_a_paper_are_kept_once_it_is_known_to_be_no_payroll(office: Office) -> None:
    """A payroll in another place, while it is read, or that nobody recognises, is not found."""
    application_id = open_venture(office)
    received = upload(
        office,
        application_id,
        content=steps.PDF,
        kind=DocumentKind.EMPLOYER_CERTIFICATE,
        file_name="iess.pdf",
    )
    [lease] = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    found = checking.begin(office.writing(), received.document_id)
    assert found is not None
    word = Word(text="QUISHPE", confidence=99, box=Box(left=60, top=100, width=80, height=20))
    page = PageReport(
        number=1, kind=PageKind.TEXT, width_px=1240, height_px=1754, words=(word,),
        words_from=TextSource.LAYER,
    )  # fmt: skip
    checking.record_page(office.writing(), received.document_id, page)
    assert steps.rows(office, PageTextRow) == []
    report = DocumentReport(
        kind=found.kind, sha256=found.sha256, size_bytes=1, page_count=1, pages=(page,)
    )
    key = f"originals/{received.document_id}"
    office.store.copy(found.staging_key, key)
    assert checking.finish(office.writing(), lease, report, storage_key=key)
    assert steps.rows(office, PageTextRow) == []
    assert [row.words for row in steps.rows(office, PageRow)] == [[]]


def test_a_paper_that_is_asked_for_since_it_was_sent_is_an_item_of_its_officer(
    office: Office,
) -> None:
    """What is missing when it is confirmed can be asked for; until then nobody can send it."""
    application_id = ready_venture(office)
    rules = issuing_rules()
    needed = [{**entry, "asked_of": "all"} for entry in rules.rulebook["required_papers"]]
    rulebook = {**rules.rulebook, "required_papers": needed}
    parts = replace(rule_parts(office), issuing=replace(rules, rulebook=rulebook))
    confirm_business(office, application_id, parts=parts)
    assert row_of(office, application_id).referral == "Falta la escritura de constitución."
    assert ReviewItem.DEED in items(office, application_id)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office),
        version=row_of(office, application_id).version,
        items=[
            CorrectionItem(
                item=ReviewItem.TAX_CERTIFICATE,
                reason="El certificado del SRI no se lee bien.",
                instruction="Súbalo otra vez, más claro.",
            )
        ],
    )
    give_paper(office, application_id, SRI)
    correcting.answer(office.writing(), application_id=application_id, ruc=RUC, answers={})
    assert row_of(office, application_id).state is ApplicationState.IN_REVIEW


def test_whoever_withdraws_what_a_person_was_to_look_at_does_not_try_until_a_rule_grants(
    office: Office,
) -> None:
    for decided in ("withdrawn", "refused"):
        application_id = open_venture(office)
        for kind in OF_A_PERSON:
            other = {"holder": "OTRA PERSONA"} if kind is SRI and decided == "withdrawn" else None
            give_paper(office, application_id, kind, values=other)
        confirm_business(office, application_id)
        assert row_of(office, application_id).state is ApplicationState.IN_REVIEW, decided
        if decided == "withdrawn":
            applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
        else:
            steps.observe(office, application_id)
            reviewing.refuse(
                office.writing(),
                application_id=application_id,
                officer_id=add_officer(office),
                version=row_of(office, application_id).version,
                reasons="El certificado del SRI no es auténtico.",
                institution=issuing_rules().institution,
            )
    last = ready_venture(office)
    confirm_business(office, last)
    assert row_of(office, last).referral == (
        "Su solicitud anterior terminó sin certificado: los documentos de esta los mira una "
        "persona."
    )


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
