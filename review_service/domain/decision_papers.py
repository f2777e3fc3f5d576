"""The paper of a refusal or a deemed withdrawal: its reasons, the remedies and their term.

It is not signed and has no number; what proves it is the case and the sealed audit trail. The
officer's preview is the same paper with a mark.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from review_service.domain.appeals import AppealedAct


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPaper:
    """All data of the paper."""

    act: AppealedAct
    """What was decided."""
    reference: str
    holder: str
    ruc: str
    kind: str
    """Spanish words for what was asked for."""
    decided_on: date
    reasons: tuple[str, ...]
    """Of a deemed withdrawal its facts."""
    signed_by: str
    """Name and unit of who signed a deemed withdrawal; empty for a refusal."""
    remedies: str
    """In the institution's words."""
    appeal_before: str
    """The authority to which an appeal is given."""
    appeal_days: int
    appeal_until: date | None
    """Last day to appeal; None while the letter was not handed over, so that no term runs."""
    institution: str
    support: str
    address: str
    """Where the application can be read, with its scheme."""
    is_draft: bool
    """Whether it is a preview of what an officer has not decided."""
    demonstration: bool

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads; dates as ISO text."""
        return {
            **asdict(self),
            "decided_on": self.decided_on.isoformat(),
            "appeal_until": self.appeal_until.isoformat() if self.appeal_until else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the paper that ``to_json`` was asked of."""
        until = data["appeal_until"]
        return cls(
            **{
                **data,
                "act": AppealedAct(data["act"]),
                "decided_on": date.fromisoformat(data["decided_on"]),
                "reasons": tuple(data["reasons"]),
                "appeal_until": date.fromisoformat(until) if until else None,
            }
        )
