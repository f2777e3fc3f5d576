"""How much a photo looks spoilt, reason by reason: small trees over ``traits``, trained once.

What they were trained on and how well they do: docs/photo-faults.md. They are written by
benchmarks/fault_training.py. Runs in the sandbox, which may open no file: read when imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.inside.picture import traits

TREES: Final = Path(__file__).with_name("faults.npz")
MOST_LOGIT: Final = 30.0

Values = NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Boosted trees of one depth, those of a reason beside each other.

    A tree with d levels has 2^d - 1 questions, row by row, and 2^d leaves.
    """

    reasons: tuple[str, ...]
    starts: NDArray[np.intp]
    """The first tree of each reason."""
    base: Values
    """What each reason's leaves are added to; at 0 it is as likely as its limit allows."""
    trait: NDArray[np.intp]
    """Trees × questions: which of ``traits.NAMES`` is asked."""
    most: Values
    """Trees × questions: up to this value the way goes left."""
    leaves: Values
    """Trees × leaves, in logits."""

    def scores(self, told: Values) -> dict[str, float]:
        """Return 0 to 100 for each reason; 50 is the limit that was set when it was trained."""
        tree = np.arange(len(self.trait))
        place = np.zeros(len(tree), dtype=np.intp)
        for _ in range(self.leaves.shape[1].bit_length() - 1):
            goes_right = told[self.trait[tree, place]] > self.most[tree, place]
            place = 2 * place + 1 + goes_right
        reached = self.leaves[tree, place - self.trait.shape[1]]
        logits = self.base + np.add.reduceat(reached, self.starts)
        shares = 100 / (1 + np.exp(-np.clip(logits, -MOST_LOGIT, MOST_LOGIT)))
        return {
            reason: round(float(share), 1)
            for reason, share in zip(self.reasons, shares, strict=True)
        }


def read(path: Path) -> Trees:
    """Read trees that the training wrote. Raises ``ValueError`` for those of other traits."""
    with np.load(path, allow_pickle=False) as kept:
        if tuple(kept["names"].tolist()) != traits.NAMES:
            raise ValueError(f"{path.name} was trained on other traits")
        return Trees(
            reasons=tuple(kept["reasons"].tolist()),
            starts=kept["starts"].astype(np.intp),
            base=kept["base"],
            trait=kept["trait"].astype(np.intp),
            most=kept["most"],
            leaves=kept["leaves"],
        )


def scores(told: Values, *, is_doubted: bool) -> Mapping[str, float]:
    """Return how much a photo with these ``traits`` looks spoilt, 0 to 100 for each reason.

    Those of ``traits.ASKED_IF_DOUBTED`` are left out unless ``traits.is_doubted``.
    """
    told_of = _TREES.scores(told)
    left_out = frozenset() if is_doubted else traits.ASKED_IF_DOUBTED
    return {reason: score for reason, score in told_of.items() if reason not in left_out}


_TREES: Final = read(TREES)
