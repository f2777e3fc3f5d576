"""What only the database can tell: missing themes, copies elsewhere, the register's own facts."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    FieldRow,
    FindingRow,
    PriorAgreementRow,
)
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.findings import Severity
from review_service.services.applicant import applying
from review_service.services.findings.comparing import compare
from tests.copied_cases import copied
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    add_officer,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.steps import JPEG, PDF, read_field

PAPER = {
    "number": "MPCEIP-MDT-2023-000077",
    "ruc": RUC,
    "holder": "TITUAÑA QUILUMBA MARIA",
    "issued_on": "2023-11-20",
    "valid_until": "2026-11-20",
}


@copied
def photographed(
    office: Office, *, ruc: str = RUC, themes: tuple[Theme, ...] = tuple(Theme), sha256: str = ""
) -> UUID:
    """Return an application in review; with ``sha256`` every photo is that one."""
    application_id = open_draft(office, ruc)
    for theme in themes:
        upload(office, application_id, content=JPEG, ruc=ruc, theme=theme)
    steps.check_all(office, photos=(lambda _: [sha256]) if sha256 else steps.own_photo)
    send_and_confirm(office, application_id, ruc)
    return application_id


def findings(office: Office, application_id: UUID) -> list[FindingRow]:
    return [row for row in steps.rows(office, FindingRow) if row.application_id == application_id]


def compare_again(office: Office, application_id: UUID) -> None:
    with office.writing() as uow:
        compare(uow, application_id)
        uow.commit()


def know(office: Office, **changed: str) -> None:
    """Put the agreement into our register."""
    facts = {**PAPER, **changed}
    with office.writing() as uow:
        uow.session.add(
            PriorAgreementRow(
                number=facts["number"],
                ruc=facts["ruc"],
                holder=facts["holder"],
                activity="Tejidos",
                issued_on=date.fromisoformat(facts["issued_on"]),
                valid_until=date.fromisoformat(facts["valid_until"]),
                source="test",
                imported_at=datetime.now(UTC),
            )
        )
        uow.commit()


@copied
def renewed(office: Office, confidence: float = 90, /, **read: str) -> UUID:
    """Return a renewal in review, from whose paper these values were read."""
    application_id = open_draft(office, kind=ApplicationKind.RENEWAL)
    for theme in Theme:
        upload(office, application_id, content=JPEG, theme=theme)
    steps.check_all(office)
    upload(office, application_id, content=PDF, kind=DocumentKind.AGREEMENT)
    values = {**PAPER, **read}
    fields = [
        read_field(name, value, confidence=confidence) for name, value in values.items() if value
    ]
    steps.check_all(office, fields=fields)
    send_and_confirm(office, application_id)
    return application_id


def outcomes(office: Office) -> dict[str, str]:
    return {row.name: row.outcome for row in steps.rows(office, FieldRow)}


def test_a_case_with_all_themes_and_own_photos_has_no_finding(office: Office) -> None:
    assert findings(office, photographed(office)) == []


def test_each_missing_theme_is_a_doubt_of_the_whole_case(office: Office) -> None:
    application_id = photographed(office, themes=(Theme.WORKSHOP, Theme.PROCESS))
    found = sorted(findings(office, application_id), key=lambda row: row.code)
    assert [row.code for row in found] == ["theme_missing_machinery", "theme_missing_people"]
    assert {(row.severity, row.document_id, row.advice) for row in found} == {
        (Severity.DOUBT, None, "")
    }
    assert found[0].message == ("Falta «máquinas y herramientas»: ninguna foto está bajo ese tema.")


def test_a_sorted_page_of_a_ready_pdf_shows_its_theme(office: Office) -> None:
    application_id = open_draft(office)
    received = upload(office, application_id, content=PDF, kind=DocumentKind.EVIDENCE)
    steps.check_all(office, pages=2)
    applying.assign_themes(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        document_id=received.document_id,
        themes={1: Theme.WORKSHOP, 2: Theme.PEOPLE},
    )
    send_and_confirm(office, application_id)
    assert steps.finding_codes(office, application_id) == [
        "theme_missing_machinery",
        "theme_missing_process",
    ]


def test_a_photo_of_somebody_elses_case_is_an_alert(office: Office) -> None:
    theirs = photographed(office, ruc=OTHER_RUC, themes=(Theme.WORKSHOP,), sha256="a" * 64)
    mine = photographed(office, themes=(Theme.WORKSHOP,), sha256="a" * 64)
    (found,) = [row for row in findings(office, mine) if row.code == "photo_of_other_applicant"]
    reference = steps.application(office, theirs).reference
    assert found.severity is Severity.BAD
    assert found.message == f"La misma foto está en {reference}, de otro RUC."
    assert (found.page, found.advice, found.compared) == (1, "", True)
    # The copy may be the one that came first: both officers are told.
    (told,) = [row for row in findings(office, theirs) if row.code == "photo_of_later_applicant"]
    assert told.severity is Severity.NOTE
    assert steps.application(office, mine).reference in told.message


def test_a_photo_of_an_own_earlier_case_is_a_note(office: Office) -> None:
    first = photographed(office, themes=(Theme.WORKSHOP,), sha256="a" * 64)
    steps.end(office, first)
    second = photographed(office, themes=(Theme.WORKSHOP,), sha256="a" * 64)
    (found,) = [
        row for row in findings(office, second) if row.code == "photo_of_earlier_application"
    ]
    assert found.severity is Severity.NOTE
    assert steps.application(office, first).reference in found.message


def test_a_photo_that_stands_twice_in_a_case_is_a_doubt_at_both_places(office: Office) -> None:
    application_id = photographed(office, themes=(Theme.WORKSHOP, Theme.PEOPLE), sha256="a" * 64)
    found = [row for row in findings(office, application_id) if row.code == "photo_repeated"]
    assert len({row.document_id for row in found}) == 2
    assert {row.severity for row in found} == {Severity.DOUBT}


def test_a_photo_that_was_removed_is_compared_with_nothing(office: Office) -> None:
    theirs = photographed(office, ruc=OTHER_RUC, themes=(Theme.WORKSHOP,), sha256="a" * 64)
    mine = photographed(office, themes=(Theme.WORKSHOP,), sha256="a" * 64)
    with office.writing() as uow:
        from review_service.db.models import DocumentRow  # noqa: PLC0415 -- this test alone

        for row in uow.session.query(DocumentRow).filter_by(application_id=theirs):
            row.removed_at = uow.now
        uow.commit()
    compare_again(office, mine)
    assert "photo_of_other_applicant" not in steps.finding_codes(office, mine)


def test_comparing_again_changes_nothing_and_leaves_other_cases_alone(office: Office) -> None:
    other = photographed(office, ruc=OTHER_RUC, themes=(Theme.WORKSHOP,), sha256="a" * 64)
    mine = photographed(office, themes=(Theme.WORKSHOP,), sha256="a" * 64)
    before, others = steps.finding_codes(office, mine), steps.finding_codes(office, other)
    compare_again(office, mine)
    compare_again(office, mine)
    assert steps.finding_codes(office, mine) == before
    assert steps.finding_codes(office, other) == others


def test_checks_that_end_after_the_confirmation_are_compared_too(office: Office) -> None:
    photographed(office, ruc=OTHER_RUC, themes=(Theme.WORKSHOP,), sha256="a" * 64)
    mine = open_draft(office)
    upload(office, mine, content=JPEG, theme=Theme.WORKSHOP)
    send_and_confirm(office, mine)
    assert "photo_of_other_applicant" not in steps.finding_codes(office, mine)
    steps.check_all(office, photos=lambda _: ["a" * 64])
    assert "photo_of_other_applicant" in steps.finding_codes(office, mine)


def test_a_paper_that_agrees_with_the_register_has_no_finding(office: Office) -> None:
    know(office)
    application_id = renewed(office)
    assert steps.finding_codes(office, application_id) == []
    assert set(outcomes(office).values()) == {"matches"}


def test_case_accents_and_spaces_make_no_difference(office: Office) -> None:
    know(office)
    application_id = renewed(office, holder=" Tituana  QUILUMBA maría ")
    assert steps.finding_codes(office, application_id) == []


@pytest.mark.parametrize("spelling", ["mpceip-mdt-2023-000077", "MPCEIP - MDT - 2023 - 000077"])
def test_a_number_is_found_however_it_was_read(office: Office, spelling: str) -> None:
    know(office)
    assert steps.finding_codes(office, renewed(office, number=spelling)) == []


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (
            "holder",
            "OTRA PERSONA",
            "A favor de: el papel dice «OTRA PERSONA», el registro «TITUAÑA QUILUMBA MARIA».",
        ),
        (
            "ruc",
            "1792060346001",
            "RUC: el papel dice «1792060346001», el registro «3000000012001».",
        ),
        (
            "issued_on",
            "2023-11-21",
            (
                "Emitido: el papel dice «21 de noviembre de 2023», "
                "el registro «20 de noviembre de 2023»."
            ),
        ),
        (
            "valid_until",
            "2029-11-20",
            (
                "Vigente hasta: el papel dice «20 de noviembre de 2029», "
                "el registro «20 de noviembre de 2026»."
            ),
        ),
    ],
)
def test_a_paper_that_differs_from_the_register_is_an_alert(
    office: Office, field: str, value: str, message: str
) -> None:
    know(office)
    application_id = renewed(office, 90, **{field: value})
    (found,) = findings(office, application_id)
    assert (found.code, found.severity) == (f"prior_agreement_{field}_differs", Severity.BAD)
    assert found.message == message
    assert outcomes(office)[field] == "differs"


@pytest.mark.parametrize(("confidence", "outcome"), [(74.9, "unreadable"), (75.0, "differs")])
def test_what_was_read_badly_counts_as_unreadable(
    office: Office, confidence: float, outcome: str
) -> None:
    know(office)
    renewed(office, confidence, holder="OTRA PERSONA")
    assert outcomes(office)["holder"] == outcome


def test_an_unknown_number_is_a_doubt_and_person_and_ruc_are_still_compared(
    office: Office,
) -> None:
    application_id = renewed(office, holder="OTRA PERSONA")
    assert steps.finding_codes(office, application_id) == [
        "prior_agreement_holder_differs",
        "prior_agreement_unknown",
    ]
    assert outcomes(office)["ruc"] == "matches"
    assert outcomes(office)["valid_until"] == "unreadable"


def test_a_number_that_cannot_be_read_is_a_doubt(office: Office) -> None:
    application_id = renewed(office, number="")
    (found,) = findings(office, application_id)
    assert found.code == "prior_agreement_unknown"
    assert found.message == "No se pudo leer el número del Acuerdo anterior."


def test_somebody_elses_agreement_is_an_alert(office: Office) -> None:
    know(office, ruc=OTHER_RUC)
    application_id = renewed(office, ruc=OTHER_RUC)
    assert steps.finding_codes(office, application_id) == ["prior_agreement_of_other"]


def test_an_agreement_that_this_service_issued_is_known_too(office: Office) -> None:
    first = steps.in_review(office)
    number = steps.approve(office, first, add_officer(office))
    (issued,) = steps.rows(office, AgreementRow)
    steps.end(office, first)
    application_id = renewed(
        office,
        number=number,
        issued_on=issued.valid_from.isoformat(),
        valid_until=issued.valid_until.isoformat(),
    )
    codes = steps.finding_codes(office, application_id)
    assert [code for code in codes if code.startswith("prior_agreement")] == []


def test_there_is_nothing_to_compare_of_an_application_that_is_not_there(office: Office) -> None:
    compare_again(office, UUID(int=7))
    assert steps.rows(office, ApplicationRow) == []
