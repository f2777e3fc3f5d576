"""What a decision would print and send, for the page that asks for it and for who issues it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response

from review_service.db.queries.officer.case import CaseView
from review_service.domain.appeals import AppealedAct
from review_service.domain.categories import Category, CategoryFound, OverLimits
from review_service.domain.certificates import certificate_until
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.terms import ecuador_today
from review_service.domain.validity import valid_until, validity_years
from review_service.services.agreements import succession
from review_service.services.agreements.succession import Place
from review_service.services.review import reviewing
from review_service.web import decision_papers
from review_service.web.context import parts
from review_service.web.decision_papers import DecidedCase, DecisionWords, withdrawal_words


def refusal_preview(case: CaseView, facts: Mapping[str, Any]) -> Response:
    """Print the refusal with the facts of its letter, marked as a draft.

    Raises ``OutsideError`` when it could not be printed.
    """
    return decision_papers.printed(
        decided_case(case),
        DecisionWords(
            reasons=facts["reasons"],
            remedies=facts["remedies"],
            before=facts["appeal_before"],
            until=date.fromisoformat(facts["appeal_until"]),
        ),
        decided_on=ecuador_today(),
        is_draft=True,
    )


def withdrawal_preview(case: CaseView, facts: Mapping[str, Any]) -> Response:
    """Print the resolution with the facts of its letter, marked as a draft.

    Raises ``OutsideError`` when it could not be printed.
    """
    return decision_papers.printed(
        decided_case(case),
        withdrawal_words(facts, is_told=True),
        act=AppealedAct.DEEMED_WITHDRAWAL,
        decided_on=ecuador_today(),
        is_draft=True,
    )


def decided_case(case: CaseView) -> DecidedCase:
    """Return what a paper names of a case."""
    return DecidedCase(
        id=case.id,
        reference=case.reference,
        holder=case.holder,
        ruc=case.ruc,
        track=case.track,
        kind=case.kind,
    )


def approval_facts(
    case: CaseView, *, chosen: str | None = None, reasons: str = ""
) -> dict[str, object]:
    """Return what ``officer/approval_facts.html`` tells of the document, if it began today.

    ``chosen`` is the category that a certificate of a MIPYME would say; None: that of the rule.
    """
    today, rulebook = ecuador_today(), parts().rulebook
    shown: dict[str, object]
    if case.track.category:
        place = _place(case, "")
        until = certificate_until(rulebook, start=place.begins, issued=today)
        shown = {"place": place, "until": until}
    elif case.track.issues is IssuedKind.CERTIFICATE:
        found = reviewing.category_found(
            parts().reading(), application_id=case.id, rulebook=rulebook
        )
        suggested = found.category.value if isinstance(found, CategoryFound) else ""
        chosen = suggested if chosen is None else chosen
        place = _place(case, chosen)
        shown = {
            "found": found,
            "place": place,
            "until": certificate_until(rulebook, start=place.begins, issued=today),
            "categories": tuple(Category),
            "chosen": chosen,
            "reasons": reasons,
        }
    else:
        years = validity_years(case.sheet.ciiu, today, rulebook)
        place = _place(case, "")
        shown = {"years": years, "place": place, "until": valid_until(place.begins, years)}
    return {
        "referral": _referral(case, shown.get("found")),
        "doubts": [row.note for row in case.sheet_rows if row.differs],
        **shown,
    }


def _referral(case: CaseView, found: object) -> list[str]:
    """Return why a person decides, without what the rule says today just above."""
    said = found.sentence if isinstance(found, CategoryFound | OverLimits) else ""
    return [line for line in (case.referral or "").splitlines() if line != said]


def _place(case: CaseView, category: str) -> Place:
    """Return the place that the document would take today, with that category."""
    label = Category(category).label if category in tuple(Category) else case.track.category
    return succession.foreseen(parts().reading(), application_id=case.id, category=label)
