"""Every form of a case says what it was made from; what comes too late changes nothing.

To extend: name the new route's part of the case in ``SIGHTS`` of ``review_service/web/seeing.py``,
put ``version(…)`` into its form, and hand the version to the service, which compares it.
"""

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from werkzeug.routing import Rule

from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.roles import OfficerRole
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from review_service.web import seeing
from review_service.web.access_table import TABLE, Audience
from tests.conftest import migrate_to_head
from tests.factories import RUC, add_officer, items_of_a_person, make_office
from tests.integration.services import steps
from tests.integration.web.access_world import WORDS, Asker, World, make_world
from tests.integration.web.addresses import filled
from tests.integration.web.applicant.story import confirmed, draft, send_pdf, send_photos
from tests.integration.web.officer import desk_cases
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg, make_site
from tests.integration.web.test_access_table import FORMS

STALE = "1." + "0" * 20
NOT_OF_A_CASE = {"applicant.open_application"}
"""Opens a case: there is none yet that could be another."""
STATES: Mapping[str, ApplicationState] = {
    "applicant.confirm_by_code": ApplicationState.AWAITING_CONFIRMATION,
    "applicant.send_confirmation_again": ApplicationState.AWAITING_CONFIRMATION,
    "applicant.take_back": ApplicationState.AWAITING_CONFIRMATION,
    "applicant.send_correction": ApplicationState.CORRECTION_REQUESTED,
    "applicant.ask_extension": ApplicationState.CORRECTION_REQUESTED,
    "officer.decide_extension": ApplicationState.CORRECTION_REQUESTED,
    "officer.log_attempt": ApplicationState.CORRECTION_REQUESTED,
    "officer.write_second_address": ApplicationState.CORRECTION_REQUESTED,
    "officer.sign_withdrawal": ApplicationState.CORRECTION_REQUESTED,
    "officer.restart_notice": ApplicationState.CORRECTION_REQUESTED,
    "applicant.join_directory": ApplicationState.ISSUED,
    "applicant.leave_directory": ApplicationState.ISSUED,
    "officer.record_appeal": ApplicationState.REFUSED,
}
"""States in which a route does something, where it is not a draft."""
TRIED_BELOW = {
    "applicant.save_themes",
    "applicant.upload_paper",
    "applicant.upload_paper_photos",
    "applicant.move_paper",
    "applicant.employs_nobody",
    "officer.judge_copy",
}
"""The small world has no PDF: see ``test_the_themes_of_a_pdf_sorted_in_two_windows``; no
emprendedor: see ``applicant/test_support_papers.py``; no photos alike: see
``officer/test_copies.py``."""
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(r"<(?:input|button)\b[^>]*>", re.DOTALL)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("versions")
    url = f"sqlite:///{folder / 'versions.db'}"
    migrate_to_head(url)
    office = make_office(url, folder)
    made = make_world(make_site(office, folder), folder / "versions.db")
    yield made
    made.watching.close()
    made.pristine.close()
    office.database.engine.dispose()


def writes(world: World) -> list[Rule]:
    """Return every POST route of one case, from the application's own map."""
    return [
        rule
        for rule in world.site.app.url_map.iter_rules()
        if "POST" in (rule.methods or set()) and "application_id" in rule.arguments
    ]


def test_every_route_that_writes_on_a_case_names_the_part_that_it_concerns(world: World) -> None:
    assert {rule.endpoint for rule in writes(world)} == set(seeing.SIGHTS)
    others = {name for name, access in TABLE.items() if access.method == "POST"}
    assert others >= NOT_OF_A_CASE


def asker_for(world: World, audience: Audience) -> Asker:
    if audience is Audience.APPLICANT:
        return next(each for each in world.askers if each.ruc == RUC)
    return next(
        each
        for each in world.askers
        if each.role is OfficerRole.SUPERVISOR and each.numbered and not (each.halfway or each.owns)
    )


@pytest.mark.parametrize("version", [STALE, "", "3.", "x"])
@pytest.mark.parametrize("endpoint", sorted(set(seeing.SIGHTS) - TRIED_BELOW))
def test_a_form_made_from_another_case_is_told_so_and_changes_nothing(
    world: World, endpoint: str, version: str
) -> None:
    (rule,) = world.site.app.url_map.iter_rules(endpoint)
    access = TABLE[endpoint]
    is_officers = access.audience is Audience.OFFICER
    state = STATES.get(
        endpoint, ApplicationState.IN_REVIEW if is_officers else ApplicationState.DRAFT
    )
    case = world.cases[state]
    path = filled(
        rule.rule,
        {
            "application_id": str(case.application_id),
            "document_id": str(case.document_id),
            "number": "1",
        },
    )
    make_form = FORMS.get(endpoint)
    form = {
        "comment": WORDS,
        "code": "123456",
        "declared": "y",
        "upload_key": uuid4().hex,
        "theme": "process",
        **(make_form(case) if make_form else {}),
    }
    if endpoint == "applicant.move_photo":
        form["theme"] = "process"
    if endpoint == "applicant.save_sheet":
        form["trade"] = "Guitarras"
    before = world.mark()
    client = world.site.app.test_client()
    client.set_cookie("formulario", world.form_cookie)
    for name, value in asker_for(world, access.audience).cookies.items():
        client.set_cookie(name, value)
    told = {**form, "csrf_token": world.token, "version": version}
    answer = client.post(path, data=told, buffered=True)
    assert answer.status_code == 409, answer.text
    assert "actuó antes" in answer.text or "ya había actuado" in answer.text
    assert world.mark() == before, "refused, and yet something changed"


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found.group(1)) if found else ""


def wrong_forms(site: Site, shown: str, path: str) -> Iterator[str]:
    """Give what is wrong with the forms of a page that write on a case."""
    for found in FORM.finditer(shown):
        if attribute(found.group(1), "method").lower() != "post":
            continue
        target = attribute(found.group(1), "action") or path
        endpoint, values = site.app.url_map.bind("localhost").match(target.split("?")[0], "POST")
        if endpoint not in seeing.SIGHTS:
            continue
        fields = {
            attribute(tag, "name"): attribute(tag, "value") for tag in FIELD.findall(found.group(2))
        }
        with site.app.app_context():
            fresh = seeing.fresh(endpoint, values, fields)
        if not fresh or fields.get("version") != fresh:
            yield f"{path}: {endpoint} carries {fields.get('version')!r}, not {fresh!r}"


PAGES = ["", "/datos", "/fotos", "/pdf", "/acuerdo-anterior", "/revisar", "/retirar", "/confirmar",
         "/corregir"]  # fmt: skip


def walked(visitor: Visitor, application_id: UUID, pages: list[str]) -> Iterator[str]:
    """Open every page of an application; give what is wrong, and the forms met."""
    for page in pages:
        path = f"/solicitudes/{application_id}{page}"
        answer = visitor.get(path)
        if answer.status_code == 200:
            yield from wrong_forms(visitor.site, answer.text, path)


def full_draft(site: Site, applicant: Visitor) -> UUID:
    """Return a renewal with photos, a PDF and a prior Acuerdo, each with a refused replacement."""
    application_id = draft(site, ApplicationKind.RENEWAL)
    send_photos(applicant, application_id, jpeg(1), jpeg(2))
    for page in ("pdf", "acuerdo-anterior"):
        send_pdf(applicant, application_id, page)
    finish_checks(site.office, pages=2)
    for page in ("pdf", "acuerdo-anterior"):
        send_pdf(applicant, application_id, page, b"<html>")
    send_photos(applicant, application_id, b"<html>")
    return application_id


def test_every_form_of_an_applicant_carries_the_version_of_its_page(
    site: Site, applicant: Visitor
) -> None:
    assert list(walked(applicant, full_draft(site, applicant), PAGES)) == []


def test_every_form_carries_it_in_the_later_states_too(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    assert list(walked(applicant, application_id, PAGES)) == []
    officer_id = add_officer(site.office)
    correcting.request_correction(
        site.office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=desk_cases.version_of(site.office, application_id),
        items=[
            CorrectionItem(item=item, reason=WORDS, instruction=WORDS)
            for item in items_of_a_person()
        ],
    )
    assert list(walked(applicant, application_id, PAGES)) == []


def test_every_form_of_an_officer_carries_it(world: World) -> None:
    case, asker = world.cases[ApplicationState.IN_REVIEW], asker_for(world, Audience.OFFICER)
    office = world.site.office
    holder = steps.application(office, case.application_id).claimed_by
    met = []
    for page in ("", "/aprobar", "/correccion", "/negar"):
        if page == "/negar":  # without an observed point it has none
            steps.observe(office, case.application_id, holder)
        path = f"/revision/casos/{case.application_id}{page}"
        shown = world.ask(asker, "GET", path)
        assert shown.status_code == 200
        met.append(shown.text.count('name="version"'))
        assert list(wrong_forms(world.site, shown.text, path)) == []
    assert all(met), "each of these pages has a form"


def test_the_themes_of_a_pdf_sorted_in_two_windows(site: Site, applicant: Visitor) -> None:
    application_id = full_draft(site, applicant)
    path = f"/solicitudes/{application_id}/pdf/temas"
    old = version_in(applicant.get(f"/solicitudes/{application_id}/pdf").text, "temas")
    applicant.post(path, {"page-1": "people", "page-2": "process"})
    answer = applicant.post(path, {"version": old, "page-1": "workshop", "page-2": "process"})
    assert answer.status_code == 409
    assert "La página 1 muestra" in answer.text
    assert "Usted y quienes trabajan con usted" in answer.text
    again = applicant.post(path, {"version": old, "page-1": "people", "page-2": "process"})
    assert again.status_code == 303, "the same choice again is no conflict"


def test_a_pdf_sent_from_an_old_window_does_not_replace_what_it_did_not_show(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    page = f"/solicitudes/{application_id}/pdf"
    old = version_in(applicant.get(page).text, "/pdf/subir")
    send_pdf(applicant, application_id, "pdf", name="primero.pdf")
    answer = send_pdf(
        applicant, application_id, "pdf", b"%PDF-1.7 other", name="segundo.pdf", version=old
    )
    assert answer.status_code == 409
    assert "«primero.pdf»" in answer.text
    assert "elíjalo otra vez" in answer.text


def version_in(shown: str, mark: str) -> str:
    """Return the version in the form that has this mark in its tag."""
    forms = [found.group(2) for found in FORM.finditer(shown) if mark in found.group(1)]
    (version,) = {
        version for form in forms for version in re.findall(r'name="version" value="([^"]+)"', form)
    }
    return str(version)


def test_the_last_of_two_sheets_does_not_win_and_keeps_its_words(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    path = f"/solicitudes/{application_id}/datos"
    shown = applicant.get(path).text
    old = re.search(r'name="version" value="([^"]+)"', shown)
    assert old
    sheet = {**FORMS["applicant.save_sheet"](None), "version": old.group(1)}  # type: ignore[arg-type]
    assert applicant.post(path, {**sheet, "trade": "Guitarras finas"}).status_code == 303
    late = applicant.post(path, {**sheet, "trade": "Sombreros <b>de</b> paja"})
    assert late.status_code == 409
    words = html.unescape(late.text)
    assert "Guitarras finas" in words
    assert "Sombreros <b>de</b> paja" in words
    assert "<b>de</b>" not in late.text
    assert "Guitarras finas" in html.unescape(applicant.get(path).text)
    assert applicant.post(path, {**sheet, "trade": "Guitarras finas"}).status_code == 303
    fresh = version_in(late.text, 'method="post"')
    taken = applicant.post(path, {**sheet, "version": fresh, "trade": "Sombreros de paja"})
    assert taken.status_code == 303
    assert "Sombreros de paja" in applicant.get(path).text


def test_a_wrong_sheet_keeps_the_version_that_it_was_typed_over(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    path = f"/solicitudes/{application_id}/datos"
    old = version_in(applicant.get(path).text, 'method="post"')
    sheet = FORMS["applicant.save_sheet"](None)  # type: ignore[arg-type]
    applicant.post(path, {**sheet, "trade": "Guitarras"})
    wrong = applicant.post(path, {**sheet, "version": old, "trade": "x" * 500})
    assert wrong.status_code == 422
    assert version_in(wrong.text, 'method="post"') == old


def test_what_is_declared_is_what_was_shown(site: Site, applicant: Visitor) -> None:
    application_id = full_draft(site, applicant)
    base = f"/solicitudes/{application_id}"
    old = version_in(applicant.get(f"{base}/revisar").text, "/enviar")
    send_photos(applicant, application_id, jpeg(77))
    answer = applicant.post(f"{base}/enviar", {"declared": "y", "version": old})
    assert answer.status_code == 409
    assert f'href="{base}/revisar"' in answer.text


def test_a_script_is_told_in_words(site: Site, applicant: Visitor, tmp_path: Path) -> None:
    del tmp_path
    application_id = draft(site)
    answer = send_photos(applicant, application_id, jpeg(), as_script=True, version=STALE)
    assert answer.status_code == 409
    assert "Otra persona" in answer.get_json()["message"]
