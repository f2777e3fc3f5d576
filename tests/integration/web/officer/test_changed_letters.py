"""A letter that is another than its preview, because a day ended in between, is shown again."""

import re
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.adapters.mail_templates import worded
from review_service.domain.applications import ApplicationState
from review_service.domain.dated_rules import packaged_rules
from review_service.domain.terms import ecuador_day, ecuador_today
from review_service.services.review import letters
from review_service.web.officer import correction_form
from tests.factories import Office
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import (
    add_reviewer,
    make_web,
    put_case,
    sign_in,
    take,
    version_of,
)
from tests.integration.web.officer.test_deciding import (
    REASONS,
    correction,
    mail_of,
    plain,
    state_of,
)

CODE = "photo_off_theme"
UNTIL_TODAY, FROM_TOMORROW = "Norma que rige hasta hoy", "Norma que rige desde mañana"
CHANGED = "No la enviamos: la carta cambió desde que usted la vio"


def rules_that_change_tomorrow(folder: Path) -> Path:
    """Write an institution's file whose catalogue has another norm from tomorrow on."""
    today = ecuador_today()
    [entry] = [
        each
        for each in packaged_rules("correction_reasons")["correction_reasons"]
        if each["code"] == CODE
    ]
    editions = (
        {**entry, "norm": UNTIL_TODAY, "valid_to": today},
        {**entry, "norm": FROM_TOMORROW, "valid_from": today + timedelta(days=1)},
    )
    file = folder / "institution.toml"
    packaged = (files("review_service") / "rules" / "institution.toml").read_text("utf-8")
    file.write_text("\n".join((packaged, *map(_as_toml, editions))), encoding="utf-8")
    return file


def _as_toml(entry: dict[str, object]) -> str:
    told = [
        f"{name} = {value.isoformat() if isinstance(value, date) else repr(value)}".replace(
            "'", '"'
        )
        for name, value in entry.items()
    ]
    return "\n".join(["[[correction_reasons]]", *told, ""])


def mark_in(page: str) -> str:
    found = re.search(r'name="carta" value="([0-9a-f]{64})"', page)
    assert found is not None, page
    return found.group(1)


def midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the day end: what asks for it is told the next one."""
    tomorrow = ecuador_today() + timedelta(days=1)
    monkeypatch.setattr(correction_form, "ecuador_today", lambda: tomorrow)
    monkeypatch.setattr(letters, "ecuador_day", lambda now: ecuador_day(now + timedelta(days=1)))


def test_a_request_to_correct_whose_norm_changed_at_midnight_is_shown_again(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = make_web(office, tmp_path, INSTITUTION_FILE=str(rules_that_change_tomorrow(tmp_path)))
    officer_id = add_reviewer(web)
    browser = sign_in(web)
    case = put_case(office)
    take(office, case, officer_id)
    address = f"/revision/casos/{case}/correccion"
    form = correction(office, case, "ver", people_code=CODE)
    preview = browser.post(address, data=form)
    assert UNTIL_TODAY in preview.text
    midnight(monkeypatch)
    again = browser.post(address, data={**form, "paso": "enviar", "carta": mark_in(preview.text)})
    assert again.status_code == 409
    assert CHANGED in plain(again)
    assert FROM_TOMORROW in again.text
    assert UNTIL_TODAY not in again.text
    assert state_of(office, case) is ApplicationState.IN_REVIEW
    sent = browser.post(address, data={**form, "paso": "enviar", "carta": mark_in(again.text)})
    assert sent.status_code == 303
    [item] = worded(mail_of(office, case, "correction_requested").context)["items"]
    assert item["basis"] == FROM_TOMORROW


def test_a_refusal_whose_last_day_changed_at_midnight_is_shown_again(
    browser: FlaskClient, office: Office, officer_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    address = f"/revision/casos/{case}/negar"
    form = {"version": version_of(office, case), "motivos": REASONS}
    preview = browser.post(address, data={**form, "paso": "ver"})
    monkeypatch.setattr(letters, "ecuador_day", lambda now: ecuador_day(now + timedelta(days=7)))
    again = browser.post(address, data={**form, "paso": "enviar", "carta": mark_in(preview.text)})
    assert again.status_code == 409
    assert CHANGED in plain(again)
    assert state_of(office, case) is ApplicationState.IN_REVIEW
    sent = browser.post(address, data={**form, "paso": "enviar", "carta": mark_in(again.text)})
    assert sent.status_code == 303
    until = worded(mail_of(office, case, "refused").context)["appeal_until"]
    assert until in plain(again)
    assert until not in plain(preview)


def test_a_letter_that_is_the_same_goes_out(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    address = f"/revision/casos/{case}/correccion"
    form = correction(office, case, "ver")
    mark = mark_in(browser.post(address, data=form).text)
    sent = browser.post(address, data={**form, "paso": "enviar", "carta": mark})
    assert sent.status_code == 303
    assert state_of(office, case) is ApplicationState.CORRECTION_REQUESTED
