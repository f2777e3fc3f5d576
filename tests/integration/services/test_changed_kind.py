"""A row whose kind or facts were changed by the database's owner stops no page and no command."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from review_service.db.audit import verify_chain
from review_service.db.models import AgreementRow
from review_service.db.queries.applicant.applications import applications_of
from review_service.db.queries.officer.agreements import agreements_page, issuing_of
from review_service.db.queries.officer.case import case_of
from review_service.domain.errors import SigningError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.work import TaskKind
from review_service.services.agreements import issuing
from review_service.services.applicant import own_agreement
from review_service.services.upkeep import invariants
from review_service.web.officer.prior_words import proof_lines
from tests.factories import RUC, Office
from tests.integration.certificates import issued_certificate
from tests.integration.services import steps
from tests.integration.services.steps import read_field
from tests.integration.services.test_issuing import approved, make_press
from tests.integration.services.test_prior_agreements import address, code, issued, renewed

Change = Callable[[AgreementRow], dict[str, object]]
CHANGES: dict[str, Change] = {
    "kind": lambda row: {"kind": next(kind for kind in IssuedKind if kind is not row.kind)},
    "facts": lambda _: {"snapshot": {}},
    "shape": lambda _: {"snapshot": ["nada"]},
}


def change(office: Office, row: AgreementRow, changed: Change) -> None:
    values = changed(row)
    with office.database.engine.begin() as connection:
        connection.execute(
            sa.update(AgreementRow).where(AgreementRow.id == row.id).values(**values)
        )


@pytest.fixture(params=list(IssuedKind))
def row(
    office: Office, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AgreementRow:
    """A published document of each kind."""
    if request.param is IssuedKind.AGREEMENT:
        return issued(office)
    return issued_certificate(office, monkeypatch)


@pytest.mark.parametrize("what", list(CHANGES))
def test_pages_of_officers_and_applicants_still_come(
    office: Office, row: AgreementRow, what: str
) -> None:
    change(office, row, CHANGES[what])
    case = renewed(office, [read_field("number", row.number, confidence=95)], code(address(row)))
    with office.reading() as uow:
        prior = case_of(uow, case).prior
        assert prior is not None
        assert proof_lines(prior)
        assert issuing_of(uow, row.application_id).number == row.number
        assert [each.number for each in agreements_page(uow, text="", cursor=None).entries] == [
            row.number
        ]
        assert len(applications_of(uow, RUC)) == 2
        own_agreement.former_sheet(uow, RUC)


@pytest.mark.parametrize("what", list(CHANGES))
def test_invariants_name_the_row_and_the_trail_stands(
    office: Office, row: AgreementRow, what: str
) -> None:
    change(office, row, CHANGES[what])
    found = {broken.name for broken in invariants.broken_invariants(office.reading, office.store)}
    assert "row_not_as_in_trail" in found
    with office.reading() as uow:
        assert list(verify_chain(uow.session)) == []


@pytest.mark.parametrize("what", list(CHANGES))
def test_nothing_is_signed_for_it(office: Office, what: str) -> None:
    approved(office)
    (row,) = steps.rows(office, AgreementRow)
    change(office, row, CHANGES[what])
    (lease,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    with pytest.raises(SigningError, match="no guarda los datos") as caught:
        issuing.issue(office.writing, make_press(office), lease)
    assert not caught.value.retryable
