"""What happens between a request for corrections and its end: more days, attempts, a resolution."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Final

from review_service.domain.terms import CORRECTION_DAYS, add_business_days
from review_service.domain.wording import gettext_noop

MOST_EXTENSION_DAYS: Final = CORRECTION_DAYS // 2
"""Business days by which the term to correct is extended at most. Source: COA art. 161, half."""


class ContactChannel(StrEnum):
    """By what means somebody tried to tell a person of a request, beside its notice."""

    PHONE = "phone"
    SECOND_ADDRESS = "second_address"
    IN_PERSON = "in_person"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            ContactChannel.PHONE: gettext_noop("Teléfono"),
            ContactChannel.SECOND_ADDRESS: gettext_noop("Otro correo"),
            ContactChannel.IN_PERSON: gettext_noop("En persona"),
            ContactChannel.OTHER: gettext_noop("Otro medio"),
        }[self]


class ContactResult(StrEnum):
    """What came of an attempt."""

    REACHED = "reached"
    LEFT_WORD = "left_word"
    NOT_REACHED = "not_reached"
    SENT = "sent"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            ContactResult.REACHED: gettext_noop("Habló con la persona"),
            ContactResult.LEFT_WORD: gettext_noop("Dejó un mensaje"),
            ContactResult.NOT_REACHED: gettext_noop("No contestó"),
            ContactResult.SENT: gettext_noop("Se envió"),
        }[self]

    @property
    def told(self) -> str:
        """Spanish words for the person, within a sentence of a letter."""
        return {
            ContactResult.REACHED: gettext_noop("hablamos con usted"),
            ContactResult.LEFT_WORD: gettext_noop("le dejamos un mensaje"),
            ContactResult.NOT_REACHED: gettext_noop("no pudimos hablar con usted"),
            ContactResult.SENT: gettext_noop("se lo enviamos"),
        }[self]


class CopyState(StrEnum):
    """How far a mail to the second address has come."""

    ON_ITS_WAY = "on_its_way"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"
    """The relay refused it for good."""

    @property
    def label(self) -> str:
        """Spanish words for the officer."""
        return {
            CopyState.ON_ITS_WAY: "En camino",
            CopyState.HANDED_OVER: "Se envió",
            CopyState.REFUSED: "No se pudo entregar",
        }[self]


LOGGED_CHANNELS: Final = tuple(
    each for each in ContactChannel if each is not ContactChannel.SECOND_ADDRESS
)
"""What an officer writes down. A mail to the second address is written down by sending it."""
LOGGED_RESULTS: Final = tuple(each for each in ContactResult if each is not ContactResult.SENT)


class Obstacle(StrEnum):
    """Why a deemed withdrawal cannot be signed now."""

    NOT_TOLD = "not_told"
    """The notice was not handed over: no term has begun (COA 101, 158)."""
    RUNNING = "running"
    EXTENSION_WAITS = "extension_waits"
    """More days were asked for in time, and nobody answered: our silence costs nobody the case."""
    NOT_SEEN = "not_seen"
    """Nothing shows that the person saw it, and nobody tried another way."""

    @property
    def sentence(self) -> str:
        """Spanish words for the officer: what is missing, and what to do."""
        return {
            Obstacle.NOT_TOLD: "El aviso no se entregó: ningún plazo ha empezado. Envíe el aviso "
            "de nuevo; si el correo lo rechaza otra vez, pida a quien administra el servicio que "
            "anote la notificación hecha por otro medio.",
            Obstacle.RUNNING: "El plazo para corregir no ha terminado.",
            Obstacle.EXTENSION_WAITS: "La persona pidió una prórroga a tiempo y nadie le "
            "respondió. Decida primero la prórroga.",
            Obstacle.NOT_SEEN: "No consta que la persona lo haya visto. Intente avisarle por "
            "teléfono o por su otro correo, y anótelo aquí.",
        }[self]


def extended(
    last_day: date, days: int, *, today: date, decreed: Collection[date] = frozenset()
) -> date:
    """Return the last day of a term to correct after so many more business days.

    They count from the day that was the last one; from today where that has gone by, since it was
    asked for in time and we answered late.
    """
    return add_business_days(max(last_day, today), days, decreed=decreed)
