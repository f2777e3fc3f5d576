"""Decides the category of a MIPYME from what it declares and what the register says of it."""

from review_service.domain.categories import CategoryFound, OverLimits, categorise
from review_service.domain.data_sheet import BUSINESS
from review_service.domain.rule_decisions import Referral, RuleDecision, RuleQuestion
from review_service.domain.rulebook import rule_names
from review_service.domain.sheet_comparison import sheet_rows
from review_service.domain.wording import gettext_noop, worded

MIPYME_KEY = "mipyme"
"""Key of the track, in the table of applicants too."""
NOTHING_TO_GRANT = gettext_noop(
    "Con esos números no sale un certificado de MIPYME: corríjalos, "
    "o pida que lo revise una persona."
)
UNFINISHED = gettext_noop(
    "Faltan las personas que emplea o sus ventas: sin ellas no hay categoría."
)


def category_of(asked: RuleQuestion) -> CategoryFound | OverLimits | None:
    """Return what the declared people and sales say on that day; None while one is missing."""
    sheet = asked.sheet
    if sheet.employees is None or sheet.sales_cents is None:
        return None
    return categorise(
        workers=sheet.employees,
        sales_cents=sheet.sales_cents,
        on=asked.on,
        document=asked.rulebook,
    )


def decide(asked: RuleQuestion) -> RuleDecision | Referral:
    """Grant the category, or say why a person decides.

    Over the limits nobody is refused: a person looks if the holder asks for it. Whatever differs
    from the register, and a kind of person for whom no text proves the track, goes to an officer.
    Raises ``SettingsError`` for tables with a gap.
    """
    found = category_of(asked)
    if found is None:
        return Referral(reasons=(UNFINISHED,))
    if isinstance(found, OverLimits):
        return Referral(reasons=(found.sentence,), only_if_asked=True, instead=NOTHING_TO_GRANT)
    rows = sheet_rows(holder=asked.holder, sheet=asked.sheet, facts=asked.facts, asked=BUSINESS)
    admitted = asked.admission_to(MIPYME_KEY)
    reasons = [admitted.reason] if admitted.to_officer else []
    reasons.extend([*_of_year(asked), *_of_places(asked)])
    reasons.extend(row.note for row in rows if row.differs)
    if found.by_workers is None:
        reasons.append(
            gettext_noop(
                "Emplea a tantas personas que, por ese número, no sería una MIPYME: "
                "una persona revisa el número y las ventas."
            )
        )
    if reasons:
        return Referral(reasons=tuple(reasons))
    grounds = (*found.rules, *admitted.rules)
    return RuleDecision(
        rule=rule_names(grounds),
        category=found.category.label,
        reasons=found.sentence,
        grounds=grounds,
    )


def _of_year(asked: RuleQuestion) -> list[str]:
    """Return what speaks against the year of the sales: a draft may be older than a year."""
    wanted = asked.on.year if asked.sheet.started_this_year else asked.on.year - 1
    if asked.sheet.sales_year == wanted:
        return []
    return [
        worded(
            "Las ventas son de %(sales_year)s; hoy hacen falta las de %(wanted)s.",
            sales_year=asked.sheet.sales_year,
            wanted=wanted,
        )
    ]


def _of_places(asked: RuleQuestion) -> list[str]:
    places = asked.facts.get("establishments") or ()
    if not places or any(place.get("is_open", True) for place in places):
        return []  # without any, the row of the activity says so
    return [gettext_noop("El SRI no registra ningún local abierto de este RUC.")]
