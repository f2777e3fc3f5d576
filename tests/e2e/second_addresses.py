"""Second addresses of data sheets, and what became of the question to each, for the gallery."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, SecondAddressRow
from review_service.domain.numbering import link_token
from review_service.services.applicant import second_address
from tests.factories import SECRET, Office

ASKED, UNASKED, CONFIRMED, EXPIRED, CHANGED = NAMES = (
    "second",
    "second_unasked",
    "second_confirmed",
    "second_expired",
    "second_changed",
)
"""The applications; what each is called tells its state."""
GIVEN = ".de.la.tejedora@correo.example"
"""After each name: one address is asked a few times a day only."""


def bring(office: Office, name: str, application_id: UUID, ruc: str) -> None:
    """Ask the address of a filled sheet, and bring the question to the state of that name."""
    if name == UNASKED:
        return
    second_address.ask_if_new(
        office.writing(), application_id=application_id, ruc=ruc, secret_key=SECRET
    )
    if name == CONFIRMED:
        token = link_token(SECRET, _asked(office, application_id))
        second_address.confirm(office.writing(), token=token)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        if name == CHANGED:
            row.sheet = {**row.sheet, "notice_email": ""}
        if name == EXPIRED:
            asked = uow.session.get_one(SecondAddressRow, _asked(office, application_id))
            asked.expires_at = uow.now - timedelta(minutes=1)
        uow.commit()


def path_of(office: Office, application_id: UUID) -> str:
    """Return the path of the mailed link."""
    return f"/correo/{link_token(SECRET, _asked(office, application_id))}"


def _asked(office: Office, application_id: UUID) -> UUID:
    asked = sa.select(SecondAddressRow.id).where(SecondAddressRow.application_id == application_id)
    with office.reading() as uow:
        return uow.session.execute(asked).scalar_one()
