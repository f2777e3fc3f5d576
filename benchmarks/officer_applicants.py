# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""The applicants of ``officer.py``: each sends its case through the services of the pages."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from officer_photos import as_sent, copied, mirrored
from officer_plan import Defect, Kind, Plan

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.documents import DocumentKind, DocumentState, SupportKind, Theme
from review_service.domain.terms import ecuador_today
from review_service.samples.scan import PriorAgreement
from review_service.samples.support_papers import paper
from review_service.samples.trades import EMBROIDERY
from review_service.services.applicant import applying
from tests.e2e.stack import Person, Stack
from tests.factories import SHEET, confirm_business, send_and_confirm, upload
from tests.samples import old_facts, old_layouts, old_scans, support_altered
from tests.samples.old_facts import GIVEN, SURNAMES, Forgery
from tests.samples.old_papers import Facts
from tests.samples.support_papers import LAYOUTS, genuine, text_pdf
from tests.ventures import OF_A_PERSON, open_venture, owner_of, send_paper

LASTS_DAYS: Final = 40
"""How long the prior Acuerdo of a renewal still holds."""
FRESH_DAYS: Final = 2
"""How long ago a paper was issued."""
READ_SECONDS: Final = 300.0
SCANNED: Final = "300 dpi"
FORGERIES: Final = (
    Forgery.NUMBER_DIGIT, Forgery.NAME_OTHER, Forgery.NAME_LETTER, Forgery.ISSUED_DAY,
    Forgery.ISSUED_YEAR, Forgery.VALID_YEAR,
)  # fmt: skip
"""What is changed on a prior Acuerdo: another RUC is a defect by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One case that was sent."""

    plan: Plan
    application_id: UUID
    how: str
    """What exactly is wrong, in a few words; empty for a clean one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Somebody of the registry with a case to send."""

    plan: Plan
    person: Person
    prior: Facts | None = None
    """The Acuerdo that the register knows of this person."""


def registered(stack: Stack, plans: Sequence[Plan], folder: Path) -> list[Applicant]:
    """Put everybody of a round into the registry, and the Acuerdos of those who renew."""
    found = []
    for plan in plans:
        person = _newcomer(stack, plan)
        prior = _prior_of(plan, person) if plan.kind is Kind.RENEWAL else None
        found.append(Applicant(plan=plan, person=person, prior=prior))
    stack.import_priors([_listed(each.prior) for each in found if each.prior is not None], folder)
    return found


def send(stack: Stack, applicant: Applicant, others: Sequence[Applicant]) -> Sent:
    """Send and confirm one case."""
    plan, chance = applicant.plan, applicant.plan.chance
    if plan.kind is Kind.VENTURE:
        return _send_venture(stack, applicant, chance)
    ruc = applicant.person.ruc
    is_renewal = plan.kind is Kind.RENEWAL
    kind = ApplicationKind.RENEWAL if is_renewal else ApplicationKind.NEW
    application_id = applying.open_application(
        stack.office.writing(), registry=stack.office.registry, ruc=ruc, kind=kind
    )
    values = {**SHEET, "trade": EMBROIDERY.words, "ciiu": EMBROIDERY.ciiu}
    applying.save_sheet(
        stack.office.writing(), application_id=application_id, ruc=ruc, values=values, kind=kind
    )
    how = _send_photos(stack, applicant, application_id, chance)
    if applicant.prior is not None:
        printed, changed = _printed(applicant, others, chance)
        how = how or changed
        upload(
            stack.office, application_id, content=_scan(printed, chance), ruc=ruc,
            kind=DocumentKind.AGREEMENT, file_name="acuerdo.pdf",
        )  # fmt: skip
    if plan.kind is Kind.ORGANISATION:
        owner = owner_of(ruc, applicant.person.name)
        issued_on = ecuador_today() - timedelta(days=FRESH_DAYS)
        pdf = paper(owner, SupportKind.APPOINTMENT, issued_on=issued_on)
        send_paper(stack.container, application_id, SupportKind.APPOINTMENT, pdf, ruc=ruc)
    send_and_confirm(stack.office, application_id, ruc)
    return Sent(plan=plan, application_id=application_id, how=how)


def was_granted(stack: Stack, application_id: UUID) -> bool:
    """Whether the rule has granted it already, so that no officer sees it."""
    with stack.container.reading() as uow:
        state = uow.session.get_one(ApplicationRow, application_id).state
    return state in {ApplicationState.APPROVED, ApplicationState.ISSUED}


def _newcomer(stack: Stack, plan: Plan) -> Person:
    chance = random.Random(f"{plan.seed}-name")  # noqa: S311 -- repeatable, no secret
    surnames, given = chance.sample(SURNAMES, 2), chance.sample(GIVEN, 2)
    if plan.kind is Kind.ORGANISATION:
        return stack.new_company(f"ASOCIACION DE ARTESANOS {surnames[0]} {given[0]}")
    return stack.newcomer(" ".join((*surnames, *given)))


def _send_photos(
    stack: Stack, applicant: Applicant, application_id: UUID, chance: random.Random
) -> str:
    plan, how = applicant.plan, ""
    photos = [as_sent(path) for path in plan.photos]
    themes = list(Theme)
    if plan.source is not None:
        at, source = chance.randrange(len(photos)), as_sent(plan.source)
        change = mirrored if plan.defect is Defect.MIRRORED else copied
        photos[at] = change(source, chance)
        how = f"{plan.source.name}, {'the file itself' if photos[at] == source else 'saved anew'}"
    elif plan.defect is Defect.NO_THEME:
        gone, instead = chance.sample(list(Theme), 2)
        themes[themes.index(gone)] = instead
        how = gone.value
    for number, (theme, photo) in enumerate(zip(themes, photos, strict=True), 1):
        upload(
            stack.office, application_id, content=photo, ruc=applicant.person.ruc, theme=theme,
            file_name=f"foto-{number}.jpg",
        )  # fmt: skip
    return how


# --- prior Acuerdos ---


def _prior_of(plan: Plan, person: Person) -> Facts:
    until = ecuador_today() + timedelta(days=LASTS_DAYS)
    until = until.replace(day=min(until.day, 28))
    rng = np.random.default_rng(plan.number)
    drawn = old_facts.facts(rng, _layout(plan), with_code=False)
    issued_on = until.replace(year=until.year - 3)
    number = drawn.number.replace(str(drawn.issued_on.year), str(issued_on.year))
    return replace(
        drawn, number=number, holder=person.name, ruc=person.ruc, issued_on=issued_on,
        valid_until=until, activity=EMBROIDERY.activity.capitalize(),
    )  # fmt: skip


def _layout(plan: Plan) -> str:
    return random.Random(f"{plan.seed}-layout").choice(list(old_layouts.LAYOUTS))  # noqa: S311


def _listed(facts: Facts) -> PriorAgreement:
    return PriorAgreement(
        number=facts.number, holder=facts.holder, ruc=facts.ruc, issued_on=facts.issued_on,
        valid_until=facts.valid_until, activity=facts.activity,
    )  # fmt: skip


def _printed(
    applicant: Applicant, others: Sequence[Applicant], chance: random.Random
) -> tuple[tuple[Facts, str], str]:
    """Return what the paper says with its layout, and what is wrong with it."""
    plan, prior = applicant.plan, applicant.prior
    if prior is None:
        raise ValueError("renews nothing")
    if plan.defect is Defect.ALTERED_PRIOR:
        forgery = chance.choice(FORGERIES)
        rng = np.random.default_rng(chance.randrange(1 << 32))
        return (old_facts.forged(prior, forgery, rng), _layout(plan)), forgery.value
    if plan.defect is Defect.OTHER_RUC:
        theirs = [one for one in others if one.prior is not None and one is not applicant]
        if theirs and (one := chance.choice(theirs)).prior is not None:
            return (one.prior, _layout(one.plan)), "Acuerdo of another case's person"
        rng = np.random.default_rng(chance.randrange(1 << 32))
        drawn = old_facts.facts(rng, _layout(plan), with_code=False)
        return (replace(prior, ruc=drawn.ruc, holder=drawn.holder), _layout(plan)), "of a stranger"
    return (prior, _layout(plan)), ""


def _scan(printed: tuple[Facts, str], chance: random.Random) -> bytes:
    facts, layout = printed
    typeset = old_layouts.typeset(facts, layout=layout)
    return old_scans.taken_as(SCANNED)(typeset, chance.randrange(1 << 16))


# --- certificates of an emprendedor ---


def _send_venture(stack: Stack, applicant: Applicant, chance: random.Random) -> Sent:
    person = applicant.person
    application_id = open_venture(stack.office, person.ruc)
    wrong = chance.choice((SupportKind.EMPLOYER_CERTIFICATE, SupportKind.TAX_CERTIFICATE))
    bad, how = _wrong_certificate(applicant, wrong, chance)
    for kind in OF_A_PERSON:
        issued_on = ecuador_today() - timedelta(days=FRESH_DAYS)
        good = paper(owner_of(person.ruc, person.name), kind, issued_on=issued_on)
        pdf = bad if kind is wrong else good
        send_paper(stack.container, application_id, kind, pdf, ruc=person.ruc)
    _wait_until_read(stack, application_id)
    confirm_business(stack.office, application_id, person.ruc)
    return Sent(plan=applicant.plan, application_id=application_id, how=f"{wrong.value}: {how}")


def _wrong_certificate(
    applicant: Applicant, kind: SupportKind, chance: random.Random
) -> tuple[bytes, str]:
    person = applicant.person
    issued_on = ecuador_today() - timedelta(days=FRESH_DAYS)
    drawn = replace(
        genuine(kind, chance.randrange(LAYOUTS), chance), issued_on=issued_on, valid_until=None,
        term_days=30,
    )  # fmt: skip
    if applicant.plan.defect is Defect.OTHER_RUC:
        return text_pdf(drawn), "of another RUC"
    ours = replace(drawn, holder=person.name, ruc=person.ruc)
    way = chance.choice(list(support_altered.WAYS))
    return support_altered.altered(ours, way, place=chance.randrange(2)).content, way


def _wait_until_read(stack: Stack, application_id: UUID) -> None:
    final = [each for each in DocumentState if each.is_final]
    waiting = sa.select(sa.func.count()).where(
        DocumentRow.application_id == application_id, DocumentRow.state.not_in(final)
    )
    ends_at = time.monotonic() + READ_SECONDS
    while time.monotonic() < ends_at:
        with stack.container.reading() as uow:
            if not uow.session.execute(waiting).scalar_one():
                return
        time.sleep(0.5)
    raise SystemExit("the papers of an emprendedor are not read")
