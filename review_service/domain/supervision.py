"""What a supervisor sees of decided and open cases: time in each state, days left, what came back.

Pure counting: the rows are read by ``db/queries/officer/panel.py``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from review_service.domain.legal_term import ALARM_DAYS, NEAR_DAYS
from review_service.domain.proportions import percentile

HOUR: Final = 3600
DAY: Final = 24 * HOUR
HOURS_TOLD: Final = 48
"""Up to so many hours a time is told in hours, then in days."""


class Stage(StrEnum):
    """Where the time of a case goes, in its order."""

    REVIEW = "review"
    CORRECTION = "correction"
    SIGNING = "signing"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            Stage.REVIEW: "En revisión",
            Stage.CORRECTION: "En corrección",
            Stage.SIGNING: "Aprobada, por firmar",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One request to correct a case."""

    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCase:
    """When one case that an officer decided went from state to state."""

    received_at: datetime
    rounds: tuple[Round, ...]
    """In the order of time."""
    decided_at: datetime
    published_at: datetime | None
    """When its document was out; None for one that has none, or waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """How long cases were in one stage."""

    stage: Stage
    cases: int
    median: float | None
    """Seconds; None of no case."""
    p90: float | None
    """Within so many seconds nine in ten were through."""


def stage_times(cases: Iterable[DecidedCase]) -> tuple[StageTime, ...]:
    """Return the time in each stage. What a correction took counts as correction, not as review."""
    seconds: dict[Stage, list[float]] = {each: [] for each in Stage}
    for case in cases:
        for stage, spent in _spent(case):
            seconds[stage].append(spent)
    return tuple(_stage_time(stage, sorted(found)) for stage, found in seconds.items())


def _spent(case: DecidedCase) -> Iterable[tuple[Stage, float]]:
    paused = sum(
        ((each.answered_at or case.decided_at) - each.asked_at).total_seconds()
        for each in case.rounds
    )
    whole = (case.decided_at - case.received_at).total_seconds()
    yield Stage.REVIEW, max(0.0, whole - paused)
    if case.rounds:
        yield Stage.CORRECTION, paused
    if case.published_at is not None:
        yield Stage.SIGNING, (case.published_at - case.decided_at).total_seconds()


def _stage_time(stage: Stage, ordered: Sequence[float]) -> StageTime:
    return StageTime(
        stage=stage,
        cases=len(ordered),
        median=percentile(ordered, 50) if ordered else None,
        p90=percentile(ordered, 90) if ordered else None,
    )


def told_time(seconds: float) -> str:
    """Return a time as people read it: minutes, then hours, then days."""
    minutes = round(seconds / 60)
    if not minutes:
        return "menos de 1 minuto"
    if minutes < HOUR // 60:
        return "1 minuto" if minutes == 1 else f"{minutes} minutos"
    hours = round(seconds / HOUR)
    if hours < HOURS_TOLD:
        return "1 hora" if hours == 1 else f"{hours} horas"
    return f"{seconds / DAY:.1f}".replace(".", ",").removesuffix(",0") + " días"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Cases with so many business days left."""

    label: str
    holds: Callable[[int], bool]
    is_late: bool = False


PROMISE_BANDS: Final = (
    Band(label="Vencidos", holds=lambda days: days < 0, is_late=True),
    Band(label="Vencen hoy", holds=lambda days: days == 0),
    Band(label="1 día hábil", holds=lambda days: days == 1),
    Band(label="2 días hábiles", holds=lambda days: days == 2),  # noqa: PLR2004 -- as its label says
    Band(label="3 o más", holds=lambda days: days > 2),  # noqa: PLR2004 -- as its label says
)
LEGAL_BANDS: Final = (
    Band(label="Plazo pasado", holds=lambda days: days < 0, is_late=True),
    Band(label=f"0 a {ALARM_DAYS} días", holds=lambda days: 0 <= days <= ALARM_DAYS, is_late=True),
    Band(
        label=f"{ALARM_DAYS + 1} a {NEAR_DAYS} días",
        holds=lambda days: ALARM_DAYS < days <= NEAR_DAYS,
    ),
    Band(label=f"{NEAR_DAYS + 1} a 20 días", holds=lambda days: NEAR_DAYS < days <= 20),  # noqa: PLR2004
    Band(label="21 o más", holds=lambda days: days > 20),  # noqa: PLR2004 -- as its label says
)


def banded(days_left: Iterable[int], bands: Sequence[Band]) -> tuple[tuple[Band, int], ...]:
    """Return how many fall into each band."""
    counts = Counter(
        next(place for place, band in enumerate(bands) if band.holds(days)) for days in days_left
    )
    return tuple((band, counts[place]) for place, band in enumerate(bands))
