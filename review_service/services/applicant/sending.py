"""Sends a draft: what is missing, sending, the mail to confirm it, and taking it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    ApplicationRow,
    LinkPurpose,
    OneUseLinkRow,
)
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import (
    ApplicationState,
    require_transition,
)
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import (
    InvalidInputError,
    ReviewServiceError,
)
from review_service.domain.numbering import hash_secret
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.request_limits import CONFIRM_MAIL
from review_service.domain.rule_decisions import Referral, RuleDecision
from review_service.domain.sightings import Sight
from review_service.domain.wording import gettext_noop, visible, worded
from review_service.domain.work import TaskKind
from review_service.services import attempts, notifying
from review_service.services.applicant import gaps, ruling
from review_service.services.applicant.gaps import Gap
from review_service.services.applicant.registering import add_link
from review_service.services.case import current_round, documents_of, owned, require_seen
from review_service.services.notices import CONFIRM_HOURS

MAX_WISH_CHARACTERS = 500
RULE_PLACE = "category"
ASKED_FOR_A_PERSON = gettext_noop("Pidió que lo revise una persona.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SendProblem:
    """A reason why the draft cannot be sent or, as advice, could be better."""

    place: str
    """``sheet``, ``photos``, ``prior_agreement``, ``papers``, ``declaration``: where to mend it;
    ``category`` when the rule has nothing to grant, and only a person may."""
    sentence: str
    blocking: bool = True
    """False for advice, which does not prevent sending."""
    waits_for: UUID | None = None
    """The file that is still being read, which alone prevents it."""


class IncompleteError(ReviewServiceError):
    """The draft cannot be sent yet; ``problems`` says why, and what would delay it besides."""

    def __init__(self, problems: tuple[SendProblem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def problems_before_sending(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, rulebook: Mapping[str, Any] | None = None
) -> tuple[SendProblem, ...]:
    """Return what is still missing; what prevents sending comes first.

    ``rulebook`` holds the dated rules of the installation, here and below; without it those that
    are packaged.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc)
        return problems_in(uow, row, rulebook=rulebook)


def problems_in(
    uow: UnitOfWork, row: ApplicationRow, *, rulebook: Mapping[str, Any] | None = None
) -> tuple[SendProblem, ...]:
    """Return what is still missing, inside the caller's transaction."""
    documents = documents_of(uow, row.id)
    problems = [
        *_told("sheet", gaps.sheet(uow, row, rulebook=rulebook)),
        *_of_rule(uow, row, rulebook),
        *_told("photos", gaps.evidence(uow, row, documents)),
        *_told("photos", gaps.unsorted(uow, row, documents)),
        *_told("photos", gaps.lost(uow, row)),
        *_told("photos", gaps.repeated(uow, row, documents)),
        *_told("prior_agreement", gaps.prior_agreement(uow, row, documents)),
        *_told("papers", gaps.papers(uow, row, documents, rulebook=rulebook)),
    ]
    return tuple(sorted(problems, key=lambda problem: not problem.blocking))


def _told(place: str, found: Sequence[Gap]) -> Sequence[SendProblem]:
    return [
        SendProblem(
            place=place, sentence=gap.sentence, blocking=gap.blocking, waits_for=gap.waits_for
        )
        for gap in found
    ]


def send(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    declared: bool,
    secret_key: str,
    seen: str | None = None,
    rulebook: Mapping[str, Any] | None = None,
    wish: str | None = None,
) -> None:
    """Send a draft and mail the confirmation link; a second click changes nothing.

    ``seen`` is the version of what was declared to be true. ``wish`` is
    not None where the applicant asks that a person look at what the rule cannot grant: why, in the
    applicant's words, or empty. Raises
    ``IncompleteError``, ``NotFoundError``, ``InvalidTransitionError``, ``StaleStateError``.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state in {ApplicationState.AWAITING_CONFIRMATION, ApplicationState.IN_REVIEW}:
            return
        require_transition(row.state, ApplicationState.AWAITING_CONFIRMATION)
        require_seen(uow, row, seen, Sight.DRAFT)
        problems = [*problems_in(uow, row, rulebook=rulebook)]
        referral = None
        if wish is not None:
            problems = [problem for problem in problems if problem.place != RULE_PLACE]
            problems.extend(_problems_of_wish(wish))
            referral = _referral(ruling.foretold(uow, row, rulebook=rulebook), wish)
        if not declared:
            problems.append(
                SendProblem(
                    place="declaration",
                    sentence=gettext_noop("Marque la declaración para poder enviar su solicitud."),
                )
            )
        if any(problem.blocking for problem in problems):
            raise IncompleteError(tuple(problems))
        confirm_by = uow.now + timedelta(hours=CONFIRM_HOURS)
        move(
            uow,
            row,
            ApplicationState.AWAITING_CONFIRMATION,
            actor="applicant",
            sent_at=uow.now,
            confirm_by=confirm_by,
            referral=referral,
        )
        ask_for_evidence(uow, application_id)
        _mail_confirmation(uow, row, confirm_by=confirm_by, secret_key=secret_key)
        uow.commit()


def send_confirmation_again(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    secret_key: str,
    seen: str | None = None,
    registered: str | None = None,
) -> None:
    """Mail a new link and code; earlier ones stay valid until they expire.

    ``registered`` is the address that the register holds now: from then on it is that of the
    application, so that who changes a dead one at the SRI gets the mail.

    Raises ``TooManyAttemptsError``, and ``NotFoundError`` for another's, whose tries are not spent;
    ``StaleStateError`` when it was a draft again meanwhile. Nothing happens when it needs no
    confirmation any more.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc)
        if row.state is ApplicationState.AWAITING_CONFIRMATION:
            require_seen(uow, row, seen, Sight.CASE)
    attempts.spend(uow, CONFIRM_MAIL, who=str(application_id))
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state is ApplicationState.AWAITING_CONFIRMATION and row.confirm_by is not None:
            if registered and registered != row.registry_facts.get("email"):
                row.registry_facts = {**row.registry_facts, "email": registered}
                uow.record("address_renewed", actor="applicant", subject_id=row.id)
            _mail_confirmation(uow, row, confirm_by=row.confirm_by, secret_key=secret_key)
            uow.commit()


def take_back(uow: UnitOfWork, *, application_id: UUID, ruc: str, seen: str | None = None) -> None:
    """Turn a sent application that was not confirmed yet back into a draft; its links end.

    A second click finds it done. Raises ``NotFoundError``, ``InvalidTransitionError`` once it is
    confirmed, ``StaleStateError`` when it was sent anew meanwhile.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state is ApplicationState.DRAFT:
            return
        require_transition(row.state, ApplicationState.DRAFT)
        require_seen(uow, row, seen, Sight.CASE)
        move(uow, row, ApplicationState.DRAFT, actor="applicant", confirm_by=None, referral=None)
        uow.session.execute(
            sa.update(OneUseLinkRow)
            .where(
                OneUseLinkRow.application_id == row.id,
                OneUseLinkRow.purpose == LinkPurpose.CONFIRM,
                OneUseLinkRow.used_at.is_(None),
            )
            .values(link_expires_at=uow.now, code_expires_at=uow.now)
            .execution_options(synchronize_session=False)
        )
        uow.commit()


def ask_for_evidence(uow: UnitOfWork, application_id: UUID) -> None:
    """Ask the worker to make one PDF of the single photos of this round."""
    photos = [d for d in documents_of(uow, application_id) if d.kind is DocumentKind.PHOTO]
    if photos:
        sorted_so = "".join(sorted(f"{photo.id}{photo.theme}" for photo in photos))
        key = f"{current_round(uow, application_id)}:{hash_secret(sorted_so)}"
        uow.enqueue(TaskKind.ASSEMBLE_EVIDENCE, application_id, key=key)


def _of_rule(
    uow: UnitOfWork, row: ApplicationRow, rulebook: Mapping[str, Any] | None
) -> list[SendProblem]:
    """Return what a rule would say of a draft of its track: the holder hears it first."""
    answer = ruling.foretold(uow, row, rulebook=rulebook)
    if not isinstance(answer, Referral) or row.state is ApplicationState.CORRECTION_REQUESTED:
        return []
    if answer.only_if_asked:
        return [SendProblem(place=RULE_PLACE, sentence=answer.instead)]
    told = ruling.told_by_the_sheet(row)
    return [
        SendProblem(place="sheet", sentence=sentence, blocking=False)
        for sentence in answer.reasons
        if sentence not in told
    ]


def _problems_of_wish(wish: str) -> list[SendProblem]:
    said = visible(wish)
    if len(said) > MAX_WISH_CHARACTERS:
        sentence = worded(
            "Lo que nos cuenta puede tener %(most)s letras como máximo.",
            most=MAX_WISH_CHARACTERS,
        )
        return [SendProblem(place="wish", sentence=sentence)]
    if problem := undrawn_problem(said, field=gettext_noop("Lo que nos cuenta")):
        return [SendProblem(place="wish", sentence=problem)]
    return []


def _referral(answer: RuleDecision | Referral | None, wish: str) -> str | None:
    """Return why a person decides, when the holder asked for it; None where nothing needs it."""
    if not isinstance(answer, Referral) or not answer.only_if_asked:
        return None
    said = " ".join(visible(wish).split())
    lines = [ASKED_FOR_A_PERSON, *answer.reasons]
    return "\n".join([*lines, worded("Dice: «%(said)s»", said=said)] if said else lines)


def _mail_confirmation(
    uow: UnitOfWork, row: ApplicationRow, *, confirm_by: datetime, secret_key: str
) -> None:
    email = row.registry_facts.get("email", "")
    if not email:
        raise InvalidInputError({"email": gettext_noop("El SRI no tiene un correo suyo.")})
    link = add_link(
        uow,
        purpose=LinkPurpose.CONFIRM,
        ruc=row.ruc,
        secret_key=secret_key,
        life=confirm_by - uow.now,
        application_id=row.id,
    )
    notifying.post(
        uow,
        event="confirm",
        recipient=email,
        context={
            "link_id": str(link.id),
            "reference": row.reference,
            "holder": row.holder,
            "confirm_by": confirm_by.isoformat(),
        },
        application_id=row.id,
    )
