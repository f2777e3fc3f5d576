"""Supervisors see each check against the verdicts, with the cases behind a number."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.db.models import FindingRow
from review_service.db.queries.officer import checks as queries
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.check_precision import EVENT
from review_service.domain.documents import Theme
from review_service.domain.findings import Severity
from review_service.domain.roles import OfficerRole
from review_service.services.review import reviewing
from tests.factories import OTHER_RUC, Office, issuing_rules
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import (
    DARK,
    Shot,
    WebOffice,
    add_reviewer,
    approve,
    judge,
    put_case,
    sign_in,
    version_of,
)
from tests.integration.web.officer.test_deciding import REASONS, plain
from tests.integration.web.officer.test_panel import item, send_back

CHECKS = "/revision/panel/controles"
SHOTS = tuple(
    Shot(theme=theme, findings=(DARK,) if theme in {Theme.WORKSHOP, Theme.PEOPLE} else ())
    for theme in Theme
)
SOLD = "La foto no muestra lo que pide este tema."


@pytest.fixture
def supervisor(web: WebOffice) -> FlaskClient:
    """A supervisor's browser."""
    add_reviewer(web, "supervisa", "S. Paredes", role=OfficerRole.SUPERVISOR)
    return sign_in(web, "supervisa")


@pytest.fixture
def decided(web: WebOffice, office: Office, officer_id: UUID) -> UUID:
    """A case with two dark photos, one of them sent back, then approved; a clean one beside."""
    del web
    case = put_case(office, shots=SHOTS)
    send_back(office, case, officer_id, item(ReviewItem.WORKSHOP, SOLD))
    approve(office, case, officer_id)
    approve(office, put_case(office, ruc=OTHER_RUC), officer_id)
    return case


def said(office: Office) -> list[tuple[str, str, bool]]:
    with office.reading() as uow:
        found = queries.judged_checks(uow, days=30)
    return sorted((each.code, each.item.value, each.was_observed) for each in found.verdicts)


def test_each_verdict_stands_with_what_the_checks_had_found(office: Office, decided: UUID) -> None:
    assert said(office) == [
        ("photo_dark", "people", False),
        ("photo_dark", "workshop", False),
        ("photo_dark", "workshop", True),
    ], "observed once, and accepted after the answer as it was"
    events = steps.events(office, EVENT)
    assert [each.subject_id for each in events] == [decided, decided], "none of the clean case"


def test_a_comparison_that_is_made_anew_is_still_counted(office: Office, officer_id: UUID) -> None:
    case = put_case(office)
    with office.writing() as uow:
        uow.session.add(
            FindingRow(
                application_id=case,
                check_name="sheet",
                code="sheet_place_differs",
                severity=Severity.DOUBT,
                message="Difiere.",
                advice="",
                compared=True,
            )
        )
        uow.commit()
    send_back(
        office,
        case,
        officer_id,
        item(ReviewItem.DATA_SHEET, "Los datos no coinciden con los del SRI."),
    )
    approve(office, case, officer_id)
    assert said(office) == [("sheet_place_differs", "data_sheet", True)]


def test_a_refusal_counts_what_was_judged_before_it(office: Office, officer_id: UUID) -> None:
    case = put_case(office, shots=SHOTS)
    version = version_of(office, case)
    observed = ItemVerdict.OBSERVED
    judge(office, case, officer_id, item=ReviewItem.PEOPLE, version=version, verdict=observed)
    reviewing.refuse(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        version=version,
        reasons=REASONS,
        institution=issuing_rules().institution,
    )
    assert said(office) == [("photo_dark", "people", True)], "nothing was said of the workshop"


def test_the_page_tells_share_interval_and_that_there_are_few(
    supervisor: FlaskClient, decided: UUID
) -> None:
    words = plain(supervisor.get(CHECKS))
    assert "Foto oscura 33 % (1 de 3), entre 6 % y 79 %; pocos casos" in words
    assert "Artesano: 33 % (1 de 3)" in words
    assert "MIPYME: sin casos" in words
    one = supervisor.get(f"{CHECKS}/photo_dark?dias=30")
    assert "noviembre" in one.text or "de 20" in one.text
    assert one.text.count(f'href="/revision/casos/{decided}"') == 3
    assert "Lo observó" in one.text
    assert "Lo aceptó" in one.text
    other = plain(supervisor.get(f"{CHECKS}/photo_dark?via=mipyme"))
    assert "Este control no avisó de nada" in other


def test_an_unknown_check_is_not_found_and_others_may_not_look(
    supervisor: FlaskClient, browser: FlaskClient
) -> None:
    assert supervisor.get(f"{CHECKS}/nothing_like_it").status_code == 404
    assert "Ningún control avisó" in supervisor.get(CHECKS).text
    for address in (CHECKS, f"{CHECKS}/photo_dark"):
        assert browser.get(address).status_code == 403
