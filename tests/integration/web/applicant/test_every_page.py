"""Every page of every kind of draft, in every state, answers: none ends in an error of ours.

The pages come from the application's own routes, so that a new one is tried without being named.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.domain.applications import ApplicationKind, ApplicationState, ReviewItem
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.institution import institution_on
from review_service.domain.refusals import RefusalReason
from review_service.domain.terms import ecuador_today
from review_service.services.applicant import applying, sending
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.copied_cases import copied
from tests.factories import RUC, SECRET, SHEET, Office, add_officer, open_draft, upload
from tests.integration.services import loop_cases, steps
from tests.integration.web.addresses import every_filled
from tests.integration.web.officer import desk_cases
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg, pdf

NEW, RENEWAL = ApplicationKind.NEW, ApplicationKind.RENEWAL
WORDS: Final = "Una frase que alcanza para todo."
Build = Callable[[Office, ApplicationKind], UUID]


def _bare(office: Office, kind: ApplicationKind) -> UUID:
    """Return a draft of which only the kind is known."""
    return applying.open_application(office.writing(), registry=office.registry, ruc=RUC, kind=kind)


@copied
def _photos(office: Office, kind: ApplicationKind) -> UUID:
    """Return a draft with photos that nobody looked at yet."""
    application_id = open_draft(office, kind=kind)
    for theme in Theme:
        upload(office, application_id, content=jpeg() + uuid4().bytes, theme=theme)
    if kind is RENEWAL:
        _upload_pdf(office, application_id, DocumentKind.AGREEMENT)
    return application_id


@copied
def _complete(office: Office, kind: ApplicationKind) -> UUID:
    """Return a draft that may be sent."""
    application_id = _photos(office, kind)
    finish_checks(office)
    return application_id


def _ready_pdf(office: Office, kind: ApplicationKind) -> UUID:
    """Return a draft with one PDF of photos that was checked."""
    application_id = open_draft(office, kind=kind)
    _upload_pdf(office, application_id, DocumentKind.EVIDENCE)
    finish_checks(office, pages=2)
    return application_id


def _refused_file(office: Office, kind: ApplicationKind) -> UUID:
    """Return a draft of which one file could not be accepted."""
    application_id = _complete(office, kind)
    with office.writing() as uow:
        row = uow.session.scalars(sa.select(DocumentRow).limit(1)).one()
        row.state, row.refusal = DocumentState.REFUSED, RefusalReason.NOT_A_PHOTO
        uow.commit()
    return application_id


def _turned(office: Office, kind: ApplicationKind) -> UUID:
    """Return a draft that was of the other kind, with the files of that."""
    application_id = _complete(office, RENEWAL if kind is NEW else NEW)
    applying.save_sheet(
        office.writing(), application_id=application_id, ruc=RUC, values=SHEET, kind=kind
    )
    return application_id


def _sent(office: Office, kind: ApplicationKind) -> UUID:
    application_id = _complete(office, kind)
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        declared=True,
        secret_key=SECRET,
    )
    return application_id


def _lapsed(office: Office, kind: ApplicationKind) -> UUID:
    """Return a draft that was sent and not confirmed in time."""
    application_id = _sent(office, kind)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.state, row.confirm_by = ApplicationState.DRAFT, None
        uow.commit()
    return application_id


def _in_review(office: Office, kind: ApplicationKind) -> UUID:
    scan = desk_cases.Scan(pages=()) if kind is RENEWAL else None
    return desk_cases.put_case(office, scan=scan)


def _asked(*items: ReviewItem) -> Build:
    def build(office: Office, kind: ApplicationKind) -> UUID:
        application_id = _in_review(office, kind)
        prior = ReviewItem.PRIOR_AGREEMENT
        correcting.request_correction(
            office.writing(),
            application_id=application_id,
            officer_id=add_officer(office),
            version=desk_cases.version_of(office, application_id),
            items=[
                CorrectionItem(item=item, reason=WORDS, instruction=WORDS)
                for item in items
                if not item.is_paper and (kind is RENEWAL or item is not prior)
            ],
        )
        return application_id

    return build


def _withdrawn(office: Office, kind: ApplicationKind) -> UUID:
    application_id = _complete(office, kind)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    return application_id


def _overdue(office: Office, kind: ApplicationKind) -> UUID:
    """Return one that was taken as withdrawn because its correction never came."""
    application_id = _asked(ReviewItem.WORKSHOP)(office, kind)
    steps.hand_over(office, "correction_requested")
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.correct_by = ecuador_today().replace(year=2020, day=1)
        uow.commit()
    loop_cases.resolve(office, application_id)
    return application_id


def _refused(office: Office, kind: ApplicationKind) -> UUID:
    application_id = _in_review(office, kind)
    steps.observe(office, application_id)
    reviewing.refuse(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office),
        version=desk_cases.version_of(office, application_id),
        reasons=WORDS,
        institution=institution_on(ecuador_today()),
    )
    return application_id


def _approved(office: Office, kind: ApplicationKind) -> UUID:
    application_id = _in_review(office, kind)
    desk_cases.approve(office, application_id, add_officer(office))
    return application_id


def _issued(office: Office, kind: ApplicationKind) -> UUID:
    application_id = _approved(office, kind)
    desk_cases.publish_everything(office)
    return application_id


CASES: Final[Mapping[str, tuple[ApplicationState, Build]]] = {
    "nothing but a kind": (ApplicationState.DRAFT, _bare),
    "a sheet": (ApplicationState.DRAFT, lambda office, kind: open_draft(office, kind=kind)),
    "photos being checked": (ApplicationState.DRAFT, _photos),
    "complete": (ApplicationState.DRAFT, _complete),
    "one PDF": (ApplicationState.DRAFT, _ready_pdf),
    "a refused file": (ApplicationState.DRAFT, _refused_file),
    "once of the other kind": (ApplicationState.DRAFT, _turned),
    "not confirmed in time": (ApplicationState.DRAFT, _lapsed),
    "sent": (ApplicationState.AWAITING_CONFIRMATION, _sent),
    "in review": (ApplicationState.IN_REVIEW, _in_review),
    "asked for everything": (ApplicationState.CORRECTION_REQUESTED, _asked(*ReviewItem)),
    "asked for the sheet": (
        ApplicationState.CORRECTION_REQUESTED,
        _asked(ReviewItem.DATA_SHEET),
    ),
    "asked for a photo": (ApplicationState.CORRECTION_REQUESTED, _asked(ReviewItem.WORKSHOP)),
    "withdrawn": (ApplicationState.WITHDRAWN, _withdrawn),
    "taken as withdrawn": (ApplicationState.WITHDRAWN, _overdue),
    "refused": (ApplicationState.REFUSED, _refused),
    "approved": (ApplicationState.APPROVED, _approved),
    "issued": (ApplicationState.ISSUED, _issued),
}


def _upload_pdf(office: Office, application_id: UUID, kind: DocumentKind) -> None:
    upload(
        office,
        application_id,
        content=pdf(uuid4().hex),
        kind=kind,
        file_name="papel.pdf",
    )


def addresses(
    site: Site, application_id: UUID, method: str, *, of: str = "applicant"
) -> Iterator[str]:
    """Give every address of these routes for this application and its documents."""
    with site.office.reading() as uow:
        documents = uow.session.scalars(
            sa.select(DocumentRow.id).where(DocumentRow.application_id == application_id)
        ).all()
    for rule in site.app.url_map.iter_rules():
        if method not in (rule.methods or ()) or not rule.endpoint.startswith(f"{of}."):
            continue
        for document_id in (*documents, uuid4()) if "document_id" in rule.arguments else (None,):
            given = {"application_id": application_id, "document_id": document_id}
            yield from every_filled(rule.rule, given)


@pytest.mark.parametrize("kind", [NEW, RENEWAL])
@pytest.mark.parametrize("name", CASES)
def test_every_page_answers(site: Site, name: str, kind: ApplicationKind) -> None:
    state, build = CASES[name]
    application_id = build(site.office, kind)
    with site.office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        assert (row.state, row.kind) == (state, kind)
    visitor = site.applicant()
    answers = {
        path: visitor.get(path).status_code for path in addresses(site, application_id, "GET")
    }
    assert len(answers) > len(PAGES)
    failed = {path: status for path, status in answers.items() if status not in {200, 303, 404}}
    assert failed == {}
    own = f"/solicitudes/{application_id}"
    assert answers[own] == 200
    if state is ApplicationState.DRAFT:
        assert {answers[f"{own}/{page}"] for page in PAGES} == {200}
        assert answers[f"{own}/acuerdo-anterior"] == (200 if kind is RENEWAL else 404)


PAGES: Final = ("datos", "fotos", "pdf", "revisar", "retirar")
"""Pages of any draft."""


@pytest.mark.parametrize("kind", [NEW, RENEWAL])
@pytest.mark.parametrize("name", CASES)
def test_every_form_answers_also_when_it_comes_empty(
    site: Site, name: str, kind: ApplicationKind
) -> None:
    application_id = CASES[name][1](site.office, kind)
    answers = answers_to_empty_forms(site, application_id)
    assert len(answers) > len(PAGES)
    assert {path: status for path, status in answers.items() if status >= 500} == {}


def answers_to_empty_forms(site: Site, application_id: UUID, ruc: str = RUC) -> dict[str, int]:
    """Send every form of an applicant, empty; return the status of each answer."""
    visitor = site.applicant(ruc)
    token = visitor.token()
    return {
        path: _posted(visitor, path, token)
        for path in sorted(addresses(site, application_id, "POST"), key=_destroys)
    }


def _posted(visitor: Visitor, path: str, token: str) -> int:
    answer = visitor.client.post(path, data={"csrf_token": token}, buffered=True)
    return answer.status_code


def _destroys(path: str) -> bool:
    """Whether the form ends the case, so that it comes last."""
    return path.endswith(("/retirar", "/quitar"))
