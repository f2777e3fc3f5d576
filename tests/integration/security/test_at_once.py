"""Two windows, two devices, two fingers: what is pressed at once happens once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import OneUseLinkRow
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import InvalidTransitionError, LinkError, StaleStateError
from review_service.domain.numbering import link_code, link_token
from review_service.services.applicant import applying, confirming, sending
from tests.factories import RUC, SECRET, Office
from tests.integration.services.steps import mails, ready_draft, state

ROUNDS = 6


def link_of(office: Office, application_id: UUID) -> UUID:
    """Return the id of the newest confirmation link."""
    with office.reading() as uow:
        newest = sa.select(OneUseLinkRow.id).where(OneUseLinkRow.application_id == application_id)
        return uow.session.execute(newest).scalar_one()


def at_once(actions: Sequence[Callable[[], object]]) -> list[str]:
    """Do everything in the same instant; return how each fared."""
    barrier = threading.Barrier(len(actions))

    def do(action: Callable[[], object]) -> str:
        barrier.wait(timeout=30)
        try:
            action()
        except (LinkError, InvalidTransitionError, StaleStateError) as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(do, actions))


def sent(office: Office) -> UUID:
    """Return an application that waits for its confirmation."""
    application_id = ready_draft(office)
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        declared=True,
        secret_key=SECRET,
    )
    return application_id


def by_code(office: Office, application_id: UUID) -> Callable[[], object]:
    """Confirm with the mail's code."""
    code = link_code(SECRET, link_of(office, application_id))
    return lambda: confirming.confirm_by_code(
        office.writing(), application_id=application_id, ruc=RUC, code=code, secret_key=SECRET
    )


def by_link(office: Office, application_id: UUID) -> Callable[[], object]:
    """Confirm with the mail's link."""
    token = link_token(SECRET, link_of(office, application_id))
    return lambda: confirming.confirm_by_link(office.writing(), token=token)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_code_and_link_at_once_confirm_once(office: Office, _round: int) -> None:
    application_id = sent(office)
    code, link = by_code(office, application_id), by_link(office, application_id)
    fared = at_once([code, link, code, link, code, link])
    assert fared.count("done") >= 1
    assert set(fared) <= {"done", "LinkError"}
    assert state(office, application_id) is ApplicationState.IN_REVIEW
    assert len(mails(office, "received")) == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_whoever_withdraws_while_confirming_gets_one_of_the_two(
    office: Office, _round: int
) -> None:
    application_id = sent(office)
    code, link = by_code(office, application_id), by_link(office, application_id)

    def withdraw() -> None:
        applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)

    fared = at_once([code, withdraw, link, withdraw])
    assert fared[1] == fared[3] == "done"
    assert state(office, application_id) is ApplicationState.WITHDRAWN
