"""When a payroll's file goes: at the limit, both sides, and with each thing that holds it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.later_controls import LaterOutcome
from review_service.domain.payroll_terms import (
    Deletion,
    Hold,
    RetainedCase,
    applicant_sentence,
    deletion,
    deletion_days,
    officer_sentence,
    told_days,
)

DECIDED = date(2026, 11, 20)
RULES = {
    "payroll_deletion": [
        {
            "days": 10,
            "valid_from": date(2026, 1, 1),
            "valid_to": date(2026, 12, 31),
            "source": "prueba",
        },
        {"days": 30, "draft_days": 7, "valid_from": date(2027, 1, 1), "source": "prueba"},
    ]
}
CASE = RetainedCase(ended_on=DECIDED)
CONTROLLED = replace(CASE, is_controlled=True)


def at(days: int) -> date:
    return DECIDED + timedelta(days=days)


@pytest.mark.parametrize(("after", "is_due"), [(0, False), (9, False), (10, True), (400, True)])
def test_it_goes_on_the_last_of_its_days(after: int, *, is_due: bool) -> None:
    found = deletion(CASE, RULES, today=at(after))
    assert found == Deletion(hold=None, days=10, on=at(10), since="de la decisión")
    assert found.is_due(at(after)) is is_due


def test_an_open_application_keeps_it() -> None:
    found = deletion(RetainedCase(ended_on=None), RULES, today=at(4000))
    assert found == Deletion(hold=Hold.OPEN)
    assert not found.is_due(at(4000))


@pytest.mark.parametrize(("after", "is_due"), [(6, False), (7, True)])
def test_a_draft_that_nobody_changes_loses_it(after: int, *, is_due: bool) -> None:
    left = date(2027, 3, 1)
    today = left + timedelta(days=after)
    found = deletion(RetainedCase(ended_on=None, left_on=left), RULES, today=today)
    goes = left + timedelta(days=7)
    assert found == Deletion(hold=None, days=7, on=goes, since="del último cambio")
    assert found.is_due(today) is is_due


def test_one_that_was_never_sent_loses_it_after_the_days_of_a_draft() -> None:
    ended = date(2027, 3, 1)
    case = RetainedCase(ended_on=ended, is_decided=False, was_sent=False)
    found = deletion(case, RULES, today=ended)
    assert (found.days, found.since) == (7, "del fin de la solicitud")
    sent = deletion(replace(case, was_sent=True), RULES, today=ended)
    assert sent.days == 30


def test_a_rule_of_before_gives_a_draft_the_days_of_a_decision() -> None:
    found = deletion(RetainedCase(ended_on=None, left_on=DECIDED), RULES, today=at(0))
    assert (found.days, found.on) == (10, at(10))


def test_a_decision_of_which_nobody_heard_keeps_it_and_its_notice_begins_the_days() -> None:
    unheard = replace(CASE, waits_for_notice=True)
    found = deletion(unheard, RULES, today=at(400))
    assert (found.hold, found.on) == (Hold.NOTICE, None)
    assert not found.is_due(at(400))
    assert "todavía no se entrega" in officer_sentence(unheard, None, RULES, today=at(400))
    told = applicant_sentence(unheard, None, RULES, today=at(400))
    assert "10 días después de que le entreguemos la decisión" in told
    heard = replace(CASE, told_on=at(30))
    later = deletion(heard, RULES, today=at(31))
    assert (later.hold, later.on, later.since) == (None, at(40), "del aviso de la decisión")
    assert "10 días después del aviso de la decisión" in officer_sentence(
        heard, None, RULES, today=at(31)
    )
    assert deletion(replace(CASE, told_on=at(0)), RULES, today=at(1)).on == at(10)


def test_a_later_control_keeps_it_and_its_end_begins_the_days_anew() -> None:
    open_one = deletion(CONTROLLED, RULES, today=at(400))
    assert (open_one.hold, open_one.on) == (Hold.LATER_CONTROL, None)
    assert not open_one.is_due(at(400))
    ended = replace(CONTROLLED, controlled_on=at(40), outcome=LaterOutcome.AS_DECLARED)
    found = deletion(ended, RULES, today=at(49))
    assert (found.hold, found.on, found.since) == (None, at(50), "del control posterior")
    assert not found.is_due(at(49))
    assert found.is_due(at(50))


def test_a_difference_keeps_it_while_the_certificate_holds() -> None:
    differs = replace(
        CONTROLLED,
        controlled_on=at(40),
        outcome=LaterOutcome.DIFFERS,
        valid_until=at(365),
    )
    found = deletion(differs, RULES, today=at(365))
    assert (found.hold, found.on) == (Hold.DIFFERENCE, at(375))
    assert not found.is_due(at(365))
    later = deletion(differs, RULES, today=at(375))
    assert (later.hold, later.since) == (None, "del fin del certificado")
    assert later.is_due(at(375))
    assert not later.is_due(at(374))


def test_the_rule_of_the_day_of_the_decision_counts() -> None:
    day = date(2027, 1, 1)
    assert deletion_days(RULES, ended_on=date(2026, 12, 31), today=day) == 10
    assert deletion_days(RULES, ended_on=day, today=day) == 30
    before_any = date(2019, 1, 1)
    assert deletion_days(RULES, ended_on=before_any, today=day) == 30, "that of today"


@pytest.mark.parametrize("days", [-1, 3661, True, "30", None])
def test_days_that_are_none_are_refused(days: object) -> None:
    wrong: dict[str, Any] = {
        "payroll_deletion": [{"days": days, "valid_from": DECIDED, "source": "prueba"}]
    }
    with pytest.raises(SettingsError):
        deletion_days(wrong, ended_on=DECIDED, today=DECIDED)


def test_without_a_rule_nothing_is_due() -> None:
    with pytest.raises(SettingsError):
        deletion(CASE, {}, today=at(400))


def test_the_packaged_rule_says_that_it_is_assumed() -> None:
    [entry] = read_rulebook(None)["payroll_deletion"]
    assert (
        entry["days"],
        entry["draft_days"],
        entry["certainty"],
        entry["confirmed_by"],
    ) == (
        140,
        60,
        "assumed",
        "unconfirmed",
    )


def test_officers_read_when_and_why() -> None:
    def told(case: RetainedCase, deleted_on: date | None = None, *, after: int = 5) -> str:
        return officer_sentence(case, deleted_on, RULES, today=at(after))

    assert told(CASE) == (
        "El archivo de la nómina se elimina el 30 de noviembre de 2026: 10 días después de la "
        "decisión."
    )
    assert told(CASE, at(12)) == (
        "La nómina se eliminó el 2 de diciembre de 2026 (12 días después de la decisión)."
    )
    assert told(replace(CASE, is_decided=False), at(1)) == (
        "La nómina se eliminó el 21 de noviembre de 2026 (1 día después del fin de la solicitud)."
    )
    assert told(CONTROLLED) == (
        "El archivo de la nómina se conserva porque el control posterior no ha terminado."
    )
    differs = replace(
        CONTROLLED, controlled_on=at(1), outcome=LaterOutcome.DIFFERS, valid_until=at(20)
    )
    assert told(differs) == (
        "El archivo de la nómina se conserva porque el control posterior encontró una diferencia "
        "y el certificado sigue vigente. Se elimina el 20 de diciembre de 2026."
    )
    assert told(RetainedCase(ended_on=None)) == ""
    never_sent = RetainedCase(ended_on=DECIDED, is_decided=False, was_sent=False)
    assert told(never_sent) == (
        "El archivo de la nómina se elimina el 30 de noviembre de 2026: 10 días después del fin de "
        "la solicitud."
    )
    assert told(RetainedCase(ended_on=None), at(3)) == (
        "La nómina se eliminó el 23 de noviembre de 2026."
    )


@pytest.mark.parametrize("case", [CASE, CONTROLLED, RetainedCase(ended_on=None)])
def test_applicants_read_the_same_whatever_holds_it(case: RetainedCase) -> None:
    assert applicant_sentence(case, None, RULES, today=at(5)) == (
        "El archivo de su nómina se elimina 10 días después de la decisión; si hace falta para "
        "una revisión que sigue abierta, 10 días después de que termine. Quedan el nombre del "
        "negocio, el mes y cuántas personas son."
    )


def test_of_a_draft_applicants_read_what_leaving_it_does() -> None:
    case = RetainedCase(ended_on=None, left_on=DECIDED)
    assert applicant_sentence(case, None, RULES, today=at(5)) == (
        "El archivo de su nómina se elimina 10 días después de la decisión; si hace falta para "
        "una revisión que sigue abierta, 10 días después de que termine. Si deja el borrador 10 "
        "días sin cambios, también se elimina. Quedan el nombre del negocio, el mes y cuántas "
        "personas son."
    )


def test_applicants_read_that_it_went() -> None:
    assert applicant_sentence(CASE, at(10), RULES, today=at(99)) == (
        "La nómina se eliminó el 30 de noviembre de 2026 (10 días después de la decisión)."
    )


def test_one_day_is_singular() -> None:
    assert (told_days(1), told_days(0), told_days(140)) == ("1 día", "0 días", "140 días")
