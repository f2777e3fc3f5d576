"""Tells supervisors on every page how many cases are close to the end of their legal term."""

from typing import Final

from review_service.db.legal_terms import alarming_while_corrected, count_alarming
from review_service.db.queries.officer.case import CaseView
from review_service.db.queries.officer.queue import MOST_COUNTED
from review_service.db.unit_of_work import UnitOfWork
from review_service.web.context import parts
from review_service.web.guarding import may
from review_service.web.officer import blueprint
from review_service.web.remembering import remembered

COUNTED_SECONDS: Final = 30.0
FOUND_SECONDS: Final = 5.0
"""So long the queue and the warning share what was found."""


def cases_near_the_end(uow: UnitOfWork) -> int:
    """Return how many cases are near the end of their legal term, ``MOST_COUNTED`` + 1 at most.

    Those in review and those that wait for their applicant, as «Plazo legal» shows both. The number
    of the second is the same for some seconds, and that of both where it is that many.
    """
    seat = parts().institution().place

    def counted() -> int:
        in_review = count_alarming(uow, most=MOST_COUNTED, seat=seat)
        if in_review > MOST_COUNTED:
            return in_review
        waiting = remembered(
            "legal_terms_waiting",
            lambda: len(alarming_while_corrected(uow, seat=seat)),
            seconds=FOUND_SECONDS,
        )
        return min(in_review + waiting, MOST_COUNTED + 1)

    return remembered(
        "legal_terms_alarming",
        counted,
        seconds=FOUND_SECONDS,
        unless=lambda number: number <= MOST_COUNTED,
    )


def is_late(case: CaseView) -> bool:
    """Return whether the legal term of an open case is over."""
    return case.legal is not None and case.legal.is_over


@blueprint.app_template_global("legal_alarm")
def legal_alarm() -> str:
    """Return a short warning for who answers for the terms, empty when no case needs one."""
    if not may("refuse_late"):
        return ""

    def counted() -> int:
        with parts().reading() as uow:
            return cases_near_the_end(uow)

    count = remembered("legal_alarm", counted, seconds=COUNTED_SECONDS)
    number = f"{MOST_COUNTED}+" if count > MOST_COUNTED else f"{count}"
    return "" if not count else f"Plazo legal: {number}"
