"""Later control: an officer looks at what a rule granted, chosen by chance or by a suspicion."""

from enum import StrEnum


class LaterOutcome(StrEnum):
    """What the officer found."""

    AS_DECLARED = "as_declared"
    DIFFERS = "differs"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            LaterOutcome.AS_DECLARED: "Todo coincide",
            LaterOutcome.DIFFERS: "Encontró una diferencia",
        }[self]
