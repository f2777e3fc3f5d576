"""Decides the certificate of an emprendedor from the papers.

Every value of the papers must be sure; any doubt goes to an officer. A paper that nobody asked for,
but that was sent, is looked at too: it may contradict what is said. What applicants are not told
before sending (``support_papers.Doubt``), the referral does not tell them either.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from review_service.domain.data_sheet import VENTURE
from review_service.domain.dated_rules import Entry, in_force
from review_service.domain.documents import SupportKind
from review_service.domain.errors import SettingsError
from review_service.domain.looked_up import Answer, Found, PaperSource, doubts_on_answer
from review_service.domain.money import usd, with_points
from review_service.domain.needed_papers import Asked, needed_papers
from review_service.domain.rule_decisions import Referral, RuleDecision, RuleQuestion
from review_service.domain.rulebook import dated_rule, rule_names
from review_service.domain.sheet_comparison import sheet_rows
from review_service.domain.support_papers import doubts
from review_service.domain.validity import months_after
from review_service.domain.wording import enumeration, long_date

EMPRENDEDOR_KEY: Final = "emprendedor"
"""Key of the track, in the tables of rules too."""
CATEGORY: Final = "Emprendedor"
GRANTED: Final = "granted_on_papers"
USUAL: Final = "usual_limits"
_RUNNING: Final = "Sus documentos se estaban revisando cuando confirmó: los mira una persona."


def decide(asked: RuleQuestion) -> RuleDecision | Referral:
    """Grant where every check of every paper is sure, or say why an officer decides.

    Raises ``SettingsError`` for tables with a gap.
    """
    whom = Asked(
        track=EMPRENDEDOR_KEY,
        ruc=asked.ruc,
        holder=asked.holder,
        facts=asked.facts,
        sheet=asked.sheet,
        on=asked.on,
    )
    needed = needed_papers(whom, asked.rulebook)
    admitted = asked.admission_to(EMPRENDEDOR_KEY)
    rows = sheet_rows(holder=asked.holder, sheet=asked.sheet, facts=asked.facts, asked=VENTURE)
    reasons = [admitted.reason] if admitted.to_officer else []
    reasons.extend(row.note for row in rows if row.differs)
    if not asked.is_settled:
        reasons.append(_RUNNING)
    sources = {paper.kind: paper.comes_from for paper in needed}
    kinds = set(sources) | set(asked.papers)
    for each in sorted(kinds, key=list(SupportKind).index):
        reasons.extend(_against(asked, each, sources.get(each, PaperSource.APPLICANT)))
    entry = _usual(asked)
    if entry is not None and entry["stance"] == "officer":
        reasons.extend(_beyond(asked, entry))
    if reasons:
        return Referral(reasons=tuple(dict.fromkeys(reasons)))
    granting = [dated_rule(GRANTED, one) for one in _entries(asked, GRANTED)]
    fresh = [
        dated_rule("freshness", one)
        for one in in_force(asked.rulebook, "freshness", day=asked.on)
        if one["kind"] in kinds
    ]
    told = enumeration([paper.kind.short_label for paper in needed])
    grounds = (*granting, *(paper.rule for paper in needed), *fresh, *admitted.rules)
    return RuleDecision(
        rule=rule_names(grounds),
        category=CATEGORY,
        reasons=f"{CATEGORY}: sus documentos están en regla ({told})",
        grounds=grounds,
    )


def advice(asked: RuleQuestion) -> tuple[str, ...]:
    """Return what an officer is advised of: limits of another register that no text applies here.

    Empty when the rule says «off», or nothing is beyond them. Raises ``SettingsError``.
    """
    entry = _usual(asked)
    return () if entry is None or entry["stance"] == "off" else tuple(_beyond(asked, entry))


def _against(asked: RuleQuestion, kind: SupportKind, comes_from: PaperSource) -> Iterator[str]:
    """Yield why one paper is not sure, in words that may be told to the applicant too.

    They say what was found, not what to do: the papers can be changed no more. What an institution
    holds stands before what was sent.
    """
    answer, only = asked.looked_up.get(kind), comes_from is PaperSource.LOOKED_UP
    if comes_from.is_looked_up and answer and (only or answer.found is Found.HELD):
        yield from _against_answer(asked, answer)
        return
    read = None if only else asked.papers.get(kind)
    if read is None:
        yield f"Falta {kind.short_label}."
        return
    found = doubts(
        kind,
        read,
        ruc=asked.ruc,
        holder=asked.holder,
        employees=asked.sheet.employees,
        on=asked.on,
        document=asked.rulebook,
    )
    for doubt in found:
        if doubt.prevents:
            yield doubt.sentence if doubt.told else f"Una persona mira {kind.short_label}."


def _against_answer(asked: RuleQuestion, answer: Answer) -> Iterator[str]:
    found = doubts_on_answer(
        answer,
        holder=asked.holder,
        employees=asked.sheet.employees,
        on=asked.on,
        document=asked.rulebook,
    )
    yield from (doubt.sentence for doubt in found if doubt.prevents)


def _usual(asked: RuleQuestion) -> Entry | None:
    entries = _entries(asked, USUAL)
    if len(entries) > 1 or any(
        entry.get("stance") not in {"off", "advice", "officer"} for entry in entries
    ):
        raise SettingsError(f"[[{USUAL}]] needs one entry, with a stance")
    return entries[0] if entries else None


def _beyond(asked: RuleQuestion, entry: Entry) -> Iterator[str]:
    years, workers = int(entry["years"]), int(entry["workers"])
    sales_cents = 100 * int(entry["sales_usd"])
    began = str(asked.facts.get("started_on") or "")
    if began and months_after(date.fromisoformat(began), 12 * years) <= asked.on:
        since = long_date(date.fromisoformat(began))
        yield f"El RUC empezó el {since}: hace {years} años o más."
    employed, sales = asked.sheet.employees, asked.sheet.sales_cents
    if employed is not None and employed >= workers:
        yield f"Emplea a {with_points(employed)} personas: {workers} o más."
    if sales is not None and sales >= sales_cents:
        yield f"Ventas de {usd(sales)}: {usd(sales_cents)} o más."


def _entries(asked: RuleQuestion, section: str) -> list[Entry]:
    """Return what of a section holds for the track that day, in the rules' order."""
    return [
        entry
        for entry in in_force(asked.rulebook, section, day=asked.on)
        if entry.get("track") == EMPRENDEDOR_KEY
    ]
