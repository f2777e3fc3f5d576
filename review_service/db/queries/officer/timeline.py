"""Everything that happened on a case, in one order: what machine, applicant and officers did.

It is read from the audit trail, with the words that stand in other rows: notes and corrections.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import CorrectionRow, EventRow, InternalNoteRow
from review_service.db.queries.applicant.history import LETTERS
from review_service.db.queries.officer.decisions import confirmed, names_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.documents import Theme
from review_service.domain.file_tickets import WhyOriginal
from review_service.domain.rule_decisions import actor_of_rule
from review_service.domain.terms import ecuador_day

MOST_LINES: Final = 500
"""Events of one case that are read, the newest."""


class Who(StrEnum):
    """Who did something; the value is what the address says."""

    APPLICANT = "solicitante"
    OFFICER = "oficina"
    MACHINE = "sistema"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            Who.APPLICANT: "Solicitante",
            Who.OFFICER: "Oficina",
            Who.MACHINE: "Sistema",
        }[self]


WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "application_opened": "Empezó la solicitud.",
        "sheet_saved": "Guardó la hoja de datos.",
        "document_received": "Subió un archivo.",
        "document_removed": "Quitó un archivo.",
        "document_moved": "Puso un documento en su lugar.",
        "document_checked": "Terminó la revisión automática de un archivo.",
        "document_refused": "Un archivo no se pudo aceptar.",
        "evidence_assembled": "Reunió las fotos en un solo PDF.",
        "theme_not_applicable": "Dijo que un tema de las fotos no aplica",
        "theme_applies": "Quitó «no aplica» de un tema de las fotos",
        "second_address_asked": "Pidió que los avisos vayan también a otro correo.",
        "second_address_confirmed": "El otro correo dijo que quiere los avisos.",
        "address_renewed": "Tomó del SRI otro correo registrado.",
        "application_awaiting_confirmation": "Envió la solicitud.",
        "application_in_review": "Confirmó la solicitud: quedó recibida.",
        "application_correction_requested": "Pidió una corrección.",
        "application_approved": "Aprobó la solicitud.",
        "application_issued": "El documento quedó firmado y publicado.",
        "application_refused": "Negó la solicitud.",
        "application_withdrawn": "La solicitud quedó desistida.",
        "application_draft": "Volvió a ser un borrador.",
        "agreement_numbered": "Se dio el número del Acuerdo",
        "certificate_numbered": "Se dio el número del certificado",
        "agreement_stored": "Se guardó el Acuerdo firmado.",
        "certificate_stored": "Se guardó el certificado firmado.",
        "paper_contradicted": "El papel firmado no coincidió con lo que consta: no se publicó.",
        "item_judged": "Juzgó un punto",
        "item_reopened": "Un punto volvió a abrirse",
        "case_viewed": "Abrió el caso.",
        "pages_viewed": "Miró las páginas.",
        "original_downloaded": "Descargó un archivo original.",
        "original_asked": "Pidió un archivo original",
        "photos_compared": "Comparó una foto de esta solicitud con otro caso.",
        "agreement_downloaded": "Descargó el documento emitido.",
        "case_taken_over": "Tomó el caso que tenía otra persona.",
        "case_taken_out_of_order": "Tomó el caso antes que otro más antiguo",
        "case_moved": "Pasó el caso",
        "assigned_case_taken": "Tomó el caso que era de otra persona",
        "second_review_settled": "Cerró una segunda revisión.",
        "refused_late": "Negó después del plazo legal, y dijo por qué",
        "later_control_ended": "Terminó el control posterior.",
        "legal_hold_placed": "Impidió que se elimine algo del caso.",
        "legal_hold_lifted": "Terminó la retención legal.",
        "note_written": "Escribió una nota interna",
        "note_corrected": "Corrigió su nota interna",
        "term_started": "Empezó a correr un plazo: su aviso se entregó.",
        "mail_sent": "Se entregó un correo",
        "mail_failed": "No se pudo entregar un correo",
        "mail_dropped": "No hacía falta ya un correo",
        "notice_delivered_otherwise": "Se avisó por otro medio",
        "dates_stated": "Descargó la constancia de fechas.",
        "payroll_deleted": "Se eliminó el archivo de la nómina.",
        "photos_deleted": "Se eliminaron las fotos.",
        "replaced_files_deleted": "Se eliminaron archivos que otros reemplazaron.",
        "directory_joined": "Quiso estar en el directorio de artesanos.",
        "directory_left": "Salió del directorio de artesanos.",
        "draft_left_told": "Se avisó que el borrador se va a eliminar.",
        "draft_deleted": "Se eliminó lo que tenía el borrador.",
    }
)
"""What each action is called; without a point at the end something of it follows."""
UNTOLD: Final = frozenset(
    {
        "rows_written", "rows_first_held", "rows_not_held", "task_cancelled", "checks_judged",
        "second_review_taken", "second_review_said",
    }
)  # fmt: skip
"""Actions of the trail that say nothing of the case itself."""
GIVES_REASON: Final = frozenset(
    {"refused_late", "case_taken_out_of_order", "case_moved", "assigned_case_taken"}
)
"""Actions whose event holds why, in the officer's words."""
MINOR: Final = frozenset(
    {
        "sheet_saved", "document_received", "document_removed", "document_moved",
        "document_checked", "case_viewed", "pages_viewed", "mail_dropped", "agreement_stored",
        "certificate_stored", "evidence_assembled",
    }
)  # fmt: skip
"""Small steps, drawn less important."""
CORRECTED: Final = "Envió la corrección."
TAKEN_BACK: Final = "La volvió a borrador para cambiarla."
GIVEN_UP: Final = "Desistió de la solicitud."
GRANTED: Final = "Una regla otorgó la categoría al confirmar."
_APPLICANTS: Final = ("applicant", "recipient", "anybody")
_OFFICER: Final = "officer:"
_RULE: Final = actor_of_rule("")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """One thing that somebody did, or several alike one after the other."""

    at: datetime
    who: Who
    name: str
    """Of an officer; empty for others."""
    words: str
    said: tuple[str, ...] = ()
    """What was written then: a note, what was asked to correct."""
    is_minor: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineDay:
    """What happened on one day of Ecuador, the newest first."""

    day: date
    number: int | None
    """Days since the case was received, which is day 1; None before."""
    lines: tuple[TimelineLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The days of one case, the newest first."""

    application_id: UUID
    reference: str
    holder: str
    days: tuple[TimelineDay, ...]
    counts: Mapping[Who, int]
    """How many lines each has, whoever is chosen."""
    is_cut: bool
    """Whether older events were left out."""


def timeline_of(uow: UnitOfWork, application_id: UUID, *, chosen: Who | None = None) -> Timeline:
    """Return what happened on a confirmed case, of everybody or of one.

    Raises ``NotFoundError``.
    """
    application = confirmed(uow, application_id)
    rows = uow.session.execute(
        sa.select(EventRow.at, EventRow.actor, EventRow.action, EventRow.details)
        .where(EventRow.subject_id == application_id, EventRow.action.not_in(UNTOLD))
        .order_by(EventRow.sequence.desc())
        .limit(MOST_LINES + 1)
    ).all()
    names = names_of(uow.session, (_officer(row.actor) for row in rows))
    said = _Said.read(uow, application_id)
    lines = _grouped(_line(row, names, said) for row in rows[:MOST_LINES] if row.action in WORDS)
    received = ecuador_day(application.confirmed_at or application.created_at)
    return Timeline(
        application_id=application.id,
        reference=application.reference,
        holder=application.holder,
        days=_days([each for each in lines if chosen in (None, each.who)], received),
        counts={who: sum(each.who is who for each in lines) for who in Who},
        is_cut=len(rows) > MOST_LINES,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """Words that other rows hold of what the trail only names."""

    notes: Mapping[str, str]
    corrections: tuple[CorrectionRow, ...]

    @classmethod
    def read(cls, uow: UnitOfWork, application_id: UUID) -> "_Said":
        notes = uow.session.scalars(
            sa.select(InternalNoteRow).where(InternalNoteRow.application_id == application_id)
        )
        corrections = uow.session.scalars(
            sa.select(CorrectionRow).where(CorrectionRow.application_id == application_id)
        )
        return cls(notes={str(row.id): row.body for row in notes}, corrections=tuple(corrections))

    def of(self, action: str, details: Mapping[str, Any], at: datetime) -> tuple[str, ...]:
        if action in {"note_written", "note_corrected"}:
            body = self.notes.get(str(details.get("note_id")), "")
            return (body,) if body else ()
        if action == "application_correction_requested":
            return tuple(
                f"{row.item.label}: {row.instruction}"
                for row in self.corrections
                if row.asked_at == at
            )
        if action == "application_in_review":
            return tuple(
                f"{row.item.label}: {row.answer}"
                for row in self.corrections
                if row.answered_at == at and row.answer
            )
        reason = str(details.get("reason") or "")
        return (reason,) if reason and action in GIVES_REASON else ()


def _line(row: Any, names: Mapping[UUID, str], said: _Said) -> TimelineLine:  # noqa: ANN401 -- the columns of an event
    officer = _officer(row.actor)
    return TimelineLine(
        at=row.at,
        who=_who(row.actor),
        name=names.get(officer, "") if officer else "",
        words=_words(row.action, row.details, row.actor),
        said=said.of(row.action, row.details, row.at),
        is_minor=row.action in MINOR,
    )


def _who(actor: str) -> Who:
    if actor in _APPLICANTS:
        return Who.APPLICANT
    return Who.OFFICER if actor.startswith(_OFFICER) or actor == "operator" else Who.MACHINE


def _officer(actor: str) -> UUID | None:
    return UUID(actor.removeprefix(_OFFICER)) if actor.startswith(_OFFICER) else None


def _words(action: str, details: Mapping[str, Any], actor: str) -> str:
    if action == "application_draft" and actor == "applicant":
        return TAKEN_BACK
    if action == "application_withdrawn" and actor == "applicant":
        return GIVEN_UP
    if action == "application_in_review" and details.get("origin") == "correction_requested":
        return CORRECTED
    if action == "application_approved" and actor.startswith(_RULE):
        return GRANTED
    words = WORDS[action]
    told = "" if words.endswith(".") else _more(action, details)
    return words if words.endswith(".") else f"{words}{': ' if told else ''}{told}."


def _more(action: str, details: Mapping[str, Any]) -> str:
    """Return what follows the words of an action; empty where the trail says no more."""
    if action in {"item_judged", "item_reopened"}:
        item = _label(ReviewItem, details.get("item"))
        verdict = _label(ItemVerdict, details.get("verdict")) if action == "item_judged" else ""
        return f"{item}, {verdict.lower()}" if verdict else item
    if action in {"mail_sent", "mail_failed", "mail_dropped", "notice_delivered_otherwise"}:
        told = LETTERS.get(str(details.get("event")), "Aviso sobre la solicitud")
        return f"«{told % {'document': 'documento'}}»"
    if action in {"theme_not_applicable", "theme_applies"}:
        return _label(Theme, details.get("theme"))
    if action == "case_moved":
        return str(details.get("zone") or "")
    if action == "original_asked":
        return next((each.label for each in WhyOriginal if each.value == details.get("why")), "")
    return str(details.get("number") or "")


def _label(kind: type[ReviewItem] | type[ItemVerdict] | type[Theme], value: object) -> str:
    return next((each.label for each in kind if each.value == value), "")


def _grouped(lines: Iterable[TimelineLine]) -> list[TimelineLine]:
    """Join lines that say the same of the same on one day, one after the other."""
    found: list[TimelineLine] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and not line.said and _kind(last) == _kind(line):
            found[-1] = replace(last, times=last.times + 1)
        else:
            found.append(line)
    return found


def _kind(line: TimelineLine) -> tuple[object, ...]:
    return (ecuador_day(line.at), line.who, line.name, line.words, line.said)


def _days(lines: Iterable[TimelineLine], received: date) -> tuple[TimelineDay, ...]:
    found: dict[date, list[TimelineLine]] = {}
    for line in lines:
        found.setdefault(ecuador_day(line.at), []).append(line)
    return tuple(
        TimelineDay(
            day=day,
            number=(day - received).days + 1 if day >= received else None,
            lines=tuple(some),
        )
        for day, some in found.items()
    )
