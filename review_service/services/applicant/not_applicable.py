"""Says of a theme of the photos that it does not apply, and takes it back; an officer judges it.

Photos of the theme stay: an officer sees both, and the applicant is told so. What was taken back is
kept, so that its words stand in the form again.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain import not_applicable
from review_service.domain.documents import Theme
from review_service.domain.errors import NotAllowedError
from review_service.domain.not_applicable import NotApplicable, kept_in, said_in, with_said
from review_service.domain.sightings import Sight
from review_service.domain.terms import ecuador_day
from review_service.services.case import editable, require, require_seen


def say(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    theme: Theme,
    choice: str,
    words: str,
    rulebook: Mapping[str, Any] | None = None,
    seen: str | None = None,
) -> None:
    """Say why a theme does not apply; the same again is no conflict.

    ``choice`` and ``words`` are as of ``not_applicable.read``. Raises ``InvalidInputError``,
    ``NotFoundError``, ``NotAllowedError`` for a theme that must be shown by the rule of the day or
    that nobody asked to correct, ``StaleStateError`` when it was said otherwise meanwhile.
    """
    with uow:
        row, allowed = editable(uow, application_id=application_id, ruc=ruc)
        require(row.id, allowed=allowed.theme(theme))
        offered = not_applicable.offered(on=ecuador_day(uow.now), document=rulebook)
        if theme not in offered:
            raise NotAllowedError(f"{theme.value} of {application_id} must be shown")
        said = not_applicable.read(theme, choice=choice, words=words, reasons=offered[theme])
        if said == said_in(row.not_applicable).get(theme):
            return
        require_seen(uow, row, seen, Sight.THEME, theme)
        _keep(uow, row, said)
        uow.record("theme_not_applicable", actor="applicant", subject_id=row.id, theme=theme.value)
        uow.commit()


def take_back(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, theme: Theme, seen: str | None = None
) -> None:
    """Say that the theme applies after all; a second click finds it done.

    Raises ``NotFoundError``, ``NotAllowedError``, ``StaleStateError`` when it was said otherwise
    meanwhile.
    """
    with uow:
        row, allowed = editable(uow, application_id=application_id, ruc=ruc)
        require(row.id, allowed=allowed.theme(theme))
        kept = kept_in(row.not_applicable).get(theme)
        if kept is not None and not kept.is_said:
            return
        require_seen(uow, row, seen, Sight.THEME, theme)
        if kept is None:
            return
        _keep(uow, row, kept.taken_back())
        uow.record("theme_applies", actor="applicant", subject_id=row.id, theme=theme.value)
        uow.commit()


def _keep(uow: UnitOfWork, row: ApplicationRow, said: NotApplicable) -> None:
    row.not_applicable = with_said(row.not_applicable, said)
    row.changed_at = uow.now
