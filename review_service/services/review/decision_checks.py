"""What must hold for an officer's decision, and the grounds that it states."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.item_evidence import evidence_of, holds, returned_at
from review_service.db.legal_terms import legal_terms_of
from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.open_checks import is_in_check, is_in_search
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ItemVerdict
from review_service.domain.categories import Category, CategoryFound
from review_service.domain.errors import InvalidInputError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.item_evidence import missing_items
from review_service.domain.mipyme import category_of
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.roles import Permission
from review_service.domain.tracks import track_of
from review_service.domain.wording import letters_in, visible
from review_service.domain.written_reasons import written_reason
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.applicant.ruling import question_of
from review_service.services.case import review_entries
from review_service.services.review import check_verdicts
from review_service.services.review.entitlement import require_entitled

MIN_REASON_CHARACTERS = 20
"""Least length of a refusal's reasons. COA art. 100 asks for reasons; the figure is ours."""
MAX_REASON_CHARACTERS = 4000
NOTHING_OBSERVED: Final = (
    "Observe en el caso el punto por el que niega: la decisión sigue a lo que usted revisó, punto "
    "por punto."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCategory:
    """What an officer lets a certificate say, on a track whose rule finds its category."""

    category: Category | None
    """None: nothing was chosen."""
    reasons: str = ""
    """Why, where the rule finds another category, or none."""


NOTHING_CHOSEN: Final = ChosenCategory(category=None)


def require_reasons(reasons: str) -> str:
    """Return the reasons as stored; raise ``InvalidInputError`` when they are too short."""
    given = visible(reasons)
    if letters_in(given) < MIN_REASON_CHARACTERS:
        raise InvalidInputError(
            {
                "reasons": f"Explique los motivos en {MIN_REASON_CHARACTERS} letras o más: "
                "la persona tiene derecho a conocerlos."
            }
        )
    if problem := undrawn_problem(given, field="El motivo"):
        raise InvalidInputError({"reasons": problem})
    if len(given) > MAX_REASON_CHARACTERS:
        raise InvalidInputError({"reasons": f"Escriba {MAX_REASON_CHARACTERS} letras como máximo."})
    return given


def require_late_reason(text: str) -> str:
    """Return why it is refused after the legal term, as stored.

    Raises ``InvalidInputError`` for the field ``late``.
    """
    try:
        return written_reason(text)
    except InvalidInputError as error:
        raise InvalidInputError({"late": " ".join(error.problems.values())}) from error


def remember_checks(uow: UnitOfWork, row: ApplicationRow, officer_id: UUID) -> None:
    """Keep what the checks had found on the items that were judged; others say nothing of them."""
    judged = {
        entry.item: entry.verdict is ItemVerdict.OBSERVED
        for entry in review_entries(uow, row.id)
        if entry.verdict is not ItemVerdict.PENDING
    }
    check_verdicts.remember(uow, row, officer_id=officer_id, said=judged)


def require_all_accepted(uow: UnitOfWork, row: ApplicationRow) -> None:
    """Raise ``InvalidInputError`` while a check runs or something is not accepted."""
    require_checked(uow, row)
    if told := objections(uow, row):
        raise InvalidInputError({"items": " ".join(told)})


def require_observed(uow: UnitOfWork, row: ApplicationRow) -> None:
    """Return if some item stands observed: a refusal follows from it, and from nothing else.

    What was corrected as asked and accepted cannot be observed again (COA 141), so that nothing is
    refused for it either. Raises ``InvalidInputError``.
    """
    evidence, since = evidence_of(uow.session, row), returned_at(uow.session, row)
    if not any(
        entry.verdict is ItemVerdict.OBSERVED and holds(entry, evidence[entry.item], since=since)
        for entry in review_entries(uow, row.id)
    ):
        raise InvalidInputError({"reasons": NOTHING_OBSERVED})


def objections(uow: UnitOfWork, row: ApplicationRow) -> list[str]:
    """Return what speaks against approving, sentences for the officer; empty when nothing does."""
    evidence, since = evidence_of(uow.session, row), returned_at(uow.session, row)
    entries = review_entries(uow, row.id)
    unjudged = [entry.item for entry in entries if entry.verdict is not ItemVerdict.ACCEPTED]
    changed = [
        entry.item
        for entry in entries
        if entry.item not in unjudged and not holds(entry, evidence[entry.item], since=since)
    ]
    empty = missing_items(evidence)
    missing = [entry.item for entry in entries if entry.item in empty]
    told = [
        f"{words}: {', '.join(item.label.lower() for item in items)}."
        for words, items in (
            ("Para aprobar falta aceptar", unjudged),
            ("Cambió después de aceptarse, mírelo otra vez", changed),
            ("No hay nada que lo muestre, pida que lo corrijan", missing),
        )
        if items
    ]
    return told if entries else ["Para aprobar falta aceptar todo."]


def grounds_of(
    uow: UnitOfWork, row: ApplicationRow, chosen: ChosenCategory, rules: IssuingRules
) -> str:
    """Return why the certificate says its category; empty text for an Acuerdo, which says none.

    Raises ``InvalidInputError``.
    """
    track = track_of(row.track)
    if track.issues is not IssuedKind.CERTIFICATE:
        return ""
    if track.category:
        return f"{track.category}: una persona revisó sus documentos."
    category = chosen.category
    if category is None:
        raise InvalidInputError({"category": "Elija la categoría que dirá el certificado."})
    asked = question_of(uow, row, rulebook=rules.rulebook)
    found = category_of(asked)
    if isinstance(found, CategoryFound) and found.category is category:
        return found.sentence
    if not visible(chosen.reasons):
        raise InvalidInputError(
            {
                "reasons": f"Explique por qué es {category.label.lower()}, si la regla dice otra "
                "cosa: la persona lo leerá."
            }
        )
    return f"{category.label}: {require_reasons(chosen.reasons)}"


def late_reason_for(
    uow: UnitOfWork, row: ApplicationRow, text: str, *, officer_id: UUID, seat: str
) -> str:
    """Return why it is refused, or ends as withdrawn, after the legal term; empty within the term.

    After it only who may refuse late does that (COA 207). Raises ``NotAllowedError``,
    ``InvalidInputError`` for the field ``late``.
    """
    if not legal_terms_of(uow, [row], seat=seat)[row.id].is_over:
        return ""
    require_entitled(uow, row, officer_id=officer_id, permission=Permission.REFUSE_LATE)
    return require_late_reason(text)


def require_checked(uow: UnitOfWork, row: ApplicationRow) -> None:
    """Return once every check has ended, that for copies too; raise ``InvalidInputError``."""
    found = uow.session.execute(
        sa.select(is_in_check(), is_in_search()).where(
            DocumentRow.application_id == row.id, DocumentRow.removed_at.is_(None)
        )
    ).all()
    if any(in_check for in_check, _ in found):
        raise InvalidInputError(
            {"items": "La revisión automática no ha terminado. Espere un momento y decida."}
        )
    if any(in_search for _, in_search in found):
        raise InvalidInputError(
            {
                "items": "Las fotos todavía se comparan con las de otras solicitudes. "
                "Espere un momento y decida."
            }
        )
