"""The topics that people look for: address, title, and the words by which each is searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from review_service.domain.wording import gettext_noop


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One page to read, in Spanish."""

    slug: str
    """Names it in its address."""
    template: str
    """File in ``templates/public/topics``."""
    title: str
    summary: str
    """One sentence, for search results and the page's description."""
    words: str
    """Other words by which people look for it."""


_ALL: Final = (
    Topic(
        slug="certificado-de-actividad-economica-mipro",
        template="economic_activity",
        title=gettext_noop("Certificado de Actividad Económica MIPRO"),
        summary=gettext_noop("Así llama mucha gente al certificado RUM: qué es y cómo se saca."),
        words=gettext_noop(
            "certificado actividad economica mipro rum registro unico mipymes micro pequeña "
            "mediana empresa categorizacion ministerio produccion sacar obtener quien "
            "extranjero extranjera"
        ),
    ),
    Topic(
        slug="beneficios",
        template="benefits",
        title=gettext_noop("Para qué sirve"),
        summary=gettext_noop(
            "Qué puede hacer con el certificado RUM y con el Acuerdo de artesano."
        ),
        words=gettext_noop(
            "beneficios ventajas ferias asistencia tecnica exportar exportafacil artesano ley"
        ),
    ),
    Topic(
        slug="costo-y-tiempo",
        template="cost_and_time",
        title=gettext_noop("Cuánto cuesta y cuánto tarda"),
        summary=gettext_noop(
            "El trámite no cuesta nada. Cuándo llega cada documento y cuánto vale."
        ),
        words=gettext_noop(
            "costo precio gratis gratuito valor pagar tiempo demora dias plazo vigencia horario"
        ),
    ),
    Topic(
        slug="categorias",
        template="categories",
        title=gettext_noop("Micro, pequeña o mediana"),
        summary=gettext_noop("Los límites de ventas y de personas de cada categoría."),
        words=gettext_noop(
            "categoria categorizacion tamaño microempresa pequeña mediana limite venta empleado"
        ),
    ),
    Topic(
        slug="base-legal",
        template="legal_basis",
        title=gettext_noop("Base legal"),
        summary=gettext_noop("En qué leyes se apoyan el registro, los certificados y los plazos."),
        words=gettext_noop(
            "ley codigo copci articulo 56 norma legal reglamento fomento artesanal coa"
        ),
    ),
    Topic(
        slug="fotos-del-taller",
        template="photo_advice",
        title=gettext_noop("Cómo tomar las fotos del taller"),
        summary=gettext_noop(
            "Luz, encuadre y respeto: lo que hace que una foto se acepte a la primera."
        ),
        words=gettext_noop(
            "fotos fotografia imagen taller maquinas borrosa oscura consejos pdf artesano"
        ),
    ),
    Topic(
        slug="cuidado-con-los-enlaces",
        template="third_party_links",
        title=gettext_noop("Cuidado con los enlaces de terceros"),
        summary=gettext_noop(
            "Cómo saber que está en la página verdadera y qué nunca le pediremos."
        ),
        words=gettext_noop(
            "estafa fraude enlace falso tercero tramitador cobro clave seguridad phishing pagina"
        ),
    ),
)
TOPICS: Final[Mapping[str, Topic]] = MappingProxyType({each.slug: each for each in _ALL})
"""By the name in their address, in the order of lists."""
