"""Officers judge each item, then approve or refuse. Every decision is a compare-and-set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.item_evidence import evidence_of, holds, returned_at, seen_in
from review_service.db.legal_terms import legal_terms_of
from review_service.db.models import ApplicationRow, DocumentRow, OfficerRow, ReviewItemRow
from review_service.db.open_checks import is_in_check, is_in_search
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.categories import Category, CategoryFound, OverLimits
from review_service.domain.errors import InvalidInputError, NotFoundError, StaleStateError
from review_service.domain.institution import Institution
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.item_evidence import ItemEvidence, falls_back, missing_items
from review_service.domain.mipyme import category_of
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.tracks import track_of
from review_service.domain.wording import letters_in, visible
from review_service.domain.written_reasons import written_reason
from review_service.services import notifying
from review_service.services.agreements.issuing import number_document
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.applicant.ruling import question_of
from review_service.services.case import require_seen, review_entries
from review_service.services.review import check_verdicts
from review_service.services.review.claiming import require_held
from review_service.services.review.entitlement import require_entitled
from review_service.services.review.letters import appeal_last_day, refusal_facts
from review_service.services.upkeep import clockwork

MIN_REASON_CHARACTERS = 20
"""Least length of a refusal's reasons. COA art. 100 asks for reasons; the figure is ours."""
MAX_REASON_CHARACTERS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCategory:
    """What an officer lets a certificate say, on a track whose rule finds its category."""

    category: Category | None
    """None: nothing was chosen."""
    reasons: str = ""
    """Why, where the rule finds another category, or none."""


NOTHING_CHOSEN: Final = ChosenCategory(category=None)


def judge(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    item: ReviewItem,
    verdict: ItemVerdict,
    seen: str | None = None,
) -> None:
    """Store the officer's judgement of one item, with the item's evidence at that moment.

    ``seen`` is the version of what the officer's page showed, here and below; None for one who
    reads it just now. The same verdict of the same officer again is no conflict. Raises
    ``StaleStateError`` when the case was moved, a colleague judged the item or another file came
    under it since the page was made; ``NotFoundError``, ``NotAllowedError``, ``OwnCaseError``,
    ``NotHeldError`` when the officer does not hold the case.
    """
    with uow:
        row = under_review(uow, application_id=application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.REVIEW)
        entry = uow.session.get(ReviewItemRow, (row.id, item))
        if entry is None:
            raise NotFoundError(f"{item.value} is not judged here")
        evidence = evidence_of(uow.session, row)[item]
        if _is_repeated(entry, officer_id, verdict, evidence):
            return
        require_seen(uow, row, seen, Sight.ITEM, item)
        require_held(uow, row, officer_id=officer_id, seen=seen)
        if verdict is not ItemVerdict.PENDING:
            entry.seen, entry.reopened_at = evidence.to_json(), None
        entry.verdict = verdict
        entry.judged_by, entry.judged_at = officer_id, uow.now
        uow.record(
            "item_judged",
            actor=officer(officer_id),
            subject_id=row.id,
            item=item.value,
            verdict=verdict.value,
        )
        uow.commit()


def approve(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    rules: IssuingRules,
    seen: str | None = None,
    chosen: ChosenCategory = NOTHING_CHOSEN,
) -> str:
    """Approve, number and ask for the paper in one transaction; return the number.

    ``chosen`` counts where certificates of the track say different categories. Raises
    ``StaleStateError``, ``NotFoundError``, ``InvalidInputError`` when something is open,
    ``NotAllowedError``, ``OwnCaseError`` and ``NotHeldError``.
    """
    with uow:
        row = under_review(uow, application_id=application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
        require_seen(uow, row, seen, Sight.REVIEW)
        require_held(uow, row, officer_id=officer_id, seen=seen)
        _require_all_accepted(uow, row)
        grounds = _grounds(uow, row, chosen, rules)
        _remember_checks(uow, row, officer_id)
        move(
            uow,
            row,
            ApplicationState.APPROVED,
            actor=officer(officer_id),
            decided_by=officer_id,
            decided_at=uow.now,
            decision_reasons=grounds,
            due_at=None,
        )
        uow.session.refresh(row)
        chosen_label = chosen.category.label if chosen.category else ""
        said = track_of(row.track).category or chosen_label
        number = number_document(uow, row, rules=rules, category=said)
        uow.commit()
        return number


def category_found(
    uow: UnitOfWork, *, application_id: UUID, rulebook: Mapping[str, Any]
) -> CategoryFound | OverLimits | None:
    """Return what the rule says of a MIPYME's people and sales today; None while one is missing.

    Raises ``NotFoundError``.
    """
    with uow:
        row = uow.session.get(ApplicationRow, application_id)
        if row is None:
            raise NotFoundError(f"no application {application_id}")
        return category_of(question_of(uow, row, rulebook=rulebook))


def advice_on(
    uow: UnitOfWork, *, application_id: UUID, rulebook: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return what the dated rules advise an officer of, sentences. Raises ``NotFoundError``."""
    with uow:
        row = uow.session.get(ApplicationRow, application_id)
        if row is None:
            raise NotFoundError(f"no application {application_id}")
        advice = track_of(row.track).advice
        return () if advice is None else advice(question_of(uow, row, rulebook=rulebook))


def refuse(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    reasons: str,
    institution: Institution,
    seen: str | None = None,
    late_reason: str = "",
) -> None:
    """Refuse with reasons and tell the applicant, with the remedies.

    After the legal term only who may refuse late does it, and says why in ``late_reason``, which
    goes into the audit trail (COA 207). Raises ``InvalidInputError`` when no reasons are given, or
    none for being late (field ``late``), or while every item is accepted, ``StaleStateError``,
    ``NotFoundError``, ``NotAllowedError``, ``OwnCaseError`` and ``NotHeldError``.
    """
    given = require_reasons(reasons)
    with uow:
        row = under_review(uow, application_id=application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
        require_seen(uow, row, seen, Sight.REVIEW)
        require_held(uow, row, officer_id=officer_id, seen=seen)
        _require_checked(uow, row)
        require_objection(is_open=bool(_objections(uow, row)))
        _require_in_time(uow, row, late_reason, officer_id=officer_id, seat=institution.place)
        until = appeal_last_day(uow, row, institution)
        facts = refusal_facts(row, reasons=given, institution=institution, appeal_until=until)
        _remember_checks(uow, row, officer_id)
        move(
            uow,
            row,
            ApplicationState.REFUSED,
            actor=officer(officer_id),
            decided_by=officer_id,
            decided_at=uow.now,
            decision_reasons=given,
            due_at=None,
        )
        uow.session.refresh(row)
        notifying.tell_applicant(uow, row, event="refused", context=facts)
        uow.commit()


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


def under_review(uow: UnitOfWork, *, application_id: UUID, version: int) -> ApplicationRow:
    """Lock and return the application in the version seen, or raise ``StaleStateError``.

    Raises ``InvalidInputError`` while the clock is not believed: an act would carry a false date.
    """
    clockwork.require_steady(uow)
    row = uow.session.execute(
        sa.select(ApplicationRow).where(ApplicationRow.id == application_id).with_for_update()
    ).scalar_one_or_none()
    if row is None or row.confirmed_at is None:  # officers do not see it before
        raise NotFoundError(f"no application {application_id}")
    if row.version != version or row.state is not ApplicationState.IN_REVIEW:
        raise StaleStateError(f"application {application_id} is at version {row.version}")
    return row


def _remember_checks(uow: UnitOfWork, row: ApplicationRow, officer_id: UUID) -> None:
    """Keep what the checks had found on the items that were judged; others say nothing of them."""
    judged = {
        entry.item: entry.verdict is ItemVerdict.OBSERVED
        for entry in review_entries(uow, row.id)
        if entry.verdict is not ItemVerdict.PENDING
    }
    check_verdicts.remember(uow, row, officer_id=officer_id, said=judged)


def _is_repeated(
    entry: ReviewItemRow, officer_id: UUID, verdict: ItemVerdict, evidence: ItemEvidence
) -> bool:
    """Whether the officer said just that of just this: a second click."""
    if entry.verdict is not verdict or entry.judged_by != officer_id:
        return False
    return verdict is ItemVerdict.PENDING or not falls_back(verdict, seen_in(entry), evidence)


def officer(officer_id: UUID) -> str:
    """Return how the audit trail names an officer."""
    return f"officer:{officer_id}"


def officer_name(uow: UnitOfWork, officer_id: UUID | None) -> str:
    """Return the officer's name for the screen, empty when there is none."""
    row = uow.session.get(OfficerRow, officer_id) if officer_id else None
    return row.full_name if row else ""


def _require_all_accepted(uow: UnitOfWork, row: ApplicationRow) -> None:
    _require_checked(uow, row)
    if told := _objections(uow, row):
        raise InvalidInputError({"items": " ".join(told)})


def require_objection(*, is_open: bool) -> None:
    """Return if some item is not accepted; else a refusal would contradict what was judged.

    Raises ``InvalidInputError``.
    """
    if not is_open:
        raise InvalidInputError(
            {
                "reasons": "Todos los puntos están aceptados. Quite la aceptación del punto por el "
                "que niega: la decisión no puede contradecir lo que usted revisó."
            }
        )


def _objections(uow: UnitOfWork, row: ApplicationRow) -> list[str]:
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


def _grounds(
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


def _require_in_time(
    uow: UnitOfWork, row: ApplicationRow, late_reason: str, *, officer_id: UUID, seat: str
) -> None:
    """Return only within the legal term, or to who may refuse late and says why; record that."""
    term = legal_terms_of(uow, [row], seat=seat)[row.id]
    if not term.is_over:
        return
    require_entitled(uow, row, officer_id=officer_id, permission=Permission.REFUSE_LATE)
    uow.record(
        "refused_late",
        actor=officer(officer_id),
        subject_id=row.id,
        last_day=term.last_day.isoformat(),
        reason=require_late_reason(late_reason),
    )


def _require_checked(uow: UnitOfWork, row: ApplicationRow) -> None:
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
