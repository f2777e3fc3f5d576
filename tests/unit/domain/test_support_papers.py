"""What a rule may not grant on, said to the officer, and what the applicant is told of it."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.finding_audiences import HEARINGS, Moment
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.reports import SURE_CONFIDENCE
from review_service.domain.support_comparison import values_of
from review_service.domain.support_papers import (
    MOST_AGE_DAYS,
    Doubt,
    PaperRead,
    doubts,
    names_the_holder,
)

RUC, OTHER = "1792060346001", "0190357482001"
HOLDER = "Tejidos Peguche S.A.S."
DAY = date(2026, 11, 20)
DEED, IESS, SRI, PAYROLL = (
    SupportKind.DEED,
    SupportKind.EMPLOYER_CERTIFICATE,
    SupportKind.TAX_CERTIFICATE,
    SupportKind.PAYROLL,
)
APPOINTMENT = SupportKind.APPOINTMENT
READ: Mapping[str, str] = {
    "ruc": RUC,
    "holder": "TEJIDOS PEGUCHE S.A.S.",
    "issued_on": "2026-11-10",
}


def doubted(
    place: SupportKind = SRI,
    *findings: tuple[str, Severity],
    kind: SupportKind | None = None,
    unrecognised: bool = False,
    confidence: float = 95,
    unsure: str = "",
    employees: int | None = 4,
    **read: str,
) -> dict[str, Doubt]:
    said = {**READ, **({"workers": "4"} if place is PAYROLL else {}), **read}
    fields = [
        (name, value, SURE_CONFIDENCE - 0.1 if name == unsure else confidence)
        for name, value in said.items()
        if value
    ]
    paper = PaperRead(
        recognised_as=None if unrecognised else kind or place,
        values=values_of(fields),
        findings=findings,
    )
    found = doubts(place, paper, ruc=RUC, holder=HOLDER, employees=employees, on=DAY)
    assert len({doubt.code for doubt in found}) == len(found)
    for doubt in found:
        assert doubt.sentence.endswith(".")
        withheld = HEARINGS[doubt.code].moment is Moment.NEVER
        assert (doubt.told == "") is withheld, doubt
    return {doubt.code.value: doubt for doubt in found}


@pytest.mark.parametrize("place", VENTURE_PAPERS)
def test_a_paper_that_is_surely_read_and_right_leaves_no_doubt(place: SupportKind) -> None:
    assert doubted(place) == {}


def test_a_paper_that_is_none_of_them_is_told_with_what_is_expected() -> None:
    found = doubted(unrecognised=True)
    assert list(found) == ["support_unknown"]
    assert "certificado del SRI" in found["support_unknown"].told
    unread = doubted(SRI, ("support_unread", Severity.DOUBT), unrecognised=True)
    assert list(unread) == ["support_unread"]


def test_a_paper_in_another_place_is_told_where_it_goes() -> None:
    found = doubted(IESS, kind=SRI)
    assert list(found) == ["support_misplaced"]
    told = found["support_misplaced"].told
    assert told == "Esto parece el certificado del SRI. Va en otro lugar."
    assert "Certificado de obligaciones patronales (IESS)" in found["support_misplaced"].sentence


def test_another_persons_ruc_or_one_in_doubt_is_kept_from_the_applicant() -> None:
    found = doubted(ruc=OTHER)
    assert list(found) == ["support_of_other"]
    assert OTHER in found["support_of_other"].sentence
    assert RUC in found["support_of_other"].sentence
    assert list(doubted(unsure="ruc")) == ["support_ruc_unread"]
    assert list(doubted(ruc="")) == ["support_ruc_unread"]


def test_a_deed_without_a_ruc_stands_on_its_holder() -> None:
    assert doubted(DEED, ruc="") == {}
    assert list(doubted(DEED, ruc="", holder="")) == ["support_holder_unread"]
    assert list(doubted(DEED, ruc=OTHER)) == ["support_of_other"]


def test_a_holder_must_surely_match() -> None:
    found = doubted(holder="DULCES ÑUCANCHIK S.A.")
    assert list(found) == ["support_holder_differs"]
    assert "DULCES ÑUCANCHIK S.A." in found["support_holder_differs"].sentence
    assert HOLDER in found["support_holder_differs"].sentence
    assert list(doubted(unsure="holder")) == ["support_holder_unread"]
    assert list(doubted(holder="")) == ["support_holder_unread"]


@pytest.mark.parametrize("place", VENTURE_PAPERS)
def test_every_paper_must_say_of_when_it_is(place: SupportKind) -> None:
    assert list(doubted(place, issued_on="")) == ["support_undated"]
    assert list(doubted(place, unsure="issued_on")) == ["support_undated"]
    tomorrow = (DAY + timedelta(days=1)).isoformat()
    assert list(doubted(place, issued_on=tomorrow)) == ["support_from_future"]


def test_a_stated_end_does_not_stand_for_the_day_of_issue() -> None:
    assert list(doubted(issued_on="", valid_until="2026-12-24")) == ["support_undated"]


@pytest.mark.parametrize(
    ("place", "where"),
    [(IESS, "página del IESS"), (SRI, "SRI en línea"), (PAYROLL, "la contabilidad")],
)
def test_an_expired_paper_is_told_with_where_to_get_a_new_one(
    place: SupportKind, where: str
) -> None:
    found = doubted(place, issued_on="2026-02-10")
    assert list(found) == ["support_expired"]
    assert where in found["support_expired"].told
    near = doubted(place, valid_until="2026-11-22")
    assert list(near) == ["support_expires_soon"]
    assert not near["support_expires_soon"].prevents
    assert where in near["support_expires_soon"].told


def test_a_paper_of_long_ago_is_a_doubt_whatever_end_it_names() -> None:
    old = DAY - timedelta(days=MOST_AGE_DAYS)
    assert "support_too_old" not in doubted(issued_on=old.isoformat(), valid_until="2026-12-30")
    older = (old - timedelta(days=1)).isoformat()
    found = doubted(issued_on=older, valid_until="2026-12-30")
    assert "support_too_old" in found
    assert doubted(DEED, issued_on="1998-03-02") == {}


def test_dates_that_contradict_each_other_are_a_doubt() -> None:
    long = (date(2026, 11, 10) + timedelta(days=MOST_AGE_DAYS + 1)).isoformat()
    assert list(doubted(valid_until=long)) == ["support_inconsistent"]
    assert "support_inconsistent" in doubted(valid_until="2026-11-09")


@pytest.mark.parametrize("place", [IESS, SRI, PAYROLL])
def test_a_last_day_in_doubt_that_has_gone_by_is_looked_at(place: SupportKind) -> None:
    found = doubted(place, valid_until="2020-02-10", unsure="valid_until")
    assert list(found) == ["support_inconsistent"]
    assert doubted(place, valid_until="2026-12-10", unsure="valid_until") == {}


def test_debts_are_told_and_an_unread_status_is_not() -> None:
    owing = doubted(SRI, ("support_debt", Severity.BAD))
    assert list(owing) == ["support_debt"]
    assert "el SRI" in owing["support_debt"].told
    assert "el IESS" in doubted(IESS, ("support_debt", Severity.BAD))["support_debt"].told
    assert list(doubted(SRI, ("support_status_unread", Severity.DOUBT))) == [
        "support_status_unread"
    ]


def test_a_payroll_counts_surely_as_many_as_the_sheet_says() -> None:
    assert list(doubted(PAYROLL, workers="")) == ["support_workers_unread"]
    assert list(doubted(PAYROLL, unsure="workers")) == ["support_workers_unread"]
    found = doubted(PAYROLL, employees=5)
    assert list(found) == ["support_workers_differ"]
    assert "4" in found["support_workers_differ"].sentence
    assert "5" in found["support_workers_differ"].sentence
    assert doubted(PAYROLL, employees=None) == {}


def test_an_iess_paper_without_workers_contradicts_a_sheet_with_some() -> None:
    assert doubted(IESS, workers="0", employees=0) == {}
    assert doubted(IESS, workers="0", employees=None) == {}
    found = doubted(IESS, workers="0")
    assert list(found) == ["support_not_employer"]
    assert "4" in found["support_not_employer"].told
    assert list(doubted(IESS, workers="0", unsure="workers")) == ["support_workers_unread"]


def test_what_the_checks_doubt_is_a_doubt_and_a_note_is_none() -> None:
    assert doubted(SRI, ("pdf_repaired", Severity.NOTE)) == {}
    assert list(doubted(SRI, ("page_counts_differ", Severity.DOUBT))) == ["page_counts_differ"]
    active = doubted(SRI, ("active_javascript", Severity.DOUBT), ("active_media", Severity.BAD))
    assert list(active) == ["active_javascript", "active_media"]
    assert "Con contenido extra" in active["active_media"].told
    again = doubted(SRI, ("text_doubtful", Severity.DOUBT), ("text_doubtful", Severity.BAD))
    assert list(again) == ["text_doubtful"]


def test_a_code_of_an_older_version_is_a_doubt_too() -> None:
    assert list(doubted(SRI, ("poem", Severity.DOUBT))) == [FindingCode.CHECK_FAILED]


def test_an_appointment_is_doubted_only_where_it_is_surely_another_paper_or_unreadable() -> None:
    assert doubted(APPOINTMENT) == doubted(APPOINTMENT, unrecognised=True) == {}
    unknown = (FindingCode.SUPPORT_UNKNOWN, Severity.NOTE)
    assert doubted(APPOINTMENT, unknown, unrecognised=True) == {}
    misplaced = doubted(APPOINTMENT, kind=SRI, ruc=OTHER, holder="OTRA PERSONA")
    assert [each.told for each in misplaced.values()] == [
        "Esto parece el certificado del SRI. Aquí va el nombramiento del representante."
    ]
    unread = (FindingCode.SUPPORT_UNREAD, Severity.DOUBT)
    [doubt] = doubted(APPOINTMENT, unread, unrecognised=True).values()
    assert doubt.told.startswith("No pudimos leer el nombramiento del representante.")


def test_an_appointment_in_an_emprendedors_place_is_told_what_goes_there() -> None:
    told = doubted(SRI, kind=APPOINTMENT)["support_misplaced"].told
    assert told == "Esto parece el nombramiento del representante. Aquí va el certificado del SRI."


@pytest.mark.parametrize(
    ("words", "is_named"),
    [
        (["La", "Asociación", "de", "Artesanos", "de", "Peguche", "nombra"], True),
        (["ASOCIACION", "DE", "ARTE-", "SANOS", "DE", "PEGUCHE"], True),
        (["RUC", "1792060346001"], True),
        (["Asociación", "de", "Artesanos", "de", "Iluman"], False),
        ([], False),
    ],
)
def test_the_name_or_the_ruc_is_looked_for_in_the_words(
    words: list[str], *, is_named: bool
) -> None:
    holder = "ASOCIACIÓN DE ARTESANOS DE PEGUCHE"
    assert names_the_holder(words, ruc="1792060346001", holder=holder) is is_named
    assert not names_the_holder(["algo"], ruc="", holder="")
