"""Ways to the pages on which officers work together: questions, several cases at once."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from review_service.db.models import ConsultationRow
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from review_service.services.review import consulting
from tests.e2e.gallery import Gallery
from tests.e2e.role_pages import Reach, sign_in_as

ASKED: Final = "¿La foto de la página 3 es de un telar de pedal o de cintura?"


def _ask(gallery: Gallery, *, to_colleague: bool) -> None:
    """Let one of the two officers hold a case and ask the other one."""
    asker, colleague = gallery.officer, gallery.colleague
    if not to_colleague:
        asker, colleague = colleague, asker
    with gallery.stack.container.writing() as uow:  # what a page before asked
        uow.session.execute(sa.delete(ConsultationRow))
        uow.commit()
    gallery.take("dark", asker)
    consulting.ask(
        gallery.stack.container.writing(),
        application_id=gallery.ids["dark"],
        officer_id=asker.id,
        colleague_id=colleague.id,
        question=ASKED,
        needed_by=(ecuador_today() + timedelta(days=2)).isoformat(),
    )


def asked(page: Page, gallery: Gallery) -> None:
    """Reach a case on which its holder asked L. Paz."""
    _ask(gallery, to_colleague=True)
    page.goto(gallery.desk("dark", "#consultas"))
    expect(page.get_by_role("button", name="Recordárselo a L. Paz")).to_be_visible()


def to_answer(page: Page, gallery: Gallery) -> None:
    """Reach a case that L. Paz holds and asks about."""
    _ask(gallery, to_colleague=False)
    page.goto(gallery.desk("dark", "#consultas"))
    expect(page.get_by_label("Su respuesta")).to_be_visible()


def listed(page: Page, gallery: Gallery) -> None:
    """Reach the list of what colleagues ask."""
    _ask(gallery, to_colleague=False)
    page.goto("/revision/consultas")
    expect(page.get_by_text(ASKED)).to_be_visible()


def question_form(page: Page, gallery: Gallery) -> None:
    """Reach the form that asks, with what is wrong in it."""
    gallery.take("dark")
    page.goto(gallery.desk("dark", "/preguntar"))
    page.get_by_role("button", name="Preguntar").click()
    expect(page.get_by_text("Elija a quién pregunta").first).to_be_visible()


def decided_without(page: Page, gallery: Gallery) -> None:
    """Reach the confirmation of an approval while a colleague has not answered."""
    gallery.take("approvable")
    with gallery.stack.container.writing() as uow:
        uow.session.execute(sa.delete(ConsultationRow))
        uow.commit()
    consulting.ask(
        gallery.stack.container.writing(),
        application_id=gallery.ids["approvable"],
        officer_id=gallery.officer.id,
        colleague_id=gallery.colleague.id,
        question=ASKED,
        needed_by=ecuador_today().isoformat(),
    )
    page.goto(gallery.desk("approvable", "/aprobar"))
    page.get_by_role("button", name="Aprobar y emitir").click()
    expect(page.get_by_text("todavía no responde").first).to_be_visible()


def moving_form(page: Page, gallery: Gallery) -> None:
    """Reach the form that gives ticked cases away, without a reason."""
    sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
    page.goto("/revision?elegir=todos")
    page.get_by_role("button", name="Pasar los elegidos").click()
    page.get_by_label("Zona").select_option("Zonal 9")
    page.get_by_role("button", name="Pasar los").click()
    expect(page.get_by_text("Diga en 20 letras").first).to_be_visible()


def ticked_queue(page: Page, gallery: Gallery) -> None:
    """Reach the queue with its boxes ticked, as a supervisor."""
    sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
    page.goto("/revision?elegir=todos")
    expect(page.get_by_text("elegidos", exact=False).last).to_be_visible()


def nothing_chosen(page: Page, gallery: Gallery) -> None:
    """Reach the answer to an empty selection."""
    sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
    page.goto("/revision/pasar")


def ready(page: Page, gallery: Gallery) -> None:
    """Reach the cases that are ready, one of which may be ticked."""
    _looked_at(gallery)
    page.goto("/revision/por-emitir")
    expect(page.get_by_role("checkbox")).not_to_have_count(0)


def confirm_issuing(page: Page, gallery: Gallery) -> None:
    """Reach the page that names the holders."""
    _looked_at(gallery)
    page.goto(f"/revision/por-emitir/confirmar?caso={gallery.ids['approvable']}")
    expect(page.get_by_role("button", name="Aprobar y emitir")).to_be_visible()


def _looked_at(gallery: Gallery) -> None:
    gallery.take("approvable")
    with gallery.stack.container.writing() as uow:
        uow.session.execute(sa.delete(ConsultationRow))
        uow.record(
            "pages_viewed",
            actor=f"officer:{gallery.officer.id}",
            subject_id=gallery.ids["approvable"],
        )
        uow.commit()


REACHES: Final[Mapping[str, Reach]] = MappingProxyType(
    {
        "me-preguntan": listed,
        "preguntar-error": question_form,
        "caso-preguntado": asked,
        "caso-por-responder": to_answer,
        "aprobar-sin-respuesta": decided_without,
        "bandeja-elegidos": ticked_queue,
        "pasar-elegidos-error": moving_form,
        "pasar-ninguno": nothing_chosen,
        "por-emitir": ready,
        "por-emitir-confirmar": confirm_issuing,
    }
)
"""Name of the page to the way there."""
