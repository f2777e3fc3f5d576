"""Letters to the service: kinds, states, within which term each is answered, what may be written.

Source: issue 11, «Letters to us»; ADR 43.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from review_service.domain.dated_rules import Entry, in_force
from review_service.domain.errors import SettingsError
from review_service.domain.retention import QUESTION_DAYS
from review_service.domain.roles import Permission
from review_service.domain.rulebook import LETTER_TERMS as SECTION
from review_service.domain.wording import (
    gettext_noop,
    letters_in,
    visible,
    worded,
    worded_by_number,
)

SERIES: Final = "letter"
"""The counter of their numbers."""
CONFIRM_DAYS: Final = QUESTION_DAYS
"""How long the link to confirm serves from when it leaves, and how long the words wait for it."""
MOST_DAYS: Final = 90
"""Business days that a rule may set at most."""
LEAST_BODY: Final = 20
"""Letters of a text that somebody can act on."""
MOST_BODY: Final = 4000
MOST_ANSWER: Final = 8000
MOST_NAME: Final = 150
MOST_ABOUT: Final = 80
"""Of the number of a case or paper, as people type it."""


class LetterKind(StrEnum):
    """What a letter is for; also what the monthly figures count."""

    COMPLAINT = "complaint"
    APPEAL = "appeal"
    PERSONAL_DATA = "personal_data"
    FALSE_DOCUMENT = "false_document"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            LetterKind.COMPLAINT: gettext_noop("Queja"),
            LetterKind.APPEAL: gettext_noop("Apelación"),
            LetterKind.PERSONAL_DATA: gettext_noop("Datos personales"),
            LetterKind.FALSE_DOCUMENT: gettext_noop("Documento falso"),
        }[self]

    @property
    def slug(self) -> str:
        """Names it in addresses."""
        return {
            LetterKind.COMPLAINT: "queja",
            LetterKind.APPEAL: "apelacion",
            LetterKind.PERSONAL_DATA: "datos-personales",
            LetterKind.FALSE_DOCUMENT: "documento-falso",
        }[self]


class LetterState(StrEnum):
    """How far a letter has come."""

    UNCONFIRMED = "unconfirmed"
    """Written without signing in: its address has not said that it is its own. Not received."""
    OPEN = "open"
    ANSWERED = "answered"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            LetterState.UNCONFIRMED: gettext_noop("Por confirmar"),
            LetterState.OPEN: gettext_noop("Por responder"),
            LetterState.ANSWERED: gettext_noop("Respondida"),
        }[self]


_NOT_THE_DECIDER: Final = MappingProxyType(
    {
        LetterKind.COMPLAINT: "Usted decidió esa solicitud: la queja la responde otra persona.",
        LetterKind.APPEAL: "Usted decidió esa solicitud: la apelación la responde otra persona.",
    }
)


def needed_to_answer(kind: LetterKind) -> frozenset[Permission]:
    """Return what an officer must be allowed to do to answer a letter of a kind."""
    deciding = {Permission.DECIDE} if kind is LetterKind.APPEAL else set()
    return frozenset({Permission.ANSWER_LETTERS, *deciding})


def own_decision_problem(
    kind: LetterKind, *, deciders: Collection[UUID], officer_id: UUID | None
) -> str:
    """Return one Spanish sentence where the letter is about the officer's own decision, else none.

    ``deciders`` took decisions on the application that it is about. Nobody judges the complaint or
    the appeal about what they decided.
    """
    is_own = officer_id in deciders
    return _NOT_THE_DECIDER.get(kind, "") if is_own else ""


class LetterPhotoState(StrEnum):
    """How far the photo of a letter has come."""

    WAITING = "waiting"
    """Received; the antivirus and the sandbox have not said yet."""
    KEPT = "kept"
    REFUSED = "refused"
    GONE = "gone"
    """Was kept, and deleted after its term."""

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            LetterPhotoState.WAITING: gettext_noop("En revisión"),
            LetterPhotoState.KEPT: gettext_noop("Recibida"),
            LetterPhotoState.REFUSED: gettext_noop("No se pudo recibir"),
            LetterPhotoState.GONE: gettext_noop("Se eliminó al cumplirse su plazo"),
        }[self]


class DataRequest(StrEnum):
    """What is asked about one's own personal data. Source: LOPDP, as design/domain.md names it."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    DELETION = "deletion"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            DataRequest.ACCESS: gettext_noop("Saber qué datos míos tienen"),
            DataRequest.RECTIFICATION: gettext_noop("Corregir mis datos"),
            DataRequest.DELETION: gettext_noop("Eliminar mis datos"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTerm:
    """Within how many business days a letter is answered, and who says so."""

    days: int
    norm: str
    """Article that sets the term; empty for a commitment of the service."""

    @property
    def name(self) -> str:
        """«plazo legal» only where a norm is named."""
        return gettext_noop("plazo legal") if self.norm else gettext_noop("compromiso del servicio")

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        if self.norm:
            return worded_by_number(
                "Respondemos en 1 día hábil: es un plazo legal (%(norm)s).",
                "Respondemos en %(days)s días hábiles: es un plazo legal (%(norm)s).",
                self.days,
                days=self.days,
                norm=self.norm,
            )
        return worded_by_number(
            "Respondemos en 1 día hábil: es un compromiso del servicio.",
            "Respondemos en %(days)s días hábiles: es un compromiso del servicio.",
            self.days,
            days=self.days,
        )

    @property
    def told(self) -> str:
        """Say how long the term is that runs already."""
        if self.norm:
            return worded_by_number(
                "Es 1 día hábil: es un plazo legal (%(norm)s).",
                "Son %(days)s días hábiles: es un plazo legal (%(norm)s).",
                self.days,
                days=self.days,
                norm=self.norm,
            )
        return worded_by_number(
            "Es 1 día hábil: es un compromiso del servicio.",
            "Son %(days)s días hábiles: es un compromiso del servicio.",
            self.days,
            days=self.days,
        )


def term_of(document: Mapping[str, Any], kind: LetterKind, *, on: date) -> LetterTerm:
    """Return the term of a kind of letter that is received on that day.

    Raises ``SettingsError`` when none or two hold, or when the one says no such term.
    """
    found = [each for each in in_force(document, SECTION, day=on) if each.get("kind") == kind]
    if len(found) != 1:
        raise SettingsError(
            f"{len(found)} entries of [[{SECTION}]] hold for {kind.value} on {on.isoformat()}"
        )
    return term_in(found[0])


def term_in(entry: Entry) -> LetterTerm:
    """Return what an entry says. Raises ``SettingsError`` for a malformed one."""
    days, norm = entry.get("days"), entry.get("norm", "")
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise SettingsError(f"[[{SECTION}]] says days = {days}; it must be 1 to {MOST_DAYS}")
    if not isinstance(norm, str):
        raise SettingsError(f"[[{SECTION}]] has a norm that is no text")
    if norm.strip() and entry.get("certainty") != "verified":
        raise SettingsError(f"[[{SECTION}]] names a norm that nobody has read: {norm}")
    return LetterTerm(days=days, norm=norm.strip())


def terms_on(document: Mapping[str, Any], *, on: date) -> Mapping[LetterKind, LetterTerm]:
    """Return the term of each kind on that day. Raises ``SettingsError``."""
    return {kind: term_of(document, kind, on=on) for kind in LetterKind}


def body_problem(text: str, *, most: int = MOST_BODY) -> str:
    """Return one Spanish sentence when this is too little or too much to act on, else nothing."""
    given = visible(text)
    if letters_in(given) < LEAST_BODY:
        return worded("Cuente con %(least)s letras o más qué pasó.", least=LEAST_BODY)
    if len(given) > most:
        return worded(
            "Escriba %(most)s letras como máximo; ahora son %(count)s.", most=most, count=len(given)
        )
    return ""
