"""Spanish texts for dates and findings on the officers' screens, each with its colour."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from flask import Blueprint

from review_service.db.queries.officer.pages import FindingView
from review_service.db.queries.officer.queue_entries import FindingCount, QueueEntry
from review_service.domain.finding_words import words_for_officers
from review_service.domain.findings import Severity
from review_service.domain.legal_term import LegalTerm
from review_service.domain.reports import Box
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import MONTHS, clock, in_words, long_date
from review_service.web.officer.compared_data import compared_rows, difference_words
from review_service.web.officer.prior_words import proof_lines, value_tag

WEEKDAYS: Final = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
WEEK_DAYS: Final = 6
MAX_TAGS: Final = 3
"""Most tags in one row of the queue; the rest is only counted."""
MAX_TAG_CHARACTERS: Final = 44
CROP_MARGIN: Final = 0.6
"""Margin around a crop, as a share of the word's height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A due date in words: short for the queue, a sentence for the case."""

    tone: str
    words: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A short text with its colour."""

    tone: str
    words: str


def due_words(due_at: datetime | None, *, now: datetime | None = None) -> Due:
    """Return the text for a due date; today and late are marked."""
    if due_at is None:
        return Due(tone="", words="", sentence="Sin plazo")
    moment = now or datetime.now(UTC)
    day, today = ecuador_day(due_at), ecuador_day(moment)
    ahead = (day - today).days
    if due_at < moment:
        late = "hoy" if ahead == 0 else "ayer" if ahead == -1 else _short(day)
        return Due(tone="bad", words=f"venció {late}", sentence=f"Venció {late} {clock(due_at)}")
    if ahead == 0:
        return Due(tone="bad", words=f"hoy {clock(due_at)}", sentence=f"Vence hoy {clock(due_at)}")
    if ahead == 1:
        return Due(tone="", words="mañana", sentence=f"Vence mañana {clock(due_at)}")
    return Due(tone="", words=_short(day, ahead), sentence=f"Vence el {long_date(day)}")


def until_words(last_day: date, *, today: date | None = None) -> Tag:
    """Return the text for the last day to correct; today and what has gone by are marked."""
    here = today or ecuador_day(datetime.now(UTC))
    if last_day < here:
        return Tag(tone="bad", words=f"terminó el {_short(last_day)}")
    if last_day == here:
        return Tag(tone="bad", words="termina hoy")
    return Tag(tone="", words=f"hasta el {_short(last_day, (last_day - here).days)}")


def legal_words(term: LegalTerm | None) -> Due:
    """Return the text for the legal term; marked where it is nearly over, worse once it is."""
    if term is None:
        return Due(tone="", words="", sentence="")
    day = long_date(term.last_day)
    if term.is_over:
        return Due(
            tone="bad", words="plazo legal vencido", sentence=f"El plazo legal venció el {day}"
        )
    left = _days_left(term.days_left)
    tone = "bad" if term.is_alarming else "doubt" if term.is_near else ""
    if term.is_resting:
        return Due(
            tone=tone,
            words="plazo legal en pausa",
            sentence=f"El plazo legal descansa mientras la persona corrige: hasta el {day}",
        )
    words = f"plazo legal: {left}" if term.is_near else f"legal {_short(term.last_day)}"
    return Due(tone=tone, words=words, sentence=f"Plazo legal hasta el {day}: {left}")


def _days_left(days: int) -> str:
    if days == 0:
        return "es el último día"
    return "queda 1 día hábil" if days == 1 else f"quedan {days} días hábiles"


def tags_of(entry: QueueEntry) -> tuple[Tag, ...]:
    """Return an application's findings as a few short tags, worst first."""
    tags = [Tag(tone=found.severity.value, words=_tag_words(found)) for found in entry.findings]
    more = len(tags) - MAX_TAGS
    if more > 0:
        tags = [*tags[:MAX_TAGS], Tag(tone="quiet", words=f"y {more} más")]
    if entry.corrections_answered:
        words = f"{entry.corrections_answered} de {entry.corrections_asked} corregidos"
        tags.insert(0, Tag(tone="good", words=words))
    if entry.questions:
        words = (
            "pregunta abierta" if entry.questions == 1 else f"{entry.questions} preguntas abiertas"
        )
        tags.insert(0, Tag(tone="quiet", words=words))
    if entry.checks_running:
        tags.append(Tag(tone="quiet", words="revisión en marcha"))
    elif not entry.findings and not entry.corrections_answered and not entry.referral:
        tags.append(Tag(tone="good", words="sin alertas"))
    return tuple(tags)


def alerts_of(entry: QueueEntry) -> tuple[str, ...]:
    """Return all findings of an application and why a person decides it, in words, worst first."""
    told = tuple(_tag_words(found) for found in entry.findings)
    return (*told, entry.referral) if entry.referral else told


def tone_of(findings: Iterable[FindingView]) -> str:
    """Return the colour name of the worst finding; a note has none."""
    severities = [found.severity for found in findings]
    highest = max(severities, key=lambda severity: severity.rank, default=Severity.NOTE)
    return "" if highest is Severity.NOTE else highest.value


def crop_of(box: Box) -> str:
    """Return the ``viewBox`` that shows a read value with a little paper around it."""
    margin = round(box.height * CROP_MARGIN)
    left, top = max(0, box.left - margin), max(0, box.top - margin)
    return f"{left} {top} {box.width + 2 * margin} {box.height + 2 * margin}"


def install(blueprint: Blueprint) -> None:
    """Make these functions available in the officers' templates."""
    blueprint.app_context_processor(
        lambda: {
            "compared_rows": compared_rows,
            "difference_words": difference_words,
            "due_words": due_words,
            "legal_words": legal_words,
            "short_day": lambda moment: _short(ecuador_day(moment)),
            "tags_of": tags_of,
            "until_words": until_words,
            "tone_of": tone_of,
            "crop_of": crop_of,
            "proof_lines": proof_lines,
            "value_tag": value_tag,
            "in_words": in_words,
        }
    )


def _short(day: date, ahead: int | None = None) -> str:
    if ahead is not None and ahead <= WEEK_DAYS:
        return f"{WEEKDAYS[day.weekday()]} {day.day}"
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def _tag_words(found: FindingCount) -> str:
    words = words_for_officers(found.code, found.times)
    if words:
        return words
    sentence = found.message.rstrip(".")
    if len(sentence) <= MAX_TAG_CHARACTERS:
        return sentence
    kind = found.severity.label.lower()
    return f"1 {kind}" if found.times == 1 else f"{found.times} {kind}s"
