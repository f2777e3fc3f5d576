"""Nobody approves, recommends or issues a case whose pages were never opened, by any address."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.domain.errors import InvalidInputError
from review_service.domain.pending_decisions import DecisionPolicy
from review_service.services.review import reviewing
from review_service.services.review.looking import unseen_words
from tests.factories import Office, issuing_rules
from tests.integration.services import deciding_steps as deciding
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    accept_everything,
    add_reviewer,
    make_web,
    put_case,
    sign_in,
    take,
    version_of,
)
from tests.integration.web.officer.test_pending_pages import approve, plain, stamp_of

MISSING = "Faltan ver 1, 2, 3, 4 antes de aprobar."


def stopping(office: Office, folder: Path, **environment: str) -> WebOffice:
    return make_web(office, folder, UNSEEN_PAGES="stop", **environment)


def accepted_unseen(office: Office, officer_id: UUID) -> UUID:
    """Return a case that the officer accepted without a look at it."""
    case = put_case(office)
    take(office, case, officer_id)
    accept_everything(office, case, officer_id)
    return case


def open_pages(browser: FlaskClient, case: UUID) -> None:
    """Show the case as a browser without scripts does: with its pictures."""
    page = browser.get(f"/revision/casos/{case}").text
    pictures = re.findall(r'"(/revision/casos/[^"]+\.jpg)"', page)
    assert pictures
    assert browser.get(pictures[0]).status_code == 200


def test_an_approval_by_its_address_alone_leads_to_the_pages(
    office: Office, tmp_path: Path
) -> None:
    web = stopping(office, tmp_path)
    officer_id = add_reviewer(web)
    case, browser = accepted_unseen(office, officer_id), sign_in(web)
    answer = approve(office, browser, case)
    assert answer.headers["Location"] == f"/revision/casos/{case}"
    assert MISSING in plain(browser.get(f"/revision/casos/{case}"))
    open_pages(browser, case)
    answer = approve(office, browser, case)
    assert answer.headers["Location"] == f"/revision/casos/{case}/emitido"


def test_a_look_of_a_colleague_counts_for_nobody_else(office: Office, tmp_path: Path) -> None:
    web = stopping(office, tmp_path)
    officer_id = add_reviewer(web)
    add_reviewer(web, "bmena", "B. Mena")
    case = accepted_unseen(office, officer_id)
    open_pages(sign_in(web, "bmena"), case)
    with pytest.raises(InvalidInputError) as told:
        reviewing.approve(
            office.writing(),
            application_id=case,
            officer_id=officer_id,
            version=version_of(office, case),
            rules=issuing_rules(),
            policy=DecisionPolicy(stops_unseen=True),
        )
    assert told.value.problems == {"unseen": MISSING}


def test_who_issues_what_is_recommended_has_opened_its_pages_too(
    office: Office, tmp_path: Path
) -> None:
    web = stopping(office, tmp_path, FOUR_EYES="1")
    officer_id = add_reviewer(web)
    add_reviewer(web, "bmena", "B. Mena")
    case, browser = accepted_unseen(office, officer_id), sign_in(web)
    approve(office, browser, case)
    assert deciding.pending(office) == [], "nor is it recommended unseen"
    open_pages(browser, case)
    approve(office, browser, case)
    colleague, address = sign_in(web, "bmena"), f"/revision/casos/{case}/recomendacion"
    form = {"version": stamp_of(colleague.get(address)), "paso": "emitir"}
    stopped = colleague.post(address, data=form)
    assert stopped.status_code == 422
    assert MISSING in plain(stopped)
    assert 'href="#ver-el-caso"' in stopped.text
    open_pages(colleague, case)
    issued = colleague.post(address, data=form)
    assert issued.headers["Location"] == f"/revision/casos/{case}/emitido"


def test_where_an_installation_is_only_told_nothing_stops(office: Office, tmp_path: Path) -> None:
    web = make_web(office, tmp_path, UNSEEN_PAGES="tell")
    case = accepted_unseen(office, add_reviewer(web))
    answer = approve(office, sign_in(web), case)
    assert answer.headers["Location"] == f"/revision/casos/{case}/emitido"


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        (1, "Falta ver 1 antes de aprobar."),
        (2, "Faltan ver 1, 2 antes de aprobar."),
        (7, "Faltan ver 1, 2, 3, 4, 5, 6, 7 antes de aprobar."),
        (8, "Faltan ver 1 a 8 antes de aprobar."),
    ],
)
def test_the_sentence_names_the_pages(pages: int, words: str) -> None:
    assert unseen_words(pages) == words
