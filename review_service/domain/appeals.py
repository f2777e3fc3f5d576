"""Appeals against decisions: which acts, within which days, who decides them, and what comes of it.

Sources: COA arts. 205, 219 and 224 as design/domain.md tells them; ADR 58.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from review_service.domain.applications import ApplicationState
from review_service.domain.dated_rules import Entry, only_in_force
from review_service.domain.errors import SettingsError
from review_service.domain.terms import business_days_between
from review_service.domain.wording import gettext_noop

SECTION: Final = "appeal_rules"
MOST_NEAR_DAYS: Final = 30
"""Business days before its end that a rule may call near at most."""


class AppealedAct(StrEnum):
    """What an appeal is against."""

    REFUSAL = "refusal"
    DEEMED_WITHDRAWAL = "deemed_withdrawal"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            AppealedAct.REFUSAL: "Negativa",
            AppealedAct.DEEMED_WITHDRAWAL: "Desistimiento",
        }[self]

    @property
    def told(self) -> str:
        """Spanish words within a sentence, with their article."""
        return {
            AppealedAct.REFUSAL: "la negativa",
            AppealedAct.DEEMED_WITHDRAWAL: "el desistimiento",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appealable:
    """How an act that may be appealed is known."""

    state: ApplicationState
    """In which the application is after it."""
    notice: str
    """The mail that tells it, and until when it may be appealed."""


APPEALABLE: Final[Mapping[AppealedAct, Appealable]] = MappingProxyType(
    {
        AppealedAct.REFUSAL: Appealable(state=ApplicationState.REFUSED, notice="refused"),
        AppealedAct.DEEMED_WITHDRAWAL: Appealable(
            state=ApplicationState.WITHDRAWN, notice="withdrawn"
        ),
    }
)
"""Every act that may be appealed; another one is a line here and one in ``APPEAL_TRANSITIONS``."""


def act_in(state: ApplicationState) -> AppealedAct | None:
    """Return the act that brings an application into a state; None where none may be appealed.

    Who withdraws by own wish comes into the state of a deemed withdrawal without any act.
    """
    return next((act for act, each in APPEALABLE.items() if each.state is state), None)


class AppealOutcome(StrEnum):
    """How an appeal was decided."""

    INADMITTED = "inadmitted"
    """Not looked at: late, or not of who may appeal."""
    REJECTED = "rejected"
    """Looked at: the decision stands."""
    ACCEPTED = "accepted"
    """The decision stands no longer: the application goes back with an order."""

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            AppealOutcome.INADMITTED: gettext_noop("No admitido"),
            AppealOutcome.REJECTED: gettext_noop("Negado"),
            AppealOutcome.ACCEPTED: gettext_noop("Aceptado"),
        }[self]

    def sentence_on(self, act: AppealedAct) -> str:
        """Return what the person reads first of an appeal against that act."""
        if self is AppealOutcome.ACCEPTED and act is AppealedAct.DEEMED_WITHDRAWAL:
            return gettext_noop(
                "Aceptamos su recurso. Su solicitud sigue, con un plazo nuevo para corregir."
            )
        return {
            AppealOutcome.INADMITTED: gettext_noop(
                "No admitimos su recurso. La decisión que apeló sigue como estaba."
            ),
            AppealOutcome.REJECTED: gettext_noop(
                "Negamos su recurso. La decisión que apeló se mantiene."
            ),
            AppealOutcome.ACCEPTED: gettext_noop(
                "Aceptamos su recurso. Su solicitud vuelve a revisión."
            ),
        }[self]


LATE_ONLY_INADMITTED: Final = (
    "Este recurso llegó después del plazo para apelar: solo se puede no admitir, con el motivo."
)
NOT_THE_FIRST: Final = "Usted tomó la decisión que se apela: el recurso lo decide otra persona."


def outcome_problem(outcome: AppealOutcome | None, *, is_late: bool) -> str:
    """Return one Spanish sentence when an appeal cannot be decided so, else nothing."""
    if outcome is None:
        return "Elija cómo se decide el recurso."
    return LATE_ONLY_INADMITTED if is_late and outcome is not AppealOutcome.INADMITTED else ""


def first_decider_problem(deciders: Collection[UUID | None], *, officer_id: UUID | None) -> str:
    """Return one Spanish sentence for an officer who took the decision that is appealed."""
    return NOT_THE_FIRST if officer_id is not None and officer_id in deciders else ""


def is_after(until: date | None, entered_on: date) -> bool:
    """Whether an appeal came too late; None: the decision was notified to nobody, no term runs."""
    return until is not None and entered_on > until


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRules:
    """What the dated rules say of appeals on one day."""

    basis: str
    """On which articles a decision rests, as its letter says."""
    after: str
    """What remains open once an appeal is not admitted or rejected."""
    near_days: int
    """From so many business days before its end on an open appeal is shown as near."""


def appeal_rules(document: Mapping[str, Any], *, on: date) -> AppealRules:
    """Return the rules of that day. Raises ``SettingsError``."""
    return rules_in(only_in_force(document, SECTION, day=on))


def rules_in(entry: Entry) -> AppealRules:
    """Return what an entry says. Raises ``SettingsError`` for a malformed one."""
    basis, after, near = entry.get("basis"), entry.get("after"), entry.get("near_days")
    if not all(isinstance(text, str) and text.strip() for text in (basis, after)):
        raise SettingsError(f"[[{SECTION}]] needs basis and after")
    if type(near) is not int or not 1 <= near <= MOST_NEAR_DAYS:
        raise SettingsError(f"[[{SECTION}]] says near_days = {near}; 1 to {MOST_NEAR_DAYS}")
    return AppealRules(basis=str(basis).strip(), after=str(after).strip(), near_days=near)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealTerm:
    """Until when an open appeal must be decided, as of one day."""

    last_day: date
    days_left: int
    """Business days from today to the last one; 0 on it, negative after it."""
    is_near: bool
    """Whether few are left, or none."""

    @property
    def is_over(self) -> bool:
        """Whether its last day has gone by."""
        return self.days_left < 0

    @property
    def sentence(self) -> str:
        """Spanish words for officers."""
        if self.is_over:
            return "venció sin decisión"
        if self.days_left == 0:
            return "vence hoy"
        return (
            "queda 1 día hábil" if self.days_left == 1 else f"quedan {self.days_left} días hábiles"
        )


def appeal_term(
    last_day: date, *, today: date, near_days: int, decreed: Collection[date] = frozenset()
) -> AppealTerm:
    """Return the term of an open appeal as of ``today``."""
    left = business_days_between(today, last_day, decreed=decreed)
    if today > last_day:  # a weekend after the last day is late too
        left = min(left, -1)
    return AppealTerm(last_day=last_day, days_left=left, is_near=left <= near_days)
