"""How long an officer holds a case that was taken, and the words for who holds it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

CLAIM: Final = timedelta(minutes=15)
"""How long nobody else may take a case after its holder last used it."""
LEAVING: Final = timedelta(seconds=20)
"""What is left of it once the holder's page was closed: another page of the case may follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who holds a case, and since how many whole minutes."""

    by_id: UUID
    by: str
    """Full name."""
    minutes: int

    def words(self, reader: UUID) -> str:
        """Return the Spanish words for the officer who reads them."""
        who = "Usted" if self.by_id == reader else self.by
        return f"{who} lo tiene abierto, {self.minutes} min"


def live_holder(
    claimed_by: UUID | None, claimed_until: datetime | None, now: datetime
) -> UUID | None:
    """Return who holds a case at that moment; None when anybody may take it."""
    return claimed_by if claimed_until is not None and claimed_until > now else None
