"""Takes letters to the service: who is signed in is heard at once, others confirm their address.

A letter gets its number, its term and its receipt in the transaction that receives it. One whose
address says nothing within ``CONFIRM_DAYS`` was never received; the scheduler forgets it.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4, uuid5

import sqlalchemy as sa

from review_service.db.engine import insert_if_absent
from review_service.db.models import ApplicationRow, LetterRow
from review_service.db.queries.letters import waiting_letters
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.email_addresses import is_address, mailbox_of
from review_service.domain.errors import InvalidInputError, LinkError, TooManyAttemptsError
from review_service.domain.identifiers import typed_reference
from review_service.domain.letters import (
    CONFIRM_DAYS,
    MOST_ABOUT,
    MOST_NAME,
    DataRequest,
    LetterKind,
    LetterState,
    body_problem,
)
from review_service.domain.numbering import hash_secret, link_token
from review_service.domain.request_limits import LETTER_NETWORK, LETTER_OWNER, LETTER_RECIPIENT
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import gettext_noop, letters_in, visible, worded
from review_service.services import attempts
from review_service.services.appeals import lodging
from review_service.services.letters.receipt import LetterRules, mail, receive
from review_service.services.notices import CONFIRM_LETTER
from review_service.services.upkeep import clockwork

LEAST_NAME: Final = 3
AT_ONCE: Final = 200
LETTERS: Final = UUID("5d0c1c6e-0a53-5f7b-8d4e-3c1f5b8e4300")
"""Namespace of the ids that come from a form's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLetter:
    """What somebody wrote."""

    kind: LetterKind
    body: str
    name: str
    email: str
    about: str = ""
    """Number of an application or document, as typed."""
    request: DataRequest | None = None
    """Of a letter on personal data: what is asked."""
    form_key: str = ""
    """Drawn when the form was shown: the same form with the same words is the same letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """A letter that waits for its address."""

    letter_id: UUID
    is_mailed: bool
    """False past the address's limit: the links that wait in its box lead to this letter too."""


def write(
    uow: UnitOfWork,
    letter: WrittenLetter,
    *,
    network: str,
    secret_key: str,
) -> Unconfirmed:
    """Keep the letter of somebody who is not signed in, and ask its address.

    A form that comes again is the letter that it was before, and spends nothing. The mail holds no
    word of the letter. Past the limit of the mailbox no more mail goes there; the letter is kept if
    a link waits in that box already, so that nobody can write it full for its owner.
    Raises ``InvalidInputError`` and ``TooManyAttemptsError``: the network pays first.
    """
    given = _require_whole(letter)
    mailbox = mailbox_of(given.email)
    letter_id = _id_of(given, who=mailbox)
    if _is_there(uow, letter_id):
        return Unconfirmed(letter_id=letter_id, is_mailed=True)
    attempts.spend(uow, LETTER_NETWORK, who=network)
    is_mailed = _may_be_mailed(uow, given.email)
    with uow:
        row = _add(uow, letter_id, given, ruc=None, secret_key=secret_key)
        if row is not None:
            row.confirm_by = uow.now + timedelta(days=CONFIRM_DAYS)
            uow.record("letter_written", actor="anybody", subject_id=row.id, kind=row.kind.value)
            if is_mailed:
                mail(uow, row, CONFIRM_LETTER, kind=row.kind.label)
            uow.commit()
    return Unconfirmed(letter_id=letter_id, is_mailed=is_mailed)


def write_signed_in(
    uow: UnitOfWork, letter: WrittenLetter, *, ruc: str, secret_key: str, rules: LetterRules
) -> UUID:
    """Receive the letter of who is signed in: its address is the one of the SRI; return its id.

    An appeal that names an own application whose decision may be appealed is lodged against it. A
    form that comes again is the letter that it was before, and spends nothing. Raises
    ``InvalidInputError`` and ``TooManyAttemptsError``.
    """
    given = _require_whole(letter)
    letter_id = _id_of(given, who=ruc)
    if _is_there(uow, letter_id):
        return letter_id
    attempts.spend(uow, LETTER_OWNER, who=ruc)
    with uow:
        row = _add(uow, letter_id, given, ruc=ruc, secret_key=secret_key)
        if row is not None:
            uow.record("letter_written", actor="applicant", subject_id=row.id, kind=row.kind.value)
            lodging.lodge(uow, row, entered_on=ecuador_day(uow.now), actor="applicant")
            receive(uow, row, actor="applicant", rules=rules)
            uow.commit()
    return letter_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A letter whose address said that it is its own."""

    number: str
    email: str


def confirm(uow: UnitOfWork, *, token: str, rules: LetterRules) -> Confirmed:
    """Receive the letter behind the mailed link; a second press gives the same number.

    Raises ``LinkError`` with ``wrong`` or ``expired``.
    """
    with uow:
        row = uow.session.execute(
            sa.select(LetterRow)
            .where(LetterRow.token_hash == hash_secret(token))
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if row is None:
            raise LinkError("wrong")
        if row.number is not None:
            return Confirmed(number=row.number, email=row.email)
        if row.confirm_by is None or row.confirm_by <= uow.now:
            raise LinkError("expired")
        number = receive(uow, row, actor="anybody", rules=rules)
        uow.commit()
        return Confirmed(number=number, email=row.email)


def forget_unconfirmed(reading: UnitFactory, writing: UnitFactory) -> int:
    """Delete what nobody confirmed within the link's time; return how many.

    They were never received: no number, no term. None while the clock is not believed.
    """
    forgotten, last = 0, None
    while True:
        with reading() as uow:
            beyond = sa.true() if last is None else LetterRow.id > last
            lapsed = uow.session.scalars(
                sa.select(LetterRow.id)
                .where(
                    LetterRow.state == LetterState.UNCONFIRMED,
                    LetterRow.confirm_by <= uow.now,
                    beyond,
                )
                .order_by(LetterRow.id)
                .limit(AT_ONCE)
            ).all()
        forgotten += sum(_forget(writing(), letter_id) for letter_id in lapsed)
        if len(lapsed) < AT_ONCE:
            return forgotten
        last = lapsed[-1]


def _forget(uow: UnitOfWork, letter_id: UUID) -> int:
    with uow:
        if not clockwork.is_steady(uow):
            return 0
        gone = uow.session.execute(
            sa.delete(LetterRow)
            .where(
                LetterRow.id == letter_id,
                LetterRow.state == LetterState.UNCONFIRMED,
                LetterRow.confirm_by <= uow.now,
            )
            .returning(LetterRow.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if gone is None:
            return 0
        uow.record("letter_not_confirmed", actor="scheduler", subject_id=letter_id)
        uow.commit()
        return 1


def _require_whole(letter: WrittenLetter) -> WrittenLetter:
    """Return the letter with visible signs only. Raises ``InvalidInputError``."""
    name = " ".join(visible(letter.name).split())
    about = " ".join(visible(letter.about).split())
    email = letter.email.strip()
    problems = {}
    if letters_in(name) < LEAST_NAME or len(name) > MOST_NAME:
        problems["name"] = worded(
            "Escriba su nombre, con %(least)s a %(most)s letras.", least=LEAST_NAME, most=MOST_NAME
        )
    if not is_address(email):
        problems["email"] = gettext_noop(
            "Escriba un correo como nombre@correo.ec: allí le respondemos."
        )
    if len(about) > MOST_ABOUT:
        problems["about"] = worded(
            "Escriba solo el número, con %(most)s letras como máximo.", most=MOST_ABOUT
        )
    if (letter.kind is LetterKind.PERSONAL_DATA) != (letter.request is not None):
        problems["request"] = gettext_noop("Elija qué pide de sus datos.")
    if letter.kind is LetterKind.APPEAL and not about:
        problems["about"] = gettext_noop("Escriba el número de la solicitud, como AR-2026-000123.")
    if problem := body_problem(letter.body):
        problems["body"] = problem
    if problems:
        raise InvalidInputError(problems)
    return WrittenLetter(
        kind=letter.kind,
        body=visible(letter.body),
        name=name,
        email=email,
        about=about,
        request=letter.request,
        form_key=letter.form_key,
    )


def _id_of(letter: WrittenLetter, *, who: str) -> UUID:
    """Return the id of a letter: of its writer, form and words, so that nobody meets another's."""
    if not letter.form_key:
        return uuid4()
    facts = [who, letter.form_key, letter.kind, letter.request, letter.name, letter.about]
    return uuid5(LETTERS, json.dumps([*facts, letter.body]))


def _is_there(uow: UnitOfWork, letter_id: UUID) -> bool:
    """Whether the letter was written already, in a transaction of its own."""
    with uow:
        return uow.session.get(LetterRow, letter_id) is not None


def _may_be_mailed(uow: UnitOfWork, email: str) -> bool:
    """Count a mail to this address; False past its limit while a link waits in its box.

    Raises ``TooManyAttemptsError`` when none waits there: nothing would lead to the letter.
    """
    try:
        attempts.spend(uow, LETTER_RECIPIENT, who=mailbox_of(email))
    except TooManyAttemptsError:
        with uow:
            if not waiting_letters(uow, email):
                raise
        return False
    return True


def _add(
    uow: UnitOfWork, letter_id: UUID, letter: WrittenLetter, *, ruc: str | None, secret_key: str
) -> LetterRow | None:
    """Add the letter; None when it is there. Whoever sends the same at the same time waits here.

    The head of the audit chain is locked by the commit, as everywhere: whoever locks it first and
    a row or a counter afterwards waits for one who does the reverse.
    """
    is_new = insert_if_absent(
        uow.session,
        LetterRow,
        id=letter_id,
        kind=letter.kind,
        request=letter.request,
        state=LetterState.UNCONFIRMED,
        ruc=ruc,
        name=letter.name,
        email=letter.email,
        application_id=_named_application(uow, letter.about),
        about=letter.about,
        body=letter.body,
        token_hash=hash_secret(link_token(secret_key, letter_id)),
        written_at=uow.now,
        term_norm="",
        answer="",
    )
    return uow.session.get_one(LetterRow, letter_id) if is_new else None


def _named_application(uow: UnitOfWork, about: str) -> UUID | None:
    """Return the application whose number was typed; whoever wrote is told nothing of it."""
    reference = typed_reference(about)
    if not reference:
        return None
    return uow.session.execute(
        sa.select(ApplicationRow.id).where(ApplicationRow.reference == reference)
    ).scalar_one_or_none()
