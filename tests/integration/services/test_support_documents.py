"""A paper of an emprendedor is stored with its kind and held against the applicant and the day."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from review_service.db.models import DocumentRow, FieldRow, FindingRow
from review_service.domain.documents import SupportKind
from review_service.domain.findings import Finding, Severity
from review_service.domain.terms import ecuador_day
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    confirm_business,
    issuing_rules,
    rule_parts,
    send_and_confirm,
)
from tests.integration.services import steps
from tests.ventures import HOLDER, OF_A_PERSON, give_paper, open_venture

TAX = SupportKind.TAX_CERTIFICATE


def in_review(
    office: Office, *, findings: tuple[Finding, ...] = (), **values: str
) -> tuple[UUID, UUID]:
    """Return a case in review, whose tax certificate says those values, and that document."""
    application_id = open_venture(office)
    for kind in OF_A_PERSON:
        if kind is not TAX:
            give_paper(office, application_id, kind)
    document_id = give_paper(office, application_id, TAX, values=values, findings=findings)
    send_and_confirm(office, application_id)
    return application_id, document_id


def issued(office: Office, days_old: int) -> str:
    with office.reading() as uow:
        return (ecuador_day(uow.now) - timedelta(days=days_old)).isoformat()


def said(office: Office, application_id: UUID) -> dict[str, Severity]:
    found = [
        row
        for row in steps.rows(office, FindingRow)
        if row.application_id == application_id and row.compared
    ]
    assert {row.advice for row in found} <= {""}
    return {row.code: row.severity for row in found if row.code.startswith("support")}


def test_its_kind_and_values_are_stored_and_judged(office: Office) -> None:
    case, document_id = in_review(office)
    [document] = [row for row in steps.rows(office, DocumentRow) if row.id == document_id]
    assert document.recognised_as is TAX
    fields = {
        row.name: (row.outcome, row.expected)
        for row in steps.rows(office, FieldRow)
        if row.document_id == document_id
    }
    assert fields["ruc"] == ("matches", RUC)
    assert fields["holder"] == ("matches", HOLDER)
    assert fields["issued_on"] == ("unreadable", "")
    assert said(office, case) == {}


def test_somebody_elses_is_an_alert(office: Office) -> None:
    case, _ = in_review(office, ruc=OTHER_RUC)
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
    case, _ = in_review(office, issued_on=issued(office, days_old))
    assert said(office, case) == codes


def test_the_count_of_a_payroll_is_held_against_the_data_sheet(office: Office) -> None:
    application_id = open_venture(office, employees="7")
    for kind in OF_A_PERSON:
        give_paper(office, application_id, kind)
    send_and_confirm(office, application_id)
    assert said(office, application_id) == {"support_workers_differ": Severity.DOUBT}
    [count] = [row for row in steps.rows(office, FieldRow) if row.name == "workers"]
    assert (count.value, count.outcome, count.expected) == ("4", "differs", "7")


def test_what_its_own_checks_say_is_not_said_twice(office: Office) -> None:
    debt = Finding(
        check="support",
        code="support_debt",
        severity=Severity.BAD,
        message="El certificado dice que hay obligaciones pendientes.",
        advice="Póngase al día.",
    )
    case, _ = in_review(office, findings=(debt,))
    assert said(office, case) == {}


def test_the_findings_rest_on_the_rules_of_the_installation(office: Office) -> None:
    """What is fresh there for 90 days is not told as expired after the packaged 30."""
    application_id = open_venture(office)
    rules = issuing_rules()
    fresh = [{**entry, "days": 90} for entry in rules.rulebook["freshness"]]
    rulebook = {**rules.rulebook, "freshness": fresh}
    for kind in OF_A_PERSON:
        other = {"holder": "OTRA PERSONA"} if kind is TAX else {}
        give_paper(office, application_id, kind, values={"issued_on": issued(office, 70), **other})
    parts = rule_parts(office, issuing=replace(rules, rulebook=rulebook))
    confirm_business(office, application_id, parts=parts)
    assert said(office, application_id) == {"support_holder_differs": Severity.DOUBT}
