"""Declared shared workshops: who shares a place of work, and what a resemblance of photos is then.

Only what both say counts: whoever names somebody else's RUC alone silences nothing.
"""

import re
from enum import StrEnum
from itertools import groupby
from typing import Final

from review_service.domain.findings import Severity
from review_service.domain.identifiers import identity_digits
from review_service.domain.ruc import RUC_DIGITS, check_ruc

MOST_SHARING: Final = 20
"""RUC that one data sheet may name."""
_APART: Final = re.compile(r"[,;\n]+")


class Sharing(StrEnum):
    """What two applications of different RUC say of sharing a workshop."""

    BOTH = "both"
    ONLY_HERE = "only_here"
    """This application names the other's RUC, which does not name this one's."""
    ONLY_THERE = "only_there"
    NEITHER = "neither"

    @property
    def is_declared(self) -> bool:
        """Whether both declare it."""
        return self is Sharing.BOTH

    @property
    def words(self) -> str:
        """Spanish for the officer, as a sentence; empty where nobody declares anything."""
        return {
            Sharing.BOTH: "Las dos solicitudes declaran que comparten el taller.",
            Sharing.ONLY_HERE: (
                "Esta solicitud declara que comparten el taller; la otra no lo declara."
            ),
            Sharing.ONLY_THERE: (
                "La otra solicitud declara que comparten el taller; esta no lo declara."
            ),
            Sharing.NEITHER: "",
        }[self]


class Relation(StrEnum):
    """Whose the other application is that has the same or a similar photo."""

    SAME_RUC = "same_ruc"
    SHARED_WORKSHOP = "shared_workshop"
    """Of another RUC, and both declare that they share a workshop."""
    OTHER_RUC = "other_ruc"
    LATER_RUC = "later_ruc"
    """Of another RUC, whose photo was received after this one."""

    @property
    def label(self) -> str:
        """Spanish words for the officer's screen."""
        return {
            Relation.SAME_RUC: "Mismo RUC",
            Relation.SHARED_WORKSHOP: "Taller compartido",
            Relation.OTHER_RUC: "Otro RUC",
            Relation.LATER_RUC: "Otro RUC, después",
        }[self]

    @property
    def severity(self) -> Severity:
        """How grave the photo is to an officer: this is the one place that says it."""
        return Severity.BAD if self is Relation.OTHER_RUC else Severity.NOTE

    @property
    def tone(self) -> str:
        """Colour of its tag; empty for mere information."""
        return {
            Relation.SAME_RUC: "doubt",
            Relation.SHARED_WORKSHOP: "",
            Relation.OTHER_RUC: "bad",
            Relation.LATER_RUC: "",
        }[self]


def relation_of(*, is_own: bool, said: Sharing, came_first: bool) -> Relation:
    """Return whose another application is: of the same RUC, or what both say of their workshop.

    ``came_first`` says that this application's photo was received before the other's: who was
    copied from did nothing, and the alert stands on the case of who came later.
    """
    if is_own:
        return Relation.SAME_RUC
    if said.is_declared:
        return Relation.SHARED_WORKSHOP
    return Relation.LATER_RUC if came_first else Relation.OTHER_RUC


def rucs_of(typed: str) -> tuple[str, ...]:
    """Return what was typed as RUC, each in its one form: commas, lines or spaces part them.

    Words that are no number stay as they were typed, so that they can be told back.
    """
    found: list[str] = []
    for part in _APART.split(typed):
        words = part.split()
        whole = identity_digits(part)
        if len(whole) <= RUC_DIGITS and whole.isdigit():
            found.append(whole)
            continue
        for is_number, together in groupby(words, key=_is_number):
            said = list(together)
            found.extend(map(identity_digits, said) if is_number else [" ".join(said)])
    return tuple(each for each in found if each)


def _is_number(word: str) -> bool:
    """Whether a word is digits, or only the label before them."""
    digits = identity_digits(word)
    return not digits or digits.isdigit()


def as_kept(typed: str) -> str:
    """Return typed RUC as a data sheet keeps them, each once."""
    return ", ".join(dict.fromkeys(rucs_of(typed)))


def problem_of(typed: str) -> str:
    """Return why typed RUC cannot be sent, a Spanish sentence; empty when they can."""
    rucs = rucs_of(typed)
    for each in rucs:
        checked = check_ruc(each)
        if checked.kind is None or checked.problem is not None:
            return f"Revise «{each[:20]}»: un RUC tiene 13 números. Sepárelos con comas."
    if len(rucs) > MOST_SHARING:
        return f"Puede poner hasta {MOST_SHARING} RUC."
    return ""


def sharing(*, here_ruc: str, here: str, there_ruc: str, there: str) -> Sharing:
    """Compare two applications: ``here`` and ``there`` are what each declares, as it is kept."""
    names = there_ruc in rucs_of(here)
    is_named = here_ruc in rucs_of(there)
    if names and is_named:
        return Sharing.BOTH
    if names:
        return Sharing.ONLY_HERE
    return Sharing.ONLY_THERE if is_named else Sharing.NEITHER
