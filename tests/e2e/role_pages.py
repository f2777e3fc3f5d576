"""Ways to the pages that depend on who the officer is, and to a case with lost files."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from review_service.db.models import DocumentRow, OfficerRow, PageRow, SecondReviewRow, SessionKind
from review_service.domain.check_precision import EVENT
from review_service.domain.roles import OfficerRole
from review_service.services import sessions
from review_service.services.review import second_reviewing
from review_service.web.auth import COOKIES
from tests.e2e.artisan import heading, is_shown
from tests.e2e.gallery import Gallery

Reach = Callable[[Page, Gallery], None]


def as_role(role: OfficerRole, case: str, part: str = "") -> Reach:
    """Reach a part of a case as an officer of that role."""

    def reach(page: Page, gallery: Gallery) -> None:
        sign_in_as(page, gallery, role=role)
        page.goto(gallery.desk(case, part))

    return reach


def figures(month: str = "") -> Reach:
    """Reach the state of the monthly figures, or of one month, as a supervisor."""

    def reach(page: Page, gallery: Gallery) -> None:
        sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
        page.goto(f"/revision/cifras{month}")

    return reach


def supervise(page: Page, gallery: Gallery) -> None:
    """Sign the browser in as a supervisor."""
    sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)


def panel(page: Page, gallery: Gallery) -> None:
    """Reach the supervisors' panel."""
    sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
    page.goto("/revision/panel?dias=365")


def checks(code: str = "") -> Reach:
    """Reach the checks against the verdicts, or one of them, as a supervisor."""

    def reach(page: Page, gallery: Gallery) -> None:
        with gallery.stack.container.writing() as uow:
            uow.record(
                EVENT,
                actor="officer:sample",
                subject_id=gallery.ids["issued"],
                observed={"workshop": ["photo_dark"]},
                accepted={"people": ["photo_dark", "photo_blurred"]},
            )
            uow.commit()
        sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
        page.goto(f"/revision/panel/controles{code}")

    return reach


def rule_trials(name: str = "") -> Reach:
    """Reach the rules that can be tried, or one that is tried, as a supervisor."""

    def reach(page: Page, gallery: Gallery) -> None:
        sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
        page.goto(f"/revision/panel/reglas{name}")

    return reach


def second_review(page: Page, gallery: Gallery) -> None:
    """Reach a decided case that was drawn, without its decision."""
    parts = gallery.stack.container
    with parts.writing() as uow:  # a page that was reached before may have answered all
        uow.session.execute(sa.delete(SecondReviewRow))
        uow.commit()
    second_reviewing.draw(parts.reading, parts.writing, key="sorteo", share=1.0)
    sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
    page.goto("/revision/segundas")
    page.get_by_role("button", name="iguiente").or_(
        page.get_by_role("button", name="Seguir con el que tiene")
    ).click()
    expect(heading(page, "Un caso ya decidido: ¿qué haría usted?")).to_be_visible()


def second_figures(page: Page, gallery: Gallery) -> None:
    """Reach how often two officers agree, with a difference, as a supervisor."""
    second_review(page, gallery)
    page.get_by_label("Pediría corregir algo").check()
    page.get_by_label("Por qué").fill("La foto del taller está tan oscura que no se ve nada de él.")
    page.get_by_role("button", name="Guardar lo que haría").click()
    page.goto("/revision/panel/segundas")
    expect(page.get_by_role("heading", name="Diferencias")).to_be_visible()


def correction_previewed(page: Page, gallery: Gallery) -> None:
    """Reach a correction beside what is published."""
    _correct(page, gallery, "2.515", "La oficina de Ambato contó una atención dos veces.")
    expect(heading(page, "Así quedará julio de 2023")).to_be_visible()


def corrected_wrongly(page: Page, gallery: Gallery) -> None:
    """Reach a correction that is sent back with its problems."""
    _correct(page, gallery, "muchas", "")


def _correct(page: Page, gallery: Gallery, attentions: str, reason: str) -> None:
    figures("/2023/07")(page, gallery)
    page.get_by_label("Atenciones").fill(attentions)
    page.get_by_label("Motivo de la corrección").fill(reason)
    page.get_by_role("button", name="Ver la corrección antes de publicarla").click()


def as_owner(case: str, part: str = "") -> Reach:
    """Reach a part of a case as an officer whose own RUC it is of."""

    def reach(page: Page, gallery: Gallery) -> None:
        sign_in_as(page, gallery, represents=gallery.owners[case])
        page.goto(gallery.desk(case, part))

    return reach


def moving(page: Page, gallery: Gallery) -> None:
    """Reach the form that gives a case to somebody else, as a supervisor."""
    sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
    page.goto(gallery.desk("dark", "/pasar"))
    expect(heading(page, "Pasar el caso")).to_be_visible()


def saved_views(page: Page, gallery: Gallery) -> None:
    """Reach the saved views, after two were saved, as a supervisor."""
    sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
    for name in ("Artesanos de mi zona", "Renovaciones que vencen esta semana y nadie tiene"):
        page.goto("/revision?via=artisan&tipo=new")
        page.locator("details.saved-views").evaluate("(found) => { found.open = true }")
        page.get_by_label("Guardar esta lista con el nombre").fill(name)
        page.get_by_role("button", name="Guardar la vista").click()
    page.goto("/revision/vistas")
    expect(heading(page, "Vistas guardadas")).to_be_visible()


def unconfirmed_digest(page: Page, _gallery: Gallery) -> None:
    """Reach the account after an address was given that has not confirmed."""
    page.goto("/revision/cuenta")
    if not page.get_by_text("Falta confirmar").count():
        page.get_by_label("Correo para el resumen diario").fill("persona@institucion.example.ec")
        page.get_by_role("button", name="Guardar el correo").click()
    expect(page.get_by_text("Falta confirmar")).to_be_visible()


def own_account(page: Page, _gallery: Gallery) -> None:
    """Reach the page about the own account."""
    page.goto("/revision/cuenta")


def asked_for_cedula(page: Page, gallery: Gallery) -> None:
    """Reach the page that asks an officer of before for the cédula."""
    sign_in_as(page, gallery, knows_cedula=False)
    page.goto("/revision")
    expect(heading(page, "Antes de seguir, su cédula")).to_be_visible()


def lost_image(page: Page, gallery: Gallery) -> None:
    """Lose a page image and its original, ask for both, and open the case."""
    container = gallery.stack.container
    with container.reading() as uow:
        document, image_key = uow.session.execute(
            sa.select(DocumentRow, PageRow.image_key)
            .join(PageRow, PageRow.document_id == DocumentRow.id)
            .where(DocumentRow.application_id == gallery.ids["expired"], PageRow.number == 1)
            .order_by(DocumentRow.created_at, DocumentRow.id)
            .limit(1)
        ).one()
        original_key, document_id = document.storage_key, document.id
    for key in (image_key, original_key):
        assert key is not None
        container.store.delete(key)
    page.goto(gallery.desk("expired", f"/documentos/{document_id}/original"))
    page.get_by_label("La imagen falta o está dañada").check()
    page.get_by_role("button", name="Descargar el original").click()
    expect(page.get_by_text("Ese archivo no está como se guardó")).to_be_visible()
    page.goto(gallery.desk("expired"))


def health_with_incidents(page: Page, gallery: Gallery) -> None:
    """Open the health page after files were lost."""
    lost_image(page, gallery)
    page.goto("/revision/salud")
    expect(page.get_by_text("Recupérelo del respaldo").first).to_be_visible()


def hold_form(page: Page, gallery: Gallery) -> None:
    """Reach the form that puts a legal hold on a case, with a reason that is too short."""
    sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
    page.goto(gallery.desk("dark", "#retencion"))
    page.get_by_label("Por qué", exact=True).fill("Juicio")
    page.get_by_role("button", name="Impedir que se elimine").click()
    desk = page.get_by_role("region", name="Qué decidir")
    expect(desk.get_by_text("Diga en 20 letras o más")).to_be_visible()
    page.get_by_role("heading", name="Retención legal").scroll_into_view_if_needed()


def held_case(page: Page, gallery: Gallery) -> None:
    """Reach a case on which a legal hold stands, after one that was lifted."""
    sign_in_as(page, gallery, role=OfficerRole.SUPERVISOR)
    reasons = ("Oficio 12 de la Fiscalía, de marzo.", "Juicio 17230-2026-00012, oficio 34.")
    page.goto(gallery.desk("refused", "#retencion"))
    if not is_shown(page.get_by_text("No se elimina nada", exact=True)):
        _press_hold(page, "Por qué", reasons[0], "Impedir que se elimine")
        _press_hold(
            page, "Por qué termina", "La Fiscalía archivó el caso.", "Terminar la retención"
        )
        _press_hold(page, "Por qué", reasons[1], "Impedir que se elimine")
    expect(page.get_by_text("No se elimina nada", exact=True)).to_be_visible()
    page.get_by_role("heading", name="Retención legal").scroll_into_view_if_needed()


def _press_hold(page: Page, label: str, reason: str, button: str) -> None:
    page.get_by_label(label, exact=True).fill(reason)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_label(label, exact=True)).to_have_count(0)


def sign_in_as(
    page: Page,
    gallery: Gallery,
    *,
    role: OfficerRole = OfficerRole.ISSUER,
    represents: str | None = None,
    knows_cedula: bool = True,
) -> None:
    """Let the browser be B. Mena's, in that role."""
    account = gallery.stack.officer("B. Mena", role=role)
    with gallery.stack.container.writing() as uow:
        row = uow.session.get_one(OfficerRow, account.id)
        row.represented_rucs = [represents] if represents else None
        if not knows_cedula:
            row.cedula = None
        signed = sessions.start_officer(uow, officer_id=account.id, second_factor=True)
        uow.commit()
    name = COOKIES[SessionKind.OFFICER]
    page.context.add_cookies([{"name": name, "value": signed.token, "url": gallery.stack.base}])


REACHES: Final[Mapping[str, Reach]] = MappingProxyType(
    {
        "cuenta": own_account,
        "cuenta-cedula": asked_for_cedula,
        "caso-propio": as_owner("dark"),
        "caso-propio-negado": as_owner("dark", "/correccion"),
        "caso-auditoria": as_role(OfficerRole.AUDITOR, "dark"),
        "rol-no-permite": as_role(OfficerRole.REVIEWER, "dark", "/aprobar"),
        "caso-retencion": hold_form,
        "caso-retenido": held_case,
        "caso-archivo-perdido": lost_image,
        "salud-incidentes": health_with_incidents,
    }
)
"""Name of the picture to the way there."""
