"""By what the terms of appeals are told, and how many are open or near their end."""

from typing import Final

from review_service.db.queries.officer.appeals import AppealCounts, TermRules, appeal_counts
from review_service.domain.appeals import AppealRules, appeal_rules
from review_service.domain.terms import ecuador_today
from review_service.web.context import parts
from review_service.web.guarding import may
from review_service.web.officer import blueprint
from review_service.web.remembering import remembered

COUNTED_SECONDS: Final = 5.0
"""So long a process shows the same numbers."""


def rules_today() -> AppealRules:
    """Return what the rules say of appeals today."""
    return appeal_rules(parts().rulebook, on=ecuador_today())


def term_rules() -> TermRules:
    """Return what the terms of open appeals are told by."""
    return TermRules(near_days=rules_today().near_days, seat=parts().institution().place)


@blueprint.app_template_global("appeal_alarm")
def appeal_alarm() -> str:
    """Return a short warning for who decides appeals, empty when the term of none is near."""
    near = _counts().near if may("decide_appeals") else 0
    return "" if not near else f"Recursos: {near}"


@blueprint.app_template_global("open_appeals")
def open_appeals() -> int:
    """Return how many appeals are open, for the views of the queue."""
    return _counts().open


def _counts() -> AppealCounts:
    def counted() -> AppealCounts:
        with parts().reading() as uow:
            return appeal_counts(uow, terms=term_rules())

    return remembered("appeals", counted, seconds=COUNTED_SECONDS)
