"""Every page a person can meet, and how to get there; walked by two tests."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from playwright.sync_api import Page, expect

from review_service.db.models import LinkPurpose
from review_service.samples import people
from review_service.services.agreements import listing
from review_service.web.demo.acts import Act
from tests.e2e import (
    appeals,
    associations,
    businesses,
    deciding_pages,
    excused,
    letters,
    role_pages,
    second_addresses,
    together,
    unanswered,
    ventures,
)
from tests.e2e.artisan import follow, heading, press
from tests.e2e.gallery import Gallery
from tests.e2e.public_pages import PUBLIC_PAGES, UNPICTURED
from tests.e2e.samples import pdf
from tests.e2e.stack import PASSWORD

Reach = Callable[[Page, Gallery], None]


class Audience(StrEnum):
    """Whose session the browser needs."""

    ANYBODY = "anybody"
    APPLICANT = "applicant"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One page in one state."""

    name: str
    """Also the name of its picture."""
    reach: Reach
    audience: Audience = Audience.ANYBODY
    owner: str = ""
    """Whose application, by its name in the gallery."""
    is_dense: bool = False
    """Drawn with the officers' dense sheet."""
    is_pictured: bool = True
    """Whether the documentation shows it."""


def at(path: str) -> Reach:
    """Reach a page by its address."""

    def reach(page: Page, _gallery: Gallery) -> None:
        page.goto(path)

    return reach


def own(name: str, part: str = "") -> Reach:
    """Reach a part of an application as its owner."""

    def reach(page: Page, gallery: Gallery) -> None:
        page.goto(gallery.address(name, part))

    return reach


def desk(name: str, part: str = "") -> Reach:
    """Reach a part of a case as an officer who has taken it, if it is in review."""

    def reach(page: Page, gallery: Gallery) -> None:
        gallery.take(name)
        page.goto(gallery.desk(name, part))

    return reach


def untaken(page: Page, gallery: Gallery) -> None:
    """Reach a case that nobody has taken, while an older one waits."""
    gallery.free("dark")
    page.goto(gallery.desk("dark"))


def taken_by_colleague(page: Page, gallery: Gallery) -> None:
    """Reach a case that L. Paz has taken."""
    gallery.take("dark", gallery.colleague)
    page.goto(gallery.desk("dark"))


def public(name: str, reach: Reach) -> Sight:
    """Describe a page that needs no session."""
    return Sight(name=name, reach=reach)


def applicant(name: str, owner: str, reach: Reach) -> Sight:
    """Describe a page of an applicant."""
    return Sight(name=name, reach=reach, audience=Audience.APPLICANT, owner=owner)


def officer(name: str, reach: Reach) -> Sight:
    """Describe a page of an officer."""
    return Sight(name=name, reach=reach, audience=Audience.OFFICER, is_dense=True)


def unpictured(name: str, reach: Reach) -> Sight:
    """Describe a page of an officer that the documentation does not show."""
    return replace(officer(name, reach), is_pictured=False)


def unpictured_own(name: str, owner: str, reach: Reach) -> Sight:
    """Describe a page of an applicant that the documentation does not show."""
    return replace(applicant(name, owner, reach), is_pictured=False)


def _two_pages(page: Page, gallery: Gallery) -> None:
    gallery.take("dark")
    page.goto(gallery.desk("dark"))
    page.get_by_role("link", name="Dos páginas").click()
    expect(page.locator("#vista .view")).to_have_count(2)


def _original(page: Page, gallery: Gallery) -> None:
    gallery.take("dark")
    page.goto(gallery.desk("dark"))
    page.locator(".files").get_by_role("link").first.click()
    expect(heading(page, "Pedir el archivo original")).to_be_visible()


def _refused(ruc: str) -> Reach:
    def reach(page: Page, _gallery: Gallery) -> None:
        page.goto("/ingresar")
        page.get_by_label("RUC", exact=True).fill(ruc)
        press(page, "Enviar el enlace")
        expect(page.get_by_text("Qué hacer.")).to_be_visible()
        expect(page.get_by_label("RUC", exact=True)).to_have_value(ruc)

    return reach


def _wrong_ruc(page: Page, _gallery: Gallery) -> None:
    page.goto("/ingresar")
    page.get_by_label("RUC", exact=True).fill("30000000120")
    press(page, "Enviar el enlace")
    expect(page.get_by_role("alert")).to_be_visible()


def _link_sent(page: Page, gallery: Gallery) -> None:
    page.goto("/ingresar")
    page.get_by_label("RUC", exact=True).fill(gallery.stack.newcomer().ruc)
    press(page, "Enviar el enlace")
    expect(heading(page, "Revise su correo")).to_be_visible()


def _wrong_code(page: Page, gallery: Gallery) -> None:
    _link_sent(page, gallery)
    page.get_by_label("Código", exact=True).fill("000000")
    press(page, "Ingresar")
    expect(page.get_by_role("alert")).to_be_visible()


def _link(purpose: LinkPurpose, name: str, *, expired: bool = False, used: bool = False) -> Reach:
    def reach(page: Page, gallery: Gallery) -> None:
        page.goto(gallery.fresh_link(purpose, name, expired=expired, used=used))

    return reach


def _used_link(page: Page, gallery: Gallery) -> None:
    path = gallery.fresh_link(LinkPurpose.SIGN_IN, "draft")
    page.goto(path)
    press(page, "Ingresar")
    page.goto(path)


def _second(name: str) -> Reach:
    def reach(page: Page, gallery: Gallery) -> None:
        page.goto(second_addresses.path_of(gallery.stack.office, gallery.ids[name]))

    return reach


def _sheet_with_problems(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.address("empty", "/datos"))
    page.get_by_label("¿Qué hace?").fill("")
    page.get_by_label("Su teléfono").fill("12")
    press(page, "Guardar y seguir")
    expect(page.get_by_role("alert")).to_be_visible()


def _undeclared(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.address("renewal", "/revisar"))
    press(page, "Enviar solicitud")
    expect(page.get_by_role("alert")).to_be_visible()


def _nothing_chosen(page: Page, _gallery: Gallery) -> None:
    page.goto("/verificar")
    press(page, "Verificar")
    expect(page.get_by_role("alert")).to_be_visible()


def _verified(name: str, *, in_english: bool = False) -> Reach:
    def reach(page: Page, gallery: Gallery) -> None:
        page.goto(gallery.scanned(name) + ("?lang=en" if in_english else ""))

    return reach


def _unknown(page: Page, _gallery: Gallery) -> None:
    page.goto("/verificar")
    page.get_by_label("Número del documento").fill("MPCEI-MDT-2026-009999")
    page.get_by_label("Código", exact=True).fill("AAAA-BBBB-CCCC")
    press(page, "Verificar")
    expect(page.get_by_text("No encontramos un documento")).to_be_visible()


def _altered(page: Page, gallery: Gallery) -> None:
    page.goto("/verificar")
    changed = gallery.paper.replace(b"\n%%EOF", b"\n%cambiado\n%%EOF")
    page.get_by_label("PDF del documento").set_input_files(pdf("acuerdo.pdf", changed))
    press(page, "Comparar el PDF")
    expect(page.get_by_text("fue cambiado después de firmarse")).to_be_visible()


def _wrong_password(page: Page, gallery: Gallery) -> None:
    page.goto("/revision/ingresar")
    page.get_by_label("Usuario").fill(gallery.stack.officer().user_name)
    page.get_by_label("Contraseña").fill("no es esta clave")
    press(page, "Continuar")
    expect(page.get_by_role("alert")).to_be_visible()


def _second_factor(page: Page, gallery: Gallery) -> None:
    page.goto("/revision/ingresar")
    page.get_by_label("Usuario").fill(gallery.stack.officer().user_name)
    page.get_by_label("Contraseña").fill(PASSWORD)
    press(page, "Continuar")
    expect(heading(page, "Escriba su código")).to_be_visible()


def _search(words: str) -> Reach:
    def reach(page: Page, _gallery: Gallery) -> None:
        page.goto(f"/revision?q={words}")

    return reach


def _prior_page(page: Page, gallery: Gallery) -> None:
    gallery.take("differs")
    page.goto(gallery.desk("differs", "?pagina=6&texto=1"))


def _prior_values(page: Page, gallery: Gallery) -> None:
    gallery.take("differs")
    page.goto(gallery.desk("differs"))
    page.get_by_role("link", name=re.compile("^Emitido, recorte")).click()
    expect(page.locator("#marca")).to_be_visible()
    page.locator("#acuerdo-anterior").scroll_into_view_if_needed()


def _comparing(page: Page, gallery: Gallery) -> None:
    """Wait for the search, which nobody else waits for, and open what it found."""
    found = page.get_by_role("link", name=re.compile("^Comparar la página"))
    for _ in range(60):
        page.goto(gallery.desk("resembles"))
        if found.count():
            break
        page.wait_for_timeout(500)
    found.first.click()
    expect(heading(page, "Comparar fotos")).to_be_visible()


def _found_word(page: Page, _gallery: Gallery) -> None:
    page.goto("/revision/textos?q=acuerdo")
    page.locator(".hits h2 a").first.click()
    expect(page.get_by_text("marcada")).to_be_visible()


def _stale_form(page: Page, _gallery: Gallery) -> None:
    page.goto("/ingresar")
    page.evaluate(
        "() => { for (const box of document.getElementsByName('csrf_token')) box.value = 'x'; }"
    )
    page.get_by_label("RUC", exact=True).fill(people.VISITOR_NEW.ruc)
    press(page, "Enviar el enlace")
    expect(page.get_by_text("Qué hacer.")).to_be_visible()


def _too_large(page: Page, _gallery: Gallery) -> None:
    page.goto("/ingresar")
    page.get_by_label("RUC", exact=True).evaluate(
        "box => { box.maxLength = 9e6; box.value = '3'.repeat(2e6); }"
    )
    press(page, "Enviar el enlace")
    expect(page.get_by_text("Qué hacer.")).to_be_visible()


def _offline(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.address("draft", "/fotos"))
    page.context.set_offline(True)
    expect(page.get_by_text("No hay conexión.")).to_be_visible()


def _start_with_problem(page: Page, _gallery: Gallery) -> None:
    page.goto("/solicitudes/nueva/artesano")
    press(page, "Empezar")
    expect(page.get_by_role("alert")).to_be_visible()


def _asked_photos(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.address("correct", "/corregir"))
    follow(page, "Cambiar las fotos")
    expect(page.get_by_text("Quien revisa le pidió")).to_be_visible()


def _newest_mail(page: Page, _gallery: Gallery) -> None:
    page.goto("/demo/correos")
    page.get_by_role("main").get_by_role(
        "link", name=re.compile("Acuerdo está listo")
    ).first.click()


def _in_the_directory(page: Page, gallery: Gallery) -> None:
    """Let somebody with an Acuerdo in force be found."""
    listing.consent(
        gallery.stack.office.writing(),
        application_id=gallery.ids["issued"],
        ruc=gallery.owners["issued"],
        shows_name=True,
        shows_phone=True,
    )
    page.goto("/directorio?q=")
    expect(page.locator(".card")).to_have_count(1)


PUBLIC = (
    public("inicio", at("/")),
    public("ayuda", at("/ayuda")),
    *(public(name, at(path)) for name, path in PUBLIC_PAGES.items()),
    *(replace(public(name, at(path)), is_pictured=False) for name, path in UNPICTURED.items()),
    public("directorio-personas", _in_the_directory),
    *(public(name, at(path)) for name, path in letters.PAGES.items()),
    public("carta-sin-confirmar", letters.at_letter("unconfirmed")),
    public("carta-recibida", letters.at_letter("open")),
    public("carta-respondida", letters.at_letter("answered")),
    public("carta-que-toma-una-foto", letters.at_letter("warning")),
    public("otros-tramites", at("/otros-tramites")),
    public("datos-personales", at("/datos-personales")),
    public("datos-personales-nomina", at("/datos-personales/nomina")),
    public("datos-personales-registro", at("/datos-personales/registro")),
    public("ingresar", at("/ingresar")),
    public("ingresar-error", _wrong_ruc),
    public("ingresar-ruc-desconocido", _refused(people.UNKNOWN_RUC)),
    public("ingresar-ruc-suspendido", _refused(people.SUSPENDED.ruc)),
    public("ingresar-ruc-pasivo", _refused(people.PASSIVE.ruc)),
    public("ingresar-sin-correo", _refused(people.NO_ADDRESS.ruc)),
    public("ingresar-enviado", _link_sent),
    public("ingresar-codigo-equivocado", _wrong_code),
    public("ingresar-enlace", _link(LinkPurpose.SIGN_IN, "draft")),
    public("ingresar-enlace-usado", _used_link),
    public("ingresar-enlace-vencido", _link(LinkPurpose.SIGN_IN, "draft", expired=True)),
    public("ingresar-enlace-incorrecto", at("/ingresar/enlace/aaaaaaaaaaaaaaaaaaaaaaaaaa")),
    public("confirmar-enlace", _link(LinkPurpose.CONFIRM, "awaiting")),
    public("confirmar-enlace-usado", _link(LinkPurpose.CONFIRM, "issued", used=True)),
    public("otro-correo", _second(second_addresses.ASKED)),
    public("otro-correo-confirmado", _second(second_addresses.CONFIRMED)),
    public("otro-correo-vencido", _second(second_addresses.EXPIRED)),
    public("otro-correo-cambiado", _second(second_addresses.CHANGED)),
    public("otro-correo-incorrecto", at("/correo/aaaaaaaaaaaaaaaaaaaaaaaaaa")),
    public("verificar", at("/verificar")),
    public("verificar-error", _nothing_chosen),
    public("verificar-vigente", _verified("issued")),
    public("verificar-vigente-ingles", _verified("issued", in_english=True)),
    public("verificar-certificado", _verified(businesses.CERTIFIED)),
    public("verificar-caducado", _verified("expired")),
    public("verificar-alterado", _altered),
    public("verificar-desconocido", _unknown),
    public("error-no-existe", at("/no-existe")),
    public("error-formulario-vencido", _stale_form),
    public("error-demasiado-grande", _too_large),
)
APPLICANT = (
    applicant("solicitudes-vacia", "nobody", at("/solicitudes")),
    applicant("mis-datos", "nobody", at("/solicitudes/mis-datos")),
    applicant("solicitud-elegir", "nobody", at("/solicitudes/nueva")),
    applicant("solicitud-nueva", "nobody", at("/solicitudes/nueva/artesano")),
    applicant("mipyme-empezar", "nobody", at("/solicitudes/nueva/mipyme")),
    applicant("mipyme-datos", businesses.DRAFT, own(businesses.DRAFT, "/datos")),
    applicant("mipyme-datos-error", businesses.DRAFT, businesses.sheet_with_problems),
    applicant("mipyme-revisar", businesses.DRAFT, own(businesses.DRAFT, "/revisar")),
    applicant("mipyme-sobre-limites", businesses.TOO_LARGE, own(businesses.TOO_LARGE, "/revisar")),
    applicant("mipyme-sobre-limites-error", businesses.TOO_LARGE, businesses.sent_in_vain),
    applicant("mipyme-certificada", businesses.CERTIFIED, own(businesses.CERTIFIED)),
    applicant("mipyme-solicitudes", businesses.CERTIFIED, at("/solicitudes")),
    applicant("mipyme-con-persona", businesses.REFERRED, own(businesses.REFERRED)),
    applicant("emprendedor-empezar", "nobody", at("/solicitudes/nueva/emprendedor")),
    applicant("emprendedor-datos", ventures.EMPTY, own(ventures.EMPTY, "/datos")),
    applicant("emprendedor-documentos", ventures.EMPTY, own(ventures.EMPTY, "/documentos")),
    applicant("emprendedor-documento", ventures.EMPTY, own(ventures.EMPTY, "/documentos/iess")),
    applicant("emprendedor-por-corregir", ventures.TO_MEND, own(ventures.TO_MEND, "/documentos")),
    applicant("emprendedor-leido", ventures.TO_MEND, own(ventures.TO_MEND, "/documentos/nomina")),
    applicant("emprendedor-revisar", ventures.TO_MEND, own(ventures.TO_MEND, "/revisar")),
    applicant("emprendedor-con-persona", ventures.REFERRED, own(ventures.REFERRED)),
    applicant("asociacion-datos", associations.NAMED, own(associations.NAMED, "/datos")),
    applicant("asociacion-datos-error", associations.UNNAMED, associations.sheet_with_problems),
    applicant("asociacion-documentos", associations.NAMED, own(associations.NAMED, "/documentos")),
    applicant(
        "asociacion-nombramiento",
        associations.NAMED,
        own(associations.NAMED, "/documentos/nombramiento"),
    ),
    applicant("asociacion-revisar", associations.NAMED, own(associations.NAMED, "/revisar")),
    applicant("solicitud-nueva-error", "nobody", _start_with_problem),
    applicant("solicitudes", "issued", at("/solicitudes")),
    applicant("datos", "renewal", own("renewal", "/datos")),
    applicant("datos-error", "empty", _sheet_with_problems),
    applicant("datos-otro-correo", "second", own("second", "/datos")),
    applicant("datos-otro-correo-sin-escribir", "second_unasked", own("second_unasked", "/datos")),
    applicant("datos-otro-correo-listo", "second_confirmed", own("second_confirmed", "/datos")),
    applicant("fotos-vacia", "empty", own("empty", "/fotos")),
    applicant("fotos", "draft", own("draft", "/fotos")),
    applicant("fotos-no-aplica", excused.DRAFT, own(excused.DRAFT, "/fotos")),
    applicant("fotos-sin-conexion", "draft", _offline),
    applicant("pdf-vacio", "empty", own("empty", "/pdf")),
    applicant("pdf", "renewal", own("renewal", "/pdf")),
    applicant("pdf-revisando", "running", own("running", "/pdf")),
    applicant("pdf-conviene-repetir", "doubtful", own("doubtful", "/pdf")),
    applicant("pdf-solo-dudosas", "doubtful", own("doubtful", "/pdf?ver=repetir")),
    applicant("acuerdo-anterior", "renewal", own("renewal", "/acuerdo-anterior")),
    applicant("revisar", "renewal", own("renewal", "/revisar")),
    applicant("revisar-falta", "empty", own("empty", "/revisar")),
    applicant("revisar-otro-correo", "second", own("second", "/revisar")),
    applicant("revisar-sin-declarar", "renewal", _undeclared),
    applicant("confirmar", "awaiting", own("awaiting", "/confirmar")),
    applicant("comprobante", "correct", own("correct", "/comprobante")),
    applicant("solicitud-borrador", "draft", own("draft")),
    applicant("solicitud-otro-correo", "second", own("second")),
    applicant("solicitud-por-confirmar", "awaiting", own("awaiting")),
    applicant("solicitud-en-revision", "dark", own("dark")),
    applicant("solicitud-por-corregir", "correct", own("correct")),
    applicant("solicitud-emitida", "issued", own("issued")),
    applicant("solicitud-negada", "refused", own("refused")),
    applicant("solicitud-apelada", "refused", appeals.own),
    public("carta-recurso", appeals.receipt),
    applicant("solicitud-desistida", "withdrawn", own("withdrawn")),
    applicant("corregir", "correct", own("correct", "/corregir")),
    applicant("corregir-fotos", "correct", _asked_photos),
    unpictured_own("corregir-prorroga", unanswered.WAITS, own(unanswered.WAITS, "/corregir")),
    unpictured_own("corregir-prorroga-error", unanswered.TOLD, unanswered.wrongly_asked),
    unpictured_own("corregir-terminado", unanswered.OVER, own(unanswered.OVER, "/corregir")),
    unpictured_own("solicitud-plazo-terminado", unanswered.OVER, own(unanswered.OVER)),
    applicant("retirar", "draft", own("draft", "/retirar")),
    applicant("error-de-otra-persona", "draft", own("issued")),
)
OFFICER = (
    Sight(name="revision-ingresar", reach=at("/revision/ingresar"), is_dense=True),
    Sight(name="revision-ingresar-error", reach=_wrong_password, is_dense=True),
    Sight(name="revision-segundo-factor", reach=_second_factor, is_dense=True),
    officer("bandeja-cartas", letters.tray),
    officer("bandeja-cartas-vacia", at("/revision/cartas?tipo=apelacion")),
    officer("carta-por-responder", letters.at_desk("open")),
    officer("carta-vista-previa", letters.previewed),
    officer("carta-con-respuesta", letters.at_desk("answered")),
    officer("recursos-vacia", at("/revision/recursos?vista=decididos")),
    officer("recurso-en-papel", appeals.on_paper),
    officer("recursos", appeals.tray),
    officer("recurso", appeals.at_desk),
    officer("recurso-error", appeals.incomplete),
    officer("recurso-vista-previa", appeals.previewed),
    officer("panel", role_pages.panel),
    officer("segunda-revision", at("/revision/segundas")),
    officer("segunda-revision-caso", role_pages.second_review),
    officer("panel-segundas", role_pages.second_figures),
    officer("panel-reglas", role_pages.rule_trials()),
    officer(
        "panel-regla",
        role_pages.rule_trials("/categories.limits@2018-12-01?micro.sales_usd=1000"),
    ),
    officer("panel-controles", role_pages.checks()),
    officer("panel-control", role_pages.checks("/photo_dark")),
    officer("cifras-estado", role_pages.figures()),
    officer("cifras-mes", role_pages.figures("/2023/07")),
    officer("cifras-mes-error", role_pages.corrected_wrongly),
    officer("cifras-vista-previa", role_pages.correction_previewed),
    officer("bandeja", at("/revision")),
    officer("bandeja-filtrada", at("/revision?via=artisan&tipo=new")),
    officer("bandeja-busqueda", _search("maigua")),
    officer("bandeja-busqueda-vacia", _search("nadie con este nombre")),
    officer("caso", desk("dark")),
    officer("caso-por-tomar", untaken),
    officer("caso-de-otra-persona", taken_by_colleague),
    officer("caso-acuerdo-anterior", _prior_page),
    officer("caso-acuerdo-leido", _prior_values),
    officer("caso-corregido", desk("corrected")),
    unpictured("caso-todas-las-paginas", desk("dark", "?hojas=1")),
    unpictured("caso-dos-paginas", _two_pages),
    unpictured("caso-historia", desk("corrected", "/historia")),
    unpictured("caso-ruc", desk("corrected", "/ruc")),
    unpictured("caso-original", _original),
    unpictured("caso-prorroga", desk(unanswered.WAITS)),
    unpictured("caso-sin-respuesta", desk(unanswered.OVER)),
    unpictured("bandeja-prorrogas", at("/revision?vista=prorrogas")),
    unpictured("bandeja-desistimientos", at("/revision?vista=desistimientos")),
    unpictured("desistimiento", desk(unanswered.OVER, "/desistimiento")),
    unpictured("desistimiento-antes", desk(unanswered.TOLD, "/desistimiento")),
    unpictured("desistimiento-error", unanswered.wrongly_restarted),
    unpictured("desistimiento-carta", unanswered.previewed),
    unpictured("caso-pasar", role_pages.moving),
    unpictured("vistas-guardadas", role_pages.saved_views),
    unpictured("cuenta-correo-por-confirmar", role_pages.unconfirmed_digest),
    officer("caso-decidido", desk("refused")),
    officer("comparar-fotos", _comparing),
    officer("aprobar", desk("approvable", "/aprobar")),
    officer("caso-mipyme", desk(businesses.REFERRED)),
    officer("aprobar-mipyme", desk(businesses.ACCEPTED, "/aprobar")),
    officer("caso-no-aplica", desk(excused.SENT)),
    officer("caso-emprendedor", desk(ventures.REFERRED)),
    officer("aprobar-emprendedor", desk(ventures.ACCEPTED, "/aprobar")),
    officer("caso-asociacion", desk(associations.WAITING)),
    officer("caso-taller-compartido", desk(associations.ARTISAN)),
    officer("caso-control-posterior", desk(businesses.CERTIFIED)),
    officer("bandeja-control-posterior", at("/revision?vista=control-posterior")),
    officer("correccion", deciding_pages.asking),
    officer("correccion-error", deciding_pages.asking_nothing),
    officer("correccion-carta", deciding_pages.correction_letter),
    officer("negar", deciding_pages.refusing),
    unpictured("negar-sin-observar", desk("dark", "/negar")),
    officer("negar-carta", deciding_pages.refusal_letter),
    officer("emitido", desk("issued", "/emitido")),
    officer("acuerdos", at("/revision/acuerdos")),
    officer("textos", at("/revision/textos?q=acuerdo")),
    officer("textos-vacia", at("/revision/textos")),
    officer("textos-nada", at("/revision/textos?q=inexistente")),
    officer("caso-texto-hallado", _found_word),
    officer("salud", at("/revision/salud")),
    *(officer(name, reach) for name, reach in role_pages.REACHES.items()),
    *(unpictured(name, reach) for name, reach in together.REACHES.items()),
    officer("otra-persona-actuo", deciding_pages.somebody_else),
    officer("revision-error-no-existe", at("/revision/casos/no-existe")),
)


def _act(act: Act) -> Reach:
    """Begin an act of the demo's tour."""

    def reach(page: Page, _gallery: Gallery) -> None:
        page.goto("/demo")
        page.locator(f'.acts form[action$="/{act.value}"] button').click()
        expect(page.get_by_role("complementary")).to_be_visible()

    return reach


DEMO = (
    public("demo-inicio", at("/demo")),
    public("demo-correos", at("/demo/correos")),
    public("demo-correo", _newest_mail),
    public("recorrido-artesana", _act(Act.ARTISAN)),
    public("recorrido-empresa", _act(Act.BUSINESS)),
    public("recorrido-emprendedora", _act(Act.ENTREPRENEUR)),
    replace(public("recorrido-funcionario", _act(Act.OFFICER)), is_dense=True),
    public("recorrido-documento", _act(Act.PASSERBY)),
    public("recorrido-cifras", _act(Act.JOURNALIST)),
)
"""Served by the demo alone."""
EVERY_PAGE = (*PUBLIC, *APPLICANT, *OFFICER)
