# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""The cases of ``officer.py``: who applies for what, with which photos, and what is wrong."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from officer_photos import dealt, round_sizes

A_DEFECT: Final = 10
"""Of so many cases, one has a defect."""
MIX: Final = (70, 20, 10)
"""Per cent of the clean cases: first Acuerdos, renewals, organisations. An assumption."""


class Kind(StrEnum):
    """How somebody applies."""

    FIRST = "first Acuerdo"
    RENEWAL = "renewal"
    ORGANISATION = "organisation"
    VENTURE = "emprendedor"
    """Sends certificates instead of photos; a rule refers to officers what it doubts."""


class Defect(StrEnum):
    """What is wrong with a case."""

    COPIED = "copied photo"
    MIRRORED = "mirrored copy"
    ALTERED_PRIOR = "altered prior Acuerdo"
    NO_THEME = "missing theme"
    OTHER_RUC = "another person's RUC"
    ALTERED_CERTIFICATE = "altered certificate"

    @property
    def is_copy(self) -> bool:
        """Whether a photo is another case's."""
        return self in {Defect.COPIED, Defect.MIRRORED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One case, before anybody has sent it."""

    number: int
    """Within all rounds, in the order of entry."""
    kind: Kind
    photos: tuple[Path, ...]
    """One of each theme."""
    defect: Defect | None = None
    source: Path | None = None
    """The photo of an earlier case of the round that a copier sends as its own."""
    seed: str = ""
    """Of everything that is left to chance in this case."""

    @property
    def chance(self) -> random.Random:
        """Return chance of its own, the same in each run."""
        return random.Random(self.seed)  # noqa: S311 -- repeatable, no secret


def defects_of(cases: int) -> int:
    """Return how many of so many cases have a defect: at least one."""
    return max(1, cases // A_DEFECT)


def planned(photos: Sequence[Path], *, cases: int, defects: int, seed: int) -> list[list[Plan]]:
    """Return the cases of each round, in the order in which they are sent.

    The defects are spread over the rounds, each kind before any comes again. Who copies comes in
    the second half of a round, from a clean case in its first half.
    """
    sizes = round_sizes(cases, len(photos))
    chance = random.Random(seed)  # noqa: S311 -- repeatable, no secret
    kinds = chance.sample(list(Defect), len(Defect))
    wrong = [kinds[at % len(kinds)] for at in range(defects)]
    rounds, first = [], 1
    for place, size in enumerate(sizes):
        own = wrong[place :: len(sizes)]
        rounds.append(_round(photos, own, size=size, first=first, seed=f"{seed}-{place}"))
        first += size
    return rounds


def _round(
    photos: Sequence[Path], wrong: Sequence[Defect], *, size: int, first: int, seed: str
) -> list[Plan]:
    chance = random.Random(seed)  # noqa: S311 -- repeatable, no secret
    half = size // 2
    copies = [each for each in wrong if each.is_copy]
    others = [each for each in wrong if not each.is_copy]
    if len(copies) > size - half or len(others) > size - len(copies) - 1:
        raise ValueError(f"{len(wrong)} defects do not fit into a round of {size} cases")
    late = chance.sample(range(half, size), len(copies))
    # The first case is clean: somebody must be there to copy from.
    free = chance.sample([at for at in range(1, size) if at not in late], len(others))
    defects = dict(zip((*late, *free), (*copies, *others), strict=True))
    plans = [
        Plan(
            number=first + at,
            kind=_kind(defects.get(at), chance),
            photos=own,
            defect=defects.get(at),
            seed=f"{seed}-{at}",
        )
        for at, own in enumerate(dealt(photos, size, chance))
    ]
    clean = [plan for plan in plans[:half] if plan.defect is None]
    copied_from = iter(chance.sample(clean, len(clean)))
    for at in late:
        # Another one for each copier, as long as there are enough.
        donor = next(copied_from, None) or chance.choice(clean)
        plans[at] = replace(plans[at], source=chance.choice(donor.photos))
    return plans


def _kind(defect: Defect | None, chance: random.Random) -> Kind:
    if defect is Defect.ALTERED_PRIOR:
        return Kind.RENEWAL
    if defect is Defect.ALTERED_CERTIFICATE:
        return Kind.VENTURE
    if defect is Defect.OTHER_RUC:
        return chance.choice((Kind.RENEWAL, Kind.VENTURE))
    return chance.choices((Kind.FIRST, Kind.RENEWAL, Kind.ORGANISATION), MIX)[0]
