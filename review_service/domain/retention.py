"""How long each kind of data is kept: one table of terms, by kind.

What people sent and wrote has its terms in dated rules, and goes only once the institution has
confirmed them. What only serves the running of the service has terms of the service's own. A
payroll's term is a rule of its own (``payroll_terms``).
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.dated_rules import in_force
from review_service.domain.errors import SettingsError
from review_service.domain.payroll_terms import (
    MOST_DAYS,
    Deletion,
    Hold,
    RetainedCase,
    after_the_end,
    deletion,
)
from review_service.domain.rulebook import DatedRule, dated_rule

SECTION: Final = "retention"
NOTICE: Final = "notice_days"
DAYS: Final = ("days", NOTICE)


class RetentionKind(StrEnum):
    """What goes after a term of its own."""

    PAYROLLS = "payrolls"
    DRAFTS = "drafts"
    PHOTOS = "photos"
    REPLACED = "replaced"
    LETTER_PHOTOS = "letter_photos"
    MAILS = "mails"
    SIGN_IN_MAILS = "sign_in_mails"
    QUESTIONS = "questions"
    SECOND_ADDRESSES = "second_addresses"
    CONSENTS = "consents"
    RECEIPTS = "receipts"
    KEPT_FORMS = "kept_forms"
    SESSIONS = "sessions"
    LINKS = "links"
    ATTEMPTS = "attempts"

    @property
    def label(self) -> str:
        """Spanish words for lists."""
        return _LABELS[self]


_LABELS: Final = MappingProxyType(
    {
        RetentionKind.PAYROLLS: "Archivos de nóminas",
        RetentionKind.DRAFTS: "Borradores que nadie envió",
        RetentionKind.PHOTOS: "Fotos de solicitudes negadas o desistidas",
        RetentionKind.REPLACED: "Archivos que otros reemplazaron",
        RetentionKind.LETTER_PHOTOS: "Fotos de avisos ya respondidos",
        RetentionKind.MAILS: "Texto de correos que no deciden nada",
        RetentionKind.SIGN_IN_MAILS: "Correos para ingresar y resúmenes de quienes revisan",
        RetentionKind.QUESTIONS: "Correos que preguntan a una dirección si es suya",
        RetentionKind.SECOND_ADDRESSES: "Segundos correos que no dijeron que sí",
        RetentionKind.CONSENTS: "Lo que busca el directorio de quien ya no está en él",
        RetentionKind.RECEIPTS: "Comprobantes impresos",
        RetentionKind.KEPT_FORMS: "Formularios que no llegaron a enviarse",
        RetentionKind.SESSIONS: "Sesiones terminadas",
        RetentionKind.LINKS: "Enlaces de un solo uso",
        RetentionKind.ATTEMPTS: "Intentos contados",
    }
)
RULED: Final = (
    RetentionKind.DRAFTS,
    RetentionKind.PHOTOS,
    RetentionKind.REPLACED,
    RetentionKind.LETTER_PHOTOS,
    RetentionKind.MAILS,
)
"""Kinds whose term the section ``retention`` says."""
FORGET_DAYS: Final = 30
"""Days after their end in which sessions, links, counted attempts, mails to sign in and second
addresses that never said yes go."""
QUESTION_DAYS: Final = 7
"""As long as a link that asks serves, for a letter or a second address: whoever did not answer
gave us no address to keep."""
RECEIPT_DAYS: Final = 90
"""A receipt that is asked for later is printed again."""
KEPT_FORM_DAYS: Final = 2
LONGEST_BACKUP_HOURS: Final = 24
"""Hours from the removal of a file to its release. The sweeper waits as long again, and as long
with files that no row names: a backup that had read the row before has copied the bytes by then,
and an upload has ended."""
REMOVED_DAYS: Final = 2 * LONGEST_BACKUP_HOURS // 24
"""Days after which the bytes of a file that was taken out of a draft are gone."""
OWN_DAYS: Final[Mapping[RetentionKind, int]] = MappingProxyType(
    {
        RetentionKind.RECEIPTS: RECEIPT_DAYS,
        RetentionKind.KEPT_FORMS: KEPT_FORM_DAYS,
        RetentionKind.SESSIONS: FORGET_DAYS,
        RetentionKind.LINKS: FORGET_DAYS,
        RetentionKind.ATTEMPTS: FORGET_DAYS,
        RetentionKind.SIGN_IN_MAILS: FORGET_DAYS,
        RetentionKind.QUESTIONS: QUESTION_DAYS,
        RetentionKind.SECOND_ADDRESSES: FORGET_DAYS,
        RetentionKind.CONSENTS: 0,
    }
)
"""Days of what only serves the running of the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long one kind is kept, by a dated rule."""

    kind: RetentionKind
    days: int
    notice_days: int
    """How long before it goes its holder is told; 0 for kinds of which nobody is told."""
    rule: DatedRule


def terms(document: Mapping[str, Any], *, on: date) -> tuple[Term, ...]:
    """Return the terms of all kinds that a rule of the section says. Raises ``SettingsError``."""
    return tuple(term(document, kind, since=on, today=on) for kind in RULED)


def term(document: Mapping[str, Any], kind: RetentionKind, *, since: date, today: date) -> Term:
    """Return the term that held on the day from which it counts; today's where none did.

    Raises ``SettingsError`` for a rule that names no days, a gap today, or two at once.
    """
    with suppress(SettingsError):
        return _term(document, kind, since)
    return _term(document, kind, today)


FileDeletion = Callable[[RetainedCase, Mapping[str, Any], date], Deletion]
"""When the files of one kind of one application go, by the rulebook, as of a day."""


def payroll_files(case: RetainedCase, document: Mapping[str, Any], today: date) -> Deletion:
    """Return when its payrolls go. Raises ``SettingsError``."""
    return deletion(case, document, today=today)


def files_of(kind: RetentionKind) -> FileDeletion:
    """Return when the files of a kind of the section go: some days after the application's end."""

    def told(case: RetainedCase, document: Mapping[str, Any], today: date) -> Deletion:
        if case.is_held:
            return Deletion(hold=Hold.LEGAL)
        if case.has_open_letter:
            return Deletion(hold=Hold.LETTER)
        if case.ended_on is None:
            return Deletion(hold=Hold.OPEN)
        found = term(document, kind, since=case.ended_on, today=today)
        return held_until_confirmed(
            after_the_end(case, days=found.days, today=today), found, today=today
        )

    return told


def held_until_confirmed(found: Deletion, of: Term, *, today: date) -> Deletion:
    """Return the same deletion, held while the institution has not confirmed its term."""
    if found.hold is None and not of.rule.is_confirmed(today):
        return replace(found, hold=Hold.UNCONFIRMED)
    return found


def _term(document: Mapping[str, Any], kind: RetentionKind, day: date) -> Term:
    entries = [each for each in in_force(document, SECTION, day=day) if each.get("kind") == kind]
    if len(entries) != 1:
        raise SettingsError(f"[[{SECTION}]] has {len(entries)} terms of {kind.value}")
    [entry] = entries
    days, notice = (_days(kind, entry.get(name, 0 if name == NOTICE else None)) for name in DAYS)
    if notice > days:
        raise SettingsError(f"[[{SECTION}]] tells of {kind.value} before its days begin")
    return Term(kind=kind, days=days, notice_days=notice, rule=dated_rule(SECTION, entry))


def _days(kind: RetentionKind, told: object) -> int:
    if type(told) is not int or not 0 <= told <= MOST_DAYS:
        raise SettingsError(f"[[{SECTION}]] of {kind.value} has {told} for days")
    return told
