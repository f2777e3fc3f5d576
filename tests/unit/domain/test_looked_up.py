"""What an institution said of a paper: kept as JSON, told with its hour, doubted as a read one."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.looked_up import (
    Answer,
    Found,
    HeldPaper,
    PaperSource,
    answers_in,
    doubts_on_answer,
    institution_of,
    merged,
    unlisted_sentence,
    with_answers,
)
from review_service.domain.support_papers import Doubt

TODAY = date(2026, 11, 28)
NOW = datetime(2026, 11, 28, 15, 4, tzinfo=UTC)
RUC, HOLDER = "3000000012001", "LEMA CONEJO ROSA"
SRI, IESS, PAYROLL = (
    SupportKind.TAX_CERTIFICATE,
    SupportKind.EMPLOYER_CERTIFICATE,
    SupportKind.PAYROLL,
)
PAPER = HeldPaper(
    institution="SRI",
    reference="SRI-2026-77",
    holder=HOLDER,
    issued_on=date(2026, 11, 25),
    valid_until=date(2026, 12, 25),
)
HELD = Answer(
    kind=SRI,
    comes_from=PaperSource.LOOKED_UP,
    found=Found.HELD,
    asked_at=NOW,
    tried_at=NOW,
    ruc=RUC,
    paper=PAPER,
)
NOTHING = replace(HELD, found=Found.NOTHING, paper=None)
SILENT = replace(NOTHING, found=Found.SILENT)


def doubts(answer: Answer, *, employees: int | None = 4) -> tuple[Doubt, ...]:
    return doubts_on_answer(answer, holder=HOLDER, employees=employees, on=TODAY)


@pytest.mark.parametrize(
    "answer",
    [
        HELD,
        NOTHING,
        SILENT,
        replace(HELD, paper=replace(PAPER, valid_until=None, workers=3, owes=True, reference="")),
        replace(HELD, tried_at=NOW + timedelta(minutes=5), comes_from=PaperSource.EITHER),
    ],
)
def test_an_answer_is_kept_among_the_facts_as_it_is(answer: Answer) -> None:
    facts = with_answers({"name": HOLDER}, {SRI: answer})
    again = json.loads(json.dumps(facts))
    assert again["name"] == HOLDER
    assert answers_in(again) == {SRI: answer}


def test_without_answers_the_facts_stay_as_they_were() -> None:
    assert answers_in({"name": HOLDER}) == {}
    assert with_answers({"name": HOLDER}, {}) == {"name": HOLDER}
    assert with_answers({"name": HOLDER, "papers": {"payroll": {}}}, {}) == {"name": HOLDER}


def test_silence_leaves_what_was_said_before_with_its_hour() -> None:
    later = NOW + timedelta(minutes=10)
    silent = replace(SILENT, asked_at=later, tried_at=later)
    kept = merged({SRI: HELD}, {SRI: silent})
    assert kept == {SRI: replace(HELD, tried_at=later)}
    assert "Ahora no responde" in kept[SRI].told
    assert merged({SRI: NOTHING}, {SRI: silent}) == {SRI: silent}
    assert merged({}, {SRI: silent}) == {SRI: silent}
    nothing = replace(NOTHING, asked_at=later, tried_at=later)
    assert merged({SRI: HELD}, {SRI: nothing}) == {SRI: nothing}
    assert merged({SRI: HELD}, {}) == {}


@pytest.mark.parametrize(
    ("comes_from", "found", "may"),
    [
        (PaperSource.APPLICANT, Found.HELD, True),
        (PaperSource.LOOKED_UP, Found.HELD, False),
        (PaperSource.LOOKED_UP, Found.NOTHING, False),
        (PaperSource.LOOKED_UP, Found.SILENT, False),
        (PaperSource.EITHER, Found.HELD, False),
        (PaperSource.EITHER, Found.NOTHING, True),
        (PaperSource.EITHER, Found.SILENT, True),
    ],
)
def test_who_may_send_it(comes_from: PaperSource, found: Found, *, may: bool) -> None:
    paper = PAPER if found is Found.HELD else None
    answer = replace(HELD, comes_from=comes_from, found=found, paper=paper)
    assert answer.may_be_sent is may


def test_it_says_what_where_and_when() -> None:
    assert HELD.told == (
        "Lo tiene SRI, del 25 de noviembre de 2026, referencia SRI-2026-77. "
        "Consultado el 28 de noviembre de 2026 a las 10h04."
    )
    assert NOTHING.told == (
        "Consultado el 28 de noviembre de 2026 a las 10h04: el SRI no lo tiene."
    )
    assert SILENT.told.endswith("el SRI no respondió.")
    assert "referencia" not in replace(HELD, paper=replace(PAPER, reference="")).told


def test_its_values_are_those_that_are_read_of_a_paper() -> None:
    payroll = replace(HELD, kind=PAYROLL, paper=replace(PAPER, workers=4, valid_until=None))
    assert dict(payroll.values) == {
        "ruc": RUC,
        "holder": HOLDER,
        "issued_on": "2026-11-25",
        "workers": "4",
    }
    read = payroll.as_read()
    assert read.recognised_as is PAYROLL
    assert {value.confidence for value in read.values.values()} == {100}
    assert read.findings == ()


def test_one_in_order_leaves_no_doubt() -> None:
    assert doubts(HELD) == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"owes": True}, FindingCode.SUPPORT_DEBT),
        ({"valid_until": date(2026, 11, 27)}, FindingCode.SUPPORT_EXPIRED),
        ({"valid_until": None, "issued_on": date(2026, 10, 1)}, FindingCode.SUPPORT_EXPIRED),
        ({"holder": "OTRA PERSONA CUALQUIERA"}, FindingCode.SUPPORT_HOLDER_DIFFERS),
        ({"issued_on": date(2026, 11, 29)}, FindingCode.SUPPORT_FROM_FUTURE),
    ],
)
def test_what_is_wrong_prevents_and_the_applicant_is_told_all_of_it(
    changed: dict[str, Any], code: FindingCode
) -> None:
    found = doubts(replace(HELD, paper=replace(PAPER, **changed)))
    assert code in {doubt.code for doubt in found if doubt.prevents}
    assert all(doubt.told == doubt.sentence for doubt in found)
    assert not any("cámbi" in doubt.told or "Suba" in doubt.told for doubt in found)


def test_another_count_of_people_prevents() -> None:
    payroll = replace(HELD, kind=PAYROLL, paper=replace(PAPER, workers=7))
    assert [doubt.code for doubt in doubts(payroll)] == [FindingCode.SUPPORT_WORKERS_DIFFER]
    assert doubts(payroll, employees=7) == ()


def test_what_was_said_yesterday_prevents_today() -> None:
    yesterday = replace(HELD, asked_at=NOW - timedelta(days=1))
    [doubt] = doubts(yesterday)
    assert doubt.code is FindingCode.SUPPORT_SOURCE_SILENT
    assert doubt.prevents
    assert "27 de noviembre de 2026" in doubt.sentence


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (NOTHING, FindingCode.SUPPORT_NOT_HELD, "no lo tiene"),
        (SILENT, FindingCode.SUPPORT_SOURCE_SILENT, "no respondió"),
    ],
)
def test_what_is_not_held_prevents(answer: Answer, code: FindingCode, told: str) -> None:
    [doubt] = doubts(answer)
    assert (doubt.code, doubt.prevents) == (code, True)
    assert told in doubt.sentence
    assert answer.shown == {}


def test_an_officer_judges_all_that_is_held() -> None:
    assert HELD.shown == {
        "ruc": RUC,
        "holder": HOLDER,
        "issued_on": "2026-11-25",
        "valid_until": "2026-12-25",
        "institution": "SRI",
        "reference": "SRI-2026-77",
        "state": "in_order",
    }


def test_an_operator_is_told_which_lists_are_missing() -> None:
    assert unlisted_sentence(()) == ""
    told = unlisted_sentence([SRI, IESS])
    assert "se consulta el certificado del IESS y el certificado del SRI" in told
    assert "review-service papers import" in told


@pytest.mark.parametrize("kind", VENTURE_PAPERS)
def test_each_paper_is_held_by_somebody(kind: SupportKind) -> None:
    assert institution_of(kind).startswith("el ")
