"""How many certificates a rule grants in a day to one network address and to one RUC."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from review_service.db.models import AgreementRow, ApplicationRow, AttemptRow
from review_service.domain.applications import ApplicationState
from review_service.domain.request_limits import CERTIFICATES, CERTIFICATES_OF_RUC
from review_service.services import attempts
from tests.factories import OTHER_RUC, RUC, Office, confirm_business, open_business, rule_parts
from tests.integration.services import steps

NETWORK = "192.0.2.7"


def row_of(office: Office, application_id: UUID) -> ApplicationRow:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id)


def counted(office: Office) -> dict[str, int]:
    names = {
        attempts.key_of(CERTIFICATES.name, NETWORK): "network",
        attempts.key_of(CERTIFICATES_OF_RUC.name, RUC): "ruc",
    }
    rows = steps.rows(office, AttemptRow)
    return {names[row.key]: row.count for row in rows if row.key in names}


def grant(office: Office, times: int) -> None:
    """Count so many certificates of today for the RUC."""
    with office.writing() as uow:
        attempts.note(uow, CERTIFICATES_OF_RUC, who=RUC, times=times)
        uow.commit()


def test_of_two_at_once_only_one_is_granted_within_the_limit(office: Office) -> None:
    application_id = open_business(office)
    parts = rule_parts(office, network=NETWORK, most_per_network=1)
    with ThreadPoolExecutor(1) as pool:
        with office.writing() as uow:
            attempts.note(uow, CERTIFICATES, who=NETWORK, times=1)  # another one, being granted
            confirmed = pool.submit(confirm_business, office, application_id, parts=parts)
            with pytest.raises(TimeoutError):
                confirmed.result(timeout=1)
            uow.commit()
        confirmed.result(timeout=30)
    row = row_of(office, application_id)
    assert row.state is ApplicationState.IN_REVIEW
    assert "la misma conexión" in (row.referral or "")
    assert steps.rows(office, AgreementRow) == []


@pytest.mark.parametrize(
    ("before", "state"),
    [
        (CERTIFICATES_OF_RUC.count - 1, ApplicationState.APPROVED),
        (CERTIFICATES_OF_RUC.count, ApplicationState.IN_REVIEW),
    ],
)
def test_past_the_limit_of_a_ruc_a_person_decides(
    office: Office, before: int, state: ApplicationState
) -> None:
    grant(office, before)
    confirm_business(office, application_id := open_business(office))
    row = row_of(office, application_id)
    assert row.state is state
    assert ("a este RUC" in (row.referral or "")) is (state is ApplicationState.IN_REVIEW)
    confirm_business(office, other := open_business(office, OTHER_RUC), OTHER_RUC)
    assert row_of(office, other).state is ApplicationState.APPROVED


def test_only_what_is_granted_is_counted(office: Office) -> None:
    confirm_business(office, open_business(office), parts=rule_parts(office, network=NETWORK))
    assert counted(office) == {"network": 1, "ruc": 1}
    grant(office, CERTIFICATES_OF_RUC.count - 1)
    elsewhere = open_business(office, OTHER_RUC)
    none_left = rule_parts(office, network=NETWORK, most_per_network=1)
    confirm_business(office, elsewhere, OTHER_RUC, parts=none_left)
    assert row_of(office, elsewhere).state is ApplicationState.IN_REVIEW
    assert counted(office) == {"network": 1, "ruc": CERTIFICATES_OF_RUC.count}
