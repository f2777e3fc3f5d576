"""Signs applicants in by RUC: a one-use link and a code go to the address held by the SRI."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, LinkPurpose, OneUseLinkRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import confirmation_over
from review_service.domain.devices import Asker, Device
from review_service.domain.email_addresses import is_address
from review_service.domain.errors import InvalidInputError, LinkError, ReviewServiceError
from review_service.domain.identifiers import mailed_code
from review_service.domain.numbering import hash_secret, link_code, link_token
from review_service.domain.request_limits import (
    MAILED_CODE,
    SIGN_IN_CODE,
    SIGN_IN_CODE_DEVICE,
    SIGN_IN_DEVICE,
    SIGN_IN_MAIL,
    SIGN_IN_NETWORK,
)
from review_service.domain.ruc import check_ruc, mask_email
from review_service.domain.taxpayers import Taxpayer, TaxpayerStatus
from review_service.domain.wording import gettext_noop
from review_service.ports import TaxpayerRegistry
from review_service.services import attempts, notifying, sessions
from review_service.services.notices import CODE_MINUTES
from review_service.services.sessions import Signed

LINK_MINUTES = 15
"""Source: design, security checklist line 52 (slow mail, short codes)."""
STILL_GOOD_MINUTES = 5
"""A mailed link that is good for so long is pointed to instead of another mail, past the limit."""


class SignInRefusal(StrEnum):
    """Why no link is sent, and what the person can do about it."""

    UNKNOWN = "unknown"
    SUSPENDED = "suspended"
    PASSIVE = "passive"
    NO_ADDRESS = "no_address"

    @property
    def heading(self) -> str:
        """The problem, in one line."""
        return {
            SignInRefusal.UNKNOWN: gettext_noop("No encontramos ese RUC"),
            SignInRefusal.SUSPENDED: gettext_noop("Su RUC está suspendido"),
            SignInRefusal.PASSIVE: gettext_noop("Su RUC está pasivo"),
            SignInRefusal.NO_ADDRESS: gettext_noop("El SRI no tiene un correo suyo"),
        }[self]

    @property
    def sentence(self) -> str:
        """Why the problem prevents signing in."""
        return {
            SignInRefusal.UNKNOWN: gettext_noop(
                "El número no consta en el registro del SRI que usamos."
            ),
            SignInRefusal.SUSPENDED: gettext_noop("Para este trámite el RUC debe estar activo."),
            SignInRefusal.PASSIVE: gettext_noop("Para este trámite el RUC debe estar activo."),
            SignInRefusal.NO_ADDRESS: gettext_noop(
                "Para cuidar sus datos, solo escribimos al correo que usted registró en el SRI, "
                "y allí no consta ninguno."
            ),
        }[self]

    @property
    def cure(self) -> str:
        """What to do next."""
        return {
            SignInRefusal.UNKNOWN: gettext_noop(
                "Revise que los 13 números sean los de su RUC. Si se inscribió hace pocos días, "
                "espere una semana y vuelva a intentar."
            ),
            SignInRefusal.SUSPENDED: gettext_noop(
                "Reactive su RUC en el SRI, en línea o en cualquier agencia, y vuelva. El cambio "
                "nos llega en unos días."
            ),
            SignInRefusal.PASSIVE: gettext_noop(
                "Reactive su RUC en el SRI, en línea o en cualquier agencia, y vuelva. El cambio "
                "nos llega en unos días."
            ),
            SignInRefusal.NO_ADDRESS: gettext_noop(
                "Registre su correo en el SRI, en línea o en cualquier agencia, y vuelva. Puede "
                "ser el correo de un familiar de confianza."
            ),
        }[self]


class SignInRefusedError(ReviewServiceError):
    """The registry's data do not allow signing in; ``reason`` says why."""

    def __init__(self, reason: SignInRefusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class AddressNeededError(ReviewServiceError):
    """Too much was asked from this network: the address at the SRI is to be typed in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAsked:
    """A sign-in link was requested."""

    request_id: UUID
    masked_email: str
    ruc: str
    sent_at: datetime | None = None
    """When the mail left that is pointed to; None when a new one was posted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What the page of a mailed link shows; showing it does not use the link up."""

    state: str
    """``good``, ``used``, ``expired``, ``withdrawn`` or ``wrong``."""
    masked_email: str = ""
    reference: str | None = None


def request_sign_in(
    uow: UnitOfWork,
    *,
    registry: TaxpayerRegistry,
    ruc_text: str,
    asker: Asker,
    secret_key: str,
    address: str | None = None,
) -> SignInAsked:
    """Send a link and a code to the address the SRI holds.

    Past the limits of an account no second mail is sent while the link of an earlier one is good:
    the answer points to that one. Past the limit of a network ``address`` must be the one at the
    SRI; whether it was is not told. Raises ``InvalidInputError``, ``SignInRefusedError``,
    ``AddressNeededError``.
    """
    checked = check_ruc(ruc_text)
    if checked.problem is not None:
        raise InvalidInputError({"ruc": checked.problem.sentence})
    ruc = checked.digits
    device = asker.known_device(secret_key, sessions.applicant_account(ruc))
    is_free = device is not None or attempts.within(uow, SIGN_IN_NETWORK, who=asker.network)
    taxpayer = registry.find(ruc)
    email = registry.registered_email(ruc)
    if not is_free:
        if address is None:
            raise AddressNeededError("too many requests from this network")
        if not is_address(address):
            raise InvalidInputError(
                {"address": gettext_noop("Escriba el correo completo: nombre@correo.com.")}
            )
        is_active = taxpayer is not None and taxpayer.status is TaxpayerStatus.ACTIVE
        if not is_active or email is None or email.lower() != address.lower():
            return SignInAsked(request_id=uuid4(), masked_email=mask_email(address), ruc=ruc)
    _require_active(taxpayer)
    if email is None:
        raise SignInRefusedError(SignInRefusal.NO_ADDRESS)
    if device is not None:
        has_mail_left = attempts.within(uow, SIGN_IN_DEVICE, who=f"{device}:{ruc}")
    else:
        has_mail_left = attempts.within(uow, SIGN_IN_MAIL, who=ruc)
    with uow:
        earlier = None if has_mail_left else _good_link(uow, ruc)
        if earlier is not None:
            return SignInAsked(
                request_id=earlier.id,
                masked_email=mask_email(email),
                ruc=ruc,
                sent_at=earlier.created_at,
            )
        link = add_link(
            uow,
            purpose=LinkPurpose.SIGN_IN,
            ruc=ruc,
            secret_key=secret_key,
            life=timedelta(minutes=LINK_MINUTES),
        )
        notifying.post(uow, event="sign_in", recipient=email, context={"link_id": str(link.id)})
        uow.record("sign_in_asked", actor="applicant", subject_id=link.id)
        uow.commit()
    return SignInAsked(request_id=link.id, masked_email=mask_email(email), ruc=ruc)


def peek_link(
    uow: UnitOfWork, *, token: str, purpose: LinkPurpose, registry: TaxpayerRegistry
) -> LinkView:
    """Return the state of a mailed link, for the page with the button; does not use it up."""
    with uow:
        link = _by_token(uow, token=token, purpose=purpose)
        if link is None:
            return LinkView(state="wrong")
        application = (
            uow.session.get(ApplicationRow, link.application_id) if link.application_id else None
        )
        state = "used" if link.used_at else "good" if link.link_expires_at > uow.now else "expired"
        if application is not None:
            state = confirmation_over(application.state) or state
        ruc = link.ruc
    email = registry.registered_email(ruc)
    return LinkView(
        state=state,
        masked_email=mask_email(email) if email else "",
        reference=application.reference if application else None,
    )


def sign_in_by_link(uow: UnitOfWork, *, token: str) -> Signed:
    """Use a link up and open a session. Raises ``LinkError``."""
    with uow:
        link = use_link(uow, token=token, purpose=LinkPurpose.SIGN_IN)
        return _signed(uow, link)


def sign_in_by_code(
    uow: UnitOfWork,
    *,
    request_id: UUID,
    code: str,
    secret_key: str,
    device: Device = Device(),  # noqa: B008 -- frozen
) -> Signed:
    """Use the code of the request this browser made.

    Raises ``LinkError``, with ``link_only`` once too many codes were tried for this RUC.
    """
    with uow:
        link = _sign_in_link(uow, request_id)
        ruc = link.ruc
    if device.knows(secret_key, sessions.applicant_account(ruc)):
        is_judged = attempts.within(uow, SIGN_IN_CODE_DEVICE, who=f"{device.device_id}:{ruc}")
    else:
        is_judged = attempts.within(uow, SIGN_IN_CODE, who=ruc)
    if not is_judged:
        raise LinkError("link_only")
    with uow:
        link = _sign_in_link(uow, request_id)
        use_code(uow, link, code=code, secret_key=secret_key)
        return _signed(uow, link)


def add_link(
    uow: UnitOfWork,
    *,
    purpose: LinkPurpose,
    ruc: str,
    secret_key: str,
    life: timedelta,
    application_id: UUID | None = None,
) -> OneUseLinkRow:
    """Make a one-use link inside the caller's transaction."""
    link_id = uuid4()
    link = OneUseLinkRow(
        id=link_id,
        purpose=purpose,
        ruc=ruc,
        application_id=application_id,
        token_hash=hash_secret(link_token(secret_key, link_id)),
        created_at=uow.now,
        link_expires_at=uow.now + life,
        code_expires_at=uow.now + timedelta(minutes=CODE_MINUTES),
    )
    uow.session.add(link)
    return link


def use_link(uow: UnitOfWork, *, token: str, purpose: LinkPurpose) -> OneUseLinkRow:
    """Use a link up inside the caller's transaction. Raises ``LinkError``."""
    link = _by_token(uow, token=token, purpose=purpose)
    if link is None:
        raise LinkError("wrong")
    if link.used_at is None and link.link_expires_at <= uow.now:
        raise LinkError("expired")
    _spend_link(uow, link)
    return link


def use_code(uow: UnitOfWork, link: OneUseLinkRow, *, code: str, secret_key: str) -> None:
    """Use a code up inside the caller's transaction; a wrong one is counted and committed.

    Raises ``LinkError`` with ``wrong``, ``used``, ``expired`` or ``too_many``.
    """
    if link.used_at is not None:
        raise LinkError("used")
    if link.code_expires_at <= uow.now:
        raise LinkError("expired")
    tried: int = uow.session.execute(
        sa.update(OneUseLinkRow)
        .where(OneUseLinkRow.id == link.id)
        .values(code_attempts=OneUseLinkRow.code_attempts + 1)
        .returning(OneUseLinkRow.code_attempts)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    if tried > MAILED_CODE.count:
        raise LinkError("too_many")
    if not hmac.compare_digest(mailed_code(code).encode(), link_code(secret_key, link.id).encode()):
        uow.record("code_refused", actor="applicant", subject_id=link.id)
        uow.commit()
        raise LinkError("wrong")
    _spend_link(uow, link)


def _spend_link(uow: UnitOfWork, link: OneUseLinkRow) -> None:
    spent = uow.session.execute(
        sa.update(OneUseLinkRow)
        .where(OneUseLinkRow.id == link.id, OneUseLinkRow.used_at.is_(None))
        .values(used_at=uow.now)
        .returning(OneUseLinkRow.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if spent is None:
        raise LinkError("used")


def _sign_in_link(uow: UnitOfWork, request_id: UUID) -> OneUseLinkRow:
    link = uow.session.get(OneUseLinkRow, request_id)
    if link is None or link.purpose is not LinkPurpose.SIGN_IN:
        raise LinkError("wrong")
    return link


def _good_link(uow: UnitOfWork, ruc: str) -> OneUseLinkRow | None:
    """Return the newest unused sign-in link that is good for some minutes more."""
    until = uow.now + timedelta(minutes=STILL_GOOD_MINUTES)
    return uow.session.scalars(
        sa.select(OneUseLinkRow)
        .where(
            OneUseLinkRow.ruc == ruc,
            OneUseLinkRow.purpose == LinkPurpose.SIGN_IN,
            OneUseLinkRow.used_at.is_(None),
            OneUseLinkRow.link_expires_at >= until,
        )
        .order_by(OneUseLinkRow.created_at.desc(), OneUseLinkRow.id)
        .limit(1)
    ).first()


def _by_token(uow: UnitOfWork, *, token: str, purpose: LinkPurpose) -> OneUseLinkRow | None:
    return uow.session.execute(
        sa.select(OneUseLinkRow).where(
            OneUseLinkRow.token_hash == hash_secret(token), OneUseLinkRow.purpose == purpose
        )
    ).scalar_one_or_none()


def _require_active(taxpayer: Taxpayer | None) -> None:
    if taxpayer is None:
        raise SignInRefusedError(SignInRefusal.UNKNOWN)
    if taxpayer.status is TaxpayerStatus.SUSPENDED:
        raise SignInRefusedError(SignInRefusal.SUSPENDED)
    if taxpayer.status is TaxpayerStatus.PASSIVE:
        raise SignInRefusedError(SignInRefusal.PASSIVE)


def _signed(uow: UnitOfWork, link: OneUseLinkRow) -> Signed:
    signed = sessions.start_applicant(uow, ruc=link.ruc)
    uow.record("signed_in", actor="applicant", subject_id=link.id)
    uow.commit()
    return signed
