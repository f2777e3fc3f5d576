"""The tracks of the register: who decides, and what is issued. A track is data, no second copy.

``applications.track`` holds a track's key as text, so that a database knows applications of a track
that this version does not know. Source: design, «Who may apply, and with what».
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from review_service.domain import associations, emprendedor, mipyme
from review_service.domain.applications import ApplicationKind, ReviewItem
from review_service.domain.data_sheet import BUSINESS, VENTURE, WORKSHOP, SheetQuestions
from review_service.domain.documents import VENTURE_PAPERS
from review_service.domain.errors import InvalidInputError, SettingsError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.rule_decisions import Referral, RuleDecision, RuleQuestion
from review_service.domain.wording import gettext_noop


class Decider(StrEnum):
    """Who decides the applications of a track that nothing speaks against."""

    OFFICER = "officer"
    RULE = "rule"
    """A dated rule, at once; what it cannot decide goes to an officer. It never refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One way into the register."""

    key: str
    """Stored with each application; never changed."""
    slug: str
    """Names it in addresses; Spanish, plain letters."""
    label: str
    """Spanish name for the screen."""
    issues: IssuedKind
    questions: SheetQuestions
    """What its data sheet asks."""
    items: tuple[ReviewItem, ...]
    """What an officer judges, one by one; a prior agreement of renewals only."""
    rule: Callable[[RuleQuestion], RuleDecision | Referral] | None = None
    """The rule that decides at once; None where officers decide."""
    advice: Callable[[RuleQuestion], tuple[str, ...]] | None = None
    """What an officer is advised of, sentences; None where nothing is."""
    category: str = ""
    """What every certificate of the track says of its holder; empty where it is found by a rule."""

    @property
    def decider(self) -> Decider:
        """Who decides."""
        return Decider.OFFICER if self.rule is None else Decider.RULE

    @property
    def shows_photos(self) -> bool:
        """Whether its applicants send photos."""
        return any(item.is_theme for item in self.items)

    @property
    def asks_papers(self) -> bool:
        """Whether any of its applicants sends supporting papers."""
        return any(item.is_paper for item in self.items)

    def items_for(self, kind: ApplicationKind) -> tuple[ReviewItem, ...]:
        """Return what may have to be judged; which papers depends on the applicant."""
        is_renewal = kind is ApplicationKind.RENEWAL
        return tuple(i for i in self.items if is_renewal or i is not ReviewItem.PRIOR_AGREEMENT)


ARTISAN: Final = Track(
    key=associations.ARTISAN_KEY,
    slug="artesano",
    label=gettext_noop("Artesano"),
    issues=IssuedKind.AGREEMENT,
    questions=WORKSHOP,
    items=(*(item for item in ReviewItem if not item.is_paper), ReviewItem.APPOINTMENT),
    advice=associations.advice,
)
"""The track of every application from before there were tracks."""
MIPYME: Final = Track(
    key=mipyme.MIPYME_KEY,
    slug="mipyme",
    label=gettext_noop("MIPYME"),
    issues=IssuedKind.CERTIFICATE,
    questions=BUSINESS,
    items=(ReviewItem.DATA_SHEET,),
    rule=mipyme.decide,
)

EMPRENDEDOR: Final = Track(
    key=emprendedor.EMPRENDEDOR_KEY,
    slug="emprendedor",
    label=gettext_noop("Emprendedor"),
    issues=IssuedKind.CERTIFICATE,
    questions=VENTURE,
    items=(ReviewItem.DATA_SHEET, *(ReviewItem(kind.value) for kind in VENTURE_PAPERS)),
    rule=emprendedor.decide,
    advice=emprendedor.advice,
    category=emprendedor.CATEGORY,
)


def by_key(tracks: Iterable[Track]) -> Mapping[str, Track]:
    """Return the tracks by their keys. Raises ``SettingsError`` when two have the same one."""
    listed = tuple(tracks)
    keyed = {track.key: track for track in listed}
    if len(keyed) != len(listed):
        raise SettingsError("two tracks have the same key")
    return MappingProxyType(keyed)


TRACKS: Final = by_key((MIPYME, EMPRENDEDOR, ARTISAN))
"""The tracks of this version."""


def track_named(slug: str) -> Track | None:
    """Return the track that an address names; None for none of ours."""
    return next((track for track in TRACKS.values() if track.slug == slug), None)


def track_of(key: str) -> Track:
    """Return the track with that key.

    Raises ``InvalidInputError`` for one that this version does not know, as of an application that
    a newer version opened.
    """
    try:
        return TRACKS[key]
    except KeyError as error:
        sentence = gettext_noop(
            "Esta solicitud es de una vía que esta versión del servicio no conoce. No se cambió "
            "nada; avise a quien administra el servicio."
        )
        raise InvalidInputError({"track": sentence}) from error
