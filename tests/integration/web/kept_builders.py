"""What makes the cases of ``kept_cases``: each returns what the addresses of form and page name."""

import html
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from review_service.db.models import (
    PageRow,
    SecondReviewRow,
)
from review_service.domain.applications import ApplicationKind, ReviewItem
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.second_reviews import SecondVerdict
from review_service.domain.terms import ecuador_today
from review_service.domain.tracks import Track
from review_service.services.applicant import applying, not_applicable, page_photos
from review_service.services.applicant.page_photos import NewPhoto, Paper
from review_service.services.review import consulting, second_reviewing
from tests.associations import make_organisation
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    add_officer,
    confirm_business,
    open_business,
    open_draft,
    rule_parts,
)
from tests.integration.services import appeal_cases, deciding_steps, steps
from tests.integration.web.officer import desk_cases
from tests.integration.web.officer.test_copies import first_photo, resemble, shots
from tests.integration.web.site import finish_checks, jpeg
from tests.ventures import OF_A_PERSON, give_paper, open_venture

IESS, SRI, PAYROLL = OF_A_PERSON
TYPED: Final = "Sombreros <b>de</b> paja «toquilla», a mano & con paciencia"
SHOWN: Final = html.escape(TYPED)
PHONE: Final = "0991234567 ext. 12"
FILE_AGAIN: Final = "elíjalo otra vez"


def only(application_id: UUID) -> Mapping[str, Any]:
    return {"application_id": application_id}


def opened(track: Track) -> Callable[[Office], Mapping[str, Any]]:
    def build(office: Office) -> Mapping[str, Any]:
        return only(
            applying.open_application(
                office.writing(),
                registry=office.registry,
                ruc=RUC,
                kind=ApplicationKind.NEW,
                track=track,
            )
        )

    return build


def association(office: Office) -> Mapping[str, Any]:
    return only(open_draft(office, make_organisation(office)))


def on_a_paper(office: Office) -> Mapping[str, Any]:
    return {"application_id": open_venture(office), "paper": SRI.slug}


def misplaced(office: Office) -> Mapping[str, Any]:
    application_id = open_venture(office)
    paper = give_paper(office, application_id, PAYROLL, recognised_as=SRI)
    return {"application_id": application_id, "document_id": paper}


def renewal(office: Office) -> Mapping[str, Any]:
    return only(open_draft(office, kind=ApplicationKind.RENEWAL))


def photographed(kind: DocumentKind) -> Callable[[Office], Mapping[str, Any]]:
    def build(office: Office) -> Mapping[str, Any]:
        is_prior = kind is DocumentKind.AGREEMENT
        renewed = open_draft(office, kind=ApplicationKind.RENEWAL) if is_prior else None
        application_id = renewed or open_venture(office)
        about = Paper(
            application_id=application_id,
            ruc=RUC,
            upload_key="una-clave-de-hojas",
            base=None,
            seen=None,
            kind=kind,
        )
        photos = [NewPhoto(file_name=f"{n}.jpg", stream=BytesIO(jpeg(n))) for n in (1, 2)]
        added = page_photos.add(
            office.writing, office.store, limits=office.limits, paper=about, photos=photos
        )
        finish_checks(office)
        document_id = added.received.document_id
        return {"application_id": application_id, "document_id": document_id, "number": 1}

    return build


def unasked(office: Office) -> Mapping[str, Any]:
    """Return a payroll of somebody who says that they employ nobody."""
    application_id = open_venture(office, employees="0")
    paper = give_paper(office, application_id, PAYROLL)
    return {"application_id": application_id, "document_id": paper}


def said_not_applicable(office: Office) -> Mapping[str, Any]:
    application_id = open_draft(office)
    not_applicable.say(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        theme=Theme.MACHINERY,
        choice="otra",
        words=TYPED,
    )
    return {"application_id": application_id, "theme": Theme.MACHINERY.value}


def over_the_limits(office: Office) -> Mapping[str, Any]:
    return only(open_business(office, sales="9.000.000"))


def to_choose_a_category(office: Office) -> Mapping[str, Any]:
    application_id = open_business(office, sales="9.000.000")
    confirm_business(office, application_id, wish="Vea mis declaraciones")
    desk_cases.judge(
        office,
        application_id,
        add_officer(office),
        item=ReviewItem.DATA_SHEET,
        version=desk_cases.version_of(office, application_id),
    )
    return only(application_id)


def to_control(office: Office) -> Mapping[str, Any]:
    application_id = open_business(office)
    confirm_business(office, application_id, parts=rule_parts(office, later_share=1.0))
    return only(application_id)


def looked_at_again(office: Office) -> Mapping[str, Any]:
    """Return a decided case that was drawn for a second review."""
    case, officer_id = steps.in_review(office), add_officer(office, "decide")
    steps.accept_all(office, case, officer_id)
    steps.approve(office, case, officer_id)
    second_reviewing.draw(office.reading, office.writing, key="k", share=1.0)
    (row,) = steps.rows(office, SecondReviewRow)
    return {"review_id": row.id}


def appealed(office: Office) -> Mapping[str, Any]:
    """Return an appeal that nobody has decided."""
    case = appeal_cases.refuse(
        office, add_officer(office, "decide"), application_id=steps.in_review(office)
    )
    return {"letter_id": appeal_cases.appeal(office, case)}


def appealed_on_paper(office: Office) -> Mapping[str, Any]:
    """Return an appeal that an officer recorded from a paper."""
    case = appeal_cases.refuse(
        office, add_officer(office, "decide"), application_id=steps.in_review(office)
    )
    return {"letter_id": appeal_cases.on_paper(office, case, add_officer(office, "registra"))}


def differing(office: Office) -> Mapping[str, Any]:
    """Return one of which another officer said something else."""
    known, other = looked_at_again(office), add_officer(office, "mira")
    second_reviewing.take_next(office.writing(), officer_id=other)
    second_reviewing.say(
        office.writing(),
        review_id=known["review_id"],
        officer_id=other,
        opinion=SecondVerdict.REFUSE,
        reasons=TYPED,
    )
    return known


def recommended(office: Office) -> Mapping[str, Any]:
    """Return a case that a colleague recommends to approve."""
    case, officer_id = steps.in_review(office), add_officer(office, "recomienda")
    steps.accept_all(office, case, officer_id)
    deciding_steps.approve(office, case, officer_id, deciding_steps.FOUR_EYES)
    return only(case)


def to_correct_a_paper(office: Office) -> Mapping[str, Any]:
    application_id = open_venture(office)
    for kind in OF_A_PERSON:
        values = {"issued_on": "2024-01-05"} if kind is IESS else None
        give_paper(office, application_id, kind, values=values)
    confirm_business(office, application_id)
    return only(application_id)


def asked_of_a_colleague(office: Office) -> Mapping[str, Any]:
    """Return a case on which the first officer asked another one."""
    case, colleague = steps.in_review(office), add_officer(office, "sabe")
    asker = add_officer(office, "pregunta")
    consulting.ask(
        office.writing(),
        application_id=case,
        officer_id=asker,
        colleague_id=colleague,
        question=TYPED,
        needed_by=ecuador_today().isoformat(),
    )
    return only(case)


def alike(office: Office) -> Mapping[str, Any]:
    """Return a photo of a case that resembles one of another; names with _ are of no address."""
    other = desk_cases.put_case(office, ruc=OTHER_RUC, shots=shots())
    case = desk_cases.put_case(office, shots=shots())
    resemble(office, other, case, distance=14, turned=0)
    with office.reading() as uow:
        here, there = first_photo(office, case), first_photo(office, other)
        page = uow.session.get_one(PageRow, here.page_id)
        return {
            "application_id": case,
            "document_id": page.document_id,
            "number": page.number,
            "_here": here.sha256,
            "_other": other,
            "_there": there.sha256,
        }
