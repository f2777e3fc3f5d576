"""Organisations of artisans of the gallery: what each says of itself, and its representative."""

from typing import TYPE_CHECKING
from uuid import UUID

from review_service.domain.applications import ApplicationKind
from review_service.samples import people
from review_service.services.applicant import applying
from tests.factories import SHEET

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.gallery import Gallery

NAMED, UNNAMED = "association", "association_unnamed"
WAITING, ARTISAN = "association_waiting", "association_artisan"
IN_QUEUE = (people.JEWELLER, people.JEWELLERS)
"""Of the queue, in the order in which they are sent: each declares the other's workshop."""


def bring(gallery: "Gallery") -> None:
    """Make the drafts through the services; those in officers' hands are of the queue."""
    _open(gallery, NAMED, "ASOCIACIÓN DE TEJEDORAS DE PEGUCHE")
    _open(gallery, UNNAMED, "TEJEDORAS UNIDAS DE PEGUCHE")
    other = "Sucre 4-20 y Bolívar, Cotacachi\nCalle Larga 3, Ibarra"
    _save(gallery, NAMED, workshops=other)


def sheet_with_problems(page: "Page", gallery: "Gallery") -> None:
    """Press on without saying what it is, and with a workshop that names no canton."""
    page.goto(f"/solicitudes/{gallery.ids[UNNAMED]}/datos")
    page.get_by_label("Otros talleres").fill("Sucre 4-20 y Bolívar")
    page.get_by_label("RUC de quienes lo comparten").fill("mi vecina")
    page.get_by_role("button", name="Guardar y seguir").click()


def _open(gallery: "Gallery", name: str, holder: str) -> UUID:
    stack = gallery.stack
    owner = stack.new_company(holder)
    gallery.owners[name] = owner.ruc
    gallery.ids[name] = applying.open_application(
        stack.office.writing(),
        registry=stack.office.registry,
        ruc=owner.ruc,
        kind=ApplicationKind.NEW,
    )
    _save(gallery, name)
    return gallery.ids[name]


def _save(gallery: "Gallery", name: str, **more: str) -> None:
    applying.save_sheet(
        gallery.stack.office.writing(),
        application_id=gallery.ids[name],
        ruc=gallery.owners[name],
        values={**SHEET, **more},
        kind=ApplicationKind.NEW,
    )
