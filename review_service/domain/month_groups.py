"""The breakdowns of a month's attentions: by track, province, outcome, correction, and time.

Each attention is counted once in each breakdown. What small groups need is hidden by ``disclosure``
before anything is stored: what is stored is what is published, once, and never computed again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.disclosure import FEWEST, Group, Hidden, published
from review_service.domain.provinces import province_named, provinces
from review_service.domain.tracks import TRACKS
from review_service.domain.wording import Gettext, gettext_noop, untranslated

NO_PROVINCE: Final = "sin_provincia"
GRANTED: Final = "otorgada"
REFUSED: Final = "negada"
CORRECTED: Final = "con_correccion"
UNCORRECTED: Final = "sin_correccion"
LEAST_FOR_MEDIAN: Final = 2 * FEWEST
"""Attentions of which a median is told: five lie on each side."""
LEAST_FOR_P90: Final = 10 * FEWEST
"""Attentions of which the time of nine in ten is told: five took longer."""
SECONDS_A_DAY: Final = 86_400


class Breakdown(StrEnum):
    """By what the attentions of a month are told apart."""

    TRACK = "via"
    PROVINCE = "provincia"
    OUTCOME = "resultado"
    CORRECTION = "correccion"

    @property
    def label(self) -> str:
        """Spanish words for the page."""
        return _LABELS[self]

    def label_of(self, key: str) -> str:
        """Return the words for one group."""
        return _GROUP_LABELS.get(key, key)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every group, in the order that never changes with what was counted."""
        return {
            Breakdown.TRACK: tuple(track.slug for track in TRACKS.values()),
            Breakdown.PROVINCE: (*provinces(), NO_PROVINCE),
            Breakdown.OUTCOME: (GRANTED, REFUSED),
            Breakdown.CORRECTION: (CORRECTED, UNCORRECTED),
        }[self]


_LABELS: Final = MappingProxyType(
    {
        Breakdown.TRACK: gettext_noop("Por trámite"),
        Breakdown.PROVINCE: gettext_noop("Por provincia"),
        Breakdown.OUTCOME: gettext_noop("Por resultado"),
        Breakdown.CORRECTION: gettext_noop("Con o sin corrección"),
    }
)
_GROUP_LABELS: Final = MappingProxyType(
    {
        **{track.slug: track.label for track in TRACKS.values()},
        NO_PROVINCE: gettext_noop("Sin provincia"),
        GRANTED: gettext_noop("Otorgada"),
        REFUSED: gettext_noop("Negada"),
        CORRECTED: gettext_noop("Se pidió corregir algo"),
        UNCORRECTED: gettext_noop("No se pidió corregir nada"),
    }
)
TIED_TO_TRACK: Final = (Breakdown.OUTCOME, Breakdown.CORRECTION)
"""Breakdowns that a reader can set against the tracks, as the time to decide: a MIPYME is mostly
granted at once, uncorrected. Not told when the tracks are not told in full, nor where a group is
small within a track: five refused of six artisans tell the one who was granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One answered application, as far as the breakdowns tell it."""

    track: str
    """Key of its ``tracks.Track``."""
    province: str
    """As it was typed or registered."""
    is_granted: bool
    was_corrected: bool
    seconds: float
    """From when it was received until it was decided."""

    def key_of(self, breakdown: Breakdown) -> str:
        """Return the group it is in. Raises ``KeyError`` for a track that is not known."""
        if breakdown is Breakdown.TRACK:
            return TRACKS[self.track].slug
        if breakdown is Breakdown.PROVINCE:
            return province_named(self.province) or NO_PROVINCE
        if breakdown is Breakdown.OUTCOME:
            return GRANTED if self.is_granted else REFUSED
        return CORRECTED if self.was_corrected else UNCORRECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthGroups:
    """What is published of one month besides its totals."""

    groups: Mapping[Breakdown, tuple[Group, ...] | None]
    """None: too few cases to tell any of them."""
    median_days: float | None
    p90_days: float | None
    """Within how many days nine in ten were decided."""

    def most(self, breakdown: Breakdown) -> int:
        """Return the largest count that is told of a breakdown; 0 when none is."""
        return max((one.count or 0 for one in self.groups[breakdown] or ()), default=0)


def groups_of(attentions: Iterable[Attention]) -> MonthGroups:
    """Return what may be published of a month's attentions."""
    counts: dict[Breakdown, Counter[str]] = {each: Counter() for each in Breakdown}
    in_track = {each: Counter[tuple[str, str]]() for each in TIED_TO_TRACK}
    seconds: list[float] = []
    for one in attentions:
        seconds.append(one.seconds)
        for breakdown, counted in counts.items():
            counted[one.key_of(breakdown)] += 1
        for breakdown, crossed in in_track.items():
            crossed[one.track, one.key_of(breakdown)] += 1
    told = {each: published({key: counts[each][key] for key in each.keys}) for each in Breakdown}
    tracks = told[Breakdown.TRACK]
    is_open = tracks is not None and all(group.hidden is None for group in tracks)
    for breakdown, crossed in in_track.items():
        if not is_open or min(crossed.values(), default=FEWEST) < FEWEST:
            told[breakdown] = None
    seconds.sort()
    return MonthGroups(
        groups=MappingProxyType(told),
        median_days=_days(seconds, 50) if is_open and len(seconds) >= LEAST_FOR_MEDIAN else None,
        p90_days=_days(seconds, 90) if is_open and len(seconds) >= LEAST_FOR_P90 else None,
    )


def _days(ordered: Sequence[float], percent: int) -> float:
    """Return a percentile by nearest rank, in days with one decimal."""
    rank = -(-len(ordered) * percent // 100)
    return round(ordered[rank - 1] / SECONDS_A_DAY, 1)


def told_days(days: float, gettext: Gettext = untranslated) -> str:
    """Return a time as people read it, «2,5 días»; hours for what rounds to none."""
    if days == 1:
        return gettext("1 día")
    if not days:
        return gettext("2 horas")
    count = f"{days:.1f}".replace(".", ",").removesuffix(",0")
    return gettext("%(count)s días", count=count)


def to_json(groups: MonthGroups) -> dict[str, Any]:
    """Return them as they are stored and told by the event."""
    told: dict[str, Any] = {
        breakdown.value: None if some is None else [_to_json(one) for one in some]
        for breakdown, some in groups.groups.items()
    }
    return {**told, "dias": {"mediana": groups.median_days, "p90": groups.p90_days}}


def from_json(stored: Mapping[str, Any]) -> MonthGroups:
    """Return what was stored; a breakdown of another version is passed over."""
    days = stored.get("dias") or {}
    return MonthGroups(
        groups=MappingProxyType(
            {
                breakdown: None if (some := stored.get(breakdown.value)) is None else _groups(some)
                for breakdown in Breakdown
            }
        ),
        median_days=days.get("mediana"),
        p90_days=days.get("p90"),
    )


def _to_json(group: Group) -> dict[str, Any]:
    if group.hidden is None:
        return {"grupo": group.key, "cuenta": group.count}
    return {"grupo": group.key, "oculto": group.hidden.value}


def _groups(stored: Iterable[Mapping[str, Any]]) -> tuple[Group, ...]:
    return tuple(
        Group(
            key=one["grupo"],
            count=one.get("cuenta"),
            hidden=Hidden(one["oculto"]) if "oculto" in one else None,
        )
        for one in stored
    )
