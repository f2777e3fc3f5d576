"""The SRI holds another address by the time when the confirmation is asked for again."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from review_service.db.queries.applicant.history import history_of
from review_service.db.transitions import move
from review_service.domain.applications import ApplicationState
from review_service.services.applicant import sending
from review_service.services.case import owned
from tests.factories import RUC, SECRET, Office
from tests.integration.services import steps
from tests.integration.services.test_notices import sent

RENEWED = "maria.nueva@correo.example"


def test_the_mail_goes_to_it_and_the_history_says_so(office: Office) -> None:
    application_id = sent(office)
    for _ in range(2):
        sending.send_confirmation_again(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            secret_key=SECRET,
            registered=RENEWED,
        )
    recipients = [mail.recipient for mail in steps.mails(office, "confirm")]
    assert sorted(recipients) == ["maria.nueva@correo.example"] * 2 + ["maria@correo.example"]
    with office.reading() as uow:
        lines = history_of(uow, application_id)
    assert (lines[0].words, lines[0].times) == (
        "El SRI tiene otro correo suyo: desde entonces los avisos van a ese.",
        1,
    )


def test_one_that_is_taken_back_at_that_moment_keeps_its_address_and_gets_no_mail(
    office: Office,
) -> None:
    application_id = sent(office)
    with ThreadPoolExecutor(1) as pool:
        with office.writing() as uow:
            row = owned(uow, application_id=application_id, ruc=RUC, lock=True)
            move(uow, row, ApplicationState.DRAFT, actor="applicant", confirm_by=None)
            uow.session.flush()
            again = pool.submit(
                sending.send_confirmation_again,
                office.writing(),
                application_id=application_id,
                ruc=RUC,
                secret_key=SECRET,
                registered=RENEWED,
            )
            with pytest.raises(TimeoutError):
                again.result(timeout=1)
            uow.commit()
        again.result(timeout=30)
    assert steps.application(office, application_id).registry_facts["email"] != RENEWED
    assert steps.events(office, "address_renewed") == []
    assert len(steps.mails(office, "confirm")) == 1
