"""What a rule decided names that rule, and the certificate prints the category that it gave."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from review_service.db.models import AgreementRow, ApplicationRow
from review_service.domain.issued_documents import IssuedKind
from review_service.services.upkeep import invariants
from tests.factories import OTHER_RUC, Office
from tests.integration.certificates import issued_certificate
from tests.integration.services.test_prior_agreements import issued

Changes = tuple[dict[str, object], dict[str, object]]
WRONG: dict[str, tuple[str, Callable[[AgreementRow], Changes]]] = {
    "a poem for a rule": (
        "rule_has_no_name",
        lambda _: ({"decided_rule": "un poema"}, {}),
    ),
    "a rule without its day": (
        "rule_has_no_name",
        lambda _: ({"decided_rule": "categories.limits"}, {}),
    ),
    "one name of two": (
        "rule_has_no_name",
        lambda _: ({"decided_rule": "categories.limits@2018-12-01, categories.prevailing"}, {}),
    ),
    "another category on the paper": (
        "category_not_as_decided",
        lambda row: ({}, {"snapshot": {**row.snapshot, "category": "Mediana empresa"}}),
    ),
    "half a category on the paper": (
        "category_not_as_decided",
        lambda row: ({}, {"snapshot": {**row.snapshot, "category": "Micro"}}),
    ),
    "no category on the paper": (
        "category_not_as_decided",
        lambda _: ({}, {"snapshot": ["nada"]}),
    ),
    "other reasons": (
        "category_not_as_decided",
        lambda _: ({"decision_reasons": "Mediana empresa: 120 personas"}, {}),
    ),
    "no reasons": ("category_not_as_decided", lambda _: ({"decision_reasons": ""}, {})),
    "an Acuerdo by a rule": (
        "rule_without_certificate",
        lambda _: ({}, {"kind": IssuedKind.AGREEMENT}),
    ),
}
NAMES = {name for name, _ in WRONG.values()}


def found(office: Office) -> set[str]:
    broken = invariants.broken_invariants(office.reading, office.store)
    return {each.name for each in broken} & NAMES


@pytest.mark.parametrize("what", list(WRONG))
def test_a_decision_that_does_not_fit_its_certificate_is_found(
    office: Office, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    row = issued_certificate(office, monkeypatch)
    assert found(office) == set()
    name, changed = WRONG[what]
    of_application, of_document = changed(row)
    with office.database.engine.begin() as connection:
        if of_application:
            connection.execute(
                sa.update(ApplicationRow)
                .where(ApplicationRow.id == row.application_id)
                .values(**of_application)
            )
        if of_document:
            connection.execute(
                sa.update(AgreementRow).where(AgreementRow.id == row.id).values(**of_document)
            )
    assert found(office) == {name}


def test_what_officers_granted_on_paper_of_either_kind_is_left_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued_certificate(office, monkeypatch)
    issued(office, OTHER_RUC)
    assert found(office) == set()
