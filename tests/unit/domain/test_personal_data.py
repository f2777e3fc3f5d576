"""The page of personal data tells every kind of document, with the days of the rules."""

import re
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import DocumentKind, SupportKind
from review_service.domain.errors import SettingsError
from review_service.domain.letters import CONFIRM_DAYS
from review_service.domain.payroll_terms import told_days
from review_service.domain.personal_data import NEVER_SENT, TEXTS, data_uses
from review_service.domain.retention import OWN_DAYS, REMOVED_DAYS, RetentionKind

TODAY = date(2026, 11, 28)


def rules() -> dict[str, Any]:
    return deepcopy(dict(read_rulebook(None)))


def test_every_kind_of_document_has_its_row_and_so_has_the_data_sheet() -> None:
    uses = data_uses(read_rulebook(None), on=TODAY)
    told = [kind for use in uses for kind in use.kinds]
    assert sorted(told) == sorted(set(DocumentKind) - {DocumentKind.SUPPORT})
    assert {kind.document_kind for kind in SupportKind} <= set(told)
    assert {use.key for use in uses if use.is_sent and not use.kinds} == {"sheet"}
    assert {DocumentKind.SUPPORT} == NEVER_SENT


def test_each_row_says_all_that_people_must_be_told() -> None:
    for use in data_uses(read_rulebook(None), on=TODAY):
        assert all(getattr(use, name).strip() for name in TEXTS), use.key
        assert "{" not in use.term


def test_each_row_says_whether_the_institution_confirmed_it() -> None:
    document = rules()
    confirmed = {"norm": "Acuerdo 1", "who": "La autoridad", "day": TODAY}
    document["data_uses"][1]["confirmed_by"] = confirmed
    uses = data_uses(document, on=TODAY)
    assert [use.key for use in uses if use.rule.is_confirmed(TODAY)] == ["photos"]


def test_the_term_of_the_payroll_names_the_days_of_the_rule() -> None:
    document = rules()
    document["payroll_deletion"][0]["days"] = 33
    [payroll] = [use for use in data_uses(document, on=TODAY) if use.key == "payroll"]
    assert "33 días después de la decisión" in payroll.term
    others = [use.term for use in data_uses(document, on=TODAY) if use.key != "payroll"]
    assert not [term for term in others if "33" in term]


def test_no_row_writes_days_that_stand_elsewhere() -> None:
    """Else a term that is changed in one place is told as it was."""
    entries = read_rulebook(None)["data_uses"]
    written = re.compile(
        r"\b(\d+|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|quince|treinta|noventa)"
        r"( (horas?|días?|semanas?|mes|meses|años?)\b|\.)"
    )
    assert [each["kind"] for each in entries if written.search(each["term"])] == []


def test_terms_of_the_service_s_own_are_those_that_the_scheduler_follows() -> None:
    told = {use.key: use.term for use in data_uses(read_rulebook(None), on=TODAY)}
    for key, kind in (
        ("second_address", RetentionKind.SECOND_ADDRESSES),
        ("mails", RetentionKind.SIGN_IN_MAILS),
        ("mails", RetentionKind.QUESTIONS),
        ("letters", RetentionKind.QUESTIONS),
        ("access", RetentionKind.SESSIONS),
        ("access", RetentionKind.LINKS),
        ("access", RetentionKind.ATTEMPTS),
        ("kept_forms", RetentionKind.KEPT_FORMS),
        ("receipts", RetentionKind.RECEIPTS),
    ):
        assert told_days(OWN_DAYS[kind]) in told[key], (key, kind)
    for key in ("photos", "files"):
        assert f"{told_days(REMOVED_DAYS)} después" in told[key]
    assert OWN_DAYS[RetentionKind.QUESTIONS] == CONFIRM_DAYS


@pytest.mark.parametrize("wrong", ["{own.poems}", "{retention.sessions}", "{days", "{}"])
def test_a_term_that_names_no_days_is_refused(wrong: str) -> None:
    document = rules()
    document["data_uses"][1]["term"] = f"Se elimina {wrong} después."
    with pytest.raises(SettingsError, match="no days"):
        data_uses(document, on=TODAY)


def test_each_row_has_an_address_of_its_own() -> None:
    slugs = [use.slug for use in data_uses(read_rulebook(None), on=TODAY)]
    assert len(set(slugs)) == len(slugs)
    assert slugs[:8] == [
        "datos",
        "fotos",
        "acuerdo",
        "escritura",
        "iess",
        "sri",
        "nomina",
        "nombramiento",
    ]


@pytest.mark.parametrize("name", [*TEXTS, "kind"])
def test_a_row_that_does_not_say_something_is_refused(name: str) -> None:
    document = rules()
    document["data_uses"][2][name] = ""
    with pytest.raises(SettingsError, match=name):
        data_uses(document, on=TODAY)


def test_a_kind_that_nobody_tells_is_refused() -> None:
    document = rules()
    document["data_uses"] = [one for one in document["data_uses"] if one["kind"] != "deed"]
    with pytest.raises(SettingsError, match="deed"):
        data_uses(document, on=TODAY)


@pytest.mark.parametrize("changed", [{"of": ["payroll"]}, {"kind": "payroll"}])
def test_a_kind_that_is_told_twice_is_refused(changed: dict[str, Any]) -> None:
    document = rules()
    document["data_uses"][0].update(changed)
    with pytest.raises(SettingsError, match="twice"):
        data_uses(document, on=TODAY)


def test_a_kind_of_file_that_does_not_exist_is_refused() -> None:
    document = rules()
    document["data_uses"][0]["of"] = ["poem"]
    with pytest.raises(SettingsError, match="poem"):
        data_uses(document, on=TODAY)
