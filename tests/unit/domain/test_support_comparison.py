"""A supporting document is foreign, expired, about to expire, or none of it."""

from datetime import date, timedelta
from types import MappingProxyType

import pytest

from review_service.domain.documents import SupportKind
from review_service.domain.errors import SettingsError
from review_service.domain.findings import Severity
from review_service.domain.reports import SURE_CONFIDENCE, FieldOutcome
from review_service.domain.support_comparison import (
    SOON_DAYS,
    ReadValue,
    compare,
    judge_holder,
    judge_value,
    validity,
    values_of,
)

RUC, OTHER = "1792060346001", "0190357482001"
DAY = date(2026, 11, 20)
TAX, DEED, PAYROLL = SupportKind.TAX_CERTIFICATE, SupportKind.DEED, SupportKind.PAYROLL


def said(
    kind: SupportKind = TAX,
    *,
    on: date = DAY,
    confidence: float = 95,
    ruc: str | None = RUC,
    **read: str,
) -> dict[str, Severity]:
    values = {"ruc": RUC, "issued_on": "2026-11-10", **read}
    fields = [(name, value, confidence) for name, value in values.items() if value]
    return {
        finding.code: finding.severity
        for finding in compare(kind, values_of(fields), ruc=ruc, on=on)
    }


def test_a_fresh_document_of_the_applicant_has_no_finding() -> None:
    assert said() == {}


def test_somebody_elses_document_is_an_alert() -> None:
    assert said(ruc=OTHER) == {"support_of_other": Severity.BAD}


def test_nobodys_ruc_is_expected_when_none_is_given() -> None:
    assert said(ruc=None) == {}


def test_a_ruc_read_in_doubt_accuses_nobody() -> None:
    found = said(confidence=SURE_CONFIDENCE - 0.1, ruc=OTHER)
    assert found["support_ruc_unread"] is Severity.DOUBT
    assert "support_of_other" not in found


def test_a_certificate_without_a_ruc_is_a_doubt_and_a_deed_is_not() -> None:
    values = values_of([("issued_on", "2026-11-10", 95)])
    assert [finding.code for finding in compare(TAX, values, ruc=RUC, on=DAY)] == [
        "support_ruc_unread"
    ]
    assert compare(DEED, values, ruc=RUC, on=DAY) == ()


@pytest.mark.parametrize(
    ("days_left", "codes"),
    [
        (SOON_DAYS + 1, {}),
        (SOON_DAYS, {"support_expires_soon": Severity.NOTE}),
        (0, {"support_expires_soon": Severity.NOTE}),
        (-1, {"support_expired": Severity.BAD}),
    ],
)
def test_a_document_expires_on_its_day(days_left: int, codes: dict[str, Severity]) -> None:
    until = (DAY + timedelta(days=days_left)).isoformat()
    assert said(valid_until=until) == codes


def test_without_a_day_of_its_own_the_dated_rule_counts() -> None:
    issued = date(2026, 11, 10)
    assert said(on=issued + timedelta(days=22)) == {}
    assert said(on=issued + timedelta(days=30)) == {"support_expires_soon": Severity.NOTE}
    assert said(on=issued + timedelta(days=31)) == {"support_expired": Severity.BAD}
    assert said(PAYROLL, on=issued + timedelta(days=52)) == {}
    assert said(PAYROLL, on=issued + timedelta(days=61)) == {"support_expired": Severity.BAD}


def test_a_deed_does_not_age() -> None:
    assert said(DEED, on=date(2060, 1, 1)) == {}


def test_a_rule_is_said_to_be_one() -> None:
    values = values_of([("ruc", RUC, 95), ("issued_on", "2026-01-10", 95)])
    (found,) = compare(TAX, values, ruc=RUC, on=DAY)
    assert found.message.endswith(
        "valió hasta el 9 de febrero de 2026, contando el plazo usual desde su emisión."
    )


def test_a_day_that_has_not_come_is_a_doubt() -> None:
    assert said(issued_on=DAY.isoformat()) == {}
    assert said(issued_on=(DAY + timedelta(days=1)).isoformat()) == {
        "support_from_future": Severity.DOUBT
    }


def test_a_certificate_without_a_date_is_a_doubt() -> None:
    assert said(issued_on="") == {"support_undated": Severity.DOUBT}
    assert said(issued_on="pronto") == {"support_undated": Severity.DOUBT}
    assert said(DEED, issued_on="") == {}


def test_rules_with_a_gap_are_loud() -> None:
    with pytest.raises(SettingsError):
        validity(TAX, {}, on=DAY, document=MappingProxyType({}))


def test_a_name_is_held_against_the_applicants() -> None:
    read = ReadValue(value="TEJIDOS PEGUCHE S.A.S.", confidence=95)
    assert judge_holder(read, "Tejidos Peguche SAS") is FieldOutcome.MATCHES
    assert judge_holder(read, "Dulces Ñucanchik S.A.") is FieldOutcome.DIFFERS


@pytest.mark.parametrize(
    ("read", "confidence", "outcome"),
    [
        ("4", SURE_CONFIDENCE, FieldOutcome.MATCHES),
        ("5", SURE_CONFIDENCE, FieldOutcome.DIFFERS),
        ("4", SURE_CONFIDENCE - 0.1, FieldOutcome.UNREADABLE),
        ("5", SURE_CONFIDENCE - 0.1, FieldOutcome.UNREADABLE),
    ],
)
def test_a_count_in_doubt_neither_matches_nor_accuses(
    read: str, confidence: float, outcome: FieldOutcome
) -> None:
    value = ReadValue(value=read, confidence=confidence)
    judged = judge_value("workers", value, ruc=RUC, holder="", employees=4)
    assert (judged.outcome, judged.expected) == (outcome, "4")
