"""Asks the institutions that hold a paper for it, and keeps what they said beside the application.

Which papers, a dated rule says (``required_papers``); by default none.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import SupportKind
from review_service.domain.errors import PaperRegisterError, RegistryError, SettingsError
from review_service.domain.looked_up import (
    Answer,
    Found,
    PaperSource,
    answers_in,
    merged,
    with_answers,
)
from review_service.domain.request_limits import MINUTE
from review_service.domain.terms import ecuador_day
from review_service.ports import PaperRegister
from review_service.services.applicant.needed import needed_of
from review_service.services.case import owned

FRESH_SECONDS: Final = 3 * MINUTE
"""So long the pages of a draft go on with what was said, or with the silence."""
Wanted = Mapping[SupportKind, PaperSource]
"""The papers that are looked up for one application."""
logger = logging.getLogger(__name__)


def wanted_of(
    uow: UnitOfWork, row: ApplicationRow, *, rulebook: Mapping[str, Any] | None = None
) -> Wanted:
    """Return the papers that are to be looked up today; none where no table says which."""
    try:
        needed = needed_of(uow, row, rulebook=rulebook)
    except SettingsError:
        return {}
    return {each.kind: each.comes_from for each in needed if each.comes_from.is_looked_up}


def ask(
    register: PaperRegister, ruc: str, wanted: Wanted, *, at: datetime
) -> Mapping[SupportKind, Answer]:
    """Ask for each paper, outside of any transaction; one that is silent keeps no other."""
    found = {}
    for kind, comes_from in wanted.items():
        paper, said = None, Found.SILENT
        try:
            paper = register.find(ruc, kind)
            said = Found.NOTHING if paper is None else Found.HELD
        except RegistryError:
            logger.warning("paper_register_silent", extra={"kind": kind.value})
        found[kind] = Answer(
            kind=kind,
            comes_from=comes_from,
            found=said,
            asked_at=at,
            tried_at=at,
            ruc=ruc,
            paper=paper,
        )
    return found


def renew(
    uow: UnitOfWork,
    register: PaperRegister,
    *,
    application_id: UUID,
    ruc: str,
    rulebook: Mapping[str, Any] | None = None,
    at_once: bool = False,
) -> bool:
    """Keep beside a draft what the institutions say now; whether all of them answered.

    Pages ask once in ``FRESH_SECONDS``, their reader ``at_once``, which ``register_facts.renew``
    counts. False too where nothing is asked. Raises ``NotFoundError``.
    """
    with uow.reader() as reader:
        row = owned(reader, application_id=application_id, ruc=ruc)
        wanted = wanted_of(reader, row, rulebook=rulebook)
        if row.state is not ApplicationState.DRAFT or _is_kept(row, wanted, reader.now, at_once):
            return False
        at = reader.now
    new = ask(register, ruc, wanted, at=at)
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state is not ApplicationState.DRAFT:
            return False
        keep(row, new)
        uow.commit()
    return bool(new) and all(answer.found is not Found.SILENT for answer in new.values())


def keep(row: ApplicationRow, new: Mapping[SupportKind, Answer]) -> None:
    """Keep the answers beside the application, in the caller's transaction."""
    facts = row.registry_facts
    row.registry_facts = with_answers(facts, merged(answers_in(facts), new))


def require_answered(row: ApplicationRow, wanted: Wanted, *, now: datetime) -> None:
    """Raise ``PaperRegisterError`` where a paper that only an institution has was not asked today.

    Whoever confirms then finds nothing done, and tries again.
    """
    answers, day = answers_in(row.registry_facts), ecuador_day(now)
    for kind, comes_from in wanted.items():
        answer = answers.get(kind)
        is_known = answer is not None and answer.found is not Found.SILENT
        if comes_from is PaperSource.LOOKED_UP and not (
            is_known and answer and ecuador_day(answer.asked_at) == day
        ):
            raise PaperRegisterError(f"no register says of {kind.value}", retryable=True)


def _is_kept(row: ApplicationRow, wanted: Wanted, now: datetime, at_once: bool) -> bool:  # noqa: FBT001
    """Whether what is kept still serves: of the papers wanted now, and lately asked."""
    answers = answers_in(row.registry_facts)
    if {kind: answer.comes_from for kind, answer in answers.items()} != dict(wanted):
        return False
    if not wanted:
        return True
    oldest = min(answer.tried_at for answer in answers.values())
    return not at_once and now - oldest < timedelta(seconds=FRESH_SECONDS)
