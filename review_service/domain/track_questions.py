"""The questions that lead a person to a track: at most four, one after the other.

A tree without a memory: where somebody stands is the list of answers given so far. Words are
Spanish, for the screen, which may translate them. Source: the seeds of the service, «Requisitos
específicos» and «¿A quién está dirigido?».
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from review_service.domain.wording import gettext_noop


class Ending(StrEnum):
    """Where the questions lead."""

    MIPYME = "mipyme"
    ENTREPRENEUR = "emprendedor"
    ARTISAN = "artesano"
    NO_RUC = "sin-ruc"
    """Not here yet: the SRI gives a RUC first."""
    RUC_AT_REST = "ruc-suspendido"
    """Not here yet: the SRI makes it active again first."""
    CRAFT_BOARD = "junta"
    """Not here: the Junta Nacional de Defensa del Artesano gives that document."""
    OVER_LIMITS = "sobre-los-limites"
    """No MIPYME by its sales; a person may still look."""

    @property
    def is_here(self) -> bool:
        """Whether this service gives the document."""
        return self in {Ending.MIPYME, Ending.ENTREPRENEUR, Ending.ARTISAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, and what it leads to."""

    slug: str
    """Names it in addresses."""
    label: str
    """May hold ``{most_sales}``, the largest sales of a MIPYME in words."""
    leads_to: "Question | Ending"
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with its answers."""

    text: str
    answers: tuple[Answer, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody stands after some answers."""

    given: tuple[tuple[str, Answer], ...]
    """The questions answered so far, with their answers."""
    at: Question | Ending


MOST_QUESTIONS: Final = 4
_SALES: Final = Question(
    text=gettext_noop("¿Cuánto vendió el año pasado?"),
    hint=gettext_noop(
        "Todo lo que vendió, sin descontar gastos. Si empezó este año, lo vendido hasta hoy."
    ),
    answers=(
        Answer(slug="hasta", label=gettext_noop("{most_sales} o menos"), leads_to=Ending.MIPYME),
        Answer(slug="mas", label=gettext_noop("Más de {most_sales}"), leads_to=Ending.OVER_LIMITS),
    ),
)
_BUSINESS: Final = Question(
    text=gettext_noop("¿Qué necesita que diga su documento?"),
    hint=gettext_noop("Si se lo piden en otra institución, mire cómo lo llama."),
    answers=(
        Answer(
            slug="categoria",
            label=gettext_noop("Si soy micro, pequeña o mediana empresa"),
            hint=gettext_noop(
                "Categorización. Es lo que más se pide. No hay que enviar documentos."
            ),
            leads_to=_SALES,
        ),
        Answer(
            slug="emprendedor",
            label=gettext_noop("Que soy emprendedor"),
            hint=gettext_noop(
                "Para quien inicia su negocio. Se envían certificados del IESS y del SRI."
            ),
            leads_to=Ending.ENTREPRENEUR,
        ),
    ),
)
_WORKSHOP: Final = Question(
    text=gettext_noop("¿Qué documento necesita?"),
    hint=gettext_noop("Si no está seguro, elija el primero."),
    answers=(
        Answer(
            slug="acuerdo",
            label=gettext_noop("El Acuerdo Interministerial de artesano"),
            hint=gettext_noop("Lo firman dos ministerios, según la Ley de Fomento Artesanal."),
            leads_to=Ending.ARTISAN,
        ),
        Answer(
            slug="junta",
            label=gettext_noop("La calificación artesanal de la Junta (JNDA)"),
            hint=gettext_noop("Es otro documento, con otra ley."),
            leads_to=Ending.CRAFT_BOARD,
        ),
        Answer(
            slug="categoria",
            label=gettext_noop("El certificado que dice si soy micro, pequeña o mediana empresa"),
            hint=gettext_noop("Categorización. No hay que enviar fotos."),
            leads_to=_SALES,
        ),
    ),
)
_WORK: Final = Question(
    text=gettext_noop("¿Cómo trabaja?"),
    answers=(
        Answer(
            slug="taller",
            label=gettext_noop("Hago cosas con mis manos, o presto un servicio artesanal"),
            hint=gettext_noop(
                "En un taller, aunque sea en su casa. También una organización de artesanos."
            ),
            leads_to=_WORKSHOP,
        ),
        Answer(
            slug="negocio",
            label=gettext_noop("Tengo un negocio o una empresa"),
            hint=gettext_noop("Vende, produce o presta servicios, con o sin empleados."),
            leads_to=_BUSINESS,
        ),
    ),
)
FIRST: Final = Question(
    text=gettext_noop("¿Tiene RUC?"),
    hint=gettext_noop("Está en su certificado del SRI: son 13 números."),
    answers=(
        Answer(
            slug="activo",
            label=gettext_noop("Sí, y está activo"),
            hint=gettext_noop("También si es RIMPE, o del antiguo RISE."),
            leads_to=_WORK,
        ),
        Answer(
            slug="suspendido",
            label=gettext_noop("Sí, pero está suspendido"),
            leads_to=Ending.RUC_AT_REST,
        ),
        Answer(slug="no", label=gettext_noop("No tengo"), leads_to=Ending.NO_RUC),
    ),
)


def after(slugs: Sequence[str]) -> Place | None:
    """Return where these answers lead; None where one of them answers nothing."""
    at: Question | Ending = FIRST
    given: list[tuple[str, Answer]] = []
    for slug in slugs:
        if isinstance(at, Ending):
            return None
        chosen = next((each for each in at.answers if each.slug == slug), None)
        if chosen is None:
            return None
        given.append((at.text, chosen))
        at = chosen.leads_to
    return Place(given=tuple(given), at=at)
