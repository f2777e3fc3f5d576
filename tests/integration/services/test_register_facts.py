"""What the register says of a draft is asked again: what was mended at the SRI is seen here."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, AttemptRow, RegisteredEmailRow, TaxpayerRow
from review_service.domain.errors import RegistryError, TooManyAttemptsError
from review_service.domain.request_limits import REGISTER_ASKED
from review_service.domain.sheet_comparison import asked_at
from review_service.domain.taxpayers import Taxpayer, TaxpayerStatus
from review_service.ports import TaxpayerRegistry
from review_service.services.applicant import register_facts, sending
from review_service.services.upkeep import invariants
from tests.factories import OTHER_RUC, RUC, SECRET, Office, open_business
from tests.integration.services import steps


class CountingRegistry:
    """The office's register; it counts the questions, and may be silent."""

    def __init__(self, office: Office, *, silent: bool = False) -> None:
        self.office, self.silent, self.asked = office, silent, 0

    def find(self, ruc: str) -> Taxpayer | None:
        self.asked += 1
        if self.silent:
            raise RegistryError("no answer", retryable=True)
        return self.office.registry.find(ruc)

    def registered_email(self, ruc: str) -> str | None:
        return self.office.registry.registered_email(ruc)


def draft(office: Office, *, minutes: int = 60) -> UUID:
    """Return a draft whose facts say SUSPENDIDO and are so old; the register says ACTIVO."""
    office_says(office, TaxpayerStatus.SUSPENDED)
    application_id = open_business(office)
    office_says(office, TaxpayerStatus.ACTIVE)
    grow_old(office, application_id, minutes=minutes)
    return application_id


def grow_old(office: Office, application_id: UUID, *, minutes: int) -> None:
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        said = (uow.now - timedelta(minutes=minutes)).isoformat()
        row.registry_facts = {**row.registry_facts, "asked_at": said}
        uow.commit()


def office_says(office: Office, status: TaxpayerStatus, *, email: str | None = None) -> None:
    with office.writing() as uow:
        uow.session.get_one(TaxpayerRow, RUC).status = status
        if email is not None:
            uow.session.get_one(RegisteredEmailRow, RUC).email = email
        uow.commit()


def facts(office: Office, application_id: UUID) -> dict[str, object]:
    return steps.application(office, application_id).registry_facts


def renew(
    office: Office,
    application_id: UUID,
    registry: TaxpayerRegistry | None = None,
    *,
    at_once: bool = False,
) -> bool:
    return register_facts.renew(
        office.writing(),
        registry or office.registry,
        application_id=application_id,
        ruc=RUC,
        at_once=at_once,
    )


def test_what_was_mended_at_the_sri_is_advised_no_longer(office: Office) -> None:
    application_id = draft(office)
    before = asked_at(facts(office, application_id))

    def advice() -> list[str]:
        problems = sending.problems_before_sending(
            office.reading(), application_id=application_id, ruc=RUC
        )
        return [problem.sentence for problem in problems]

    assert [sentence for sentence in advice() if "no consta activo" in sentence]
    assert renew(office, application_id)
    assert advice() == []
    now = asked_at(facts(office, application_id))
    assert before is not None
    assert now is not None
    assert now - before > timedelta(minutes=59)
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize(("minutes", "asked"), [(2, 0), (3, 1)])
def test_it_is_asked_once_in_a_few_minutes(office: Office, minutes: int, asked: int) -> None:
    registry = CountingRegistry(office)
    application_id = draft(office, minutes=minutes)
    renew(office, application_id, registry)
    renew(office, application_id, registry)
    assert registry.asked == asked


def test_a_draft_of_before_that_kept_no_moment_is_as_old_as_itself(office: Office) -> None:
    application_id = draft(office)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.registry_facts = {k: v for k, v in row.registry_facts.items() if k != "asked_at"}
        row.created_at = uow.now - timedelta(days=9)
        uow.commit()
    assert renew(office, application_id)


def test_silence_leaves_the_facts_and_is_not_asked_again_at_once(office: Office) -> None:
    registry = CountingRegistry(office, silent=True)
    application_id = draft(office)
    before = facts(office, application_id)
    assert not renew(office, application_id, registry)
    assert not renew(office, application_id, registry)
    assert facts(office, application_id) == before
    assert registry.asked <= 2  # a window may end between the two
    registry.silent = False
    assert renew(office, application_id, registry, at_once=True)


def test_a_ruc_that_the_register_forgot_keeps_its_facts(office: Office) -> None:
    application_id = draft(office)
    with office.writing() as uow:
        uow.session.execute(sa.delete(TaxpayerRow).where(TaxpayerRow.ruc == RUC))
        uow.commit()
    assert not renew(office, application_id)
    assert facts(office, application_id)["status"] == "SUSPENDIDO"


def test_who_presses_is_answered_at_once_but_not_for_ever(office: Office) -> None:
    application_id = draft(office, minutes=0)
    assert renew(office, application_id, at_once=True)
    assert facts(office, application_id)["status"] == "ACTIVO"
    with office.writing() as uow:
        uow.session.execute(sa.update(AttemptRow).values(count=REGISTER_ASKED.count))
        uow.commit()
    with pytest.raises(TooManyAttemptsError):
        renew(office, application_id, at_once=True)


def test_another_address_is_taken_and_told(office: Office) -> None:
    application_id = draft(office)
    office_says(office, TaxpayerStatus.ACTIVE, email="nueva@correo.example")
    renew(office, application_id)
    assert facts(office, application_id)["email"] == "nueva@correo.example"
    assert len(steps.events(office, "address_renewed")) == 1


def test_only_drafts_and_only_the_own_one_are_renewed(office: Office) -> None:
    application_id = draft(office)
    bystander = open_business(office, OTHER_RUC)
    grow_old(office, bystander, minutes=60)
    untouched = facts(office, bystander)
    sending.send(
        office.writing(), application_id=application_id, ruc=RUC, declared=True, secret_key=SECRET
    )
    assert not renew(office, application_id, at_once=True)
    assert facts(office, application_id)["status"] == "SUSPENDIDO"
    assert facts(office, bystander) == untouched
