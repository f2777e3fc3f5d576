"""An organisation of artisans from its draft to its Acuerdo, with its representative's paper."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest

from review_service.db.models import AgreementRow, DocumentRow, FindingRow, ReviewItemRow
from review_service.db.queries.officer.case import case_of
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import DocumentKind, SupportKind
from review_service.domain.errors import NotAllowedError, NotFoundError
from review_service.domain.findings import Severity
from review_service.services.applicant import applying, sending, support_papers
from review_service.services.applicant.sending import IncompleteError
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import invariants
from tests.associations import (
    APPOINTMENT,
    NAMED,
    UNNAMED,
    WORDS,
    give_appointment,
    open_association,
)
from tests.factories import (
    OTHER_RUC,
    RUC,
    SHEET,
    Office,
    add_officer,
    issuing_rules,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps


def told(
    office: Office, application_id: UUID, rulebook: Mapping[str, Any] | None = None
) -> list[tuple[str, bool]]:
    found = sending.problems_before_sending(
        office.reading(), application_id=application_id, ruc=OTHER_RUC, rulebook=rulebook
    )
    return [(problem.sentence, problem.blocking) for problem in found]


def in_review(office: Office, words: Sequence[str] = WORDS) -> UUID:
    application_id = open_association(office)
    give_appointment(office, application_id, words=words)
    send_and_confirm(office, application_id, OTHER_RUC)
    return application_id


def of_the_paper(office: Office, document_id: UUID) -> list[tuple[str, Severity]]:
    return sorted(
        (row.code, row.severity)
        for row in steps.rows(office, FindingRow)
        if row.document_id == document_id
    )


def judged(office: Office, application_id: UUID) -> set[ReviewItem]:
    return {
        row.item
        for row in steps.rows(office, ReviewItemRow)
        if row.application_id == application_id
    }


def test_without_the_appointment_it_is_not_sent(office: Office) -> None:
    application_id = open_association(office)
    assert told(office, application_id) == [
        ("Falta el nombramiento del representante: agréguelo.", True)
    ]
    with pytest.raises(IncompleteError):
        send_and_confirm(office, application_id, OTHER_RUC)
    give_appointment(office, application_id)
    assert told(office, application_id) == []


def test_one_that_is_still_read_prevents_nothing(office: Office) -> None:
    application_id = open_association(office)
    upload(
        office,
        application_id,
        content=steps.PDF,
        ruc=OTHER_RUC,
        kind=APPOINTMENT.document_kind,
        file_name="nombramiento.pdf",
    )
    assert told(office, application_id) == []
    send_and_confirm(office, application_id, OTHER_RUC)
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW


def test_an_appointment_shows_no_workshop(office: Office) -> None:
    application_id = open_association(office)
    give_appointment(office, application_id)
    with office.writing() as uow:
        for row in uow.session.query(DocumentRow).filter_by(kind=DocumentKind.PHOTO):
            row.removed_at = uow.now
        uow.commit()
    assert told(office, application_id)[0] == ("Agregue las fotos de su taller.", True)


def test_who_has_no_such_name_says_what_it_is(office: Office) -> None:
    application_id = open_association(office, UNNAMED)
    give_appointment(office, application_id)
    assert [blocking for _, blocking in told(office, application_id)] == [True]
    other = open_association(office, UNNAMED, organisation="other")
    assert other == application_id
    places = support_papers.places(office.reading(), application_id=other, ruc=OTHER_RUC)
    assert [(place.kind, place.is_needed) for place in places] == [(APPOINTMENT, False)]
    assert told(office, other) == []


def test_an_installation_may_ask_for_no_appointment(office: Office) -> None:
    application_id = open_association(office)
    document = read_rulebook(None)
    papers = [each for each in document["required_papers"] if each["track"] != "artisan"]
    assert told(office, application_id, {**document, "required_papers": papers}) == []


def test_a_natural_person_sends_none(office: Office) -> None:
    application_id = steps.ready_draft(office)
    with pytest.raises(NotFoundError):
        support_papers.places(office.reading(), application_id=application_id, ruc=RUC)
    with pytest.raises(NotAllowedError):
        upload(office, application_id, content=steps.PDF, kind=APPOINTMENT.document_kind)
    send_and_confirm(office, application_id)
    assert ReviewItem.APPOINTMENT not in judged(office, application_id)


def test_an_organisation_has_no_payroll_to_spare(office: Office) -> None:
    application_id = open_association(office)
    with pytest.raises(NotFoundError):
        support_papers.employs_nobody(
            office.writing(), application_id=application_id, ruc=OTHER_RUC
        )


def test_the_officer_judges_it_and_the_acuerdo_names_the_organisation(office: Office) -> None:
    application_id = in_review(office)
    officer_id = add_officer(office)
    assert ReviewItem.APPOINTMENT in judged(office, application_id)
    steps.accept_all(office, application_id, officer_id)
    with office.reading() as uow:
        assert [each.item for each in case_of(uow, application_id).missing] == [
            ReviewItem.APPOINTMENT
        ]
    steps.judge(office, application_id, officer_id, ReviewItem.APPOINTMENT)
    reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        rules=issuing_rules(),
    )
    [paper] = steps.rows(office, AgreementRow)
    assert (paper.snapshot["holder"], paper.ruc) == (NAMED, OTHER_RUC)
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize("printed", [2, 0])
def test_the_acuerdo_says_the_other_workshops_of_an_organisation_only(
    office: Office, printed: int
) -> None:
    typed = {"workshops": "Sucre 12, otavalo\nCalle Uno, Cotacachi, imbabura"}
    is_organisation = printed > 0
    if is_organisation:
        application_id = open_association(office, **typed)
        give_appointment(office, application_id)
        send_and_confirm(office, application_id, OTHER_RUC)
    else:
        application_id = steps.ready_draft(office)
        applying.save_sheet(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            values={**SHEET, **typed},
            kind=ApplicationKind.NEW,
        )
        send_and_confirm(office, application_id)
    officer_id = add_officer(office)
    steps.accept_all(office, application_id, officer_id)
    if is_organisation:
        steps.judge(office, application_id, officer_id, ReviewItem.APPOINTMENT)
    reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        rules=issuing_rules(),
    )
    [paper] = steps.rows(office, AgreementRow)
    lines = ["Sucre 12, Otavalo, Imbabura", "Calle Uno, Cotacachi, Imbabura"]
    assert paper.snapshot.get("other_workshops", []) == lines[:printed]


def test_a_correction_of_it_is_asked_for_and_answered(office: Office) -> None:
    application_id = in_review(office)
    officer_id = add_officer(office)
    steps.judge(office, application_id, officer_id, ReviewItem.APPOINTMENT)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        items=[
            CorrectionItem(
                item=ReviewItem.APPOINTMENT,
                reason="El nombramiento terminó en enero.",
                instruction="Envíe el que está vigente hoy.",
            )
        ],
    )
    assert told(office, application_id) == []
    give_appointment(office, application_id)
    [row] = [
        each
        for each in steps.rows(office, DocumentRow)
        if each.kind is DocumentKind.APPOINTMENT and each.removed_at is None
    ]
    assert row.round == 1


def test_a_correction_of_something_else_is_not_stopped_by_what_older_sheets_lack(
    office: Office,
) -> None:
    """As of a case that the version before had sent, without a word on what it is."""
    application_id = open_association(office, UNNAMED, organisation="other")
    send_and_confirm(office, application_id, OTHER_RUC)
    with office.writing() as uow:
        row = uow.session.get_one(type(steps.application(office, application_id)), application_id)
        row.sheet = {name: value for name, value in row.sheet.items() if name != "organisation"}
        row.state = ApplicationState.CORRECTION_REQUESTED
        uow.commit()
    assert told(office, application_id) == []


def test_what_was_read_is_information_and_no_doubt(office: Office) -> None:
    application_id = in_review(office)
    [document] = [
        row for row in steps.rows(office, DocumentRow) if row.kind is DocumentKind.APPOINTMENT
    ]
    assert of_the_paper(office, document.id) == [("support_names_holder", Severity.NOTE)]
    assert steps.rows(office, ReviewItemRow)[0].verdict is ItemVerdict.PENDING
    with office.reading() as uow:
        [paper] = case_of(uow, application_id).papers
    assert (paper.kind, paper.values) == (APPOINTMENT, ())


def test_a_name_that_is_not_found_is_noted_too(office: Office) -> None:
    in_review(office, words=("NOMBRAMIENTO", "de", "la", "presidenta"))
    [found] = [row for row in steps.rows(office, FindingRow) if row.code.startswith("support_name")]
    assert (found.code, found.severity) == ("support_name_not_found", Severity.NOTE)
    assert (found.compared, found.advice) == (True, "")


def test_what_is_surely_another_paper_is_told_and_stays_where_it_is(office: Office) -> None:
    application_id = open_association(office)
    document_id = give_appointment(
        office, application_id, recognised_as=SupportKind.TAX_CERTIFICATE
    )
    [(sentence, blocking)] = told(office, application_id)
    assert not blocking
    assert sentence == (
        "En «Nombramiento del representante»: esto parece el certificado del SRI. "
        "Aquí va el nombramiento del representante."
    )
    with pytest.raises(NotAllowedError):
        support_papers.move(
            office.writing(),
            application_id=application_id,
            ruc=OTHER_RUC,
            document_id=document_id,
        )
