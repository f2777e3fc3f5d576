"""Supporting papers: what each place holds, moving one, «No tengo empleados»."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from review_service.db import page_texts
from review_service.db.models import DocumentRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.associations import open_items
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import DocumentState, SupportKind
from review_service.domain.errors import NotAllowedError, NotFoundError
from review_service.domain.item_evidence import item_of_file
from review_service.domain.looked_up import Answer, Found, answers_in
from review_service.domain.sightings import Sight
from review_service.domain.tracks import track_of
from review_service.services.applicant import gaps
from review_service.services.case import documents_of, editable, owned, require, require_seen
from review_service.services.findings.support_documents import answer_doubts, doubts_on


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPlace:
    """The place of one paper, as its applicant is told of it."""

    kind: SupportKind
    is_needed: bool
    """False: it is not asked of this applicant."""
    told: Mapping[UUID, tuple[str, ...]]
    """By file: what the applicant may know of its doubts, each with what to do."""
    answer: Answer | None = None
    """What the institution that holds it said; None where the applicant sends it."""
    answer_told: tuple[str, ...] = ()
    """What is not sure about that."""

    @property
    def may_be_sent(self) -> bool:
        """Whether the applicant may send it, before an officer asks to correct it."""
        return self.answer is None or self.answer.may_be_sent


def places(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, rulebook: Mapping[str, Any] | None = None
) -> tuple[PaperPlace, ...]:
    """Return the place of every paper. Raises ``NotFoundError``, also of who sends no papers."""
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc)
        there = open_items(track_of(row.track).items, ruc=row.ruc, facts=row.registry_facts)
        kinds = [kind for kind in SupportKind if ReviewItem(kind.value) in there]
        if not kinds:
            raise NotFoundError(f"nobody asks papers of {application_id}")
        needed = gaps.needed_kinds(uow, row, rulebook=rulebook)
        told: dict[SupportKind, dict[UUID, tuple[str, ...]]] = {kind: {} for kind in SupportKind}
        for document in documents_of(uow, application_id):
            kind = document.kind.sent_as
            if kind is not None and document.state is DocumentState.CHECKED:
                found = doubts_on(uow, row, document, rulebook=rulebook)
                told[kind][document.id] = tuple(
                    dict.fromkeys(doubt.told for doubt in found if doubt.told)
                )
        answers = answers_in(row.registry_facts)
        said = {
            kind: tuple(doubt.told for doubt in answer_doubts(uow, row, answer, rulebook=rulebook))
            for kind, answer in answers.items()
            if answer.found is Found.HELD
        }
        return tuple(
            PaperPlace(
                kind=kind,
                is_needed=kind in needed,
                told=told[kind],
                answer=answers.get(kind),
                answer_told=said.get(kind, ()),
            )
            for kind in kinds
        )


def move(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, document_id: UUID, seen: str | None = None
) -> SupportKind:
    """Put a paper into the place of what it was recognised as; return that place.

    What stands there changes places with it where it belongs into the place that is left; else it
    is replaced, as by a paper that was sent there. What stood in the place that is left before the
    mistake comes back: nothing is lost. A second click finds the work done. Raises
    ``NotFoundError`` for a file that is none of them or was not recognised, ``NotAllowedError``,
    ``StaleStateError`` when it was changed meanwhile.
    """
    with uow:
        row, allowed = editable(uow, application_id=application_id, ruc=ruc)
        document = uow.session.get(DocumentRow, document_id)
        if document is None or document.application_id != row.id or document.removed_at:
            raise NotFoundError(f"no document {document_id}")
        former, wanted = document.kind.sent_as, document.recognised_as
        if former is None or wanted is None:
            raise NotFoundError(f"{document_id} has no other place")
        if former is wanted:
            return wanted
        for kind in (former, wanted):
            item = item_of_file(kind.document_kind)
            require(row.id, allowed=item is not None and allowed.item(item))
        require_seen(uow, row, seen, Sight.FILE, document_id)
        replaced = document.replaces
        _put(uow, document, wanted, replaces=None)
        for each in documents_of(uow, row.id):
            is_there = each.kind is wanted.document_kind and each.id != document.id
            if not is_there or each.state is not DocumentState.CHECKED:
                continue  # one that is still read takes the place once it is accepted, or not
            if each.recognised_as is former:
                document.replaces = each.replaces
                _put(uow, each, former, replaces=replaced)
            else:
                document.replaces, each.removed_at = each.id, uow.now
        _bring_back(uow, row.id, replaced, former)
        row.changed_at = uow.now
        uow.record(
            "document_moved",
            actor="applicant",
            subject_id=row.id,
            document_id=str(document.id),
            kind=document.kind.value,
        )
        uow.commit()
        return wanted


def employs_nobody(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, seen: str | None = None
) -> None:
    """Write on the data sheet that nobody is employed, so that no payroll is asked for.

    A second click finds it written. Raises ``NotFoundError``, ``NotAllowedError`` once it was sent,
    ``StaleStateError`` when the sheet was changed meanwhile.
    """
    with uow:
        row, allowed = editable(uow, application_id=application_id, ruc=ruc)
        if ReviewItem.PAYROLL not in track_of(row.track).items:
            raise NotFoundError(f"the track of {application_id} asks for no payroll")
        require(row.id, allowed=allowed.item(ReviewItem.DATA_SHEET))
        if row.state is not ApplicationState.DRAFT:
            raise NotAllowedError(f"officers judge the payroll of {application_id} already")
        sheet = DataSheet.from_json(row.sheet)
        if sheet.employees == 0:
            return
        require_seen(uow, row, seen, Sight.SHEET)
        row.sheet = replace(sheet, employees=0).to_json()
        row.sheet_saved_at = row.changed_at = uow.now
        uow.record("sheet_saved", actor="applicant", subject_id=row.id)
        uow.commit()


def _put(
    uow: UnitOfWork, document: DocumentRow, place: SupportKind, *, replaces: UUID | None
) -> None:
    """Put a paper into a place, where it has replaced that file; keep no words of a payroll.

    They are names and pay of people who asked for nothing.
    """
    document.kind, document.replaces = place.document_kind, replaces
    if place is SupportKind.PAYROLL:
        page_texts.forget(uow.session, document.id)


def _bring_back(
    uow: UnitOfWork, application_id: UUID, replaced: UUID | None, place: SupportKind
) -> None:
    """Restore what a paper had replaced in the place that it left, if nothing stands there."""
    former = uow.session.get(DocumentRow, replaced) if replaced else None
    if former is None or former.application_id != application_id or former.released_at:
        return
    is_taken = any(each.kind is place.document_kind for each in documents_of(uow, application_id))
    if former.kind is place.document_kind and not is_taken:
        former.removed_at = None
