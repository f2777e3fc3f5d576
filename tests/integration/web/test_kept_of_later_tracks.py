"""Nothing typed is lost in the forms that stand on other cases than a first Acuerdo's draft.

As ``test_kept``, whose world has none of them: an ended session, a stale token, an older version,
and what the service could not take.
"""

import html
import re
from dataclasses import replace
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from review_service.db.models import (
    ClockRow,
    ConsultationRow,
    SessionRow,
)
from review_service.db.models.pulses import THE_CLOCK
from review_service.domain.roles import OfficerRole
from review_service.services import sessions
from review_service.services.review import second_reviewing
from review_service.web import kept, seeing
from tests.factories import (
    add_officer,
    beat,
)
from tests.integration.web.kept_builders import PHONE, SHOWN, TYPED, asked_of_a_colleague
from tests.integration.web.kept_cases import CASES, Case
from tests.integration.web.officer import desk_cases
from tests.integration.web.site import Site, Visitor
from tests.integration.web.test_kept import KEPT_FOR, NONE_HERE, SENTENCE
from tests.integration.web.test_versions import STALE

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
