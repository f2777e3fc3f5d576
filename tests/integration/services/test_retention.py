"""Each kind of data goes after its term; a legal hold keeps all; issued documents stay proven."""

from copy import deepcopy
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import (
    DocumentRow,
    LegalHoldRow,
    MailRow,
    ReceiptRow,
)
from review_service.db.queries.applicant.history import history_of
from review_service.domain.applications import ApplicationState
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import InvalidInputError, NotAllowedError, StaleStateError
from review_service.domain.payroll_terms import Hold
from review_service.domain.retention import RetentionKind
from review_service.domain.roles import OfficerRole
from review_service.services.applicant import applying
from review_service.services.review import legal_holds
from review_service.services.upkeep import invariants, left_drafts, retention, sweeping
from review_service.services.upkeep.releasing import release
from tests.factories import RUC, Office, add_officer, open_draft, upload
from tests.integration.services import steps
from tests.integration.services.test_reconciling import old_store

REASON = "Juicio 17230-2026-00012, oficio de la Fiscalía."
CONFIRMED = {"norm": "Plan de conservación", "who": "Archivo", "day": date(2018, 12, 1)}
YEAR = timedelta(days=365)


def rules(*, confirmed: bool = True) -> dict[str, Any]:
    document = deepcopy(dict(read_rulebook(None)))
    if confirmed:
        for entry in document["retention"]:
            entry["confirmed_by"] = CONFIRMED
    return document


def planned(office: Office, *, confirmed: bool = True) -> dict[RetentionKind, Any]:
    return {each.kind: each for each in retention.plan(office.reading, rules(confirmed=confirmed))}


def delete(office: Office, *, confirmed: bool = True) -> dict[RetentionKind, int]:
    found = retention.delete(office.reading, office.writing, rules(confirmed=confirmed))
    return {kind: count for kind, count in found.items() if count}


def broken(office: Office) -> list[object]:
    return list(invariants.broken_invariants(office.reading, office.store))


def released(office: Office, application_id: UUID) -> set[bool]:
    return {
        row.released_at is not None
        for row in steps.rows(office, DocumentRow)
        if row.application_id == application_id
    }


def make_older(office: Office, application_id: UUID, *columns: str, by: timedelta) -> None:
    steps.make_older(office, steps.application(office, application_id), *columns, by=by)


@pytest.fixture
def withdrawn(office: Office) -> UUID:
    """An artisan's application in review that was withdrawn a year ago."""
    application_id = steps.in_review(office)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    make_older(office, application_id, "changed_at", by=YEAR)
    return application_id


@pytest.fixture
def supervisor(office: Office) -> UUID:
    return add_officer(office, "jefa", role=OfficerRole.SUPERVISOR)


def hold(office: Office, application_id: UUID, officer: UUID, reason: str = REASON) -> None:
    legal_holds.place(
        office.writing(), application_id=application_id, officer_id=officer, reason=reason
    )


def lift(office: Office, application_id: UUID, officer: UUID, reason: str = REASON) -> None:
    legal_holds.lift(
        office.writing(), application_id=application_id, officer_id=officer, reason=reason
    )


def test_photos_of_a_withdrawn_application_go_and_the_rows_stay(
    office: Office, withdrawn: UUID
) -> None:
    assert planned(office)[RetentionKind.PHOTOS].is_due
    assert delete(office)[RetentionKind.PHOTOS] > 0
    assert released(office, withdrawn) == {True}
    [event] = steps.events(office, "photos_deleted")
    assert event.subject_id == withdrawn
    assert {"files", "size_bytes", "days", "rule_days"} == set(event.details) - {"facts"}
    with office.reading() as uow:
        assert history_of(uow, withdrawn)[0].words == "Se eliminaron las fotos de la solicitud."
    assert broken(office) == []
    assert delete(office) == {}


def test_an_unconfirmed_term_is_planned_and_deletes_nothing(
    office: Office, withdrawn: UUID
) -> None:
    found = planned(office, confirmed=False)[RetentionKind.PHOTOS]
    assert (found.hold, found.is_due) == (Hold.UNCONFIRMED, False)
    assert delete(office, confirmed=False) == {}
    assert released(office, withdrawn) == {False}


def test_photos_of_an_issued_document_stay(office: Office) -> None:
    application_id = steps.in_review(office)
    officer = add_officer(office)
    steps.accept_all(office, application_id, officer)
    steps.approve(office, application_id, officer)
    make_older(office, application_id, "changed_at", "decided_at", by=10 * YEAR)
    assert RetentionKind.PHOTOS not in planned(office)
    delete(office)
    assert released(office, application_id) == {False}


def test_a_legal_hold_keeps_everything_until_it_is_lifted(
    office: Office, withdrawn: UUID, supervisor: UUID
) -> None:
    with office.writing() as uow:
        uow.session.add(
            ReceiptRow(
                application_id=withdrawn, digest="0" * 64, content=b"x", made_at=uow.now - YEAR
            )
        )
        uow.commit()
    hold(office, withdrawn, supervisor)
    assert planned(office)[RetentionKind.PHOTOS].hold is Hold.LEGAL
    assert delete(office) == {}
    assert released(office, withdrawn) == {False}
    assert len(steps.rows(office, ReceiptRow)) == 1
    assert broken(office) == []
    lift(office, withdrawn, supervisor)
    assert delete(office)[RetentionKind.PHOTOS] > 0
    assert steps.rows(office, ReceiptRow) == []
    assert [event.action for event in _holds(office)] == ["legal_hold_placed", "legal_hold_lifted"]
    assert broken(office) == []


def test_a_hold_keeps_the_bytes_that_wait_for_the_sweeper(
    office: Office, withdrawn: UUID, supervisor: UUID
) -> None:
    delete(office)
    for row in steps.rows(office, DocumentRow):
        steps.make_older(office, row, "released_at", by=timedelta(days=2))
    hold(office, withdrawn, supervisor)
    assert sweeping.sweep(office.reading, old_store(office, 72)) == 0
    lift(office, withdrawn, supervisor)
    assert sweeping.sweep(office.reading, old_store(office, 72)) > 0


def test_a_hold_that_comes_while_the_sweeper_works_keeps_what_is_left(
    office: Office, withdrawn: UUID, supervisor: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete(office)
    for row in steps.rows(office, DocumentRow):
        steps.make_older(office, row, "released_at", by=timedelta(days=2))
    store = old_store(office, 72)
    gone: list[str] = []

    def go(key: str) -> None:
        if not gone:
            hold(office, withdrawn, supervisor)
        gone.append(key)

    monkeypatch.setattr(store, "delete", go)
    monkeypatch.setattr(sweeping, "ASKED_AGAIN", 1)
    sweeping.sweep(office.reading, store)
    of_documents = [key for key in gone if key.startswith("originals/")]
    assert len(of_documents) == 1, "what was staged of a case that was not copied goes too"


def test_only_who_may_puts_a_hold_and_with_a_reason(
    office: Office, withdrawn: UUID, supervisor: UUID
) -> None:
    with pytest.raises(NotAllowedError):
        hold(office, withdrawn, add_officer(office, "otra"))
    with pytest.raises(InvalidInputError):
        hold(office, withdrawn, supervisor, "porque sí")
    lift(office, withdrawn, supervisor)
    assert _holds(office) == []
    hold(office, withdrawn, supervisor)
    hold(office, withdrawn, supervisor)
    with pytest.raises(StaleStateError):
        hold(office, withdrawn, supervisor, "Otro motivo, con letras de sobra.")
    assert len(steps.rows(office, LegalHoldRow)) == 1


def left_draft(office: Office, *, days: int) -> UUID:
    application_id = steps.ready_draft(office)
    make_older(office, application_id, "changed_at", "sheet_saved_at", by=timedelta(days=days))
    return application_id


def test_a_draft_that_nobody_changes_goes_after_a_notice(office: Office) -> None:
    application_id = left_draft(office, days=334)
    assert delete(office) == {}
    assert steps.mails(office, "draft_left") == []
    make_older(office, application_id, "changed_at", "sheet_saved_at", by=timedelta(days=1))
    delete(office)
    [notice] = steps.mails(office, "draft_left")
    assert notice.context["goes_on"] > notice.context["left_on"]
    make_older(office, application_id, "changed_at", "sheet_saved_at", by=YEAR)
    delete(office)
    assert steps.state(office, application_id) is ApplicationState.DRAFT, "nobody was told yet"
    steps.hand_over(office, "draft_left")
    delete(office)
    assert steps.state(office, application_id) is ApplicationState.DRAFT, "told just now"
    [notice] = steps.mails(office, "draft_left")
    steps.make_older(office, notice, "sent_at", by=timedelta(days=30))
    assert delete(office) == {RetentionKind.DRAFTS: 1}
    row = steps.application(office, application_id)
    assert (row.state, row.sheet, row.open_key) == (ApplicationState.WITHDRAWN, {}, None)
    files = [one for one in steps.rows(office, DocumentRow) if one.application_id == row.id]
    assert files
    assert {one.file_name for one in files} == {left_drafts.GONE}
    assert released(office, application_id) == {True}
    assert len(steps.mails(office, "draft_left")) == 1
    assert broken(office) == []
    assert open_draft(office) != application_id


def test_who_changes_the_draft_after_the_notice_keeps_it(office: Office) -> None:
    application_id = left_draft(office, days=335)
    delete(office)
    steps.hand_over(office, "draft_left")
    upload(office, application_id, content=b"another", kind=DocumentKind.PHOTO)
    [notice] = steps.mails(office, "draft_left")
    steps.make_older(office, notice, "created_at", "sent_at", by=timedelta(days=60))
    delete(office)
    assert steps.state(office, application_id) is ApplicationState.DRAFT


def test_words_of_old_mails_go_and_letters_of_decisions_stay(office: Office) -> None:
    with office.writing() as uow:
        for event in ("received", "refused", "sign_in", "letter_confirm"):
            uow.session.add(
                MailRow(
                    event=event,
                    recipient="ana@correo.example",
                    context={"reference": "A-1"},
                    created_at=uow.now - YEAR - YEAR,
                    sent_at=uow.now - YEAR - timedelta(days=1),
                )
            )
        uow.commit()
    assert planned(office)[RetentionKind.MAILS].count == 1
    delete(office)
    told = {row.event: row.context for row in steps.rows(office, MailRow)}
    assert told == {"received": {}, "refused": {"reference": "A-1"}}


def test_what_a_person_removed_waits_for_the_end_of_a_hold(
    office: Office, supervisor: UUID
) -> None:
    application_id = steps.ready_draft(office)
    with office.writing() as uow:
        document = uow.session.scalars(
            sa.select(DocumentRow).where(DocumentRow.application_id == application_id).limit(1)
        ).one()
        document.removed_at = uow.now - timedelta(days=2)
        uow.session.add(
            LegalHoldRow(
                application_id=application_id,
                reason=REASON,
                placed_by=supervisor,
                placed_at=uow.now,
            )
        )
        uow.commit()
    assert release(office.writing) == 0


def _holds(office: Office) -> list[Any]:
    return [
        event
        for action in ("legal_hold_placed", "legal_hold_lifted")
        for event in steps.events(office, action)
    ]
