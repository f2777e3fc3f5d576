"""The site's own search, and what search engines ask for."""

from dataclasses import dataclass
from typing import Any, Final

from flask import Response, render_template, request, url_for

from review_service.domain.page_search import Findable, find
from review_service.domain.wording import gettext_noop
from review_service.web.context import parts
from review_service.web.public import blueprint
from review_service.web.public.figures import year_addresses
from review_service.web.public.topics import TOPICS

LONGEST_QUESTION: Final = 80
"""Signs that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    endpoint: str
    title: str
    summary: str
    words: str
    values: tuple[tuple[str, str], ...] = ()
    is_listed: bool = True
    """Whether search engines are told of it: not what asks to sign in."""

    @property
    def href(self) -> str:
        return url_for(self.endpoint, **dict[str, Any](self.values))


_PAGES: Final = (
    _Page(
        endpoint="public.home",
        title=gettext_noop("Registro Único de MIPYMES (RUM)"),
        summary=gettext_noop("Pida su certificado RUM o su Acuerdo de artesano, gratis."),
        words="inicio tramite emision registro unico mipymes rum servicios linea ingresar sistema",
    ),
    _Page(
        endpoint="applicant.new_on_track",
        values=(("via", "mipyme"),),
        title=gettext_noop("Certificado RUM de mi MIPYME"),
        summary=gettext_noop(
            "Categorización: responda unas preguntas y reciba el certificado al momento."
        ),
        words="rum registro unico mipymes mipyme pyme certificado categorizacion micro pequeña "
        "mediana empresa negocio",
        is_listed=False,
    ),
    _Page(
        endpoint="applicant.new_on_track",
        values=(("via", "emprendedor"),),
        title=gettext_noop("Certificado RUM de emprendedor"),
        summary=gettext_noop(
            "Para quien inicia su negocio: certificados del IESS y del SRI, y nómina."
        ),
        words="emprendedor emprendimiento emprender certificado rum negocio nuevo",
        is_listed=False,
    ),
    _Page(
        endpoint="applicant.new_on_track",
        values=(("via", "artesano"),),
        title=gettext_noop("Acuerdo Interministerial de artesano"),
        summary=gettext_noop("Primera vez o renovación, con fotos de su taller."),
        words="artesano artesana artesanal acuerdo interministerial calificacion taller renovar "
        "renovacion",
        is_listed=False,
    ),
    _Page(
        endpoint="public.which_track",
        title=gettext_noop("¿Cuál es el mío?"),
        summary=gettext_noop(
            "Cuatro preguntas como máximo, y una lista de lo que debe tener a mano."
        ),
        words="cual tramite necesito requisitos elegir mipyme emprendedor artesano",
    ),
    _Page(
        endpoint="applicant.applications",
        title=gettext_noop("Mis solicitudes"),
        summary=gettext_noop("Continúe una solicitud, o imprima su certificado."),
        words="mis solicitudes imprimir descargar certificado estado continuar renovar",
        is_listed=False,
    ),
    _Page(
        endpoint="verify.ask",
        title=gettext_noop("Verificar un documento"),
        summary=gettext_noop("Con el código QR, con el número o con el PDF."),
        words="verificar validar autenticidad qr codigo falso vigente certificado acuerdo",
    ),
    _Page(
        endpoint="public.office_list",
        title=gettext_noop("Oficinas"),
        summary=gettext_noop("Dirección y horario de cada oficina."),
        words="oficina oficinas direccion zonal ciudad telefono contacto correo soporte horario "
        "guayaquil quito cuenca manta ambato",
    ),
    _Page(
        endpoint="letters.kinds",
        title=gettext_noop("Quejas y solicitudes"),
        summary=gettext_noop(
            "Escriba una queja, una apelación, un pedido sobre sus datos o un aviso."
        ),
        words="queja reclamo denuncia sugerencia poner presentar escribir carta mal servicio "
        "apelar apelacion recurso negada negaron respuesta",
    ),
    _Page(
        endpoint="letters.new_letter",
        values=(("kind", "apelacion"),),
        title=gettext_noop("Presentar una apelación"),
        summary=gettext_noop("Si le negaron una solicitud y no está de acuerdo."),
        words="apelar apelacion recurso impugnar me solicitud negada negaron negativa rechazada",
    ),
    _Page(
        endpoint="letters.new_letter",
        values=(("kind", "documento-falso"),),
        title=gettext_noop("Avisar de un documento falso"),
        summary=gettext_noop("Si le mostraron un certificado o un Acuerdo que parece falso."),
        words="documento falso falsificado denunciar denuncia alterado copia certificado acuerdo",
    ),
    _Page(
        endpoint="letters.new_letter",
        values=(("kind", "datos-personales"),),
        title=gettext_noop("Pedir algo sobre sus datos"),
        summary=gettext_noop("Saber qué datos suyos tenemos, corregirlos o eliminarlos."),
        words="acceso rectificar corregir eliminar borrar mis datos personales lopdp derecho",
    ),
    _Page(
        endpoint="public.directory",
        title=gettext_noop("Directorio de artesanos"),
        summary=gettext_noop("Artesanas y artesanos con Acuerdo vigente que quisieron estar aquí."),
        words="directorio artesano artesana buscar oficio canton lista quien hace contratar",
    ),
    _Page(
        endpoint="public.help_page",
        title=gettext_noop("Ayuda"),
        summary=gettext_noop("Los pasos de cada trámite y las preguntas más frecuentes."),
        words="ayuda preguntas pasos como correo no llega codigo soporte",
    ),
    _Page(
        endpoint="public.figures",
        title=gettext_noop("Cifras mensuales"),
        summary=gettext_noop("Quejas y atenciones de cada mes, para leer o descargar."),
        words="cifras estadisticas numeros transparencia quejas atenciones volumen mes mensual año "
        "datos abiertos csv descargar cuantos registros",
    ),
    _Page(
        endpoint="public.personal_data",
        title=gettext_noop("Datos personales"),
        summary=gettext_noop("Qué datos se guardan, para qué, cuánto tiempo y qué puede pedir."),
        words="datos personales privacidad lopdp proteccion eliminar rectificar tratamiento "
        "conservacion acceso derecho",
    ),
    *(
        _Page(
            endpoint="public.topic",
            values=(("topic", each.slug),),
            title=each.title,
            summary=each.summary,
            words=each.words,
        )
        for each in TOPICS.values()
    ),
)


@blueprint.get("/buscar")
def search() -> str:
    """Find pages by the words that people use, also with a slip of the finger."""
    asked = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    found = find(asked, [Findable(title=p.title, words=p.words, of=p) for p in _PAGES])
    return render_template("public/search.html", asked=asked, found=found)


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List the public pages for search engines."""
    base = parts().settings.public_url.rstrip("/")
    with parts().reading() as uow:
        years = year_addresses(uow)
    addresses = [base + page.href for page in _PAGES if page.is_listed]
    addresses += [base + year for year in years]
    text = render_template("public/sitemap.xml", addresses=addresses)
    return Response(text, content_type="application/xml; charset=utf-8")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell search engines what is for everybody."""
    base = parts().settings.public_url.rstrip("/")
    lines = (
        "User-agent: *",
        "Disallow: /solicitudes",
        "Disallow: /ingresar/",
        "Disallow: /confirmar/",
        "Disallow: /revision",
        "Disallow: /quejas/carta/",
        "Disallow: /v/",
        f"Sitemap: {base}{url_for('public.sitemap')}",
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
