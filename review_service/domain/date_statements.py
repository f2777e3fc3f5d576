"""The statement of dates of an application that was not decided within the legal term.

It says when it was received, when the term rested, when it ended, and that no decision was notified
until the moment of the statement, or on which later day it was decided. What follows from that in
law it does not say.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRest:
    """One time in which the term rested."""

    notified_on: date
    last_day: date
    """The last day that did not count."""
    answered_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateStatement:
    """All data of the statement."""

    reference: str
    holder: str
    ruc: str
    kind: str
    """Spanish words for what is asked for."""
    received_on: date
    returned_on: date | None
    """The day on which an accepted appeal sent it back to review: the term counts from then."""
    rests: tuple[StatedRest, ...]
    days: int
    """Business days of the legal term."""
    last_day: date
    """The last day of the legal term."""
    decided_on: date | None
    """The day of a decision after it; None while there is none."""
    is_refused: bool
    """Whether that decision is a refusal."""
    stated_at: datetime
    institution: str
    support: str
    address: str
    """Where the application can be followed, with its scheme."""
    demonstration: bool

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads; dates as ISO text."""
        return {
            **asdict(self),
            "received_on": self.received_on.isoformat(),
            "returned_on": self.returned_on.isoformat() if self.returned_on else None,
            "last_day": self.last_day.isoformat(),
            "decided_on": self.decided_on.isoformat() if self.decided_on else None,
            "stated_at": self.stated_at.isoformat(),
            "rests": [
                {
                    "notified_on": rest.notified_on.isoformat(),
                    "last_day": rest.last_day.isoformat(),
                    "answered_on": rest.answered_on.isoformat() if rest.answered_on else None,
                }
                for rest in self.rests
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the statement that ``to_json`` was asked of."""
        return cls(
            **{
                **data,
                "received_on": date.fromisoformat(data["received_on"]),
                "returned_on": date.fromisoformat(data["returned_on"])
                if data["returned_on"]
                else None,
                "last_day": date.fromisoformat(data["last_day"]),
                "decided_on": date.fromisoformat(data["decided_on"])
                if data["decided_on"]
                else None,
                "stated_at": datetime.fromisoformat(data["stated_at"]),
                "rests": tuple(
                    StatedRest(
                        notified_on=date.fromisoformat(rest["notified_on"]),
                        last_day=date.fromisoformat(rest["last_day"]),
                        answered_on=date.fromisoformat(rest["answered_on"])
                        if rest["answered_on"]
                        else None,
                    )
                    for rest in data["rests"]
                ),
            }
        )
