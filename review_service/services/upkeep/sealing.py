"""Seals the audit trail after each issue and each day, and gives the seals out (ADR 17).

Two processes may do it at once: the same chain of the same day has one key in every place, and a
key is written once. What a round could not give out, the next one does.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Final
from uuid import UUID, uuid5

import sqlalchemy as sa

from review_service.db.audit import GENESIS, ChainPoint, ChainWalk
from review_service.db.engine import insert_if_absent
from review_service.db.models import EventRow, MailRow
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import ReviewServiceError, StoreError
from review_service.domain.seals import FIRST, OTHER_KEY, Seal, SealStatement, limits_of
from review_service.domain.terms import ecuador_day
from review_service.domain.work import TaskKind
from review_service.services.upkeep.kept_seals import (
    Sealing,
    SealPlace,
    keys_in,
    newest_in,
    one_in,
    problem_of,
    text_in,
)

logger = logging.getLogger(__name__)

ISSUED: Final = f"application_{ApplicationState.ISSUED.value}"
"""The event after which a seal is due."""
MAILS: Final = UUID("6b0c1f0e-41c5-4a55-9d3e-2f6f6f7c1d16")
"""Namespace of the ids of mails with seals: the same seal is mailed once to each address."""


class BrokenChainError(ReviewServiceError):
    """The chain does not continue what was sealed, so it is not sealed."""


class SealKeeper:
    """Seals the trail when it is due. What it remembers it can always read again in the places."""

    def __init__(self, parts: Sealing, writing: UnitFactory, reading: UnitFactory) -> None:
        self._parts = parts
        self._writing = writing
        self._reading = reading
        self._newest: Seal | None = None
        self._has_foreign = False
        self._missing: dict[str, set[str]] = {}
        self._looked_on: datetime | None = None

    def round(self) -> Seal | None:
        """Seal when it is due, and give out what is missing somewhere; return the new seal.

        Raises ``StoreError`` when no place answers, and ``DatabaseDownError``.
        """
        with self._reading() as uow:
            self._look_around(uow.now)
            statement = self._statement(uow) if self._is_due(uow) else None
        made = None if statement is None else self._give_out(self._signed(statement))
        self._catch_up()
        return made

    def seal_now(self, *, anew: str = "") -> Seal:
        """Seal whether it is due or not. ``anew`` is the reason to begin a new row of seals.

        Raises ``BrokenChainError`` when the chain does not continue the last seal, unless ``anew``;
        ``StoreError`` when no place takes the seal.
        """
        with self._reading() as uow:
            self._look_around(uow.now)
            statement = self._statement(uow, anew=anew)
        if statement is None:
            raise BrokenChainError
        return self._give_out(self._signed(statement))

    def _is_due(self, uow: UnitOfWork) -> bool:
        if self._newest is None:
            return True
        told = self._newest.statement
        if ecuador_day(uow.now) > ecuador_day(told.sealed_at):
            return True
        issued = sa.select(EventRow.sequence).where(
            EventRow.sequence > told.sequence, EventRow.action == ISSUED
        )
        return uow.session.execute(issued.limit(1)).first() is not None

    def _statement(self, uow: UnitOfWork, *, anew: str = "") -> SealStatement | None:
        """Return what to sign; None when the chain does not continue what was sealed last."""
        last = None if self._newest is None else self._newest.statement
        begun = last is None or bool(anew)
        start = (
            None if last is None or begun else ChainPoint(sequence=last.sequence, hash=last.head)
        )
        walk = ChainWalk(uow.session, start=start)
        broken = sum(1 for _ in walk.broken())
        if broken and not begun:
            logger.error("audit_seal_refused", extra={"sealed": last and last.sequence})
            return None
        end = walk.end
        if last is None or begun:
            reason = anew or (OTHER_KEY if self._has_foreign else FIRST)
            since, since_at = end.sequence, uow.now
        else:
            reason, since, since_at = "", last.since, last.since_at
            broken = last.broken_before
        return SealStatement(
            sequence=end.sequence,
            head=end.hash if end.sequence else GENESIS,
            sealed_at=uow.now,
            since=since,
            since_at=since_at,
            reason=reason,
            broken_before=broken,
            previous="" if self._newest is None else self._newest.digest,
        )

    def _signed(self, statement: SealStatement) -> Seal:
        sealer = self._parts.sealer
        return Seal(
            statement=statement,
            public_key=sealer.public_key,
            signature=sealer.sign(statement.signed_bytes).hex(),
        )

    def _give_out(self, seal: Seal) -> Seal:
        """Mail the seal and write it to every place; one that fails gets it in a later round."""
        self._mail(seal)
        taken, failed = [], None
        for place in self._parts.places:
            try:
                taken.append(_put(place, seal.key, seal.text))
            except StoreError as error:
                logger.warning("seal_not_given", extra={"place": place.label}, exc_info=True)
                self._missing.setdefault(place.label, set()).add(seal.key)
                failed = error
        if not taken and failed is not None:
            raise failed
        self._newest = self._kept_as(seal, taken)
        logger.info("audit_sealed", extra={"sequence": seal.statement.sequence})
        return self._newest

    def _kept_as(self, seal: Seal, texts: Sequence[str]) -> Seal:
        """Return the seal that now is kept: another process may have sealed the same chain first.

        The next seal names this one as the one before it, so it must be one that stands somewhere.
        """
        if seal.text in texts or not texts:
            return seal
        other = one_in(texts[0])
        is_good = other is not None and not problem_of(other, self._parts.sealer)
        return other if other is not None and is_good else seal

    def _mail(self, seal: Seal) -> None:
        if not self._parts.recipients:
            return
        with self._writing() as uow:
            for recipient in self._parts.recipients:
                mail_id = uuid5(MAILS, f"{seal.key} {recipient}")
                insert_if_absent(
                    uow.session,
                    MailRow,
                    id=mail_id,
                    event="audit_sealed",
                    recipient=recipient,
                    context={
                        "sequence": seal.statement.sequence,
                        "sealed_at": seal.statement.sealed_at.isoformat(),
                        "limits": limits_of(seal.statement),
                        "block": seal.block,
                        "path": "/revision/salud",
                    },
                    created_at=uow.now,
                    last_error="",
                )
                uow.enqueue(TaskKind.SEND_MAIL, mail_id)
            uow.commit()

    def _look_around(self, now: datetime) -> None:
        """Read at the start, and once a day, which place holds what; the newest seal is ours.

        Raises ``StoreError`` when no seal is known and a place does not answer: what it holds may
        be the newest seal, and another first one would say less.
        """
        looked = self._looked_on
        if looked is not None and ecuador_day(now) == ecuador_day(looked):
            return
        held: dict[str, set[str]] = {}
        found: list[Seal] = []
        failed: StoreError | None = None
        for place in self._parts.places:
            try:
                held[place.label] = keys_in(place)
                newest = newest_in(place, self._parts.sealer, held[place.label])
                found += [] if newest is None else [newest]
            except StoreError as error:
                logger.warning("seals_unreachable", extra={"place": place.label}, exc_info=True)
                failed = error
        known = [*found, *([] if self._newest is None else [self._newest])]
        if not known and failed is not None:
            raise failed
        every = set().union(*held.values())
        self._newest = max(known, key=lambda seal: seal.statement.sealed_at, default=None)
        self._has_foreign = bool(every) and not known
        self._missing = {label: every - keys for label, keys in held.items()}
        self._looked_on = now if failed is None else None

    def _catch_up(self) -> None:
        """Give each place the seals that only another one has.

        One that is not taken, or cannot be read, keeps no later one from it; while a place is down
        the rest waits for the next round.
        """
        for place in self._parts.places:
            missing = self._missing.get(place.label, set())
            for key in sorted(missing):
                try:
                    text = self._text_of(key, besides=place)
                    if self._is_worth_keeping(text):
                        _put(place, key, text)
                except StoreError:
                    logger.warning("seal_not_given", extra={"place": place.label}, exc_info=True)
                    if not all(_answers(each) for each in self._parts.places):
                        break
                else:
                    missing.discard(key)

    def _is_worth_keeping(self, text: str) -> bool:
        """Whether it is a seal of ours, or of another key, which we cannot judge."""
        seal, sealer = one_in(text), self._parts.sealer
        return seal is not None and (
            seal.public_key != sealer.public_key or not problem_of(seal, sealer)
        )

    def _text_of(self, key: str, *, besides: SealPlace) -> str:
        failed = StoreError("no other place holds the seal", retryable=True)
        for place in self._parts.places:
            if place is not besides:
                try:
                    return text_in(place, key)
                except StoreError as error:
                    failed = error
        raise failed


def _answers(place: SealPlace) -> bool:
    try:
        place.store.ping()
    except StoreError:
        return False
    return True


def _put(place: SealPlace, key: str, text: str) -> str:
    """Write a text under its key; return the text that stands there now, perhaps another's."""
    place.store.prepare()
    try:
        place.store.put(key, BytesIO(text.encode()))
    except StoreError as error:
        if error.retryable or place.store.size(key) is None:
            raise
        return text_in(place, key)
    return text
