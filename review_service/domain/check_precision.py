"""Each machine check against what officers said of the items on which it found something.

A check was right where the officer observed that item; the officer may have had another reason. A
check that found nothing is not in it: what it missed is told by the second reviews.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from review_service.domain.applications import ReviewItem
from review_service.domain.finding_words import words_for_officers
from review_service.domain.months import Month
from review_service.domain.proportions import Proportion

Key = TypeVar("Key")
EVENT: Final = "checks_judged"
"""In the audit trail: which codes stood on which item when an officer observed or accepted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckVerdict:
    """What one officer said once of one item on which a check had found something."""

    code: str
    item: ReviewItem
    was_observed: bool
    application_id: UUID
    reference: str
    track: str
    """Key of its ``tracks.Track``."""
    month: Month
    """In which the case was decided."""


def details_of(
    found: Mapping[ReviewItem, Iterable[str]], said: Mapping[ReviewItem, bool]
) -> dict[str, dict[str, list[str]]]:
    """Return what the event tells; empty where no check had found anything on what was judged.

    ``found`` are the codes on each item, ``said`` whether the item was observed.
    """
    told: dict[str, dict[str, list[str]]] = {"observed": {}, "accepted": {}}
    for item, was_observed in said.items():
        if codes := sorted(set(found.get(item, ()))):
            told["observed" if was_observed else "accepted"][item.value] = codes
    return {word: items for word, items in told.items() if items}


def judged_in(
    details: Mapping[str, Mapping[str, Iterable[str]]],
) -> Iterable[tuple[str, ReviewItem, bool]]:
    """Yield code, item and whether it was observed; items of another version are passed over."""
    known = {item.value: item for item in ReviewItem}
    for word, was_observed in (("observed", True), ("accepted", False)):
        for name, codes in details.get(word, {}).items():
            if name in known:
                for code in codes:
                    yield code, known[name], was_observed


def precision_by(
    verdicts: Iterable[CheckVerdict], key: Callable[[CheckVerdict], Key]
) -> dict[Key, Proportion]:
    """Return how many were observed, of how many, in each group."""
    found: dict[Key, Proportion] = {}
    for each in verdicts:
        one = Proportion(count=int(each.was_observed), of=1)
        before = found.get(key(each))
        found[key(each)] = one if before is None else before + one
    return found


def label_of(code: str) -> str:
    """Return the officers' words for a check; the code itself for one of an older version."""
    words = words_for_officers(code).removeprefix("1 ")
    return words[:1].upper() + words[1:] if words else code
