"""Requests for corrections in the gallery that nobody answered: more days asked for, and over."""

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from review_service.db.correction_loop import loop_of
from review_service.db.models import ApplicationRow
from review_service.domain.applications import ReviewItem
from review_service.domain.correction_loop import ContactChannel, ContactResult
from review_service.domain.documents import Theme
from review_service.domain.terms import ecuador_day
from review_service.services.applicant import extending as asking
from review_service.services.review import contacting, correcting, extending
from review_service.services.review.letters import CorrectionItem
from tests.e2e.artisan import heading, press
from tests.e2e.samples import NAMES, SCENES, jpeg
from tests.factories import open_draft, send_and_confirm, upload

if TYPE_CHECKING:
    from tests.e2e.gallery import Gallery

WAITS, OVER, TOLD = "unanswered_waits", "unanswered_over", "unanswered_told"
NAMED = {
    WAITS: "QUISHPE TACO LUIS ALBERTO",
    OVER: "TIPÁN LLUMIQUINGA ROSA ELENA",
    TOLD: "SIZA GUAMÁN PEDRO",
}
DELIVERY_SECONDS = 60
REASON = "No se ve el taller por dentro."
INSTRUCTION = "Tome una foto desde la puerta, de día."
LEAVE = "Estoy en la feria de Guano hasta el lunes y el taller está cerrado."


def begin(gallery: "Gallery") -> None:
    """Open the drafts; the workers check their photos."""
    office = gallery.stack.office
    for place, (name, holder) in enumerate(NAMED.items()):
        ruc = gallery.stack.newcomer(holder).ruc
        gallery.owners[name], gallery.ids[name] = ruc, open_draft(office, ruc)
        for theme in Theme:
            scene = SCENES[theme][0]
            upload(
                office,
                gallery.ids[name],
                ruc=ruc,
                content=jpeg(scene, seed=95 + place),
                theme=theme,
                file_name=NAMES[scene],
            )


def bring(gallery: "Gallery") -> None:
    """Ask to correct what was checked, and let days and attempts come."""
    office = gallery.stack.office
    for name in NAMED:
        send_and_confirm(office, gallery.ids[name], gallery.owners[name])
        correcting.request_correction(
            office.writing(),
            application_id=gallery.ids[name],
            officer_id=gallery.officer.id,
            version=_version(gallery, name),
            items=[
                CorrectionItem(item=ReviewItem.WORKSHOP, reason=REASON, instruction=INSTRUCTION)
            ],
        )
    for name in NAMED:
        _wait_until_told(gallery, name)
    for name in (WAITS, OVER):
        asking.ask(
            office.writing(),
            application_id=gallery.ids[name],
            ruc=gallery.owners[name],
            reason=LEAVE,
        )
    extending.decide(
        office.writing(),
        application_id=gallery.ids[OVER],
        officer_id=gallery.colleague.id,
        version=_version(gallery, OVER),
        days=3,
    )
    with office.writing() as uow:
        today = ecuador_day(uow.now)
        uow.session.get_one(ApplicationRow, gallery.ids[OVER]).correct_by = today - timedelta(1)
        uow.commit()
    contacting.log(
        office.writing(),
        application_id=gallery.ids[OVER],
        officer_id=gallery.officer.id,
        version=_version(gallery, OVER),
        channel=ContactChannel.PHONE,
        result=ContactResult.NOT_REACHED,
        made_on=today,
        note="Timbró cinco veces, a las nueve y a las tres.",
    )


def previewed(page: Page, gallery: "Gallery") -> None:
    """Show the resolution as it will be sent."""
    page.goto(gallery.desk(OVER, "/desistimiento"))
    page.get_by_label("Lo que usted añade").fill("Se miró el caso entero antes de resolver.")
    press(page, "Ver la resolución antes de firmarla")
    expect(heading(page, f"Esta es la resolución que recibirá {NAMED[OVER]}")).to_be_visible()


def wrongly_restarted(page: Page, gallery: "Gallery") -> None:
    """Begin the notice anew without saying why."""
    page.goto(gallery.desk(OVER, "/desistimiento"))
    press(page, "Enviar el aviso de nuevo")
    expect(page.get_by_role("alert")).to_be_visible()


def wrongly_asked(page: Page, gallery: "Gallery") -> None:
    """Ask for more days without saying why."""
    page.goto(gallery.address(TOLD, "/corregir"))
    press(page, "Pedir la prórroga")
    expect(page.get_by_role("alert")).to_be_visible()


def _version(gallery: "Gallery", name: str) -> int:
    with gallery.stack.office.reading() as uow:
        return uow.session.get_one(ApplicationRow, gallery.ids[name]).version


def _wait_until_told(gallery: "Gallery", name: str) -> None:
    for _ in range(DELIVERY_SECONDS * 5):
        with gallery.stack.office.reading() as uow:
            row = uow.session.get_one(ApplicationRow, gallery.ids[name])
            loop = loop_of(uow.session, row, today=ecuador_day(uow.now))
        if loop is not None and loop.notified_at is not None:
            return
        time.sleep(0.2)
    raise AssertionError(f"the notice of {name} did not leave")
