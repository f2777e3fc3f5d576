"""Decisions of officers that have no effect yet: recommended to a colleague, or still undoable."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class DecisionOutcome(StrEnum):
    """What an officer decided, or recommends to decide."""

    APPROVE = "approve"
    REFUSE = "refuse"

    @property
    def label(self) -> str:
        """Spanish word for the act, as on a screen."""
        return {DecisionOutcome.APPROVE: "Aprobar", DecisionOutcome.REFUSE: "Negar"}[self]

    @property
    def done(self) -> str:
        """Spanish word for the case while the decision waits to take effect."""
        return {DecisionOutcome.APPROVE: "Aprobada", DecisionOutcome.REFUSE: "Negada"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPolicy:
    """How an officer's decision comes to have effect in an installation."""

    undo_seconds: int = 0
    """How long it can be undone before it has any effect; 0: it has it at once."""
    four_eyes: bool = False
    """Whether it is recommended first, and issued by another officer."""
    stops_unseen: bool = False
    """Whether only who opened the pages of a case approves it, and issues its approval."""

    @property
    def is_at_once(self) -> bool:
        """Whether a decision has its effect in the transaction that makes it."""
        return not (self.four_eyes or self.undo_seconds)


AT_ONCE: Final = DecisionPolicy()
