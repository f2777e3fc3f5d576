"""Nothing typed is lost in the forms that stand on other cases than a first Acuerdo's draft.

As ``test_kept``, whose world has none of them: an ended session, a stale token, an older version,
and what the service could not take.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from review_service.db.models import (
    ClockRow,
    ConsultationRow,
    PageRow,
    SecondReviewRow,
    SessionRow,
)
from review_service.db.models.pulses import THE_CLOCK
from review_service.domain.applications import ApplicationKind, ReviewItem
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.roles import OfficerRole
from review_service.domain.second_reviews import SecondVerdict
from review_service.domain.terms import ecuador_today
from review_service.domain.tracks import EMPRENDEDOR, MIPYME, Track
from review_service.services import sessions
from review_service.services.applicant import applying, not_applicable, page_photos
from review_service.services.applicant.page_photos import NewPhoto, Paper
from review_service.services.review import consulting, second_reviewing
from review_service.web import kept, seeing
from review_service.web.access_table import TABLE, Audience
from tests.associations import APPOINTMENT, make_organisation
from tests.factories import (
    BUSINESS_SHEET,
    OTHER_RUC,
    RUC,
    SHEET,
    Office,
    add_officer,
    beat,
    confirm_business,
    open_business,
    open_draft,
    rule_parts,
)
from tests.integration.services import appeal_cases, deciding_steps, steps
from tests.integration.web.officer import desk_cases
from tests.integration.web.officer.test_copies import first_photo, resemble, shots
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg, pdf
from tests.integration.web.test_kept import KEPT_FOR, NONE_HERE, SENTENCE
from tests.integration.web.test_versions import STALE
from tests.ventures import OF_A_PERSON, VENTURE_SHEET, give_paper, open_venture

IESS, SRI, PAYROLL = OF_A_PERSON
TYPED: Final = "Sombreros <b>de</b> paja «toquilla», a mano & con paciencia"
SHOWN: Final = html.escape(TYPED)
PHONE: Final = "0991234567 ext. 12"
FILE_AGAIN: Final = "elíjalo otra vez"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A form, and the case that it stands on."""

    endpoint: str
    build: Callable[[Office], Mapping[str, Any]]
    """Make the case; return what the addresses of form and page name."""
    words: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)
    ruc: str = RUC
    again: str = SENTENCE
    """What the page shows when the words are given back."""

    @property
    def is_officers(self) -> bool:
        return TABLE[self.endpoint].audience is Audience.OFFICER


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


ITEM: Final = IESS.value
CASES: Final[Mapping[str, Case]] = {
    "mipyme, sheet": Case(
        endpoint="applicant.save_sheet",
        build=opened(MIPYME),
        words={**BUSINESS_SHEET, "phone": PHONE, "asked_year": "2026"},
        again=f'value="{PHONE}"',
    ),
    "mipyme, words for a person": Case(
        endpoint="applicant.send",
        build=over_the_limits,
        words={"declared": "y", "person": "y", "wish": TYPED},
        again=f"\n{SHOWN}</textarea>",
    ),
    "emprendedor, sheet": Case(
        endpoint="applicant.save_sheet",
        build=opened(EMPRENDEDOR),
        words={**VENTURE_SHEET, "phone": PHONE},
        again=f'value="{PHONE}"',
    ),
    "association, sheet": Case(
        endpoint="applicant.save_sheet",
        build=association,
        words={**SHEET, "kind": "new", "workshops": TYPED},
        ruc=OTHER_RUC,
        again=f"\n{SHOWN}</textarea>",
    ),
    "association, appointment": Case(
        endpoint="applicant.upload_paper",
        build=lambda office: {**association(office), "paper": APPOINTMENT.slug},
        files={"pdf": (pdf("n"), "nombramiento.pdf")},
        ruc=OTHER_RUC,
        again=FILE_AGAIN,
    ),
    "emprendedor, paper": Case(
        endpoint="applicant.upload_paper",
        build=on_a_paper,
        files={"pdf": (pdf("a"), "sri.pdf")},
        again=FILE_AGAIN,
    ),
    "emprendedor, photos of a paper": Case(
        endpoint="applicant.upload_paper_photos",
        build=on_a_paper,
        files={"hojas": (jpeg(), "hoja.jpg")},
        again=FILE_AGAIN,
    ),
    "emprendedor, in its place": Case(endpoint="applicant.move_paper", build=misplaced),
    "emprendedor, nobody": Case(
        endpoint="applicant.employs_nobody", build=lambda office: only(open_venture(office))
    ),
    "renewal, paper": Case(
        endpoint="applicant.upload_prior_agreement",
        build=renewal,
        files={"pdf": (pdf("b"), "acuerdo.pdf")},
        again=FILE_AGAIN,
    ),
    "renewal, photos": Case(
        endpoint="applicant.upload_page_photos",
        build=renewal,
        files={"hojas": (jpeg(), "hoja.jpg")},
        again=FILE_AGAIN,
    ),
    "renewal, one photo": Case(
        endpoint="applicant.change_page_photo",
        build=photographed(DocumentKind.AGREEMENT),
        words={"change": "later", "page": "acuerdo"},
    ),
    "emprendedor, one photo": Case(
        endpoint="applicant.change_page_photo",
        build=photographed(SRI.document_kind),
        words={"change": "later", "page": "documento-sri"},
    ),
    "emprendedor, taken out": Case(
        endpoint="applicant.remove_document", build=unasked, words={"page": "documento-nomina"}
    ),
    "photos that are no copies": Case(
        endpoint="officer.judge_copy",
        build=alike,
        words={
            "foto": "{_here}",
            "otro_caso": "{_other}",
            "otra_foto": "{_there}",
            "motivo": TYPED,
        },
        again=SHOWN,
    ),
    "theme, back": Case(endpoint="applicant.take_not_applicable_back", build=said_not_applicable),
    "officer, category": Case(
        endpoint="officer.confirm_approval",
        build=to_choose_a_category,
        words={"categoria": "medium", "motivos": TYPED},
        again=f"\n{SHOWN}</textarea>",
    ),
    "officer, later control": Case(
        endpoint="officer.end_later_control",
        build=to_control,
        words={"resultado": "differs", "nota": TYPED},
        again=f"\n{SHOWN}</textarea>",
    ),
    "officer, appeal": Case(
        endpoint="officer.decide_appeal",
        build=appealed,
        words={"decision": "accepted", "motivos": TYPED, "orden": TYPED, "la_reviso_yo": "1"},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, day of an appeal": Case(
        endpoint="officer.correct_entry_day",
        build=appealed_on_paper,
        words={"dia_recurso": "2026-01-05", "motivo_dia": TYPED},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, second review": Case(
        endpoint="officer.say_second_review",
        build=looked_at_again,
        words={"opinion": "correct", "motivo": TYPED},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, difference of a second review": Case(
        endpoint="officer.settle_second_review",
        build=differing,
        words={"motivo-{review_id}": TYPED},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, recommendation": Case(
        endpoint="officer.answer_recommendation",
        build=recommended,
        words={"paso": "devolver", "motivo_devolucion": TYPED},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, answer to a colleague": Case(
        endpoint="officer.answer_colleague",
        build=asked_of_a_colleague,
        words={"respuesta": TYPED},
        again=f"{SHOWN}</textarea>",
    ),
    "officer, reminder of a colleague": Case(
        endpoint="officer.remind_colleague", build=asked_of_a_colleague
    ),
    "officer, question taken back": Case(
        endpoint="officer.withdraw_question", build=asked_of_a_colleague
    ),
    "officer, correction of a paper": Case(
        endpoint="officer.send_correction",
        build=to_correct_a_paper,
        words={"puntos": ITEM, f"{ITEM}_reason": TYPED},
        again=SHOWN,
    ),
}


TAKEN_BY_NOBODY: Final = {
    "officer.correct_entry_day",
    "officer.decide_appeal",
    "officer.end_later_control",
    "officer.answer_recommendation",
    "officer.settle_second_review",
}
"""Forms of cases that no officer has open."""


class Form:
    """A form of a case, and whoever sends it."""

    def __init__(self, site: Site, case: Case) -> None:
        ids = case.build(site.office)
        named = {
            name.format_map(ids): text.format_map(ids) if text.startswith("{") else text
            for name, text in case.words.items()
        }
        self.site, self.case = site, replace(case, words=named)
        self.officer_id = (
            add_officer(site.office, "supervisora", role=OfficerRole.SUPERVISOR)
            if case.is_officers
            else None
        )
        if case.build is asked_of_a_colleague and self.officer_id is not None:
            self._let_it_be_theirs(self.officer_id)
        if case.endpoint == "officer.say_second_review" and self.officer_id is not None:
            second_reviewing.take_next(site.office.writing(), officer_id=self.officer_id)
        elif self.officer_id is not None and case.endpoint not in TAKEN_BY_NOBODY:
            desk_cases.take(site.office, ids["application_id"], self.officer_id)
        adapter = site.app.url_map.bind("localhost")
        self.path = adapter.build(
            case.endpoint,
            {name: value for name, value in ids.items() if not name.startswith("_")},
            method="POST",
        )
        with site.app.test_request_context():
            self.page = kept.page_of(case.endpoint, ids, dict(named))

    def _let_it_be_theirs(self, officer_id: UUID) -> None:
        """Let the question be to the officer who answers, or of the one who asked."""
        with self.site.office.writing() as uow:
            row = uow.session.scalars(sa.select(ConsultationRow)).one()
            if self.case.endpoint == "officer.answer_colleague":
                row.asked_of = officer_id
            else:
                row.asked_by = officer_id
            uow.commit()

    def signed_in(self) -> Visitor:
        """Return a fresh browser of the same person."""
        with self.site.office.writing() as uow:
            if self.officer_id is None:
                name, signed = "solicitante", sessions.start_applicant(uow, ruc=self.case.ruc)
            else:
                name = "funcionario"
                signed = sessions.start_officer(uow, officer_id=self.officer_id, second_factor=True)
            uow.commit()
        visitor = self.site.visitor()
        visitor.client.set_cookie(name, signed.token)
        return visitor

    def fields(self, visitor: Visitor, **more: object) -> dict[str, Any]:
        shown = visitor.get(self.page).text
        found = KEPT_FOR.search(shown)
        assert found, self.page
        if page := self.case.words.get("page"):
            assert f'name="page" value="{page}"' in shown
        files = {
            name: (BytesIO(content), told) for name, (content, told) in self.case.files.items()
        }
        key = {"upload_key": "una-clave-larga"} if files or "change" in self.case.words else {}
        return {"kept_for": found[1], **self.case.words, **key, **files, **more}

    def expect_words(self) -> None:
        shown = self.signed_in().get(self.page)
        assert shown.status_code == 200
        assert SENTENCE in shown.text
        assert self.case.again in shown.text


@pytest.fixture(params=CASES)
def form(request: pytest.FixtureRequest, site: Site) -> Form:
    """Each form in turn."""
    return Form(site, CASES[request.param])


def test_each_form_that_the_small_world_has_not_is_tried_here() -> None:
    assert {case.endpoint for case in CASES.values()} >= NONE_HERE


def test_a_form_that_meets_an_ended_session_keeps_its_words(site: Site, form: Form) -> None:
    visitor = form.signed_in()
    fields = {**form.fields(visitor), "csrf_token": visitor.token(form.page)}
    with site.office.writing() as uow:
        uow.session.execute(sa.update(SessionRow).values(ended_at=uow.now))
        uow.commit()
    answer = visitor.client.post(form.path, data=fields, buffered=True)
    door = "/revision/ingresar" if form.case.is_officers else "/ingresar"
    assert (answer.status_code, answer.headers["Location"]) == (303, door)
    form.expect_words()


def test_a_form_with_a_stale_token_stands_again_with_its_words(form: Form) -> None:
    visitor = form.signed_in()
    fields = form.fields(visitor, csrf_token="of-yesterday")
    answer = visitor.client.post(form.path, data=fields, buffered=True)
    assert (answer.status_code, answer.headers["Location"]) == (303, form.page)
    form.expect_words()


def test_a_form_of_an_older_version_is_told_with_its_words_and_leads_back(form: Form) -> None:
    if form.case.endpoint not in seeing.SIGHTS:
        pytest.skip("it carries no version: it writes nothing on the case")
    visitor = form.signed_in()
    answer = sent(visitor, form, version=STALE)
    assert answer.status_code == 409
    if TYPED in form.case.words.values():
        assert SHOWN in answer.text
    if PHONE in form.case.words.values():
        assert PHONE in answer.text
    if not form.case.is_officers:
        assert f'href="{form.page}"' in answer.text
    if form.case.words and form.case.endpoint not in LOOKED_AT_ANEW:
        again = re.search(r'(?s)<form method="post"[^>]*>.*?</form>', answer.text)
        assert again
        assert "<button" in again[0]
    labels = re.findall(r"<dt>([^<]+)</dt>", answer.text)
    raw = {"Nota", "Categoria", "Resultado", "Wish", "Person", "Change"}
    assert raw & {label.capitalize() for label in labels} <= {"Nota"}
    for word in ("differs", "medium", ">y<"):
        assert word not in answer.text.partition("Lo que usted envió")[2].partition("<form")[0]


LOOKED_AT_ANEW: Final = {"applicant.send", "applicant.change_page_photo"}
"""What is declared is read again before it is sent again; sheets have other numbers now."""


def sent(visitor: Visitor, form: Form, **more: object) -> TestResponse:
    return visitor.post(form.path, form.fields(visitor, **more), page=form.page)


@pytest.mark.parametrize("note", ["corta", TYPED + " 日本"])
def test_a_note_that_cannot_be_stored_stays_in_its_field(site: Site, note: str) -> None:
    form = Form(site, CASES["officer, later control"])
    visitor = form.signed_in()
    answer = sent(visitor, form, nota=note)
    assert answer.status_code == 303
    shown = visitor.get(answer.headers["Location"]).text
    assert f"\n{html.escape(note)}</textarea>" in shown


def test_reasons_stay_when_nobody_may_decide_by_the_clock(site: Site) -> None:
    form = Form(site, CASES["officer, category"])
    visitor = form.signed_in()
    beat(site.office)
    with site.office.writing() as uow:
        row = uow.session.get_one(ClockRow, THE_CLOCK)
        row.held_since = uow.now
        uow.commit()
    answer = sent(visitor, form)
    assert answer.status_code == 303
    assert "no se pierde" in visitor.get(answer.headers["Location"]).text
    assert f"\n{SHOWN}</textarea>" in visitor.get(form.page).text
