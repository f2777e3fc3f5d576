"""An office in which officers, an Acuerdo, a correction and its documents have come to be.

Letters came, of every state. Beside them two MIPYMES with certificates: chance chose both for a
look, and one was looked at. Two months were published before.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from review_service.db.models import ApplicationRow
from review_service.domain import figure_list
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.institution import institution_on
from review_service.domain.later_controls import LaterOutcome
from review_service.domain.letters import DataRequest, LetterKind
from review_service.domain.pending_decisions import DecisionPolicy
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from review_service.samples.people import synthetic_ruc
from review_service.services.agreements import issuing, listing
from review_service.services.applicant import extending
from review_service.services.figures import publishing
from review_service.services.review import (
    consulting,
    correcting,
    internal_notes,
    later_control,
    legal_holds,
    pending_decisions,
    reviewing,
)
from review_service.services.review import extending as review_extending
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import officer_accounts, officers
from tests.copied_cases import copied
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    add_taxpayer,
    confirm_business,
    issuing_rules,
    open_business,
    rule_parts,
)
from tests.integration.services import appeal_cases, letter_cases, loop_cases, steps
from tests.integration.services.test_issuing import make_press, only_lease
from tests.integration.web.officer.desk_cases import (
    approve,
    publish_everything,
    put_case,
    version_of,
)
from tests.plain_paper import PlainReader

PASSWORD = "nube lenta sobre el páramo 47"


def busy(office: Office) -> Office:
    """Return the office after much has happened in it."""
    _let_much_happen(office)
    return office


@copied
def _let_much_happen(office: Office) -> None:
    lines = ("# Fuente: Boletín", "AÑO|MES|QUEJAS|ATENCIONES", "2023|1|0|314", "2022|12|150|255")
    publishing.import_published(office.writing(), figure_list.read(lines), operator="prueba")
    people = [
        officers.add(
            office.writing(),
            user_name=name,
            full_name=name,
            unit="Matriz",
            password=PASSWORD,
            role=OfficerRole.SUPERVISOR,
            number=synthetic_ruc(900 + place),
        ).officer_id
        for place, name in enumerate(("randrade", "bmena", "lpaz"))
    ]
    officer_accounts.reset_second_factor(office.writing(), user_name="bmena")
    officer_accounts.reset_password(office.writing(), user_name="lpaz", password=PASSWORD + "8")
    officer_accounts.set_role(office.writing(), user_name="lpaz", role=OfficerRole.AUDITOR)
    first = put_case(office)
    approve(office, first, people[0])
    publish_everything(office)
    listing.consent(
        office.writing(), application_id=first, ruc=RUC, shows_name=True, shows_phone=False
    )
    _certify(office, people[1])
    _hear(office, people[1])
    _appeal(office, people)
    asked = put_case(office, ruc=OTHER_RUC)
    reviewing.judge(
        office.writing(),
        application_id=asked,
        officer_id=people[1],
        version=version_of(office, asked),
        item=ReviewItem.WORKSHOP,
        verdict=ItemVerdict.ACCEPTED,
    )
    consulting.ask(
        office.writing(),
        application_id=asked,
        officer_id=people[1],
        colleague_id=people[0],
        question="¿Lo de la página 3 es un telar de pedal?",
        needed_by=ecuador_today().isoformat(),
    )
    correcting.request_correction(
        office.writing(),
        application_id=asked,
        officer_id=people[1],
        version=version_of(office, asked),
        items=[
            CorrectionItem(
                item=ReviewItem.PEOPLE,
                reason="No se ve a nadie trabajando.",
                instruction="Tome la foto con las personas del taller.",
            )
        ],
    )
    _end_a_correction(office, people)
    legal_holds.place(
        office.writing(),
        application_id=asked,
        officer_id=people[0],
        reason="Juicio 17230-2026-00012, oficio de la Fiscalía.",
    )
    for person, body in zip(people, ("Llamé: no contesta.", "Contestó su hija."), strict=False):
        internal_notes.write(office.writing(), application_id=asked, officer_id=person, body=body)
    _leave_undoable(office, people[0], people[1])


def _leave_undoable(office: Office, first: UUID, second: UUID) -> None:
    """Let one officer recommend to refuse, and another issue that; it can be undone for an hour."""
    ruc = synthetic_ruc(874)
    with office.writing() as uow:
        add_taxpayer(uow, ruc)
        uow.commit()
    case, policy = put_case(office, ruc=ruc), DecisionPolicy(undo_seconds=3600, four_eyes=True)
    institution = institution_on(ecuador_today())
    steps.observe(office, case, first)
    reviewing.refuse(
        office.writing(),
        application_id=case,
        officer_id=first,
        version=version_of(office, case),
        reasons="Las fotos no son del taller que se declaró.",
        institution=institution,
        policy=policy,
    )
    pending_decisions.issue(
        office.writing(),
        application_id=case,
        officer_id=second,
        version=version_of(office, case),
        rules=issuing_rules(institution),
        policy=policy,
    )


def _end_a_correction(office: Office, people: list[UUID]) -> None:
    """Let more days be given, an attempt be logged and a resolution be signed."""
    ruc = synthetic_ruc(875)
    with office.writing() as uow:
        add_taxpayer(uow, ruc)
        uow.commit()
    case = loop_cases.asked(office, ruc=ruc, officer_id=people[0])
    extending.ask(
        office.writing(), application_id=case, ruc=ruc, reason="Estoy fuera de la ciudad."
    )
    review_extending.decide(
        office.writing(),
        application_id=case,
        officer_id=people[0],
        version=version_of(office, case),
        days=2,
    )
    loop_cases.end_term(office, case)
    loop_cases.log(office, case, officer_id=people[0], note="No contestó.")
    loop_cases.sign(office, case, officer_id=people[0])


def _hear(office: Office, officer: UUID) -> None:
    """Let letters come: one that waits for its address, two open, two answered."""
    letter_cases.write(office, LetterKind.PERSONAL_DATA, request=DataRequest.ACCESS)
    letter_cases.received(office, LetterKind.PERSONAL_DATA, request=DataRequest.DELETION)
    letter_cases.photographed(office)
    reference = steps.rows(office, ApplicationRow)[0].reference
    appeal = letter_cases.write_signed_in(office, LetterKind.APPEAL, OTHER_RUC, about=reference)
    for letter_id in (letter_cases.received(office), appeal):
        letter_cases.answer(office, letter_id, officer)


def _appeal(office: Office, people: Sequence[UUID]) -> None:
    """Let a refused case go back to review by an appeal, and another appeal be open."""
    appeals = []
    for number in (872, 873):
        ruc = synthetic_ruc(number)
        with office.writing() as uow:
            add_taxpayer(uow, ruc)
            uow.commit()
        case = appeal_cases.refuse(office, people[0], application_id=put_case(office, ruc=ruc))
        appeals.append(appeal_cases.appeal(office, case, ruc=ruc))
    appeal_cases.decide(office, appeals[-1], people[1])


def _certify(office: Office, officer: UUID) -> None:
    for number, outcome in ((870, None), (871, LaterOutcome.DIFFERS)):
        ruc = synthetic_ruc(number)
        with office.writing() as uow:
            add_taxpayer(uow, ruc)
            uow.commit()
        application_id = open_business(office, ruc)
        confirm_business(office, application_id, ruc, parts=rule_parts(office, later_share=1.0))
        signed_once = replace(make_press(office), reader=PlainReader(good=1, count=1))
        issuing.issue(office.writing, signed_once, only_lease(office))
        if outcome is not None:
            later_control.end(
                office.writing(),
                application_id=application_id,
                officer_id=officer,
                outcome=outcome,
                note="Las ventas del formulario 104 son otras.",
            )
