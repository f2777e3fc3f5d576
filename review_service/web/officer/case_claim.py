"""What the pages of a case say of who holds it."""

from dataclasses import dataclass
from uuid import UUID

from review_service.db.queries.officer.case import CaseView
from review_service.domain.claims import Claim
from review_service.web.guarding import standing


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClaim:
    """Who holds a case, as the officer who looks at it is told."""

    claim: Claim | None
    """None while anybody may take it."""
    is_mine: bool
    """Whether this officer took it and nobody else did since: may act."""
    words: str
    mark: str
    """Another one when the page no longer shows how the case stands."""


def claim_on(case: CaseView, *, me: UUID) -> CaseClaim:
    """Return who holds the case, for the officer who looks at it."""
    found = case.presence
    return CaseClaim(
        claim=found.claim,
        is_mine=case.can_be_decided and found.last_by == me,
        words=found.claim.words(me) if found.claim is not None else "",
        mark=found.mark_for(standing()),
    )
