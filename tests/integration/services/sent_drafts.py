"""Drafts that are sent and confirmed, and what is said of them."""

from uuid import UUID

from review_service.services.applicant import confirming, sending
from tests.factories import (
    RUC,
    SECRET,
    Office,
    confirmation_code,
)


def send(office: Office, application_id: UUID, *, ruc: str = RUC, declared: bool = True) -> None:
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        declared=declared,
        secret_key=SECRET,
    )


def confirm(office: Office, application_id: UUID, code: str | None = None) -> None:
    confirming.confirm_by_code(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        code=code or confirmation_code(office, application_id),
        secret_key=SECRET,
    )
