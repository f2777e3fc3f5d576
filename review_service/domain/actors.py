"""How the audit trail names who did something."""

from typing import Final
from uuid import UUID

OFFICER: Final = "officer:"
"""Begins the actor of what an officer did; the account's id follows."""


def actor_of(officer_id: UUID | str | None) -> str:
    """Return how the audit trail names an officer, by the id of the account."""
    return f"{OFFICER}{officer_id}"


def officer_in(actor: str) -> UUID | None:
    """Return the id of the officer's account that an actor names; None for any other actor."""
    return UUID(actor.removeprefix(OFFICER)) if actor.startswith(OFFICER) else None
