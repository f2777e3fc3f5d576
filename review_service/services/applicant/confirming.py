"""Confirms a sent application by link or code: a rule decides at once, or officers get it."""

import random
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.handed_over import is_handed_over
from review_service.db.models import (
    ApplicationRow,
    LaterControlRow,
    LinkPurpose,
    OneUseLinkRow,
)
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import (
    ApplicationState,
    confirmation_over,
)
from review_service.domain.errors import InvalidInputError, LinkError, SettingsError
from review_service.domain.numbering import hash_secret
from review_service.domain.request_limits import CERTIFICATES, CERTIFICATES_OF_RUC
from review_service.domain.rule_decisions import Referral, RuleDecision
from review_service.domain.sightings import Sight
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import Decider, track_of
from review_service.ports import PaperRegister, TaxpayerRegistry
from review_service.services import attempts
from review_service.services.agreements.deciding import approve_by_rule
from review_service.services.agreements.issuing import require_issuable
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.applicant import registers, ruling
from review_service.services.applicant.referring import give_to_officers
from review_service.services.applicant.registering import use_code, use_link
from review_service.services.case import owned, require_seen
from review_service.services.upkeep import clockwork, terms

LAPSED_AT_ONCE = 500
"""Applications of one round: so its time and memory are bounded after a long outage too."""
_CHANCE: Final = random.SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleParts:
    """What a rule needs to decide a confirmed application at once."""

    registry: TaxpayerRegistry
    """Asked anew: what it said when the draft was opened may be weeks old."""
    papers: PaperRegister
    """Asked anew too, for the papers that a rule has looked up."""
    issuing: IssuingRules
    later_share: float
    """Share of what rules grant that an officer looks at afterwards, 0 to 1, chosen by chance."""
    network: str
    """Network address of the browser that confirms."""
    most_per_network: int
    """Certificates in a day from one network address; what comes after goes to an officer."""


def confirm_by_link(
    uow: UnitOfWork,
    *,
    token: str,
    seat: str | None = None,
    parts: RuleParts | None = None,
) -> UUID:
    """Confirm by the mailed link, on any device.

    ``seat`` is the canton of the authority, as in ``calendar.decreed_days``. Without ``parts`` no
    rule decides, here and below. Raises ``LinkError``, and ``RegistryError`` when the register does
    not answer: then nothing is done.
    """
    with uow:
        asks = _question(uow, _behind_link(uow, token), parts)
    said = registers.ask(asks)
    with uow:
        row = _behind_link(uow, token)
        use_link(uow, token=token, purpose=LinkPurpose.CONFIRM)
        _require_awaiting(row)
        _confirm(uow, row, seat=seat, parts=parts, said=said)
        uow.commit()
        return row.id


def confirm_by_code(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    code: str,
    secret_key: str,
    seat: str | None = None,
    seen: str | None = None,
    parts: RuleParts | None = None,
) -> None:
    """Confirm with the code of the newest mail; a second click changes nothing.

    Raises ``LinkError``, ``NotFoundError``, ``StaleStateError`` when it was sent anew meanwhile,
    ``RegistryError``.
    """
    with uow:
        asks = _question(uow, owned(uow, application_id=application_id, ruc=ruc), parts)
    said = registers.ask(asks)
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.confirmed_at is not None and row.state in _JUST_CONFIRMED:
            return
        link = uow.session.execute(
            sa.select(OneUseLinkRow)
            .where(
                OneUseLinkRow.application_id == application_id,
                OneUseLinkRow.purpose == LinkPurpose.CONFIRM,
            )
            .order_by(OneUseLinkRow.created_at.desc(), OneUseLinkRow.id)
            .limit(1)
        ).scalar_one_or_none()
        if link is None:
            raise LinkError("wrong")
        _require_awaiting(row)
        require_seen(uow, row, seen, Sight.CASE)
        use_code(uow, link, code=code, secret_key=secret_key)
        _confirm(uow, row, seat=seat, parts=parts, said=said)
        uow.commit()


def lapse_unconfirmed(uow: UnitOfWork) -> int:
    """Turn applications that nobody confirmed in time back into drafts; return how many.

    At most ``LAPSED_AT_ONCE``, each in a transaction of its own; the next round goes on. Only those
    whose notice was handed over: nobody lets a term pass of which nobody heard. Raises what
    ``terms.end`` raises.
    """
    return terms.end(
        uow,
        overdue=_unconfirmed,
        by=ApplicationRow.confirm_by,
        ending=lambda uow, row: move(
            uow, row, ApplicationState.DRAFT, actor="scheduler", confirm_by=None, referral=None
        ),
        most=LAPSED_AT_ONCE,
    )


def _unconfirmed(uow: UnitOfWork) -> "sa.Select[ApplicationRow]":
    return sa.select(ApplicationRow).where(
        ApplicationRow.state == ApplicationState.AWAITING_CONFIRMATION,
        ApplicationRow.confirm_by < uow.now,
        is_handed_over(),
    )


def _confirm(
    uow: UnitOfWork,
    row: ApplicationRow,
    *,
    seat: str | None,
    parts: RuleParts | None,
    said: registers.RegisterAnswers,
) -> None:
    """Let the track's rule decide, or give the application to officers with the reason."""
    if track_of(row.track).decider is Decider.OFFICER:
        give_to_officers(uow, row, seat=seat)
        return
    if parts is None:
        give_to_officers(uow, row, seat=seat, referral=Referral(reasons=(_NO_PARTS,)))
        return
    answer = _ask_rule(uow, row, parts, said=said)
    if isinstance(answer, Referral):
        give_to_officers(uow, row, seat=seat, referral=answer, rulebook=parts.issuing.rulebook)
        return
    approve_by_rule(uow, row, answer, rules=parts.issuing)
    if _CHANCE.random() < parts.later_share:
        uow.session.add(LaterControlRow(application_id=row.id, chosen_at=uow.now))


def _asks_a_rule(row: ApplicationRow) -> bool:
    """Whether a rule will be asked when it is confirmed: only then is the register needed."""
    is_to_confirm = row.state is ApplicationState.AWAITING_CONFIRMATION
    return is_to_confirm and track_of(row.track).decider is Decider.RULE and not row.referral


def _question(
    uow: UnitOfWork, row: ApplicationRow, parts: RuleParts | None
) -> registers.Question | None:
    if parts is None or not _asks_a_rule(row):
        return None
    rulebook = parts.issuing.rulebook
    return registers.question_of(uow, row, parts.registry, parts.papers, rulebook=rulebook)


def _ask_rule(
    uow: UnitOfWork, row: ApplicationRow, parts: RuleParts, *, said: registers.RegisterAnswers
) -> RuleDecision | Referral:
    """Return what the rule says to what the registers say now. Raises as ``registers.keep``."""
    if row.referral:
        return Referral(reasons=tuple(row.referral.splitlines()))
    if said.known is None:
        return Referral(reasons=(_UNKNOWN_RUC,))
    registers.keep(uow, row, said.known, said)
    try:
        answer = ruling.answer(uow, row, rulebook=parts.issuing.rulebook)
    except SettingsError:
        return Referral(reasons=(_NO_TABLE,))
    if answer is None:
        return Referral(reasons=(_INCOMPLETE,))
    hindrances = () if isinstance(answer, Referral) else _hindrances(uow, row, parts, answer)
    return Referral(reasons=hindrances) if hindrances else answer


def _hindrances(
    uow: UnitOfWork, row: ApplicationRow, parts: RuleParts, decision: RuleDecision
) -> tuple[str, ...]:
    """Return what speaks against granting now what the rule would grant."""
    if track_of(row.track).asks_papers and _last_was_not_granted(uow, row):
        return (_TRIED_BEFORE,)
    today = ecuador_day(uow.now)
    if not parts.issuing.demonstration and not all(
        rule.is_confirmed(today) for rule in decision.grounds
    ):
        return (_UNCONFIRMED,)
    try:
        clockwork.require_steady(uow)
        require_issuable(uow, row, rules=parts.issuing, category=decision.category)
    except InvalidInputError as error:
        return (*error.problems.values(),)
    return _past_limits(uow, row, parts)


def _past_limits(uow: UnitOfWork, row: ApplicationRow, parts: RuleParts) -> tuple[str, ...]:
    """Count the certificate that nothing else speaks against; say past which limit it would be.

    Counted in the transaction that grants it, so that of two at once one waits for the other.
    """
    counted = (
        (CERTIFICATES, parts.network, parts.most_per_network, _MANY),
        (CERTIFICATES_OF_RUC, row.ruc, CERTIFICATES_OF_RUC.count, _MANY_OF_RUC),
    )
    past = tuple(
        sentence
        for limit, who, most, sentence in counted
        if attempts.note(uow, limit, who=who, times=1) > most
    )
    if past:
        for limit, who, _, _ in counted:
            attempts.note(uow, limit, who=who, times=-1)
    return past


def _last_was_not_granted(uow: UnitOfWork, row: ApplicationRow) -> bool:
    """Whether the last application of the RUC on the track that was confirmed was not granted.

    A person looked at its papers, or was to: whoever forges one and withdraws could try others
    until the rule finds no doubt.
    """
    last = uow.session.execute(
        sa.select(ApplicationRow.state)
        .where(
            ApplicationRow.ruc == row.ruc,
            ApplicationRow.track == row.track,
            ApplicationRow.id != row.id,
            ApplicationRow.confirmed_at.is_not(None),
        )
        .order_by(ApplicationRow.confirmed_at.desc(), ApplicationRow.id)
        .limit(1)
    ).scalar_one_or_none()
    return last is not None and last not in _GRANTED


def _behind_link(uow: UnitOfWork, token: str) -> ApplicationRow:
    """Return the link's application; it is locked before the link, the order used everywhere."""
    row = uow.session.execute(
        sa.select(ApplicationRow)
        .join(OneUseLinkRow, OneUseLinkRow.application_id == ApplicationRow.id)
        .where(
            OneUseLinkRow.token_hash == hash_secret(token),
            OneUseLinkRow.purpose == LinkPurpose.CONFIRM,
        )
        .with_for_update(of=ApplicationRow)
    ).scalar_one_or_none()
    if row is None:
        raise LinkError("wrong")
    return row


def _require_awaiting(row: ApplicationRow) -> None:
    over = confirmation_over(row.state)
    if over is not None:
        raise LinkError(over)


_JUST_CONFIRMED: Final = frozenset(
    {ApplicationState.IN_REVIEW, ApplicationState.APPROVED, ApplicationState.ISSUED}
)
_GRANTED: Final = frozenset({ApplicationState.APPROVED, ApplicationState.ISSUED})
_TRIED_BEFORE: Final = (
    "Su solicitud anterior terminó sin certificado: los documentos de esta los mira una persona."
)
_NO_PARTS: Final = "Aquí ninguna regla decide: lo revisa una persona."
_UNKNOWN_RUC: Final = "El RUC ya no consta en el registro del SRI."
_INCOMPLETE: Final = "La hoja de datos no está completa según las reglas de hoy."
_NO_TABLE: Final = "Las reglas de hoy no alcanzan para decidir: lo revisa una persona."
_UNCONFIRMED: Final = "La institución no ha confirmado todas las reglas: lo revisa una persona."
_MANY_OF_RUC: Final = (
    "Hoy ya se otorgaron varios certificados a este RUC: este lo revisa una persona."
)
_MANY: Final = (
    "Hoy se pidieron muchos certificados desde la misma conexión a internet: "
    "este lo revisa una persona."
)
