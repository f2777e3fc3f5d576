"""The pages that people look for, by the words that they use: what search and sitemap stand on."""

from dataclasses import dataclass
from typing import Final

from review_service.domain.page_search import Findable
from review_service.domain.wording import gettext_noop
from review_service.languages import SPANISH, Language
from review_service.web.languages import TRANSLATED, gettext, language, page_address
from review_service.web.public.topics import TOPICS


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """A page that the search finds, with its title and one sentence, in Spanish."""

    endpoint: str
    title: str
    summary: str
    words: str
    """Other words by which people look for it."""
    values: tuple[tuple[str, str], ...] = ()
    is_listed: bool = True
    """Whether search engines are told of it: not what asks to sign in."""

    @property
    def is_translated(self) -> bool:
        """Whether it can be read in every offered language; else in Spanish alone."""
        return self.endpoint in TRANSLATED

    def href(self, in_: Language) -> str:
        """Return its address in a language, or in Spanish where it has no other."""
        return page_address(
            self.endpoint, dict(self.values), in_ if self.is_translated else SPANISH
        )

    def found_by(self) -> Findable["PublicPage"]:
        """Return it with its words in the language of this request, and with the Spanish ones."""
        title, words = gettext(self.title), gettext(self.words)
        if language() is not SPANISH:
            words = f"{words} {self.title} {self.words}"
        return Findable(title=title, words=words, of=self)


PAGES: Final = (
    PublicPage(
        endpoint="public.home",
        title=gettext_noop("Registro Único de MIPYMES (RUM)"),
        summary=gettext_noop("Pida su certificado RUM o su Acuerdo de artesano, gratis."),
        words=gettext_noop(
            "inicio tramite emision registro unico mipymes rum servicios linea ingresar sistema"
        ),
    ),
    PublicPage(
        endpoint="applicant.new_on_track",
        values=(("via", "mipyme"),),
        title=gettext_noop("Certificado RUM de mi MIPYME"),
        summary=gettext_noop(
            "Categorización: responda unas preguntas y reciba el certificado al momento."
        ),
        words=gettext_noop(
            "rum registro unico mipymes mipyme pyme certificado categorizacion micro pequeña "
            "mediana empresa negocio compañia mipro requisitos sacar obtener"
        ),
        is_listed=False,
    ),
    PublicPage(
        endpoint="applicant.new_on_track",
        values=(("via", "emprendedor"),),
        title=gettext_noop("Certificado RUM de emprendedor"),
        summary=gettext_noop(
            "Para quien inicia su negocio: certificados del IESS y del SRI, y nómina."
        ),
        words=gettext_noop(
            "emprendedor emprendimiento emprender certificado rum negocio nuevo requisitos sacar"
        ),
        is_listed=False,
    ),
    PublicPage(
        endpoint="applicant.new_on_track",
        values=(("via", "artesano"),),
        title=gettext_noop("Acuerdo Interministerial de artesano"),
        summary=gettext_noop("Primera vez o renovación, con fotos de su taller."),
        words=gettext_noop(
            "artesano artesana artesanal acuerdo interministerial calificacion calificado carnet "
            "carne permiso registro asociacion taller requisitos sacar renovar renovacion"
        ),
        is_listed=False,
    ),
    PublicPage(
        endpoint="public.which_track",
        title=gettext_noop("¿Cuál es el mío?"),
        summary=gettext_noop(
            "Cuatro preguntas como máximo, y una lista de lo que debe tener a mano."
        ),
        words=gettext_noop(
            "cual tramite necesito requisitos elegir mipyme emprendedor artesano ruc rise rimpe"
        ),
    ),
    PublicPage(
        endpoint="applicant.applications",
        title=gettext_noop("Mis solicitudes"),
        summary=gettext_noop("Continúe una solicitud, o imprima su certificado."),
        words=gettext_noop(
            "mis solicitudes imprimir descargar consultar certificado estado continuar renovar"
        ),
        is_listed=False,
    ),
    PublicPage(
        endpoint="verify.ask",
        title=gettext_noop("Verificar un documento"),
        summary=gettext_noop("Con el código QR, con el número o con el PDF."),
        words=gettext_noop(
            "verificar validar comprobar consultar autenticidad qr codigo falso vigente "
            "certificado acuerdo documento papel"
        ),
    ),
    PublicPage(
        endpoint="public.office_list",
        title=gettext_noop("Oficinas"),
        summary=gettext_noop("Dirección y horario de cada oficina."),
        words=gettext_noop(
            "oficina oficinas direccion zonal ciudad telefono contacto correo soporte horario "
            "guayaquil quito cuenca manta ambato"
        ),
    ),
    PublicPage(
        endpoint="letters.kinds",
        title=gettext_noop("Quejas y solicitudes"),
        summary=gettext_noop(
            "Escriba una queja, una apelación, un pedido sobre sus datos o un aviso."
        ),
        words=gettext_noop(
            "queja reclamo denuncia sugerencia poner presentar escribir carta mal servicio "
            "apelar apelacion recurso negada negaron respuesta"
        ),
    ),
    PublicPage(
        endpoint="letters.new_letter",
        values=(("kind", "apelacion"),),
        title=gettext_noop("Presentar una apelación"),
        summary=gettext_noop("Si le negaron una solicitud y no está de acuerdo."),
        words=gettext_noop(
            "apelar apelacion recurso impugnar me solicitud negada negaron negativa rechazada"
        ),
    ),
    PublicPage(
        endpoint="letters.new_letter",
        values=(("kind", "documento-falso"),),
        title=gettext_noop("Avisar de un documento falso"),
        summary=gettext_noop("Si le mostraron un certificado o un Acuerdo que parece falso."),
        words=gettext_noop(
            "documento falso falsificado denunciar denuncia alterado copia certificado acuerdo"
        ),
    ),
    PublicPage(
        endpoint="letters.new_letter",
        values=(("kind", "datos-personales"),),
        title=gettext_noop("Pedir algo sobre sus datos"),
        summary=gettext_noop("Saber qué datos suyos tenemos, corregirlos o eliminarlos."),
        words=gettext_noop(
            "acceso rectificar corregir eliminar borrar mis datos personales lopdp derecho"
        ),
    ),
    PublicPage(
        endpoint="public.directory",
        title=gettext_noop("Directorio de artesanos"),
        summary=gettext_noop("Artesanas y artesanos con Acuerdo vigente que quisieron estar aquí."),
        words=gettext_noop(
            "directorio artesano artesana buscar oficio canton lista quien hace contratar"
        ),
    ),
    PublicPage(
        endpoint="public.help_page",
        title=gettext_noop("Ayuda"),
        summary=gettext_noop("Los pasos de cada trámite y las preguntas más frecuentes."),
        words=gettext_noop("ayuda preguntas pasos como correo no llega codigo soporte"),
    ),
    PublicPage(
        endpoint="public.figures",
        title=gettext_noop("Cifras mensuales"),
        summary=gettext_noop("Quejas y atenciones de cada mes, para leer o descargar."),
        words=gettext_noop(
            "cifras estadisticas numeros transparencia quejas atenciones volumen mes mensual año "
            "datos abiertos csv descargar cuantos registros"
        ),
    ),
    PublicPage(
        endpoint="public.personal_data",
        title=gettext_noop("Datos personales"),
        summary=gettext_noop("Qué datos se guardan, para qué, cuánto tiempo y qué puede pedir."),
        words=gettext_noop(
            "datos personales privacidad lopdp proteccion eliminar rectificar tratamiento "
            "conservacion acceso derecho"
        ),
    ),
    *(
        PublicPage(
            endpoint="public.topic",
            values=(("topic", each.slug),),
            title=each.title,
            summary=each.summary,
            words=each.words,
        )
        for each in TOPICS.values()
    ),
)
