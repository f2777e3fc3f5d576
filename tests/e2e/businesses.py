"""MIPYMES of the gallery: a draft, one over the limits, one certified, two for officers."""

from typing import TYPE_CHECKING
from uuid import UUID

from playwright.sync_api import Page, expect

from review_service.bootstrap import Container
from review_service.db.models import ApplicationRow
from review_service.domain.applications import ApplicationKind, ItemVerdict, ReviewItem
from review_service.domain.tracks import MIPYME
from review_service.services.applicant import applying, confirming, sending
from review_service.services.applicant.confirming import RuleParts
from review_service.services.review import reviewing
from tests.e2e.artisan import press
from tests.factories import BUSINESS_SHEET, SECRET, Office, confirmation_code

if TYPE_CHECKING:
    from tests.e2e.gallery import Gallery

OVER = {"sales": "9.000.000"}
ELSEWHERE = {"province": "Carchi", "canton": "Tulcán"}
DRAFT, TOO_LARGE, CERTIFIED, REFERRED, ACCEPTED = (
    "business", "too_large", "certified", "referred", "referred_accepted",
)  # fmt: skip
NETWORK = "192.0.2.9"


def bring(gallery: "Gallery") -> None:
    """Make them through the services; the workers issue the certificate."""
    container, office = gallery.stack.container, gallery.stack.office
    for name, changed in (
        (DRAFT, {}),
        (TOO_LARGE, OVER),
        (CERTIFIED, {}),
        (REFERRED, OVER),
        (ACCEPTED, ELSEWHERE),
    ):
        ruc = gallery.stack.newcomer().ruc
        gallery.owners[name] = ruc
        gallery.ids[name] = _open(office, ruc, changed)
    for name, wish in ((CERTIFIED, None), (REFERRED, "Son ventas de dos años."), (ACCEPTED, None)):
        confirm(container, office, gallery.ids[name], gallery.owners[name], wish)
    with office.reading() as uow:
        version = uow.session.get_one(ApplicationRow, gallery.ids[ACCEPTED]).version
    reviewing.judge(
        office.writing(),
        application_id=gallery.ids[ACCEPTED],
        officer_id=gallery.officer.id,
        version=version,
        item=ReviewItem.DATA_SHEET,
        verdict=ItemVerdict.ACCEPTED,
    )


def _open(office: Office, ruc: str, changed: dict[str, str]) -> UUID:
    application_id = applying.open_application(
        office.writing(), registry=office.registry, ruc=ruc, kind=ApplicationKind.NEW, track=MIPYME
    )
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        values={**BUSINESS_SHEET, **changed},
        kind=ApplicationKind.NEW,
    )
    return application_id


def confirm(
    container: Container,
    office: Office,
    application_id: UUID,
    ruc: str,
    wish: str | None = None,
) -> None:
    """Send a draft and confirm it; a rule decides where one can."""
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        declared=True,
        secret_key=SECRET,
        wish=wish,
    )
    confirming.confirm_by_code(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        code=confirmation_code(office, application_id),
        secret_key=SECRET,
        parts=RuleParts(
            papers=office.papers,
            registry=office.registry,
            issuing=container.issuing_rules,
            later_share=1.0,
            network=NETWORK,
            most_per_network=1_000,
        ),
    )


def sheet_with_problems(page: Page, gallery: "Gallery") -> None:
    """Leave the sheet of the draft without its numbers."""
    page.goto(gallery.address(DRAFT, "/datos"))
    page.get_by_label("¿A cuántas personas emplea?").fill("")
    page.get_by_label("Ventas brutas del año").fill("mucho")
    press(page, "Guardar y seguir")
    expect(page.get_by_role("alert")).to_be_visible()


def sent_in_vain(page: Page, gallery: "Gallery") -> None:
    """Send what is over the limits without asking for a person."""
    page.goto(gallery.address(TOO_LARGE, "/revisar"))
    press(page, "Enviar solicitud")
    expect(page.get_by_role("alert")).to_be_visible()
