"""When the file of a payroll is deleted: days after the decision, unless something holds it.

Employer, month and count stay. Nobody decides what was never sent: there the days count from the
last change of the draft, or from its withdrawal. The days are a dated rule; the entry of the day
from which they count holds.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from review_service.domain.dated_rules import Entry, only_in_force
from review_service.domain.errors import SettingsError
from review_service.domain.later_controls import LaterOutcome
from review_service.domain.wording import long_date, worded_by_number

SECTION: Final = "payroll_deletion"
DRAFT_DAYS: Final = "draft_days"
"""Of a rule: the days after which a draft that nobody changes loses its payroll."""
MOST_DAYS: Final = 3660
"""Ten years: whoever writes more means another unit."""


class Hold(StrEnum):
    """What keeps something beyond its days."""

    LEGAL = "legal"
    UNCONFIRMED = "unconfirmed"
    OPEN = "open"
    NOTICE = "notice"
    LETTER = "letter"
    LATER_CONTROL = "later_control"
    DIFFERENCE = "difference"

    @property
    def label(self) -> str:
        """Spanish words for officers and operators."""
        return {
            Hold.LEGAL: "Una retención legal lo impide",
            Hold.UNCONFIRMED: "La institución no ha confirmado cuánto tiempo se conserva",
            Hold.OPEN: "La solicitud no ha terminado",
            Hold.NOTICE: "El aviso de la decisión todavía no se entrega",
            Hold.LETTER: "Una carta sobre la solicitud espera respuesta",
            Hold.LATER_CONTROL: "El control posterior no ha terminado",
            Hold.DIFFERENCE: (
                "El control posterior encontró una diferencia y el certificado sigue vigente"
            ),
        }[self]

    @property
    def reason(self) -> str:
        """The same within a sentence."""
        return f"{self.label[0].lower()}{self.label[1:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetainedCase:
    """What decides when files of one application are deleted. Days are of Ecuador."""

    ended_on: date | None
    """Day of the decision or of the withdrawal; None while the application is open."""
    left_on: date | None = None
    """Day of the last change of a draft; None for what is no draft."""
    is_decided: bool = True
    """False for a withdrawn one, which nobody decided."""
    was_sent: bool = True
    """False for what was withdrawn before it was ever confirmed: no officer saw it."""
    waits_for_notice: bool = False
    """Whether a decision that may be appealed was notified to nobody yet."""
    told_on: date | None = None
    """Day when such a decision was notified."""
    is_controlled: bool = False
    """Whether an officer was asked to look at it afterwards."""
    controlled_on: date | None = None
    """Day when that look ended."""
    outcome: LaterOutcome | None = None
    valid_until: date | None = None
    """Last day of the issued document."""
    is_held: bool = False
    """Whether an officer forbade that anything of the application is deleted."""
    has_open_letter: bool = False
    """Whether an appeal, or another letter about it, waits for its answer."""
    appeal_answered_on: date | None = None
    """Day when the newest appeal about it was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """When the file may go."""

    hold: Hold | None
    days: int | None = None
    """Of the rule; None while the application is open, but for drafts."""
    on: date | None = None
    """First day on which it may go; None while nobody knows."""
    since: str = ""
    """From what the days count, in Spanish: «de la decisión»."""

    def is_due(self, today: date) -> bool:
        """Whether it goes today."""
        return self.hold is None and self.on is not None and self.on <= today


def deletion_days(document: Mapping[str, Any], *, ended_on: date, today: date) -> int:
    """Return the days of the rule that held when it ended; of today's where none did.

    Raises ``SettingsError`` for a rule that names none, or a gap today.
    """
    return _days(_entry(document, ended_on, today), "days")


def draft_days(document: Mapping[str, Any], *, left_on: date, today: date) -> int:
    """Return after how many days without a change a draft loses its payroll.

    A rule that does not say it means the days after a decision. Raises ``SettingsError``.
    """
    entry = _entry(document, left_on, today)
    return _days(entry, DRAFT_DAYS if DRAFT_DAYS in entry else "days")


def deletion(case: RetainedCase, document: Mapping[str, Any], *, today: date) -> Deletion:
    """Return when the file of a payroll goes, and what holds it. Raises ``SettingsError``."""
    if case.is_held:
        return Deletion(hold=Hold.LEGAL)
    if case.has_open_letter:
        return Deletion(hold=Hold.LETTER)
    if case.ended_on is None:
        return _of_a_draft(case.left_on, document, today) or Deletion(hold=Hold.OPEN)
    days_of = deletion_days if case.was_sent else _days_unsent
    days = days_of(document, ended_on=case.ended_on, today=today)
    return after_the_end(case, days=days, today=today)


def after_the_end(case: RetainedCase, *, days: int, today: date) -> Deletion:
    """Return when files of an application that has ended go, so many days after it."""
    if case.ended_on is None:
        return Deletion(hold=Hold.OPEN)
    if case.waits_for_notice:
        return Deletion(hold=Hold.NOTICE, days=days)
    if case.has_open_letter:
        return Deletion(hold=Hold.LETTER, days=days)
    if case.is_controlled and case.controlled_on is None:
        return Deletion(hold=Hold.LATER_CONTROL, days=days)
    begins, since, hold = case.ended_on, _end_of(case), None
    if case.told_on is not None and case.told_on > begins:
        begins, since = case.told_on, "del aviso de la decisión"
    if case.appeal_answered_on is not None and case.appeal_answered_on > begins:
        begins, since = case.appeal_answered_on, "de la respuesta a la apelación"
    if case.controlled_on is not None and case.controlled_on > begins:
        begins, since = case.controlled_on, "del control posterior"
    if case.outcome is LaterOutcome.DIFFERS and case.valid_until is not None:
        hold = Hold.DIFFERENCE if today <= case.valid_until else None
        if case.valid_until > begins:
            begins, since = case.valid_until, "del fin del certificado"
    return Deletion(hold=hold, days=days, on=begins + timedelta(days=days), since=since)


def told_days(days: int) -> str:
    """Return «1 día» or «140 días»."""
    return worded_by_number("%(days)s día", "%(days)s días", days, days=days)


def gone_sentence(case: RetainedCase, *, deleted_on: date) -> str:
    """Tell that it was deleted, and how long after the end of the application."""
    told = f"La nómina se eliminó el {long_date(deleted_on)}"
    if case.ended_on is None:  # in a row that somebody changed
        return f"{told}."
    return f"{told} ({told_days((deleted_on - case.ended_on).days)} después {_end_of(case)})."


def applicant_sentence(
    case: RetainedCase, deleted_on: date | None, document: Mapping[str, Any], *, today: date
) -> str:
    """Tell the applicant that the file went, or that it will; never what holds it.

    Raises ``SettingsError``.
    """
    if deleted_on is not None:
        return gone_sentence(case, deleted_on=deleted_on)
    ended_on = today if case.ended_on is None else case.ended_on
    left, kept = "", "Quedan el nombre del negocio, el mes y cuántas personas son."
    if not case.was_sent:
        days = told_days(draft_days(document, left_on=ended_on, today=today))
        return f"El archivo de su nómina se elimina {days} después {_end_of(case)}. {kept}"
    if case.left_on is not None:
        unchanged = told_days(draft_days(document, left_on=case.left_on, today=today))
        left = f" Si deja el borrador {unchanged} sin cambios, también se elimina."
    days = told_days(deletion_days(document, ended_on=ended_on, today=today))
    if case.waits_for_notice:
        return (
            f"El archivo de su nómina se elimina {days} después de que le entreguemos la decisión. "
            f"{kept}"
        )
    return (
        f"El archivo de su nómina se elimina {days} después {_end_of(case)}; si hace falta para "
        f"una revisión que sigue abierta, {days} después de que termine.{left} {kept}"
    )


def officer_sentence(
    case: RetainedCase, deleted_on: date | None, document: Mapping[str, Any], *, today: date
) -> str:
    """Tell an officer when the file went, or until when it is kept and what holds it.

    Empty while the application is open. Raises ``SettingsError``.
    """
    if deleted_on is not None:
        return gone_sentence(case, deleted_on=deleted_on)
    found = deletion(case, document, today=today)
    if found.hold is Hold.OPEN:
        return ""
    goes = f"Se elimina el {long_date(found.on)}." if found.on else ""
    if found.hold is not None:
        told = f"El archivo de la nómina se conserva porque {found.hold.reason}. {goes}"
        return told.rstrip()
    return (
        f"El archivo de la nómina se elimina el {long_date(found.on or today)}: "
        f"{told_days(found.days or 0)} después {found.since}."
    )


def dropped_sentence(dropped_on: date, document: Mapping[str, Any]) -> str:
    """Tell the applicant why a draft's payroll is no longer there. Raises ``SettingsError``."""
    days = told_days(draft_days(document, left_on=dropped_on, today=dropped_on))
    return (
        f"La nómina que envió se eliminó el {long_date(dropped_on)}, porque el borrador estuvo "
        f"{days} sin cambios. Envíela otra vez."
    )


def _of_a_draft(left_on: date | None, document: Mapping[str, Any], today: date) -> Deletion | None:
    if left_on is None:
        return None
    days = draft_days(document, left_on=left_on, today=today)
    return Deletion(
        hold=None, days=days, on=left_on + timedelta(days=days), since="del último cambio"
    )


def _days_unsent(document: Mapping[str, Any], *, ended_on: date, today: date) -> int:
    return draft_days(document, left_on=ended_on, today=today)


def _entry(document: Mapping[str, Any], day: date, today: date) -> Entry:
    with suppress(SettingsError):
        return only_in_force(document, SECTION, day=day)
    return only_in_force(document, SECTION, day=today)


def _days(entry: Entry, name: str) -> int:
    days = entry.get(name)
    if type(days) is not int or not 0 <= days <= MOST_DAYS:
        raise SettingsError(f"[[{SECTION}]] says {name} = {days}")
    return days


def _end_of(case: RetainedCase) -> str:
    return "de la decisión" if case.is_decided else "del fin de la solicitud"
