"""How an Acuerdo of before this service stands on a day: one rule for every page and finding."""

from datetime import date
from enum import StrEnum


class PriorStanding(StrEnum):
    """Whether it holds, and why not."""

    IN_FORCE = "in_force"
    REVOKED = "revoked"
    REPLACED = "replaced"
    """One of ours took its place."""
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """Spanish words for the officer's screen."""
        return {
            PriorStanding.IN_FORCE: "Vigente",
            PriorStanding.REVOKED: "Revocado",
            PriorStanding.REPLACED: "Reemplazado",
            PriorStanding.EXPIRED: "Caducado",
        }[self]


def prior_standing(
    *, valid_until: date, revoked_on: date | None, on: date, replaced_on: date | None = None
) -> PriorStanding:
    """Return how it stands on a day; a revocation or a successor counts from its own day on."""
    if revoked_on is not None and revoked_on <= on:
        return PriorStanding.REVOKED
    if replaced_on is not None and replaced_on <= on:
        return PriorStanding.REPLACED
    return PriorStanding.IN_FORCE if on <= valid_until else PriorStanding.EXPIRED
