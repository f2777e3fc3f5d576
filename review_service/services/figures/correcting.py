"""Corrects a frozen month: another version with its reason and its author, seen before it is made.

The breakdowns are not published again: two versions of them would tell small groups by their
difference (ADR 44).
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from review_service.db import audit
from review_service.db.models import MonthlyFigureRow, OfficerRow
from review_service.db.queries.figures import versions_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.figure_list import MOST
from review_service.domain.figures import FigureSource, MonthFigures
from review_service.domain.months import Month
from review_service.domain.roles import Permission
from review_service.domain.wording import letters_in, visible
from review_service.services.figures.publishing import add_version

SHORTEST_REASON: Final = 10
"""Letters and figures."""
LONGEST_REASON: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the next version of a month says."""

    complaints: int | None
    attentions: int | None
    reason: str


def checked(
    last: MonthFigures, *, complaints: int | None, attentions: int | None, reason: str
) -> Correction:
    """Return what would be published after the last version; None leaves a number as it is.

    Raises ``InvalidInputError`` with a problem for each of ``complaints``, ``attentions`` and
    ``reason`` that has one.
    """
    found = _correction(last, complaints=complaints, attentions=attentions, reason=reason)
    problems = {
        name: f"Escriba un número de 0 a {MOST}."
        for name, number in (("complaints", complaints), ("attentions", attentions))
        if number is not None and not 0 <= number <= MOST
    }
    if not problems and (found.complaints, found.attentions) == (last.complaints, last.attentions):
        problems["attentions"] = "Los números son los que ya están publicados."
    if letters_in(found.reason) < SHORTEST_REASON or len(found.reason) > LONGEST_REASON:
        problems["reason"] = (
            f"Diga por qué se corrige, con {SHORTEST_REASON} a {LONGEST_REASON} letras: se publica."
        )
    if problems:
        raise InvalidInputError(problems)
    return found


def require_seen(last: MonthFigures, seen: str) -> None:
    """Raise ``StaleStateError`` where a form was made from another version than the last."""
    if seen != last.stamp:
        raise StaleStateError(f"{last.month.name} was corrected meanwhile")


def correct(
    uow: UnitOfWork,
    month: Month,
    *,
    officer_id: UUID,
    complaints: int | None = None,
    attentions: int | None = None,
    reason: str,
    seen: str | None = None,
    **said: str,
) -> MonthFigures:
    """Add a version with other numbers; None leaves a number as it is. Return the new version.

    ``seen`` is the version that the form was made from, None for a caller that has read it just
    now; the same correction of the same officer again is that version. ``said`` goes into the
    event. Raises ``NotAllowedError``, ``NotFoundError`` for a month that is not frozen,
    ``StaleStateError`` where another correction came before, ``InvalidInputError``.
    """
    with uow:
        author = _author(uow, officer_id)
        audit.lock_head(uow.session)
        versions = versions_of(uow, month)
        if not versions:
            raise NotFoundError(f"{month.label} no está publicado y cerrado.")
        last = versions[0]
        if seen is not None and seen != last.stamp:
            again = _correction(last, complaints=complaints, attentions=attentions, reason=reason)
            done = Correction(
                complaints=last.complaints, attentions=last.attentions, reason=last.reason
            )
            if (again, author) == (done, last.author):
                return last
            require_seen(last, seen)
        given = checked(last, complaints=complaints, attentions=attentions, reason=reason)
        row = MonthlyFigureRow(
            year=month.year,
            month=month.number,
            version=(last.version or 0) + 1,
            complaints=given.complaints,
            attentions=given.attentions,
            source=FigureSource.CORRECTED,
            definition=last.definition,
            origin=last.origin,
            reason=given.reason,
            author=author,
            officer_id=officer_id,
        )
        add_version(uow, row, actor=actor_of(officer_id), **said)
        uow.commit()
        return versions_of(uow, month)[0]


def _correction(
    last: MonthFigures, *, complaints: int | None, attentions: int | None, reason: str
) -> Correction:
    return Correction(
        complaints=last.complaints if complaints is None else complaints,
        attentions=last.attentions if attentions is None else attentions,
        reason=" ".join(visible(reason).split()),
    )


def _author(uow: UnitOfWork, officer_id: UUID) -> str:
    officer = uow.session.get(OfficerRow, officer_id)
    if (
        officer is None
        or not officer.active
        or not officer.standing.may(Permission.CORRECT_FIGURES)
    ):
        raise NotAllowedError("esta cuenta no puede corregir cifras publicadas.")
    return f"{officer.full_name}, {officer.unit}"
