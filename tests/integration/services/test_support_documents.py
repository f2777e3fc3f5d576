"""A supporting document is stored with its kind and held against the applicant and the day."""

from datetime import timedelta
from uuid import UUID

import pytest

from review_service.db.models import DocumentRow, FieldRow, FindingRow
from review_service.domain.documents import DocumentKind, SupportKind, Theme
from review_service.domain.findings import Severity
from review_service.domain.reports import DocumentReport, ReadField
from review_service.domain.terms import ecuador_day
from review_service.domain.work import TaskKind
from review_service.services.findings import checking
from tests.factories import OTHER_RUC, RUC, Office, open_draft, send_and_confirm, upload
from tests.integration.services import steps
from tests.integration.services.steps import JPEG, PDF, read_field

HOLDER = "TITUAÑA QUILUMBA MARIA"


def supported(
    office: Office,
    fields: list[ReadField],
    kind: SupportKind | None = SupportKind.TAX_CERTIFICATE,
) -> UUID:
    """Return an application in review with such a document beside its photos."""
    application_id = open_draft(office)
    for theme in Theme:
        upload(office, application_id, content=JPEG, theme=theme)
    steps.check_all(office)
    upload(office, application_id, content=PDF, kind=DocumentKind.SUPPORT)
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    document = checking.begin(office.writing(), lease.subject_id)
    assert document is not None
    key = f"originals/{lease.subject_id}"
    office.store.copy(document.staging_key, key)
    report = DocumentReport(
        kind=document.kind,
        sha256=document.sha256,
        size_bytes=1,
        page_count=1,
        fields=tuple(fields),
        recognised_as=kind,
    )
    assert checking.finish(office.writing(), lease, report, storage_key=key)
    send_and_confirm(office, application_id)
    return application_id


def read_of(office: Office, *, days_old: int = 3, ruc: str = RUC) -> list[ReadField]:
    with office.reading() as uow:
        issued = ecuador_day(uow.now) - timedelta(days=days_old)
    return [
        read_field("ruc", ruc, confidence=95),
        read_field("holder", HOLDER, confidence=95),
        read_field("issued_on", issued.isoformat(), confidence=95),
    ]


def said(office: Office, application_id: UUID) -> dict[str, Severity]:
    found = [
        row
        for row in steps.rows(office, FindingRow)
        if row.application_id == application_id and row.code.startswith("support")
    ]
    assert {(row.advice, row.compared) for row in found} <= {("", True)}
    return {row.code: row.severity for row in found}


def test_its_kind_and_values_are_stored_and_judged(office: Office) -> None:
    case = supported(office, read_of(office))
    (document,) = [
        row for row in steps.rows(office, DocumentRow) if row.kind is DocumentKind.SUPPORT
    ]
    assert document.recognised_as is SupportKind.TAX_CERTIFICATE
    fields = {row.name: (row.outcome, row.expected) for row in steps.rows(office, FieldRow)}
    assert fields["ruc"] == ("matches", RUC)
    assert fields["holder"] == ("matches", steps.application(office, case).holder)
    assert fields["issued_on"] == ("unreadable", "")
    assert said(office, case) == {}


def test_somebody_elses_is_an_alert(office: Office) -> None:
    case = supported(office, read_of(office, ruc=OTHER_RUC))
    assert said(office, case) == {"support_of_other": Severity.BAD}


@pytest.mark.parametrize(
    ("days_old", "codes"),
    [
        (22, {}),
        (30, {"support_expires_soon": Severity.NOTE}),
        (31, {"support_expired": Severity.BAD}),
    ],
)
def test_it_is_held_against_today(
    office: Office, days_old: int, codes: dict[str, Severity]
) -> None:
    assert said(office, supported(office, read_of(office, days_old=days_old))) == codes


def test_what_was_not_recognised_is_not_compared(office: Office) -> None:
    assert said(office, supported(office, [], None)) == {}
