"""The questions that lead a person to a track: at most four, one after the other.

A tree without a memory: where somebody stands is the list of answers given so far. Words are
Spanish, for the screen. Source: the seeds of the service, «Requisitos específicos» and «¿A quién
está dirigido?».
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


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
    text="¿Cuánto vendió el año pasado?",
    hint="Todo lo que vendió, sin descontar gastos. Si empezó este año, lo vendido hasta hoy.",
    answers=(
        Answer(slug="hasta", label="{most_sales} o menos", leads_to=Ending.MIPYME),
        Answer(slug="mas", label="Más de {most_sales}", leads_to=Ending.OVER_LIMITS),
    ),
)
_BUSINESS: Final = Question(
    text="¿Qué necesita que diga su documento?",
    hint="Si se lo piden en otra institución, mire cómo lo llama.",
    answers=(
        Answer(
            slug="categoria",
            label="Si soy micro, pequeña o mediana empresa",
            hint="Categorización. Es lo que más se pide. No hay que enviar documentos.",
            leads_to=_SALES,
        ),
        Answer(
            slug="emprendedor",
            label="Que soy emprendedor",
            hint="Para quien inicia su negocio. Se envían certificados del IESS y del SRI.",
            leads_to=Ending.ENTREPRENEUR,
        ),
    ),
)
_WORKSHOP: Final = Question(
    text="¿Qué documento necesita?",
    hint="Si no está seguro, elija el primero.",
    answers=(
        Answer(
            slug="acuerdo",
            label="El Acuerdo Interministerial de artesano",
            hint="Lo firman dos ministerios, según la Ley de Fomento Artesanal.",
            leads_to=Ending.ARTISAN,
        ),
        Answer(
            slug="junta",
            label="La calificación artesanal de la Junta (JNDA)",
            hint="Es otro documento, con otra ley.",
            leads_to=Ending.CRAFT_BOARD,
        ),
        Answer(
            slug="categoria",
            label="El certificado que dice si soy micro, pequeña o mediana empresa",
            hint="Categorización. No hay que enviar fotos.",
            leads_to=_SALES,
        ),
    ),
)
_WORK: Final = Question(
    text="¿Cómo trabaja?",
    answers=(
        Answer(
            slug="taller",
            label="Hago cosas con mis manos, o presto un servicio artesanal",
            hint="En un taller, aunque sea en su casa. También una organización de artesanos.",
            leads_to=_WORKSHOP,
        ),
        Answer(
            slug="negocio",
            label="Tengo un negocio o una empresa",
            hint="Vende, produce o presta servicios, con o sin empleados.",
            leads_to=_BUSINESS,
        ),
    ),
)
FIRST: Final = Question(
    text="¿Tiene RUC?",
    hint="Está en su certificado del SRI: son 13 números.",
    answers=(
        Answer(
            slug="activo",
            label="Sí, y está activo",
            hint="También si es RIMPE, o del antiguo RISE.",
            leads_to=_WORK,
        ),
        Answer(slug="suspendido", label="Sí, pero está suspendido", leads_to=Ending.RUC_AT_REST),
        Answer(slug="no", label="No tengo", leads_to=Ending.NO_RUC),
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
