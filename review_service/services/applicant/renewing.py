"""When a RUC may ask for its next document of a track: in the window, or when its facts changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import InvalidInputError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.renewals import opens_on
from review_service.domain.rule_decisions import Referral
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import Track, track_of
from review_service.domain.wording import gettext_noop, worded
from review_service.services.agreements import succession


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What stands behind the wish for another document."""

    facts_changed: bool = False
    """Whether the holder says that what the document says is no longer so."""
    rulebook: Mapping[str, Any] | None = None
    """The dated rules of the installation; None: as packaged."""


ASKED_AS_EVER: Final = Asked()


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """The last document of a track, which holds or is to, and when it may be renewed."""

    application_id: UUID | None
    """None for an Acuerdo of before this service, which was imported."""
    kind: IssuedKind
    number: str
    valid_from: date
    valid_until: date
    opens_on: date
    is_open: bool
    """Whether it may be renewed today."""
    is_to_come: bool
    """Whether its first day has not come."""

    @property
    def sentence(self) -> str:
        """Say until when it holds, and from when it may be renewed."""
        return worded(
            "Su %(document)s %(number)s vale hasta el %(valid_until)s. "
            "Puede renovarlo desde el %(opens_on)s.",
            document=worded(self.kind.short_label),
            number=self.number,
            valid_until=self.valid_until,
            opens_on=self.opens_on,
        )


def renewal_of(
    uow: UnitOfWork, *, ruc: str, track: Track, rulebook: Mapping[str, Any] | None = None
) -> Renewal | None:
    """Return what a RUC may renew on a track, in the caller's transaction; None without one."""
    last = succession.last_of(uow, ruc=ruc, track=track.key)
    if last is None:
        return None
    today = ecuador_day(uow.now)
    rules = read_rulebook(None) if rulebook is None else rulebook
    opens = opens_on(rules, track.issues, last.valid_until, day=today)
    return Renewal(
        application_id=last.application_id,
        kind=track.issues,
        number=last.number,
        valid_from=last.valid_from,
        valid_until=last.valid_until,
        opens_on=opens,
        is_open=opens <= today,
        is_to_come=last.valid_from > today,
    )


def require_window(uow: UnitOfWork, *, ruc: str, track: Track, asked: Asked) -> None:
    """Let another be asked for in its window, or when facts changed.

    Raises ``InvalidInputError``, whose sentence names both doors.
    """
    if asked.facts_changed:
        return
    renewal = renewal_of(uow, ruc=ruc, track=track, rulebook=asked.rulebook)
    if renewal is not None and not renewal.is_open:
        sentence = worded(
            "%(renewal)s Si lo que dice ya no es así, elija «Mis datos cambiaron».",
            renewal=renewal.sentence,
        )
        raise InvalidInputError({"kind": sentence})


def too_early(
    uow: UnitOfWork,
    row: ApplicationRow,
    *,
    category: str,
    rulebook: Mapping[str, Any] | None = None,
) -> Referral | None:
    """Return why a rule grants no second document that says the same before its window.

    A person looks at it if the holder asks for it.
    """
    place = succession.place_of(uow, row, category=category)
    if place.former is None or place.changes:
        return None
    renewal = renewal_of(uow, ruc=row.ruc, track=track_of(row.track), rulebook=rulebook)
    if renewal is None or renewal.is_open:
        return None
    return Referral(
        reasons=(
            worded("Diría lo mismo que el que ya tiene. %(sentence)s", sentence=renewal.sentence),
        ),
        only_if_asked=True,
        instead=gettext_noop(
            "Con estos datos su documento diría lo mismo: corríjalos, espere a su plazo, "
            "o pida que lo revise una persona."
        ),
    )
