"""How the officers' screens word dates and findings, each with a tone beside the colour."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from flask import Blueprint

from review_service.db.queries.officer.pages import FindingView
from review_service.db.queries.officer.queue import FindingCount, QueueEntry
from review_service.domain.documents import Theme
from review_service.domain.findings import Severity
from review_service.domain.reports import Box
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import MONTHS, clock, in_words, long_date
from review_service.web.officer.prior_words import proof_lines, value_tag

WEEKDAYS: Final = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
WEEK_DAYS: Final = 6
MAX_TAGS: Final = 3
"""Tags in one line of the queue; the rest is told as a number."""
MAX_TAG_CHARACTERS: Final = 44
CROP_MARGIN: Final = 0.6
"""Of the word's height, around a crop, so that the letters stand free."""

TAG_WORDS: Final = {
    "photo_blurred": ("1 foto borrosa", "{} fotos borrosas"),
    "photo_soft": ("1 foto poco nítida", "{} fotos poco nítidas"),
    "photo_moved": ("1 foto movida", "{} fotos movidas"),
    "photo_backlit": ("1 foto a contraluz", "{} fotos a contraluz"),
    "photo_compressed": ("1 foto muy comprimida", "{} fotos muy comprimidas"),
    "photo_enlarged": ("1 foto con poco detalle", "{} fotos con poco detalle"),
    "photo_dark": ("1 foto oscura", "{} fotos oscuras"),
    "photo_very_dark": ("1 foto muy oscura", "{} fotos muy oscuras"),
    "photo_overexposed": ("1 foto muy clara", "{} fotos muy claras"),
    "photo_small": ("1 foto pequeña", "{} fotos pequeñas"),
    "photo_screenshot": ("1 captura de pantalla", "{} capturas de pantalla"),
    "photo_tiny": ("1 foto diminuta", "{} fotos diminutas"),
    "photo_cut": ("1 foto incompleta", "{} fotos incompletas"),
    "scan_coarse": ("escaneo poco nítido", "escaneo poco nítido"),
    "page_blank": ("1 página en blanco", "{} páginas en blanco"),
    "page_unreadable": ("1 página ilegible", "{} páginas ilegibles"),
    "page_enormous": ("página de tamaño raro", "{} páginas de tamaño raro"),
    "text_unreadable": ("texto ilegible", "texto ilegible"),
    "text_missing": ("casi sin texto", "casi sin texto"),
    "text_doubtful": ("texto poco claro", "texto poco claro"),
    "bytes_before_header": ("datos ajenos en el PDF", "datos ajenos en el PDF"),
    "bytes_after_end": ("datos ajenos en el PDF", "datos ajenos en el PDF"),
    "page_counts_differ": ("PDF ambiguo", "PDF ambiguo"),
    "sheet_holder_differs": ("nombre no coincide", "nombre no coincide"),
    "sheet_status_differs": ("RUC no activo", "RUC no activo"),
    "sheet_activity_differs": ("CIIU no consta en el RUC", "CIIU no consta en el RUC"),
    "sheet_place_differs": ("lugar no coincide", "lugar no coincide"),
    "sheet_workers_differs": ("demasiados operarios", "demasiados operarios"),
    "sheet_apprentices_differs": ("demasiados aprendices", "demasiados aprendices"),
    "check_failed": ("revisión incompleta", "{} revisiones incompletas"),
    "photo_of_other_applicant": ("foto de otro RUC", "{} fotos de otro RUC"),
    "photo_like_other_applicant": ("foto como la de otro RUC", "{} fotos como las de otro RUC"),
    "photo_repeated": ("foto repetida", "{} fotos repetidas"),
    "photo_like_own": ("foto casi repetida", "{} fotos casi repetidas"),
    "photos_not_compared": ("fotos sin comparar", "fotos sin comparar"),
    "prior_agreement_unknown": ("Acuerdo anterior no consta", "Acuerdo anterior no consta"),
    "prior_agreement_of_other": ("Acuerdo de otro RUC", "Acuerdo de otro RUC"),
    "prior_agreement_holder_differs": ("titular no coincide", "titular no coincide"),
    "prior_agreement_ruc_differs": ("RUC no coincide", "RUC no coincide"),
    "prior_agreement_issued_on_differs": ("fecha no coincide", "fechas no coinciden"),
    "prior_agreement_valid_until_differs": ("vigencia no coincide", "vigencia no coincide"),
    "prior_agreement_number_differs": ("número no coincide", "número no coincide"),
    "prior_agreement_activity_differs": ("actividad no coincide", "actividad no coincide"),
    "prior_agreement_ministries_differs": ("ministerios no coinciden",) * 2,
    "prior_agreement_altered": ("archivo cambiado tras la firma",) * 2,
    "prior_agreement_signature_unread": ("firma sin comprobar",) * 2,
    "prior_agreement_not_issued": ("firmado, pero no emitido aquí",) * 2,
    "prior_agreement_code_unknown": ("QR de ningún Acuerdo",) * 2,
    "prior_agreement_code_elsewhere": ("QR hacia otra página",) * 2,
    "prior_agreement_code_of_other": ("QR de otro Acuerdo",) * 2,
    "prior_agreement_holder_renamed": ("titular con otro nombre",) * 2,
    "prior_agreement_revoked": ("Acuerdo revocado",) * 2,
    "prior_agreement_superseded": ("hay un Acuerdo posterior",) * 2,
    "support_unread": ("documento ilegible", "{} documentos ilegibles"),
    "support_unknown": ("documento no reconocido", "{} documentos no reconocidos"),
    "support_debt": ("obligaciones pendientes",) * 2,
    "support_status_unread": ("no se lee si está al día",) * 2,
    "support_of_other": ("documento de otro RUC", "{} documentos de otro RUC"),
    "support_ruc_unread": ("RUC poco legible",) * 2,
    "support_expired": ("documento caducado", "{} documentos caducados"),
    "support_expires_soon": ("caduca pronto",) * 2,
    "support_from_future": ("fecha futura", "fechas futuras"),
    "support_undated": ("documento sin fecha", "{} documentos sin fecha"),
    "checks_failed": ("revisión incompleta", "{} revisiones incompletas"),
    **{f"theme_missing_{theme.value}": (f"falta «{theme.label.lower()}»",) * 2 for theme in Theme},
}

ACTIVE_WORDS: Final = ("contenido activo", "{} contenidos activos")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A due date in words: short for the queue, a sentence for the case."""

    tone: str
    words: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A short remark with its tone."""

    tone: str
    words: str


def due_words(due_at: datetime | None, *, now: datetime | None = None) -> Due:
    """Return how a due date is told; today and late are marked."""
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


def tags_of(entry: QueueEntry) -> tuple[Tag, ...]:
    """Return the worst of an application first, in a few short tags."""
    tags = [Tag(tone=found.severity.value, words=_tag_words(found)) for found in entry.findings]
    more = len(tags) - MAX_TAGS
    if more > 0:
        tags = [*tags[:MAX_TAGS], Tag(tone="quiet", words=f"y {more} más")]
    if entry.corrections_answered:
        words = f"{entry.corrections_answered} de {entry.corrections_asked} corregidos"
        tags.insert(0, Tag(tone="good", words=words))
    if entry.checks_running:
        tags.append(Tag(tone="quiet", words="revisión en marcha"))
    elif not entry.findings and not entry.corrections_answered:
        tags.append(Tag(tone="good", words="sin alertas"))
    return tuple(tags)


def tone_of(findings: Iterable[FindingView]) -> str:
    """Return the tone of the worst finding; a note has none."""
    severities = [found.severity for found in findings]
    highest = max(severities, key=lambda severity: severity.rank, default=Severity.NOTE)
    return "" if highest is Severity.NOTE else highest.value


def crop_of(box: Box) -> str:
    """Return the ``viewBox`` that shows a read value with a little paper around it."""
    margin = round(box.height * CROP_MARGIN)
    left, top = max(0, box.left - margin), max(0, box.top - margin)
    return f"{left} {top} {box.width + 2 * margin} {box.height + 2 * margin}"


def install(blueprint: Blueprint) -> None:
    """Give the officers' templates these words."""
    blueprint.app_context_processor(
        lambda: {
            "due_words": due_words,
            "short_day": lambda moment: _short(ecuador_day(moment)),
            "tags_of": tags_of,
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
    words = ACTIVE_WORDS if found.code.startswith("active_") else TAG_WORDS.get(found.code)
    if words is not None:
        return words[0] if found.times == 1 else words[1].format(found.times)
    sentence = found.message.rstrip(".")
    if len(sentence) <= MAX_TAG_CHARACTERS:
        return sentence
    kind = found.severity.label.lower()
    return f"1 {kind}" if found.times == 1 else f"{found.times} {kind}s"
