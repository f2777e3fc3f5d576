"""Gathers all that the service keeps of one RUC, for its holder: facts as JSON, and the files sent.

What only officers see (comparisons, notes, later controls, holds) is not in it: whoever tries out
a forgery would learn from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    CorrectionRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    LetterRow,
    MailRow,
    PriorAgreementRow,
    RegisteredEmailRow,
    SecondAddressRow,
    SessionRow,
    TaxpayerRow,
)
from review_service.db.named_files import agreement_file, original_file, page_photos_file
from review_service.db.queries.applicant.history import history_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.given_names import document_stem, given_name
from review_service.domain.request_limits import EXPORTS
from review_service.domain.stored_files import NamedFile
from review_service.domain.tracks import track_of
from review_service.services import attempts

FORMAT: Final = 1
"""Of ``data.json``: another one when a name in it means something else."""
EXPLAINED: Final[Mapping[str, str]] = {
    "formato": "Versión de este archivo: 1.",
    "ruc": "El RUC del que son los datos.",
    "hecho": "Cuándo se hizo, en UTC (ISO 8601).",
    "registro": "Lo que dice el SRI: nombre, estado, establecimientos y correo registrado.",
    "acuerdos_de_antes": "Acuerdos que el ministerio emitió antes de este servicio.",
    "solicitudes": "Cada solicitud: lo que escribió (hoja), sus archivos, correcciones, correos, "
    "su historia y el documento emitido.",
    "solicitudes.archivos": "«nombre» es el que usted le dio; «en_el_zip», dónde está aquí. Si "
    "falta, el archivo ya se eliminó: queda su huella SHA-256.",
    "cartas": "Quejas, apelaciones, pedidos y avisos que escribió cuando había ingresado.",
    "ingresos": "Sesiones que se conservan: cuándo empezó cada una y cuándo se usó.",
}
"""What each name of ``data.json`` holds, in Spanish; it stands in the file itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """One file of the archive."""

    folder: str
    stem: str
    file: NamedFile
    ending: str = ""
    """Empty: that of its first bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """All that is kept of a RUC."""

    told: Mapping[str, Any]
    """Values of rows."""
    data: Mapping[str, Any]
    """The same in values that JSON knows."""
    files: tuple[SentFile, ...]

    @property
    def size_bytes(self) -> int:
        """Of the files together."""
        return sum(each.file.size_bytes or 0 for each in self.files)


def gather(uow: UnitOfWork, ruc: str) -> Export:
    """Return what is kept of a RUC, in the caller's transaction."""
    session, files = uow.session, list[SentFile]()
    applications = session.scalars(
        sa.select(ApplicationRow)
        .where(ApplicationRow.ruc == ruc)
        .order_by(ApplicationRow.created_at, ApplicationRow.id)
    ).all()
    taxpayer = session.get(TaxpayerRow, ruc)
    email = session.get(RegisteredEmailRow, ruc)
    prior = session.scalars(
        sa.select(PriorAgreementRow)
        .where(PriorAgreementRow.ruc == ruc)
        .order_by(PriorAgreementRow.number)
    )
    visits = session.scalars(
        sa.select(SessionRow).where(SessionRow.ruc == ruc).order_by(SessionRow.created_at)
    )
    data = {
        "formato": FORMAT,
        "ruc": ruc,
        "hecho": uow.now,
        "registro": None
        if taxpayer is None
        else {
            "nombre": taxpayer.name,
            "estado": taxpayer.status,
            "clase": taxpayer.taxpayer_class,
            "tipo": taxpayer.taxpayer_type,
            "inicio": taxpayer.started_on,
            "correo": email.email if email else None,
            "establecimientos": [
                {
                    "numero": each.number,
                    "nombre": each.trade_name,
                    "abierto": each.is_open,
                    "provincia": each.province,
                    "canton": each.canton,
                    "parroquia": each.parish,
                    "ciiu": each.ciiu,
                    "actividad": each.activity,
                }
                for each in taxpayer.establishments
            ],
        },
        "acuerdos_de_antes": [
            {
                "numero": each.number,
                "nombre": each.holder,
                "actividad": each.activity,
                "emitido": each.issued_on,
                "vale_hasta": each.valid_until,
                "revocado": each.revoked_on,
            }
            for each in prior
        ],
        "solicitudes": [_application(uow, each, files) for each in applications],
        "cartas": [
            {
                "clase": each.kind,
                "numero": each.number,
                "nombre": each.name,
                "correo": each.email,
                "sobre": each.about,
                "escrita": each.written_at,
                "texto": each.body,
                "contestada": each.answered_at,
                "respuesta": each.answer,
            }
            for each in session.scalars(
                sa.select(LetterRow).where(LetterRow.ruc == ruc).order_by(LetterRow.written_at)
            )
        ],
        "ingresos": [{"desde": each.created_at, "usada": each.last_seen_at} for each in visits],
        "que_es_cada_cosa": EXPLAINED,
    }
    return Export(told=data, data=_plain(data), files=tuple(files))


def record(uow: UnitOfWork, export: Export, *, ruc: str, link: UUID) -> None:
    """Count the export, and record that it was made, before anything is given out.

    Raises ``TooManyAttemptsError`` after too many in a day.
    """
    attempts.spend(uow, EXPORTS, who=ruc)
    with uow:
        uow.record(
            "data_exported",
            actor="applicant",
            subject_id=link,
            applications=len(export.data["solicitudes"]),
            files=len(export.files),
            size_bytes=export.size_bytes,
        )
        uow.commit()


def _application(uow: UnitOfWork, row: ApplicationRow, files: list[SentFile]) -> dict[str, Any]:
    session = uow.session
    corrections = session.scalars(
        sa.select(CorrectionRow)
        .where(CorrectionRow.application_id == row.id)
        .order_by(CorrectionRow.round, CorrectionRow.id)
    )
    mails = session.scalars(
        sa.select(MailRow)
        .where(MailRow.application_id == row.id)
        .order_by(MailRow.created_at, MailRow.id)
    )
    second = session.scalars(
        sa.select(SecondAddressRow).where(SecondAddressRow.application_id == row.id)
    )
    return {
        "numero": row.reference,
        "tramite": track_of(row.track).label,
        "estado": row.state.label,
        "nombre": row.holder,
        "empezada": row.created_at,
        "enviada": row.sent_at,
        "confirmada": row.confirmed_at,
        "decidida": row.decided_at,
        "motivos_de_la_decision": row.decision_reasons,
        "hoja": row.sheet,
        "temas_que_no_aplican": row.not_applicable,
        "lo_que_dijo_el_sri": row.registry_facts,
        "segundos_correos": [
            {"correo": each.address, "preguntado": each.asked_at, "dijo_si": each.confirmed_at}
            for each in second
        ],
        "archivos": _documents(uow, row, files),
        "correcciones": [
            {
                "punto": each.item.label,
                "motivo": each.reason,
                "indicacion": each.instruction,
                "pedida": each.asked_at,
                "contestada": each.answered_at,
                "respuesta": each.answer,
            }
            for each in corrections
        ],
        "correos": [
            {
                "aviso": each.event,
                "a": each.recipient,
                "hecho": each.created_at,
                "entregado": each.sent_at,
            }
            for each in mails
        ],
        "historia": [
            {"cuando": each.at, "que": each.words} for each in reversed(history_of(uow, row.id))
        ],
        "documento": _issued(uow, row, files),
    }


def _documents(
    uow: UnitOfWork, application: ApplicationRow, files: list[SentFile]
) -> list[dict[str, Any]]:
    session = uow.session
    rows = session.scalars(
        sa.select(DocumentRow)
        .where(DocumentRow.application_id == application.id)
        .order_by(DocumentRow.created_at, DocumentRow.id)
    ).all()
    ids = [row.id for row in rows]
    advice, read = dict[UUID, list[str]](), dict[UUID, dict[str, str]]()
    for finding in session.scalars(
        sa.select(FindingRow)
        .where(
            FindingRow.document_id.in_(ids), FindingRow.advice != "", FindingRow.compared.is_(False)
        )
        .order_by(FindingRow.id)
    ):
        if finding.document_id is not None:
            advice.setdefault(finding.document_id, []).append(finding.advice)
    for field in session.scalars(sa.select(FieldRow).where(FieldRow.document_id.in_(ids))):
        read.setdefault(field.document_id, {})[field.name] = field.value
    told = []
    for number, row in enumerate(rows, 1):
        stem = document_stem(
            row.kind, assembled=row.assembled, reference=application.reference, number=number
        )
        here = _files_of(row, application.reference, stem)
        files.extend(here)
        told.append(
            {
                "nombre": row.file_name,
                "clase": row.kind.label,
                "estado": row.state.label,
                "bytes": row.size_bytes,
                "sha256": row.sha256,
                "recibido": row.created_at,
                "quitado": row.removed_at,
                "eliminado": row.released_at,
                "comentario": row.comment,
                "lo_que_se_le_dijo": advice.get(row.id, []),
                "lo_que_se_leyo": read.get(row.id, {}),
                "en_el_zip": [f"{each.folder}/{each.stem}" for each in here],
            }
        )
    return told


def _files_of(row: DocumentRow, folder: str, stem: str) -> list[SentFile]:
    if row.released_at is not None:
        return []
    original, photos = original_file(row), page_photos_file(row)
    found = []
    if original is not None:
        found.append(SentFile(folder=folder, stem=stem, file=original))
    if photos is not None and (original is None or photos.key != original.key):
        # The photos of the sheets stand one behind the other, as they came.
        found.append(SentFile(folder=folder, stem=f"{stem}-hojas", file=photos))
    return found


def _issued(
    uow: UnitOfWork, application: ApplicationRow, files: list[SentFile]
) -> dict[str, Any] | None:
    row = uow.session.scalars(
        sa.select(AgreementRow).where(AgreementRow.application_id == application.id)
    ).one_or_none()
    if row is None or row.published_at is None:
        return None
    file = agreement_file(row)
    if file is not None:
        stem = given_name(row.kind.value, row.number, ending="pdf").removesuffix(".pdf")
        files.append(SentFile(folder=application.reference, stem=stem, file=file, ending="pdf"))
    return {
        "clase": row.kind.label,
        "numero": row.number,
        "emitido": row.published_at,
        "vale_desde": row.valid_from,
        "vale_hasta": row.valid_until,
        "sha256": row.sha256,
        "lo_que_dice": row.snapshot,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any value of a row
    """Return the same of what JSON knows."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Enum):
        return getattr(value, "label", value.value)
    if isinstance(value, str) or value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Sequence):
        return [_plain(each) for each in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value)
