"""Findings on repeated photos; applicants are told only about copies among their own."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow, FindingRow, TaskRow
from review_service.db.shared_photos import SharedPhoto, own_repeats, shared_photos
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.likeness import RADIUS
from review_service.domain.shared_workshops import Relation
from review_service.domain.work import TaskKind, TaskState
from review_service.services.findings.compared_findings import add

MOST_TOLD: Final = 3
"""Most other applications named for each page; the rest is only counted."""
OWN_CODE: Final = FindingCode.PHOTO_LIKE_OWN
_CODES: Final = MappingProxyType(
    {
        Relation.SAME_RUC: (
            FindingCode.PHOTO_OF_EARLIER_APPLICATION,
            FindingCode.PHOTO_LIKE_EARLIER_APPLICATION,
        ),
        Relation.SHARED_WORKSHOP: (
            FindingCode.PHOTO_OF_SHARED_WORKSHOP,
            FindingCode.PHOTO_LIKE_SHARED_WORKSHOP,
        ),
        Relation.OTHER_RUC: (
            FindingCode.PHOTO_OF_OTHER_APPLICANT,
            FindingCode.PHOTO_LIKE_OTHER_APPLICANT,
        ),
        Relation.LATER_RUC: (
            FindingCode.PHOTO_OF_LATER_APPLICANT,
            FindingCode.PHOTO_LIKE_LATER_APPLICANT,
        ),
    }
)
"""What the same photo elsewhere is called, and a similar one."""


def say(uow: UnitOfWork, row: ApplicationRow, documents: Sequence[DocumentRow]) -> None:
    """Add findings for officers: other applications with the same or similar photos."""
    told: dict[tuple[UUID, int], int] = {}
    for shared in shared_photos(uow.session, row, most=MOST_TOLD):
        page = (shared.document_id, shared.page_number)
        told[page] = told.get(page, 0) + 1
        more = shared.others - MOST_TOLD if told[page] == MOST_TOLD else 0
        _say_shared(uow, row, shared, more=more)
    repeated = {
        (each.document_id, each.page_number)
        for each in own_repeats(uow.session, row.id)
        # Copies within one file are found by the inspection.
        if each.is_exact and each.document_id != each.other_document_id
    }
    for document_id, number in sorted(repeated):
        add(
            uow,
            row,
            code=FindingCode.PHOTO_REPEATED,
            severity=Severity.DOUBT,
            message="La misma foto está dos veces en esta solicitud.",
            document_id=document_id,
            page=number,
        )
    _say_unsearched(uow, row, [document.id for document in documents])


def advise(uow: UnitOfWork, application_id: UUID) -> None:
    """Replace the findings for applicants: which of their own photos are nearly the same.

    Only what the hashes say: whoever wants to hide a copy must not learn here what features find.
    """
    uow.session.execute(
        sa.delete(FindingRow).where(
            FindingRow.application_id == application_id, FindingRow.code == OWN_CODE
        )
    )
    told: set[tuple[UUID, int]] = set()
    for each in own_repeats(uow.session, application_id):
        here = (each.document_id, each.page_number)
        there = (each.other_document_id, each.other_page_number)
        if (
            each.is_exact
            or each.distance > RADIUS
            or here == there
            or here in told
            or there in told
        ):
            continue
        told.add(here)
        uow.session.add(_own_finding(application_id, each))


def _own_finding(application_id: UUID, each: SharedPhoto) -> FindingRow:
    where = (
        f"la foto de la página {each.other_page_number}"
        if each.document_id == each.other_document_id
        else f"«{each.other_file_name}»"
    )
    return FindingRow(
        application_id=application_id,
        document_id=each.document_id,
        page=each.page_number,
        check_name="resembling",
        code=OWN_CODE,
        severity=Severity.DOUBT,
        message=f"Se parece a {where}, de esta solicitud: {each.closeness}.",
        advice=f"Se parece mucho a {where}. Si es la misma, cámbiela por otra distinta.",
    )


def _say_shared(uow: UnitOfWork, row: ApplicationRow, shared: SharedPhoto, *, more: int) -> None:
    same, alike = _CODES[shared.relation]
    code, message = (same if shared.is_exact else alike), _words_of(shared)
    sentence = f"{message}, y {more} más." if more > 0 else f"{message}."
    add(
        uow,
        row,
        code=code,
        severity=shared.relation.severity,
        message=" ".join(part for part in (sentence, shared.sharing.words) if part),
        document_id=shared.document_id,
        page=shared.page_number,
    )


def _words_of(shared: SharedPhoto) -> str:
    """Return what is said of it, without the full stop."""
    how = shared.closeness
    if shared.relation is Relation.LATER_RUC:
        used = "esta foto" if shared.is_exact else f"una foto que se parece a esta: {how}"
        return f"Otra solicitud posterior, {shared.reference}, de otro RUC, usó {used}"
    whose = "del mismo solicitante" if shared.relation is Relation.SAME_RUC else "de otro RUC"
    if shared.is_exact:
        return f"La misma foto está en {shared.reference}, {whose}"
    return f"Se parece a una foto de {shared.reference}, {whose}: {how}"


def _say_unsearched(uow: UnitOfWork, row: ApplicationRow, documents: Sequence[UUID]) -> None:
    """Add a finding for each file whose search for copies failed and was given up."""
    given_up = uow.session.scalars(
        sa.select(TaskRow.subject_id).where(
            TaskRow.kind == TaskKind.FIND_RESEMBLING,
            TaskRow.state == TaskState.QUARANTINED,
            TaskRow.subject_id.in_(documents),
        )
    )
    for document_id in sorted(set(given_up)):
        add(
            uow,
            row,
            code=FindingCode.PHOTOS_NOT_COMPARED,
            severity=Severity.DOUBT,
            message="No se pudo buscar si estas fotos se parecen a las de otras solicitudes.",
            document_id=document_id,
        )
