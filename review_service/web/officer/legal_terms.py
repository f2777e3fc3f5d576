"""Tells supervisors on every page how many cases are close to the end of their legal term."""

from typing import Final

from review_service.db.legal_terms import alarming, alarming_while_corrected
from review_service.db.queries.officer.case import CaseView
from review_service.web.context import parts
from review_service.web.guarding import may
from review_service.web.officer import blueprint
from review_service.web.remembering import remembered

COUNTED_SECONDS: Final = 30.0


def is_late(case: CaseView) -> bool:
    """Return whether the legal term of an open case is over."""
    return case.legal is not None and case.legal.is_over


@blueprint.app_template_global("legal_alarm")
def legal_alarm() -> str:
    """Return a short warning for who answers for the terms, empty when no case needs one."""
    if not may("refuse_late"):
        return ""

    def counted() -> int:
        seat = parts().institution().place
        with parts().reading() as uow:
            return len(alarming(uow, seat=seat)) + len(alarming_while_corrected(uow, seat=seat))

    count = remembered("legal_alarm", counted, seconds=COUNTED_SECONDS)
    return "" if not count else f"Plazo legal: {count}"
