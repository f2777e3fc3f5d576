"""A resemblance within a workshop that both declare is information; any other stays an alert."""

from uuid import UUID

import pytest

from review_service.db.models import ApplicationRow, FindingRow
from review_service.db.queries.officer.case import case_of
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import Theme
from review_service.domain.findings import Severity
from review_service.samples.people import synthetic_ruc
from review_service.services.applicant import applying
from review_service.services.findings.comparing import compare
from tests.factories import (
    OTHER_RUC,
    RUC,
    SHEET,
    Office,
    add_taxpayer,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps

SAME = "a" * 64
ALERT = ("photo_of_other_applicant", Severity.BAD)
CAME_FIRST = ("photo_of_later_applicant", Severity.NOTE)
"""What stands on the case whose photo was received before the other's."""
VICTIM = synthetic_ruc(40)
FRIENDS = tuple(synthetic_ruc(number) for number in range(41, 45))


@pytest.fixture
def crowd(office: Office) -> Office:
    with office.writing() as uow:
        for ruc in (VICTIM, *FRIENDS):
            add_taxpayer(uow, ruc)
        uow.commit()
    return office


def declares(office: Office, application_id: UUID, ruc: str, shared_with: str) -> None:
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        values={**SHEET, "shared_with": shared_with},
        kind=ApplicationKind.NEW,
    )


def case(office: Office, ruc: str, shared_with: str = "", *, sha256: str = SAME) -> UUID:
    """Return a case in review with one photo, that of the others unless another is given."""
    application_id = open_draft(office, ruc)
    declares(office, application_id, ruc, shared_with)
    upload(office, application_id, content=steps.JPEG, ruc=ruc, theme=Theme.WORKSHOP)
    steps.check_all(office, photos=lambda _: [sha256])
    send_and_confirm(office, application_id, ruc)
    return application_id


def of_photos(office: Office, application_id: UUID) -> list[FindingRow]:
    found = [
        row
        for row in steps.rows(office, FindingRow)
        if row.application_id == application_id and row.code.startswith("photo_")
    ]
    return sorted(found, key=lambda row: (row.code, row.message))


def severities(office: Office, application_id: UUID) -> list[tuple[str, Severity]]:
    return [(row.code, row.severity) for row in of_photos(office, application_id)]


def test_what_both_declare_is_a_note_on_both_sides(office: Office) -> None:
    first, second = case(office, OTHER_RUC, RUC), case(office, RUC, f"{OTHER_RUC}, {VICTIM}")
    for mine, other in ((first, second), (second, first)):
        assert severities(office, mine) == [("photo_of_shared_workshop", Severity.NOTE)]
        [found] = of_photos(office, mine)
        reference = steps.application(office, other).reference
        assert found.message == (
            f"La misma foto está en {reference}, de otro RUC. "
            "Las dos solicitudes declaran que comparten el taller."
        )
        assert (found.advice, found.compared) == ("", True)


def test_who_names_a_victim_alone_silences_nothing(office: Office) -> None:
    victim = case(office, OTHER_RUC)
    attacker = case(office, RUC, OTHER_RUC)
    assert severities(office, attacker) == [ALERT]
    assert severities(office, victim) == [CAME_FIRST]
    for each, words in (
        (attacker, "Esta solicitud declara que comparten el taller; la otra no lo declara."),
        (victim, "La otra solicitud declara que comparten el taller; esta no lo declara."),
    ):
        assert of_photos(office, each)[0].message.endswith(words)


def test_who_came_later_and_is_named_alone_still_has_the_alert(office: Office) -> None:
    first, later = case(office, OTHER_RUC, RUC), case(office, RUC)
    assert severities(office, first) == [CAME_FIRST]
    assert severities(office, later) == [ALERT]


def test_later_copies_do_not_hide_the_photo_that_was_there_before(crowd: Office) -> None:
    owner = case(crowd, VICTIM)
    copier = case(crowd, RUC)
    for friend in FRIENDS:
        case(crowd, friend)
    [alert] = [row for row in of_photos(crowd, copier) if row.severity is Severity.BAD]
    assert steps.application(crowd, owner).reference in alert.message
    assert {severity for _, severity in severities(crowd, owner)} == {Severity.NOTE}


def test_naming_somebody_else_is_no_declaration_for_this_pair(office: Office) -> None:
    first, second = case(office, OTHER_RUC, VICTIM), case(office, RUC, VICTIM)
    assert severities(office, first) == [CAME_FIRST]
    assert severities(office, second) == [ALERT]


def test_who_shares_with_the_same_third_is_a_stranger(crowd: Office) -> None:
    first, last = case(crowd, FRIENDS[0], FRIENDS[1]), case(crowd, FRIENDS[2], FRIENDS[1])
    case(crowd, FRIENDS[1], f"{FRIENDS[0]}, {FRIENDS[2]}", sha256="b" * 64)
    assert severities(crowd, first) == [CAME_FIRST]
    assert severities(crowd, last) == [ALERT]


def test_friends_who_declare_each_other_do_not_hide_a_stranger(crowd: Office) -> None:
    victim = case(crowd, VICTIM)
    for friend in FRIENDS:
        case(crowd, friend, RUC)
    attacker = case(crowd, RUC, ", ".join(FRIENDS))
    found = severities(crowd, attacker)
    assert ("photo_of_other_applicant", Severity.BAD) in found
    [alert] = [row for row in of_photos(crowd, attacker) if row.severity is Severity.BAD]
    assert steps.application(crowd, victim).reference in alert.message
    assert len(found) == 3
    with crowd.reading() as uow:
        copies = [copy for page in case_of(uow, attacker).material.pages for copy in page.copies]
    assert [copy.relation.tone for copy in copies] == ["bad", "", ""]
    assert [copy.more for copy in copies] == [0, 0, 2]


def test_who_takes_the_declaration_back_brings_the_alert_back(office: Office) -> None:
    first, second = case(office, OTHER_RUC, RUC), case(office, RUC, OTHER_RUC)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, second)
        row.sheet = {name: value for name, value in row.sheet.items() if name != "shared_with"}
        compare(uow, second)
        uow.commit()
    assert severities(office, first) == [CAME_FIRST]
    assert severities(office, second) == [ALERT]


def test_a_draft_that_nobody_sent_declares_nothing(office: Office) -> None:
    """The other is named by one that was sent, and by a draft only the other way."""
    first = case(office, RUC, OTHER_RUC)
    draft = open_draft(office, OTHER_RUC)
    declares(office, draft, OTHER_RUC, RUC)
    with office.writing() as uow:
        compare(uow, first)
        uow.commit()
    assert severities(office, first) == []
