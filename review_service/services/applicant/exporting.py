"""Gathers all that the service keeps of one RUC, for its holder: facts as JSON, and the files sent.

What is not in it, and why, ``export_scope`` says, and the archive itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    AppealRow,
    ApplicationRow,
    CorrectionExtensionRow,
    CorrectionRow,
    DirectoryConsentRow,
    FindingRow,
    InstitutionPaperRow,
    LetterRow,
    MailRow,
    OneUseLinkRow,
    PriorAgreementRow,
    RegisteredEmailRow,
    SecondAddressRow,
    SessionRow,
    TaxpayerRow,
    WithdrawalResolutionRow,
)
from review_service.db.queries.applicant.history import history_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.request_limits import EXPORTS
from review_service.domain.tracks import track_of
from review_service.services import attempts
from review_service.services.applicant.export_scope import EXPLAINED, FORMAT, LEFT_OUT
from review_service.services.applicant.exported_files import (
    LETTERS,
    SentFile,
    documents_of,
    issued_of,
    letter_photo_of,
)

NO_FILES = "sin-archivos"
"""The part of an archive that holds no file."""


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
        return sum(each.size_bytes for each in self.files)

    @property
    def parts(self) -> Mapping[str, tuple[int, int]]:
        """How many files each application has, and how many bytes, by its number; then letters."""
        found = {each["numero"]: (0, 0) for each in self.data["solicitudes"]} | {LETTERS: (0, 0)}
        for each in self.files:
            count, size_bytes = found[each.folder]
            found[each.folder] = count + 1, size_bytes + each.size_bytes
        return found

    def only(self, part: str) -> "Export":
        """Return the same with the files of one application, or of all letters, alone.

        Empty: all; ``NO_FILES``: none. Raises ``NotFoundError`` for a number that is none of its
        own.
        """
        if not part:
            return self
        if part != NO_FILES and part not in self.parts:
            raise NotFoundError("no such part")
        return replace(self, files=tuple(each for each in self.files if each.folder == part))


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
        "otras_instituciones": [
            {
                "documento": each.kind.label,
                "institucion": each.institution,
                "nombre": each.holder,
                "debe": each.owes,
                "emitido": each.issued_on,
                "vale_hasta": each.valid_until,
                "personas": each.workers,
                "numero": each.reference,
            }
            for each in session.scalars(
                sa.select(InstitutionPaperRow)
                .where(InstitutionPaperRow.ruc == ruc)
                .order_by(InstitutionPaperRow.kind)
            )
        ],
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
                "pide": each.request,
                "numero": each.number,
                "nombre": each.name,
                "correo": each.email,
                "sobre": each.about,
                "escrita": each.written_at,
                "texto": each.body,
                "contestada": each.answered_at,
                "respuesta": each.answer,
                "foto": letter_photo_of(uow, each, files),
            }
            for each in session.scalars(
                sa.select(LetterRow).where(LetterRow.ruc == ruc).order_by(LetterRow.written_at)
            )
        ],
        "ingresos": [{"desde": each.created_at, "usada": each.last_seen_at} for each in visits],
        "enlaces": [
            {"enviado": each.created_at, "usado": each.used_at}
            for each in session.scalars(
                sa.select(OneUseLinkRow)
                .where(OneUseLinkRow.ruc == ruc)
                .order_by(OneUseLinkRow.created_at, OneUseLinkRow.id)
            )
        ],
        "lo_que_no_esta": [f"{each.what}: {each.why}" for each in LEFT_OUT],
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
    resolution = session.get(WithdrawalResolutionRow, row.id)
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
        "por_que_la_ve_una_persona": row.referral,
        "hoja": row.sheet,
        "temas_que_no_aplican": row.not_applicable,
        "lo_que_dijo_el_sri": row.registry_facts,
        "segundos_correos": [
            {"correo": each.address, "preguntado": each.asked_at, "dijo_si": each.confirmed_at}
            for each in second
        ],
        "archivos": documents_of(uow, row, files),
        "correcciones": [
            {
                "punto": each.item.label,
                "motivo": each.reason,
                "indicacion": each.instruction,
                "base_legal": each.legal_basis,
                "pedida": each.asked_at,
                "contestada": each.answered_at,
                "respuesta": each.answer,
            }
            for each in corrections
        ],
        "prorrogas": [
            {
                "motivo": each.reason,
                "pedida": each.asked_at,
                "dias_habiles": each.days,
                "por_que_no": each.answer,
                "decidida": each.decided_at,
            }
            for each in session.scalars(
                sa.select(CorrectionExtensionRow)
                .where(CorrectionExtensionRow.application_id == row.id)
                .order_by(CorrectionExtensionRow.round)
            )
        ],
        "desistimiento": resolution.facts if resolution is not None else None,
        "recursos": [
            {
                "numero": letter.number,
                "contra": each.act.label,
                "decision_apelada": each.act_at,
                "motivos_de_esa_decision": each.act_reasons,
                "ingresado": each.entered_on,
                "fuera_de_plazo": each.is_late,
                "resultado": each.outcome.label if each.outcome else None,
                "motivos": each.reasons,
                "lo_que_se_ordeno": each.review_order,
                "base_legal": each.basis,
                "que_queda": each.remains,
                "decidido": each.decided_at,
            }
            for each, letter in session.execute(
                sa.select(AppealRow, LetterRow)
                .join(LetterRow, LetterRow.id == AppealRow.letter_id)
                .where(AppealRow.application_id == row.id)
                .order_by(AppealRow.act_at)
            )
        ],
        "correos": [
            {
                "aviso": each.event,
                "a": each.recipient,
                "hecho": each.created_at,
                "entregado": each.sent_at,
                "decia": {
                    name: said for name, said in each.context.items() if not name.endswith("_id")
                },
                "adjunto": each.attachment_name,
            }
            for each in mails
        ],
        "avisos": [
            each.advice
            for each in session.scalars(
                sa.select(FindingRow)
                .where(
                    FindingRow.application_id == row.id,
                    FindingRow.document_id.is_(None),
                    FindingRow.advice != "",
                    FindingRow.compared.is_(False),
                )
                .order_by(FindingRow.id)
            )
        ],
        "directorio": [
            {
                "desde": each.given_at,
                "hasta": each.ended_at,
                "texto": each.text_version,
                "muestra_nombre": each.shows_name,
                "muestra_telefono": each.shows_phone,
                "oficio": each.trade,
                "canton": each.canton,
            }
            for each in session.scalars(
                sa.select(DirectoryConsentRow)
                .where(DirectoryConsentRow.application_id == row.id)
                .order_by(DirectoryConsentRow.given_at, DirectoryConsentRow.id)
            )
        ],
        "historia": [
            {"cuando": each.at, "que": each.words} for each in reversed(history_of(uow, row.id))
        ],
        "documento": issued_of(uow, row, files),
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
