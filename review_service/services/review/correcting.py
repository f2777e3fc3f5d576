"""Corrections: officers ask for them item by item, applicants answer (COA art. 140)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from review_service.db.item_evidence import evidence_of, holds, returned_at, seen_in
from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    DocumentRow,
    ReviewItemRow,
)
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import (
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.correction_reasons import MIN_LETTERS
from review_service.domain.documents import DocumentState
from review_service.domain.errors import InvalidInputError, InvalidTransitionError
from review_service.domain.item_evidence import change_between, item_of_file
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.terms import review_due
from review_service.domain.wording import letters_in, visible
from review_service.services import notifying
from review_service.services.applicant.sending import IncompleteError, ask_for_evidence, problems_in
from review_service.services.calendar import decreed_days_of
from review_service.services.case import (
    current_round,
    documents_of,
    open_corrections,
    owned,
    reopen_changed,
    require_seen,
    review_entries,
)
from review_service.services.findings.comparing import compare
from review_service.services.review import check_verdicts, settling
from review_service.services.review.claiming import require_held
from review_service.services.review.entitlement import require_entitled
from review_service.services.review.letters import (
    CorrectionItem,
    correction_facts,
    correction_last_day,
    require_previewed,
)
from review_service.services.review.reviewing import under_review

MIN_TEXT_LETTERS = MIN_LETTERS
"""Letters and figures: «Otra foto.» says what to do, a row of dots does not."""
MAX_TEXT_CHARACTERS = 1000


def request_correction(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    items: Sequence[CorrectionItem],
    seat: str | None = None,
    seen: str | None = None,
    previewed: str | None = None,
) -> None:
    """Ask to correct the given items; the promised term is suspended meanwhile (COA 162).

    Raises ``InvalidInputError``, ``StaleStateError``, ``NotFoundError``, ``NotAllowedError``,
    ``OwnCaseError``, ``NotHeldError``, and what ``require_previewed`` raises.
    """
    with uow:
        row = under_review(uow, application_id=application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.REVIEW)
        require_seen(uow, row, seen, Sight.REVIEW)
        require_held(uow, row, officer_id=officer_id, seen=seen)
        require_complete(_verdicts(uow, row), items)
        settling.require_unsettled(uow, row, [entry.item for entry in items])
        last_day = correction_last_day(uow, row, seat=seat)
        facts = correction_facts(row, items=items, last_day=last_day)
        require_previewed(facts, previewed)
        number = current_round(uow, row.id) + 1
        settling.settle(uow, row, judged=_verdicts(uow, row), asked=[one.item for one in items])
        keep_what_was_seen(uow, row)
        asked = {entry.item: True for entry in items}
        check_verdicts.remember(uow, row, officer_id=officer_id, said=asked)
        for entry in items:
            _ask(uow, row, entry, officer_id=officer_id, number=number)
        move(
            uow,
            row,
            ApplicationState.CORRECTION_REQUESTED,
            actor=actor_of(officer_id),
            correct_by=last_day,
            due_at=None,
        )
        uow.session.refresh(row)
        notifying.tell_applicant(uow, row, event="correction_requested", context=facts)
        uow.commit()


def answer(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    answers: Mapping[ReviewItem, str],
    seat: str | None = None,
    seen: str | None = None,
    rulebook: Mapping[str, Any] | None = None,
) -> None:
    """Send the corrections: back to review with a new term. A second click changes nothing.

    Verdicts on what was not asked for stand, unless what they were given on changed. ``rulebook``
    is that of ``compare``.

    Raises ``IncompleteError`` when the case lacks something, ``InvalidInputError`` when an asked
    item was neither changed nor answered, ``InvalidTransitionError``, ``NotFoundError``,
    ``StaleStateError`` when the files or the sheet are others than the page showed.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state is ApplicationState.IN_REVIEW:
            return
        if row.state is not ApplicationState.CORRECTION_REQUESTED:
            # The table lets an unconfirmed one into review too, but only the mail may do that.
            raise InvalidTransitionError(f"nobody asked to correct {application_id}")
        require_seen(uow, row, seen, Sight.DRAFT)
        asked = open_corrections(uow, row.id)
        problems = tuple(
            problem for problem in problems_in(uow, row, rulebook=rulebook) if problem.blocking
        )
        if problems:
            raise IncompleteError(problems)
        _require_answers(uow, row, asked, answers)
        for correction in asked:
            correction.answered_at = uow.now
            correction.answer = visible(answers.get(correction.item, ""))[:MAX_TEXT_CHARACTERS]
            entry = uow.session.get(ReviewItemRow, (row.id, correction.item))
            if entry is not None:
                entry.verdict, entry.judged_by, entry.judged_at = ItemVerdict.PENDING, None, None
        reopen_changed(uow, row, actor="applicant")
        decreed = decreed_days_of(uow, row, seat=seat)
        move(
            uow,
            row,
            ApplicationState.IN_REVIEW,
            actor="applicant",
            correct_by=None,
            due_at=review_due(uow.now, decreed=decreed),
        )
        ask_for_evidence(uow, application_id)
        compare(uow, application_id, rulebook=rulebook)
        uow.commit()


def items_changed(
    uow: UnitOfWork, row: ApplicationRow, asked: Sequence[CorrectionRow]
) -> set[ReviewItem]:
    """Return which asked items differ from what the officer saw, or wait for a new file."""
    evidence = evidence_of(uow.session, row)
    seen = {entry.item: seen_in(entry) for entry in review_entries(uow, row.id)}
    changed = set()
    for correction in asked:
        item = correction.item
        before = seen.get(item)
        if before is None:  # asked for by the version before, which did not keep what was seen
            is_changed = _was_touched(uow, row, correction)
        else:
            is_changed = bool(change_between(before, evidence[item]))
        if is_changed or _awaits_checks(uow, row, correction):
            changed.add(item)
    return changed


def _was_touched(uow: UnitOfWork, row: ApplicationRow, correction: CorrectionRow) -> bool:
    if correction.item is ReviewItem.DATA_SHEET:
        return row.sheet_saved_at is not None and row.sheet_saved_at > correction.asked_at
    fresh = [d for d in documents_of(uow, row.id) if d.round == correction.round]
    return any(_speaks_to(document, correction.item) for document in fresh)


def _awaits_checks(uow: UnitOfWork, row: ApplicationRow, correction: CorrectionRow) -> bool:
    """Whether a file that answers is still being checked; one may send all the same."""
    return any(
        document.round == correction.round
        and not document.state.is_final
        and _speaks_to(document, correction.item)
        for document in documents_of(uow, row.id)
    )


def _speaks_to(document: DocumentRow, item: ReviewItem) -> bool:
    if document.assembled or document.state is DocumentState.REFUSED:
        return False
    whole = item_of_file(document.kind)
    if whole is not None:
        return item is whole
    if document.theme is not None:
        return item.value == document.theme.value
    return item.is_theme


def keep_what_was_seen(uow: UnitOfWork, row: ApplicationRow) -> None:
    """Store each item's present evidence as seen, unless its verdict has its own record."""
    evidence, since = evidence_of(uow.session, row), returned_at(uow.session, row)
    for entry in review_entries(uow, row.id):
        if entry.verdict is ItemVerdict.PENDING or holds(entry, evidence[entry.item], since=since):
            entry.seen = evidence[entry.item].to_json()


def _ask(
    uow: UnitOfWork,
    row: ApplicationRow,
    entry: CorrectionItem,
    *,
    officer_id: UUID,
    number: int,
) -> None:
    uow.session.add(
        CorrectionRow(
            application_id=row.id,
            round=number,
            item=entry.item,
            reason=visible(entry.reason),
            instruction=visible(entry.instruction),
            reason_code=entry.code,
            legal_basis=entry.basis,
            asked_by=officer_id,
            asked_at=uow.now,
        )
    )
    judged = uow.session.get(ReviewItemRow, (row.id, entry.item))
    if judged is not None:
        judged.verdict, judged.reopened_at = ItemVerdict.OBSERVED, None
        judged.judged_by, judged.judged_at = officer_id, uow.now


def _verdicts(uow: UnitOfWork, row: ApplicationRow) -> dict[ReviewItem, ItemVerdict]:
    """Return the verdicts that hold; one on evidence that changed since is none."""
    evidence, since = evidence_of(uow.session, row), returned_at(uow.session, row)
    return {
        entry.item: entry.verdict
        if holds(entry, evidence[entry.item], since=since)
        else ItemVerdict.PENDING
        for entry in review_entries(uow, row.id)
    }


def require_complete(
    judged: Mapping[ReviewItem, ItemVerdict], items: Sequence[CorrectionItem]
) -> None:
    """Raise ``InvalidInputError`` unless a request is complete; changes nothing.

    ``judged`` are the items that officers judge of this application, and their verdicts: what was
    observed is asked for, as one request lists every defect (COA 140).
    """
    problems: dict[str, str] = {}
    asked = {entry.item for entry in items}
    left = [
        item.label.lower()
        for item, verdict in judged.items()
        if verdict is ItemVerdict.OBSERVED and item not in asked
    ]
    if not items:
        problems["items"] = "Elija al menos un punto que la persona deba corregir."
    elif left:
        problems["items"] = (
            f"Falta pedir lo que usted observó: {', '.join(left)}. Pídalo en esta carta, o quite "
            "la observación en el caso."
        )
    for entry in items:
        if entry.item not in judged:
            problems["items"] = "Ese punto no corresponde a esta solicitud."
        for name, text in (("reason", entry.reason), ("instruction", entry.instruction)):
            given = visible(text)
            if letters_in(given) < MIN_TEXT_LETTERS or len(given) > MAX_TEXT_CHARACTERS:
                problems[f"{entry.item.value}_{name}"] = (
                    "Escriba el motivo en una o dos frases."
                    if name == "reason"
                    else "Diga qué debe hacer la persona, en una o dos frases."
                )
            elif problem := undrawn_problem(text, field="Su texto"):
                problems[f"{entry.item.value}_{name}"] = problem
    if problems:
        raise InvalidInputError(problems)


def _require_answers(
    uow: UnitOfWork,
    row: ApplicationRow,
    asked: Sequence[CorrectionRow],
    answers: Mapping[ReviewItem, str],
) -> None:
    changed = items_changed(uow, row, asked)
    problems = {
        correction.item.value: f"{correction.item.heading}: "
        + ("lo que envió es igual a lo de antes; " if _was_touched(uow, row, correction) else "")
        + "cambie lo que se le pide, o escriba por qué no puede."
        for correction in asked
        if correction.item not in changed and not visible(answers.get(correction.item, ""))
    }
    if problems:
        raise InvalidInputError(problems)
