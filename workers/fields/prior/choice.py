"""Chooses one value of a field among its readings, with a confidence."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from review_service.domain.prior_comparison import ACCUSING_CONFIDENCE
from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, ReadField, Word
from workers.fields.paper.words import around

DOUBT_CONFIDENCE: Final = 45.0
"""The most that a value read in doubt has, 0 to 100: below ``SURE_CONFIDENCE``, so that it neither
matches nor accuses."""
ALONE_PENALTY: Final = 20.0
"""Taken from a value that was found without its usual words around it."""
TWICE_BONUS: Final = 8.0
"""Given to a value that was read alike at two places of the paper."""
MOST_CONFIDENCE: Final = 99.0
MOST_UNACCUSING: Final = ACCUSING_CONFIDENCE - 1
"""The most that the bonus gives to a value that accuses nobody without it."""
MOST_READINGS: Final = 60
MOST_CANDIDATES: Final = 3
"""Other values that officers are shown beside one in doubt."""


class Evidence(IntEnum):
    """How strong the evidence for a reading is, weakest first."""

    CITED = 0
    """Named in passing, probably of something else."""
    ALONE = 1
    """Only its shape speaks for it."""
    LABELLED = 2
    TITLE = 3
    """Stands where the field stands by law or custom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value read at one place of the paper."""

    value: str
    words: tuple[Word, ...]
    page: int
    evidence: Evidence
    label: str = ""
    """The label beside which it stands, as printed; without one nothing says what it is."""
    is_mended: bool = False
    """Letters were read as the digits that its shape or checksum asks for."""

    @property
    def is_doubtful(self) -> bool:
        """Whether it stays in doubt however surely its words were read."""
        return self.is_mended or self.evidence is Evidence.CITED or not self.label

    @property
    def confidence(self) -> float:
        """Confidence, 0 to 100: the least of its words, lowered when the evidence is weak."""
        least = min(word.confidence for word in self.words)
        sure = least - (ALONE_PENALTY if self.evidence <= Evidence.ALONE else 0.0)
        return max(0.0, min(sure, DOUBT_CONFIDENCE) if self.is_doubtful else sure)


def _same(one: str, other: str) -> bool:
    return one == other


def chosen(
    field: AgreementField,
    readings: Iterable[Reading],
    *,
    same: Callable[[str, str], bool] = _same,
    misread: Callable[[str, str], bool] | None = None,
) -> ReadField | None:
    """Return the value with most evidence; its confidence is low when others have as much.

    ``same`` says whether two values are one, written differently or cut short; the longest that
    was read surely stands for all. ``misread`` says whether a value that was not read surely may be
    another one with a wrong letter: beside a sure one it is no rival.
    """
    usable = [reading for reading in readings if reading.words and reading.value][:MOST_READINGS]
    if not usable:
        return None
    best = max(usable, key=lambda reading: (reading.evidence, reading.confidence))
    alike = [reading for reading in usable if same(reading.value, best.value)]
    best = max((r for r in alike if r.evidence == best.evidence), key=_length_if_sure)
    confidence = max(r.confidence for r in alike if len(r.value) >= len(best.value))
    if _places(alike) > 1 and not best.is_mended:
        confidence = _of_two(confidence)
    least = Evidence.LABELLED if best.evidence >= Evidence.LABELLED else Evidence.ALONE
    rivals = [
        reading
        for reading in usable
        if not same(reading.value, best.value)
        and min(reading.evidence, best.evidence) >= least
        and not (
            misread
            and reading.confidence < SURE_CONFIDENCE <= best.confidence
            and misread(reading.value, best.value)
        )
    ]
    if rivals or not best.label:
        confidence = min(confidence, DOUBT_CONFIDENCE)
    return ReadField(
        name=field.value,
        value=best.value,
        confidence=confidence,
        page=best.page,
        box=around(best.words),
        label=best.label,
        candidates=_candidates(usable, best, same) if confidence < SURE_CONFIDENCE else (),
    )


def doubted(field: ReadField) -> ReadField:
    """Return a value with no more confidence than one in doubt has."""
    return replace(field, confidence=min(field.confidence, DOUBT_CONFIDENCE))


def _of_two(confidence: float) -> float:
    """Return how sure a value is that was read alike at two places, from the surer one.

    Two places that accuse nobody, as those with a rubbed digit, accuse nobody together.
    """
    surer = min(MOST_CONFIDENCE, confidence + TWICE_BONUS)
    if confidence >= ACCUSING_CONFIDENCE:
        return surer
    return min(surer, max(confidence, MOST_UNACCUSING))


def _candidates(
    usable: Sequence[Reading], best: Reading, same: Callable[[str, str], bool]
) -> tuple[str, ...]:
    """Return what else the paper may say: other values with evidence, each once."""
    least = min(best.evidence, Evidence.ALONE)
    found: list[str] = []
    for reading in sorted(usable, key=lambda one: -one.evidence):
        is_new = not any(same(reading.value, known) for known in (best.value, *found))
        if is_new and reading.evidence >= least:
            found.append(reading.value)
    return tuple(found[:MOST_CANDIDATES])


def _length_if_sure(reading: Reading) -> tuple[bool, int, float]:
    is_sure = reading.confidence >= SURE_CONFIDENCE
    return is_sure, len(reading.value), reading.confidence


def _places(readings: Sequence[Reading]) -> int:
    return len({(reading.page, reading.words[0].box) for reading in readings})
