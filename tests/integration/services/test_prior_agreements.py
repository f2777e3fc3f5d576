"""A prior agreement is known by its file, then its QR, then its number; and what each proves."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import (
    AgreementProofRow,
    AgreementRow,
    FieldRow,
    FindingRow,
    PriorAgreementRow,
)
from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.findings import Severity
from review_service.domain.numbering import verification_token
from review_service.domain.prior_comparison import unconfirmed_number
from review_service.domain.reports import (
    RENEWED_NUMBER,
    Box,
    ReadCode,
    ReadField,
    SignatureOutcome,
    SignatureReport,
)
from review_service.domain.work import TaskKind
from review_service.services.agreements import issuing
from review_service.services.applicant import applying
from review_service.services.applicant.renewing import Asked
from review_service.services.findings.comparing import compare
from tests.copied_cases import copied
from tests.factories import (
    OTHER_RUC,
    RUC,
    SECRET,
    SHEET,
    Office,
    add_officer,
    issuing_rules,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.steps import JPEG, PDF, UNSIGNED, read_field
from tests.integration.services.test_issuing import make_press

HOST = issuing_rules().public_host
SIGNED = SignatureReport(
    outcome=SignatureOutcome.VALID,
    signer="Ministerio del Trabajo",
    signed_at=datetime(2026, 1, 5, 15, 0, tzinfo=UTC),
)


@copied
def issued(office: Office, ruc: str = RUC) -> AgreementRow:
    """Return a published agreement of this service."""
    known = {row.id for row in steps.rows(office, AgreementRow)}
    officer = add_officer(office, f"officer-{ruc}-{len(known)}")
    steps.approve(office, steps.in_review(office, ruc=ruc), officer)
    (lease,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    issuing.issue(office.writing, replace(make_press(office), public_url=f"https://{HOST}"), lease)
    (row,) = [row for row in steps.rows(office, AgreementRow) if row.id not in known]
    return row


def test_a_renewal_begins_with_the_sheet_of_the_own_agreement_and_of_nobody_elses(
    office: Office,
) -> None:
    issued(office, OTHER_RUC)
    trades = {}
    for ruc in (RUC, OTHER_RUC):
        application_id = applying.open_application(
            office.writing(),
            registry=office.registry,
            ruc=ruc,
            kind=ApplicationKind.RENEWAL,
            asked=Asked(facts_changed=True),
        )
        trades[ruc] = steps.application(office, application_id).sheet["trade"]
    assert trades == {RUC: "", OTHER_RUC: SHEET["trade"]}


def code(text: str) -> ReadCode:
    return ReadCode(text=text, page=1, box=Box(left=1, top=2, width=30, height=30))


def address(row: AgreementRow, host: str = HOST) -> str:
    return f"https://{host}/v/{verification_token(SECRET, row.id)}"


def paper_of(row: AgreementRow, confidence: float = 95, **read: str) -> list[ReadField]:
    """Return what OCR reads of the paper of an agreement."""
    snapshot = AgreementSnapshot.from_json(row.snapshot)
    values = {
        "number": row.number,
        "holder": snapshot.holder,
        "ruc": snapshot.ruc,
        "activity": f"{snapshot.trade} (CIIU {snapshot.ciiu}: {snapshot.activity})",
        "ministries": " y ".join(ministry.name for ministry in snapshot.ministries),
        "issued_on": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        **read,
    }
    return [read_field(name, value, confidence=confidence) for name, value in values.items()]


def renewed(
    office: Office,
    fields: list[ReadField],
    *codes: ReadCode,
    signature: SignatureReport | None = UNSIGNED,
    content: bytes = PDF,
    ruc: str = RUC,
) -> UUID:
    """Return a renewal in review with such a paper."""
    application_id = open_draft(office, ruc, ApplicationKind.RENEWAL)
    for theme in Theme:
        upload(office, application_id, content=JPEG, theme=theme, ruc=ruc)
    steps.check_all(office)
    upload(office, application_id, content=content, kind=DocumentKind.AGREEMENT, ruc=ruc)
    steps.check_all(office, fields=fields, codes=codes, signature=signature, public_host=HOST)
    send_and_confirm(office, application_id, ruc)
    return application_id


def said(office: Office, application_id: UUID) -> dict[str, Severity]:
    """Return what was said of the paper."""
    return {
        row.code: row.severity
        for row in steps.rows(office, FindingRow)
        if row.application_id == application_id and row.code.startswith("prior_agreement")
    }


def outcomes(office: Office) -> dict[str, str]:
    return {row.name: row.outcome for row in steps.rows(office, FieldRow)}


def test_our_own_paper_matches_in_every_field(office: Office) -> None:
    row = issued(office)
    case = renewed(office, paper_of(row), code(address(row)))
    assert said(office, case) == {}
    assert set(outcomes(office).values()) == {"matches"}


def test_the_qr_names_the_agreement_where_the_number_is_not_read(office: Office) -> None:
    row = issued(office)
    fields = [field for field in paper_of(row) if field.name != "number"]
    assert said(office, renewed(office, fields, code(address(row)))) == {}


def test_the_secret_of_a_qr_is_not_kept(office: Office) -> None:
    row = issued(office)
    renewed(office, paper_of(row), code(address(row)), code("FIRMADO POR: ALGUIEN 1710034065"))
    (proof,) = steps.rows(office, AgreementProofRow)
    assert verification_token(SECRET, row.id) not in str(proof.codes)
    assert "1710034065" not in str(proof.codes)
    assert [kept["token_hash"] for kept in proof.codes] == [row.token_hash, ""]


def test_eight_codes_of_one_paper_are_kept_and_no_ninth(office: Office) -> None:
    renewed(office, [], *(code(f"https://elsewhere.example/{number}") for number in range(9)))
    (proof,) = steps.rows(office, AgreementProofRow)
    assert len(proof.codes) == 8


def test_a_qr_of_our_host_that_no_agreement_has_is_an_alert(office: Office) -> None:
    row = issued(office)
    case = renewed(office, paper_of(row), code(f"https://{HOST}/v/{'a' * 26}"))
    assert said(office, case) == {"prior_agreement_code_unknown": Severity.BAD}


def test_a_qr_that_lies_elsewhere_with_our_secret_is_an_alert(office: Office) -> None:
    row = issued(office)
    case = renewed(office, paper_of(row), code(address(row, host="acuerdos-oficiales.example")))
    assert said(office, case) == {"prior_agreement_code_elsewhere": Severity.BAD}


@pytest.mark.parametrize(
    "text", ["https://otra.example/v/" + "a" * 26, "hola", "https://[roto", f"ftp://{HOST}/v/x"]
)
def test_a_foreign_qr_is_only_noted(office: Office, text: str) -> None:
    row = issued(office)
    assert said(office, renewed(office, paper_of(row), code(text))) == {}


def test_a_transplanted_qr_is_an_alert_and_its_own_agreement_is_compared(office: Office) -> None:
    mine, theirs = issued(office), issued(office, OTHER_RUC)
    case = renewed(office, paper_of(mine), code(address(theirs)))
    found = said(office, case)
    assert found["prior_agreement_code_of_other"] is Severity.BAD
    assert found["prior_agreement_of_other"] is Severity.BAD
    assert outcomes(office)["ruc"] == "differs"
    assert outcomes(office)["number"] == "differs"


def test_a_number_read_in_doubt_does_not_accuse_the_qr(office: Office) -> None:
    row = issued(office)
    changed = row.number[:-1] + ("1" if row.number[-1] != "1" else "2")
    fields = paper_of(row, 80, number=changed)
    assert said(office, renewed(office, fields, code(address(row)))) == {}


def test_the_very_file_that_we_issued_accuses_nobody_of_a_misreading(office: Office) -> None:
    row = issued(office)
    content = PDF + b"signed"
    with office.writing() as uow:
        kept = uow.session.get_one(AgreementRow, row.id)
        kept.sha256 = hashlib.sha256(content).hexdigest()
        uow.commit()
    fields = paper_of(row, number="MPCEIP-MDT-2019-000009", holder="PERSONA MAL LEÍDA")
    case = renewed(office, fields, signature=SIGNED, content=content)
    assert said(office, case) == {}
    assert outcomes(office)["holder"] == "unreadable"
    assert outcomes(office)["ruc"] == "matches"


@pytest.mark.parametrize(
    ("signature", "code_said", "severity"),
    [
        (
            SignatureReport(outcome=SignatureOutcome.ALTERED, signer="X"),
            "prior_agreement_altered",
            Severity.BAD,
        ),
        (None, "prior_agreement_signature_unread", Severity.DOUBT),
        (SIGNED, "prior_agreement_not_issued", Severity.DOUBT),
    ],
)
def test_what_speaks_against_a_signature_is_said(
    office: Office, signature: SignatureReport | None, code_said: str, severity: Severity
) -> None:
    row = issued(office)
    assert said(office, renewed(office, paper_of(row), signature=signature)) == {
        code_said: severity
    }


@pytest.mark.parametrize("outcome", [SignatureOutcome.ABSENT, SignatureOutcome.UNTRUSTED])
def test_a_paper_without_a_signature_of_ours_is_no_fault(
    office: Office, outcome: SignatureOutcome
) -> None:
    row = issued(office)
    case = renewed(office, paper_of(row), signature=SignatureReport(outcome=outcome))
    assert said(office, case) == {}


def test_an_activity_worded_otherwise_is_a_doubt_not_an_alert(office: Office) -> None:
    row = issued(office)
    case = renewed(office, paper_of(row, activity="orfebrería en plata"))
    assert said(office, case) == {"prior_agreement_activity_differs": Severity.DOUBT}


def register(office: Office, number: str, issued_on: date, **changed: object) -> None:
    with office.writing() as uow:
        uow.session.add(
            PriorAgreementRow(
                number=number,
                holder="TITUAÑA QUILUMBA MARIA",
                activity="Tejidos",
                issued_on=issued_on,
                valid_until=issued_on + timedelta(days=1096),
                source="test",
                imported_at=datetime.now(UTC),
                **{"ruc": RUC, **changed},
            )
        )
        uow.commit()


def test_a_revoked_agreement_is_said_to_be_so(office: Office) -> None:
    register(office, "MIPRO-2023-1", date(2023, 5, 2), revoked_on=date(2024, 3, 1))
    case = renewed(office, [read_field("number", "MIPRO-2023-1", confidence=95)])
    assert said(office, case) == {"prior_agreement_revoked": Severity.BAD}
    (row,) = [row for row in steps.rows(office, FindingRow) if row.code.endswith("revoked")]
    assert (
        row.message == "El Acuerdo MIPRO-2023-1 consta como revocado desde el 1 de marzo de 2024."
    )


def test_a_later_agreement_of_the_same_ruc_is_noted(office: Office) -> None:
    register(office, "MIPRO-2019-1", date(2019, 5, 2))
    register(office, "MIPRO-2022-7", date(2022, 5, 2))
    older = renewed(office, [read_field("number", "MIPRO-2019-1", confidence=95)])
    assert said(office, older) == {"prior_agreement_superseded": Severity.NOTE}
    steps.end(office, older)
    newest = renewed(office, [read_field("number", "MIPRO-2022-7", confidence=95)])
    assert said(office, newest) == {}


def test_a_name_that_changed_since_is_a_doubt(office: Office) -> None:
    register(office, "MIPRO-2022-7", date(2022, 5, 2))
    with office.writing() as uow:
        uow.session.get_one(PriorAgreementRow, "MIPRO-2022-7").holder = "LEMA CHANGO JOSE"
        uow.commit()
    case = renewed(office, [read_field("number", "MIPRO-2022-7", confidence=95)])
    assert said(office, case) == {"prior_agreement_holder_renamed": Severity.DOUBT}


def test_nothing_of_it_carries_advice(office: Office) -> None:
    mine, theirs = issued(office), issued(office, OTHER_RUC)
    renewed(
        office,
        paper_of(mine, holder="OTRA PERSONA"),
        code(address(theirs)),
        signature=SignatureReport(outcome=SignatureOutcome.ALTERED),
    )
    found = [row for row in steps.rows(office, FindingRow) if row.code.startswith("prior_")]
    assert len(found) > 3
    assert {(row.advice, row.compared) for row in found} == {("", True)}


def test_our_file_that_carries_the_qr_of_another_is_an_alert(office: Office) -> None:
    mine, theirs = issued(office), issued(office, OTHER_RUC)
    content = PDF + b"signed"
    with office.writing() as uow:
        uow.session.get_one(AgreementRow, mine.id).sha256 = hashlib.sha256(content).hexdigest()
        uow.commit()
    case = renewed(office, paper_of(mine), code(address(theirs)), content=content)
    assert said(office, case) == {"prior_agreement_code_of_other": Severity.BAD}


def test_a_later_agreement_of_ours_is_noted_too(office: Office) -> None:
    register(office, "MIPRO-2019-1", date(2019, 5, 2))
    issued(office)
    older = renewed(office, [read_field("number", "MIPRO-2019-1", confidence=95)])
    assert said(office, older) == {"prior_agreement_superseded": Severity.NOTE}


def test_a_paper_whose_checks_gave_up_is_compared_by_what_there_is(office: Office) -> None:
    row = issued(office)
    case = renewed(office, paper_of(row))
    with office.writing() as uow:
        uow.session.execute(sa.delete(AgreementProofRow))
        compare(uow, case)
        uow.commit()
    assert said(office, case) == {}


def test_a_number_in_doubt_is_no_key(office: Office) -> None:
    """It selects no entry of the register, so that nothing differs from somebody else's."""
    register(office, "MIPRO-2010-0077", date(2010, 5, 2))
    number = replace(
        read_field("number", "MIPRO-2010-0077", confidence=45), candidates=("MIPRO-2010-0071",)
    )
    fields = [number, read_field("issued_on", "2019-03-04", confidence=95)]
    case = renewed(office, fields)
    assert said(office, case) == {"prior_agreement_unknown": Severity.DOUBT}
    assert set(outcomes(office).values()) == {"unreadable"}
    (found,) = [row for row in steps.rows(office, FindingRow) if row.code.endswith("_unknown")]
    assert found.message == (
        "El número del Acuerdo anterior no se lee con certeza: "
        "¿«MIPRO-2010-0077» o «MIPRO-2010-0071»?"
    )
    (kept,) = [row for row in steps.rows(office, FieldRow) if row.name == "number"]
    assert (kept.candidates, kept.label) == (["MIPRO-2010-0071"], "")


def test_a_number_read_surely_is_a_key(office: Office) -> None:
    register(office, "MIPRO-2010-0077", date(2010, 5, 2))
    fields = [
        read_field("number", "MIPRO-2010-0077", confidence=95),
        read_field("issued_on", "2019-03-04", confidence=95),
    ]
    case = renewed(office, fields)
    assert said(office, case)["prior_agreement_issued_on_differs"] is Severity.BAD


def test_the_number_of_an_older_agreement_selects_and_accuses_nothing(office: Office) -> None:
    register(office, "MIPRO-2010-0077", date(2010, 5, 2))
    register(office, "MIPRO-2014-0087", date(2014, 5, 2))
    fields = [
        read_field("number", "MIPRO-2014-0087", confidence=95),
        read_field(RENEWED_NUMBER, "MIPRO-2010-0077", confidence=95),
    ]
    assert said(office, renewed(office, fields)) == {}
    assert outcomes(office) == {"number": "matches", RENEWED_NUMBER: "unreadable"}


@pytest.mark.parametrize(
    ("number", "confidence"), [("MIPRO-2010-0077", 89.9), ("0077", 95.0)], ids=["doubt", "short"]
)
def test_a_number_that_may_be_anothers_needs_a_ruc_or_a_holder_that_agrees(
    office: Office, number: str, confidence: float
) -> None:
    """A digit misread picks somebody else's entry: nothing may differ from that."""
    register(office, number, date(2010, 5, 2), ruc=OTHER_RUC)
    read = [
        read_field("number", number, confidence=confidence),
        read_field("issued_on", "2019-03-04", confidence=95),
    ]
    alone = renewed(office, read)
    assert said(office, alone) == {"prior_agreement_unknown": Severity.DOUBT}
    (found,) = [row for row in steps.rows(office, FindingRow) if row.code.endswith("_unknown")]
    assert found.message == unconfirmed_number(number)


def test_a_ruc_that_agrees_makes_a_number_a_key(office: Office) -> None:
    register(office, "MIPRO-2010-0077", date(2010, 5, 2), ruc=OTHER_RUC)
    read = [
        read_field("number", "MIPRO-2010-0077", confidence=80),
        read_field("ruc", OTHER_RUC, confidence=95),
        read_field("issued_on", "2019-03-04", confidence=95),
    ]
    found = said(office, renewed(office, read))
    assert found["prior_agreement_of_other"] is Severity.BAD
    assert found["prior_agreement_issued_on_differs"] is Severity.BAD


def test_a_number_of_the_applicants_own_entry_is_a_key(office: Office) -> None:
    register(office, "MIPRO-2010-0077", date(2010, 5, 2))
    read = [
        read_field("number", "MIPRO-2010-0077", confidence=80),
        read_field("issued_on", "2019-03-04", confidence=95),
    ]
    assert "prior_agreement_issued_on_differs" in said(office, renewed(office, read))
