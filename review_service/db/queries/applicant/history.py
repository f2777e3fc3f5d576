"""History of an application: its events, the mails sent, and the correction requests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import CorrectionRow, EventRow, MailRow
from review_service.db.readable import readable
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ReviewItem
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.ruc import mask_email
from review_service.domain.rule_decisions import actor_of_rule
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import gettext_noop, worded

WORDS: Final = {
    "application_opened": gettext_noop("Usted empezó la solicitud."),
    "sheet_saved": gettext_noop("Usted guardó la hoja de datos."),
    "document_received": gettext_noop("Usted subió un archivo."),
    "document_removed": gettext_noop("Usted quitó un archivo."),
    "document_moved": gettext_noop("Usted puso un documento en su lugar."),
    "theme_not_applicable": gettext_noop("Usted dijo que un tema de las fotos no aplica."),
    "theme_applies": gettext_noop("Usted quitó «no aplica» de un tema de las fotos."),
    "document_refused": gettext_noop("Un archivo no se pudo aceptar."),
    "second_address_asked": gettext_noop("Preguntamos a su otro correo si quiere los avisos."),
    "second_address_confirmed": gettext_noop("Su otro correo confirmó que quiere los avisos."),
    "address_renewed": gettext_noop(
        "El SRI tiene otro correo suyo: desde entonces los avisos van a ese."
    ),
    "application_awaiting_confirmation": gettext_noop("Usted envió la solicitud."),
    "application_in_review": gettext_noop("Usted confirmó la solicitud y la recibimos."),
    "application_correction_requested": gettext_noop("Quien revisa pidió una corrección."),
    "extension_asked": gettext_noop("Usted pidió una prórroga para corregir."),
    "extension_granted": gettext_noop("Le dimos más días para corregir."),
    "extension_refused": gettext_noop("Respondimos su prórroga: el plazo quedó igual."),
    "contact_attempted": gettext_noop("Intentamos avisarle por otro medio lo que debe corregir."),
    "notice_restarted": gettext_noop(
        "Le enviamos otra vez lo que debe corregir: su plazo empieza de nuevo."
    ),
    "application_approved": gettext_noop("La solicitud fue aprobada."),
    "application_issued": gettext_noop("Su %(document)s quedó firmado y listo."),
    "application_refused": gettext_noop("La solicitud fue negada."),
    "application_withdrawn": gettext_noop("La solicitud quedó desistida."),
    "dates_stated": gettext_noop("Usted descargó la constancia de fechas."),
    "payroll_deleted": gettext_noop("Se eliminó el archivo de su nómina."),
    "photos_deleted": gettext_noop("Se eliminaron las fotos de la solicitud."),
    "replaced_files_deleted": gettext_noop("Se eliminaron los archivos que otros reemplazaron."),
    "directory_joined": gettext_noop("Usted quiso estar en el directorio de artesanos."),
    "directory_left": gettext_noop("Usted salió del directorio de artesanos."),
    "draft_left_told": gettext_noop("Le avisamos que el borrador se va a eliminar."),
    "draft_deleted": gettext_noop("Se eliminó lo que tenía el borrador: pasó mucho tiempo."),
    "appeal_lodged": gettext_noop("Usted presentó un recurso contra la decisión."),
    "appeal_day_corrected": gettext_noop("Corregimos el día en que ingresó su recurso."),
    "appeal_decided": gettext_noop("Se decidió su recurso."),
    "application_draft": gettext_noop("Pasó el tiempo para confirmar: volvió a ser un borrador."),
}
MINOR: Final = frozenset(
    {
        "sheet_saved",
        "document_received",
        "document_removed",
        "document_moved",
        "theme_not_applicable",
        "theme_applies",
        "document_refused",
        "second_address_asked",
        "second_address_confirmed",
    }
)
TAKEN_BACK: Final = gettext_noop("Usted la volvió a borrador para cambiarla.")
CORRECTED: Final = gettext_noop("Usted envió la corrección.")
BY_RULE: Final = actor_of_rule("")
GRANTED: Final = gettext_noop("Usted confirmó la solicitud y recibió su categoría.")
BY_APPEAL: Final = gettext_noop("Su solicitud volvió a revisión por el recurso.")
ASKED_AGAIN: Final = gettext_noop(
    "Su solicitud sigue por el recurso: le pedimos otra vez la corrección."
)
OUT_OF: Final = {
    ("application_in_review", "correction_requested"): CORRECTED,
    ("application_in_review", "refused"): BY_APPEAL,
    ("application_correction_requested", "withdrawn"): ASKED_AGAIN,
}
"""What a move is called out of these states."""
ON_PAPER: Final = gettext_noop("Registramos su recurso, que llegó en papel.")
LETTERS: Final = {
    "confirm": gettext_noop("Enlace para confirmar su solicitud"),
    "second_address": gettext_noop("Pregunta a su otro correo"),
    "received": gettext_noop("Comprobante de recepción"),
    "correction_requested": gettext_noop("Lo que debe corregir"),
    "correction_reminder": gettext_noop("Recordatorio: le quedan pocos días para corregir"),
    "extension_decided": gettext_noop("Respuesta a su pedido de prórroga"),
    "issued": gettext_noop("Su %(document)s, con el PDF"),
    "refused": gettext_noop("Decisión sobre su solicitud"),
    "withdrawn": gettext_noop("Su solicitud quedó desistida"),
    "appeal_decided": gettext_noop("Decisión sobre su recurso"),
    "draft_left": gettext_noop("Su borrador se va a eliminar"),
}

DECISIONS: Final = frozenset({"refused", "withdrawn"})
"""Letters that tell of a decision against the applicant."""
_KINDS: Final = {kind.numbered_event: kind for kind in IssuedKind}
"""Of which kind the document is, by the event that numbered it."""
_EVENTS, _MAILS = readable(EventRow).c, readable(MailRow).c
_ASKED: Final = readable(CorrectionRow).c
_STEPS: Final = (
    sa.select(_EVENTS.at, _EVENTS.action, _EVENTS.details, _EVENTS.actor)
    .where(
        _EVENTS.subject_id == sa.bindparam("application_id"),
        _EVENTS.action.in_([sa.literal_column(f"'{action}'") for action in (*WORDS, *_KINDS)]),
    )
    .order_by(_EVENTS.sequence)
)
_LETTERS: Final = (
    sa.select(
        _MAILS.event, _MAILS.recipient, _MAILS.context, _MAILS.created_at, _MAILS.sent_at,
        _MAILS.failed_at,
    )
    .where(_MAILS.application_id == sa.bindparam("application_id"))
    .order_by(_MAILS.created_at.desc(), _MAILS.id)
)  # fmt: skip
_CORRECTIONS: Final = sa.select(
    _ASKED.item, _ASKED.reason, _ASKED.instruction, _ASKED.legal_basis, _ASKED.asked_at,
    _ASKED.answered_at, _ASKED.answer, _ASKED.round,
).where(_ASKED.application_id == sa.bindparam("application_id"))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One event in words; ``times`` counts consecutive repeats."""

    at: datetime
    words: str
    is_minor: bool = False
    """A small step, less important than a change of state."""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One letter to one address."""

    words: str
    masked_recipient: str
    created_at: datetime
    sent_at: datetime | None
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCorrection:
    """A correction request in the officer's words, and the applicant's answer."""

    item: ReviewItem
    reason: str
    instruction: str
    basis: str
    """What asked for it; empty where the officer named nothing."""
    asked_at: datetime
    answered_at: datetime | None
    answer: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """How the applicant may appeal, as the letter with the decision told it."""

    words: str
    """The remedy in the institution's words; empty when the letter named the articles only."""
    before: str
    """The authority to which the appeal is given."""
    until: date
    """Last day."""
    is_over: bool
    """Whether that day has passed."""
    missed_day: date | None
    """Of a deemed withdrawal: the last day on which a correction was waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """The letters of an application."""

    notices: tuple[Notice, ...]
    """The newest first."""
    remedy: Remedy | None
    """As the newest decision told it."""


def history_of(uow: UnitOfWork, application_id: UUID) -> tuple[HistoryLine, ...]:
    """Return the events, newest first, without internal steps."""
    lines: list[HistoryLine] = []
    kind = IssuedKind.AGREEMENT
    for row in uow.rows(_STEPS, application_id=application_id):
        if row.action in _KINDS:
            kind = _KINDS[row.action]
            continue
        words = worded(
            _words(row.action, row.details, row.actor), document=worded(kind.short_label)
        )
        if lines and lines[-1].words == words:
            lines[-1] = replace(lines[-1], at=row.at, times=lines[-1].times + 1)
        else:
            lines.append(HistoryLine(at=row.at, words=words, is_minor=row.action in MINOR))
    return tuple(reversed(lines))


def letters_of(uow: UnitOfWork, application_id: UUID) -> Letters:
    """Return the letters of an application, with their addresses masked, and what they told."""
    rows = uow.rows(_LETTERS, application_id=application_id).all()
    return Letters(notices=_notices(rows), remedy=_remedy(uow, rows))


def _notices(rows: Sequence[Any]) -> tuple[Notice, ...]:
    return tuple(
        Notice(
            words=_letter(row.event, row.context),
            masked_recipient=mask_email(row.recipient),
            created_at=row.created_at,
            sent_at=row.sent_at,
            failed=row.failed_at is not None,
        )
        for row in rows
    )


def _remedy(uow: UnitOfWork, rows: Sequence[Any]) -> Remedy | None:
    """Return the remedy that the decision's letter told; None when no such letter was written.

    The letter stays the source: a holiday decreed later does not change the day that was told.
    """
    context = next((row.context for row in rows if row.event in DECISIONS), None)
    if context is None or "appeal_until" not in context:
        return None
    until = date.fromisoformat(context["appeal_until"])
    missed = context.get("last_day")
    return Remedy(
        words=str(context.get("remedies", "")),
        before=str(context["appeal_before"]),
        until=until,
        is_over=ecuador_day(uow.now) > until,
        missed_day=date.fromisoformat(missed) if missed else None,
    )


def corrections_of(uow: UnitOfWork, application_id: UUID) -> tuple[AskedCorrection, ...]:
    """Return every correction request, newest round first, in the order of the items."""
    order = list(ReviewItem)
    rows = uow.rows(_CORRECTIONS, application_id=application_id)
    return tuple(
        AskedCorrection(
            item=row.item,
            reason=row.reason,
            instruction=row.instruction,
            basis=row.legal_basis,
            asked_at=row.asked_at,
            answered_at=row.answered_at,
            answer=row.answer,
            round=row.round,
        )
        for row in sorted(rows, key=lambda row: (-row.round, order.index(row.item)))
    )


def _letter(event: str, context: dict[str, Any]) -> str:
    told = context.get("kind")
    kind = next((each for each in IssuedKind if each == told), IssuedKind.AGREEMENT)
    words = LETTERS.get(event, gettext_noop("Aviso sobre su solicitud"))
    return worded(words, document=worded(kind.short_label))


def _words(action: str, details: dict[str, Any], actor: str) -> str:
    if action == "application_draft" and actor == "applicant":
        return TAKEN_BACK
    if action == "appeal_lodged" and actor != "applicant":
        return ON_PAPER
    if action == "application_approved" and actor.startswith(BY_RULE):
        return GRANTED
    return OUT_OF.get((action, str(details.get("origin"))), WORDS[action])
