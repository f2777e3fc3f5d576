"""Asks every register anew for an application that is being confirmed, before its row is locked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import SupportKind
from review_service.domain.looked_up import Answer, answers_in, merged, with_answers
from review_service.domain.taxpayers import Taxpayer
from review_service.ports import PaperRegister, TaxpayerRegistry
from review_service.services.applicant import looked_up
from review_service.services.applicant.applying import facts_of
from review_service.services.applicant.looked_up import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be asked, and of whom."""

    ruc: str
    registry: TaxpayerRegistry
    papers: PaperRegister
    wanted: Wanted
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAnswers:
    """What the registers say now."""

    known: Taxpayer | None = None
    wanted: Wanted = field(default_factory=dict)
    papers: Mapping[SupportKind, Answer] = field(default_factory=dict)


def question_of(
    uow: UnitOfWork,
    row: ApplicationRow,
    registry: TaxpayerRegistry,
    papers: PaperRegister,
    *,
    rulebook: Mapping[str, Any],
) -> Question:
    """Return what is to be asked about an application."""
    wanted = looked_up.wanted_of(uow, row, rulebook=rulebook)
    return Question(ruc=row.ruc, registry=registry, papers=papers, wanted=wanted, at=uow.now)


def ask(question: Question | None) -> RegisterAnswers:
    """Ask outside of any transaction; None: nothing. Raises ``RegistryError`` of a silent SRI."""
    if question is None:
        return RegisterAnswers()
    return RegisterAnswers(
        known=question.registry.find(question.ruc),
        wanted=question.wanted,
        papers=looked_up.ask(question.papers, question.ruc, question.wanted, at=question.at),
    )


def keep(uow: UnitOfWork, row: ApplicationRow, known: Taxpayer, said: RegisterAnswers) -> None:
    """Keep it beside the application, in the caller's transaction.

    Raises ``PaperRegisterError`` where a paper that only an institution has was not asked today.
    """
    email, answers = row.registry_facts.get("email", ""), answers_in(row.registry_facts)
    facts = facts_of(known, email=email, at=uow.now)
    row.registry_facts = with_answers(facts, merged(answers, said.papers))
    looked_up.require_answered(row, said.wanted, now=uow.now)
