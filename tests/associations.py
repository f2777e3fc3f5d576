"""Drafts of organisations of artisans, with the appointment of who represents them."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import TaxpayerRow
from review_service.domain.documents import SupportKind, Theme
from review_service.services.applicant import applying
from tests.factories import OTHER_RUC, SHEET, Office, open_draft, upload
from tests.integration.services import steps
from tests.ventures import give_paper

NAMED = "ASOCIACION DE ARTESANOS DE PEGUCHE"
UNNAMED = "TEJEDORES UNIDOS DE PEGUCHE"
APPOINTMENT = SupportKind.APPOINTMENT
WORDS = (
    "NOMBRAMIENTO", "La", "asamblea", "de", "la", "Asociación", "de", "Artesanos", "de", "Peguche",
    "nombra", "presidenta", "y", "representante", "legal", "por", "el", "periodo", "de", "dos",
    "años",
)  # fmt: skip


def make_organisation(office: Office, name: str = NAMED) -> str:
    """Make the second taxpayer of the registry a legal person of that name; return its RUC."""
    with office.writing() as uow:
        uow.session.execute(
            sa.update(TaxpayerRow)
            .where(TaxpayerRow.ruc == OTHER_RUC)
            .values(name=name, taxpayer_type="SOCIEDAD")
        )
        uow.commit()
    return OTHER_RUC


def open_association(office: Office, name: str = NAMED, **changed: str) -> UUID:
    """Return an organisation's draft with a complete data sheet and photos, no appointment."""
    ruc = make_organisation(office, name)
    application_id = open_draft(office, ruc)
    if changed:
        applying.save_sheet(
            office.writing(),
            application_id=application_id,
            ruc=ruc,
            values={**SHEET, **changed},
            kind=steps.application(office, application_id).kind,
        )
    for theme in Theme:
        upload(office, application_id, content=steps.JPEG, ruc=ruc, theme=theme)
    steps.check_all(office)
    return application_id


def give_appointment(
    office: Office,
    application_id: UUID,
    *,
    words: Sequence[str] = WORDS,
    recognised_as: SupportKind | None = APPOINTMENT,
) -> UUID:
    """Send an appointment and let its checks end."""
    return give_paper(
        office,
        application_id,
        APPOINTMENT,
        ruc=OTHER_RUC,
        recognised_as=recognised_as,
        words=words,
        values=dict.fromkeys(("ruc", "holder", "issued_on"), ""),
    )
