"""Every page of every draft of other tracks and applicants, in every state, answers.

The addresses come from the application's own routes, as in ``test_every_page``; those of officers
are tried on the same cases.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.domain.applications import ApplicationKind, ApplicationState, ReviewItem
from review_service.domain.documents import VENTURE_PAPERS
from review_service.domain.institution import institution_on
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from review_service.domain.tracks import EMPRENDEDOR, MIPYME, Track
from review_service.services import sessions
from review_service.services.applicant import applying, sending
from review_service.services.applicant.renewing import Asked
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.associations import APPOINTMENT, UNNAMED, give_appointment, open_association
from tests.factories import (
    OTHER_RUC,
    RUC,
    SECRET,
    Office,
    add_officer,
    confirm_business,
    open_business,
    rule_parts,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.web.applicant.test_every_page import addresses, answers_to_empty_forms
from tests.integration.web.site import Site, Visitor, jpeg, make_site, pdf
from tests.looked_up import bring_list, institution_file, line
from tests.ventures import (
    OF_A_PERSON,
    VENTURE_SHEET,
    give_paper,
    open_venture,
    publish,
    ready_venture,
)

IESS, SRI, PAYROLL = OF_A_PERSON
NEW, RENEWAL = ApplicationKind.NEW, ApplicationKind.RENEWAL
WORDS: Final = "Una frase que alcanza para todo."
LONG_AGO: Final = "2024-01-05"
Build = Callable[[Office], UUID]


def _opened(track: Track, kind: ApplicationKind = NEW) -> Build:
    """Return what opens a draft of which only the track is known."""

    def build(office: Office) -> UUID:
        return applying.open_application(
            office.writing(),
            registry=office.registry,
            ruc=RUC,
            kind=kind,
            track=track,
            asked=Asked(facts_changed=True),
        )

    return build


def _over_the_limits(office: Office) -> UUID:
    return open_business(office, sales="9.000.000")


def _being_read(office: Office) -> UUID:
    """Return a draft whose papers nobody read yet, one of them in place of another."""
    application_id = open_venture(office)
    for kind in (*OF_A_PERSON, SRI):
        content = steps.PDF + uuid4().bytes
        upload(office, application_id, content=content, kind=kind.document_kind)
    return application_id


def _doubtful(office: Office) -> UUID:
    """Return a draft with an expired paper, one in another's place and one refused."""
    application_id = open_venture(office)
    give_paper(office, application_id, IESS, values={"issued_on": LONG_AGO}, shows="iess")
    give_paper(office, application_id, PAYROLL, recognised_as=SRI, shows="sri")
    upload(office, application_id, content=b"<html>", kind=SRI.document_kind)
    return application_id


def _refused_replacement(office: Office) -> UUID:
    application_id = ready_venture(office)
    for kind in OF_A_PERSON:
        upload(office, application_id, content=b"<html>", kind=kind.document_kind)
    return application_id


def _expired(office: Office) -> UUID:
    """Return a draft that a rule leaves to a person."""
    application_id = open_venture(office)
    for kind in OF_A_PERSON:
        values = {"issued_on": LONG_AGO} if kind is IESS else None
        give_paper(office, application_id, kind, values=values, shows=kind.slug)
    return application_id


def _sent(ready: Build, wish: str | None = None) -> Build:
    def build(office: Office) -> UUID:
        application_id = ready(office)
        sending.send(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            declared=True,
            secret_key=SECRET,
            wish=wish,
        )
        return application_id

    return build


def _confirmed(ready: Build, wish: str | None = None, *, later_share: float = 0.0) -> Build:
    def build(office: Office) -> UUID:
        application_id = ready(office)
        parts = rule_parts(office, later_share=later_share)
        confirm_business(office, application_id, wish=wish, parts=parts)
        return application_id

    return build


BUSINESS_TO_REVIEW = _confirmed(_over_the_limits, WORDS)
VENTURE_TO_REVIEW = _confirmed(_expired)


def _asked(in_review: Build, *items: ReviewItem) -> Build:
    def build(office: Office) -> UUID:
        application_id = in_review(office)
        correcting.request_correction(
            office.writing(),
            application_id=application_id,
            officer_id=add_officer(office),
            version=steps.application(office, application_id).version,
            items=[CorrectionItem(item=one, reason=WORDS, instruction=WORDS) for one in items],
        )
        return application_id

    return build


def _refused(in_review: Build) -> Build:
    def build(office: Office) -> UUID:
        application_id = in_review(office)
        steps.observe(office, application_id)
        reviewing.refuse(
            office.writing(),
            application_id=application_id,
            officer_id=add_officer(office),
            version=steps.application(office, application_id).version,
            reasons=WORDS,
            institution=institution_on(ecuador_today()),
        )
        return application_id

    return build


def _withdrawn(ready: Build) -> Build:
    def build(office: Office) -> UUID:
        application_id = ready(office)
        applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
        return application_id

    return build


def _issued(ready: Build, *, later_share: float = 0.0) -> Build:
    def build(office: Office) -> UUID:
        application_id = _confirmed(ready, later_share=later_share)(office)
        publish(office)
        return application_id

    return build


def _renewed(ready: Build, track: Track) -> Build:
    """Return what opens the next draft of somebody whose certificate is in force."""

    def build(office: Office) -> UUID:
        _issued(ready)(office)
        return _opened(track, RENEWAL)(office)

    return build


def _appointed(office: Office) -> UUID:
    """Return an association's draft with everything that it needs."""
    application_id = open_association(office)
    give_appointment(office, application_id)
    return application_id


def _received(office: Office, application_id: UUID) -> UUID:
    """Send and confirm an association's draft."""
    send_and_confirm(office, application_id, OTHER_RUC)
    return application_id


DRAFT = ApplicationState.DRAFT
CASES: Final[Mapping[str, tuple[ApplicationState, Build]]] = {
    "mipyme, nothing but a track": (DRAFT, _opened(MIPYME)),
    "mipyme, a sheet": (DRAFT, open_business),
    "mipyme, over the limits": (DRAFT, _over_the_limits),
    "mipyme, the next one": (DRAFT, _renewed(open_business, MIPYME)),
    "mipyme, sent": (ApplicationState.AWAITING_CONFIRMATION, _sent(open_business)),
    "mipyme, in review": (ApplicationState.IN_REVIEW, BUSINESS_TO_REVIEW),
    "mipyme, asked": (
        ApplicationState.CORRECTION_REQUESTED,
        _asked(BUSINESS_TO_REVIEW, ReviewItem.DATA_SHEET),
    ),
    "mipyme, withdrawn": (ApplicationState.WITHDRAWN, _withdrawn(open_business)),
    "mipyme, refused": (ApplicationState.REFUSED, _refused(BUSINESS_TO_REVIEW)),
    "mipyme, granted": (ApplicationState.APPROVED, _confirmed(open_business)),
    "mipyme, issued": (ApplicationState.ISSUED, _issued(open_business)),
    "mipyme, later control": (ApplicationState.ISSUED, _issued(open_business, later_share=1.0)),
    "emprendedor, nothing but a track": (DRAFT, _opened(EMPRENDEDOR)),
    "emprendedor, no papers": (DRAFT, open_venture),
    "emprendedor, alone": (DRAFT, lambda office: open_venture(office, employees="0")),
    "emprendedor, being read": (DRAFT, _being_read),
    "emprendedor, doubtful": (DRAFT, _doubtful),
    "emprendedor, a refused replacement": (DRAFT, _refused_replacement),
    "emprendedor, complete": (DRAFT, ready_venture),
    "emprendedor, the next one": (DRAFT, _renewed(ready_venture, EMPRENDEDOR)),
    "emprendedor, sent": (ApplicationState.AWAITING_CONFIRMATION, _sent(ready_venture)),
    "emprendedor, in review": (ApplicationState.IN_REVIEW, VENTURE_TO_REVIEW),
    "emprendedor, asked for everything": (
        ApplicationState.CORRECTION_REQUESTED,
        _asked(
            VENTURE_TO_REVIEW,
            ReviewItem.DATA_SHEET,
            *(ReviewItem(kind.value) for kind in OF_A_PERSON),
        ),
    ),
    "emprendedor, asked for a paper": (
        ApplicationState.CORRECTION_REQUESTED,
        _asked(VENTURE_TO_REVIEW, ReviewItem(IESS.value)),
    ),
    "emprendedor, withdrawn": (ApplicationState.WITHDRAWN, _withdrawn(_doubtful)),
    "emprendedor, refused": (ApplicationState.REFUSED, _refused(VENTURE_TO_REVIEW)),
    "emprendedor, granted": (ApplicationState.APPROVED, _confirmed(ready_venture)),
    "emprendedor, issued": (ApplicationState.ISSUED, _issued(ready_venture)),
    "association, no appointment": (DRAFT, open_association),
    "association, unnamed": (DRAFT, lambda office: open_association(office, UNNAMED)),
    "association, appointed": (DRAFT, _appointed),
    "association, in review": (
        ApplicationState.IN_REVIEW,
        lambda office: _received(office, _appointed(office)),
    ),
    "association, asked": (
        ApplicationState.CORRECTION_REQUESTED,
        _asked(
            lambda office: _received(office, _appointed(office)),
            ReviewItem.DATA_SHEET,
            ReviewItem(APPOINTMENT.value),
        ),
    ),
}


def ruc_of(site: Site, application_id: UUID) -> str:
    """Return whose application it is."""
    with site.office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).ruc


def built(site: Site, name: str) -> UUID:
    """Build a case; check that it is what its name says."""
    state, build = CASES[name]
    application_id = build(site.office)
    with site.office.reading() as uow:
        assert uow.session.get_one(ApplicationRow, application_id).state is state
    return application_id


def failed(visitor: Visitor, paths: list[str]) -> dict[str, int]:
    """Return which of these pages are no page, no way on and no sentence that there is none."""
    answers = {path: visitor.get(path).status_code for path in paths}
    return {path: status for path, status in answers.items() if status not in {200, 303, 404}}


@pytest.mark.parametrize("name", CASES)
def test_every_page_answers(site: Site, name: str) -> None:
    application_id = built(site, name)
    visitor = site.applicant(ruc_of(site, application_id))
    own = f"/solicitudes/{application_id}"
    paths = list(addresses(site, application_id, "GET"))
    assert {f"{own}/documentos/{kind.slug}" for kind in VENTURE_PAPERS} <= set(paths)
    assert failed(visitor, paths) == {}
    assert visitor.get(own).status_code == 200
    if CASES[name][0] is DRAFT:
        pages = ["datos", "revisar", "retirar"]
        if name.startswith("emprendedor"):
            pages += ["documentos", *(f"documentos/{kind.slug}" for kind in (IESS, SRI))]
        assert {page: visitor.get(f"{own}/{page}").status_code for page in pages} == dict.fromkeys(
            pages, 200
        )


@pytest.mark.parametrize("name", CASES)
def test_every_form_answers_also_when_it_comes_empty(site: Site, name: str) -> None:
    application_id = built(site, name)
    answers = answers_to_empty_forms(site, application_id, ruc_of(site, application_id))
    assert any(path.endswith("/documentos/nomina/subir") for path in answers)
    assert {path: status for path, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("name", ["emprendedor, doubtful", "mipyme, issued"])
def test_nobody_else_opens_or_changes_any_of_it(site: Site, name: str) -> None:
    """The access table's small world has no such case: there its owner is told 404 as well."""
    application_id = built(site, name)
    before = everything_of(site, application_id)
    stranger = site.applicant(OTHER_RUC)
    paths = [path for path in addresses(site, application_id, "GET") if str(application_id) in path]
    assert {path: stranger.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    forms = [
        path for path in addresses(site, application_id, "POST") if str(application_id) in path
    ]
    answers = {path: stranger.post(path, filled_in()).status_code for path in forms}
    assert answers == dict.fromkeys(forms, 404)
    assert everything_of(site, application_id) == before


def filled_in() -> dict[str, Any]:
    """Return what every form of an applicant asks for."""
    return {
        **VENTURE_SHEET,
        "theme": "process",
        "change": "later",
        "upload_key": uuid4().hex,
        "reason": "otra",
        "words": WORDS,
        "comment": WORDS,
        "code": "123456",
        "declared": "y",
        "photos": (BytesIO(jpeg()), "foto.jpg"),
        "hojas": (BytesIO(jpeg()), "hoja.jpg"),
        "pdf": (BytesIO(pdf()), "papel.pdf"),
    }


def everything_of(site: Site, application_id: UUID) -> list[str]:
    """Return the rows of an application and of its files, as text."""
    with site.office.reading() as uow:
        tables = ((ApplicationRow, ApplicationRow.id), (DocumentRow, DocumentRow.application_id))
        return sorted(
            str(dict(row))
            for table, column in tables
            for row in uow.session.execute(
                sa.select(table.__table__).where(column == application_id)
            ).mappings()
        )


@pytest.mark.parametrize("name", CASES)
def test_every_page_of_officers_answers(site: Site, name: str) -> None:
    application_id = built(site, name)
    officer_id = add_officer(site.office, "supervisora", role=OfficerRole.SUPERVISOR)
    with site.office.writing() as uow:
        signed = sessions.start_officer(uow, officer_id=officer_id, second_factor=True)
        uow.commit()
    officer = site.visitor()
    officer.client.set_cookie("funcionario", signed.token)
    paths = list(addresses(site, application_id, "GET", of="officer"))
    answers = {path: officer.get(path).status_code for path in paths}
    expected = {200, 303, 404, 409}
    assert {path: status for path, status in answers.items() if status not in expected} == {}
    with site.office.reading() as uow:
        is_received = uow.session.get_one(ApplicationRow, application_id).confirmed_at is not None
    assert answers[f"/revision/casos/{application_id}"] == (200 if is_received else 404)


@pytest.mark.parametrize("comes_from", ["looked_up", "either"])
@pytest.mark.parametrize("listed", [None, {}, {"ESTADO": "CON DEUDAS"}, {"EMITIDO": LONG_AGO}])
def test_every_page_answers_where_papers_are_looked_up(
    office: Office, tmp_path: Path, comes_from: str, listed: Mapping[str, str] | None
) -> None:
    file = institution_file(tmp_path, comes_from, *OF_A_PERSON)
    site = make_site(office, tmp_path, INSTITUTION_FILE=str(file))
    if listed is not None:
        bring_list(office, tmp_path, [line(office, kind, **listed) for kind in (IESS, SRI)])
    application_id = open_venture(office)
    visitor = site.applicant()
    assert failed(visitor, list(addresses(site, application_id, "GET"))) == {}
    answers = answers_to_empty_forms(site, application_id)
    assert {path: status for path, status in answers.items() if status >= 500} == {}
