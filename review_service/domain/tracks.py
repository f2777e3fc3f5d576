"""The tracks of the register: who decides, and what is issued. A track is data, no second copy.

``applications.track`` holds a track's key as text, so that a database knows applications of a track
that this version does not know. Source: design, «Who may apply, and with what».
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from review_service.domain.errors import InvalidInputError, SettingsError
from review_service.domain.issued_documents import IssuedKind


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
    label: str
    """Spanish name for the screen."""
    decider: Decider
    issues: IssuedKind


ARTISAN: Final = Track(
    key="artisan", label="Artesano", decider=Decider.OFFICER, issues=IssuedKind.AGREEMENT
)
"""The track of every application from before there were tracks."""


def by_key(tracks: Iterable[Track]) -> Mapping[str, Track]:
    """Return the tracks by their keys. Raises ``SettingsError`` when two have the same one."""
    listed = tuple(tracks)
    keyed = {track.key: track for track in listed}
    if len(keyed) != len(listed):
        raise SettingsError("two tracks have the same key")
    return MappingProxyType(keyed)


TRACKS: Final = by_key((ARTISAN,))
"""The tracks of this version."""


def track_of(key: str) -> Track:
    """Return the track with that key.

    Raises ``InvalidInputError`` for one that this version does not know, as of an application that
    a newer version opened.
    """
    try:
        return TRACKS[key]
    except KeyError as error:
        sentence = (
            "Esta solicitud es de una vía que esta versión del servicio no conoce. No se cambió "
            "nada; avise a quien administra el servicio."
        )
        raise InvalidInputError({"track": sentence}) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDecision:
    """What a rule decided: always in favour."""

    rule: str
    """Name of the dated rule, as ``DatedRule.name`` gives it."""
    category: str
    """What the document says of its holder, such as «Microempresa»."""
    reasons: str
    """Spanish sentence for the holder: what was found, and the limits it was compared with."""

    @property
    def actor(self) -> str:
        """How the audit trail names the decider."""
        return actor_of_rule(self.rule)


def decided_by_rule(rule: str | None) -> str:
    """Return the Spanish words for who decided where a rule did; empty text where none did."""
    return "Regla automática" if rule else ""


def actor_of_rule(rule: str) -> str:
    """Return how the audit trail names a rule that decided."""
    return f"rule:{rule}"
