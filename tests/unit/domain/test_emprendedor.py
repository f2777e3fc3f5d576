"""Which papers an emprendedor must send, what the rule grants, and what goes to a person."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from review_service.domain import emprendedor
from review_service.domain.data_sheet import DataSheet
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.errors import SettingsError
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.looked_up import Answer, Found, HeldPaper, PaperSource
from review_service.domain.needed_papers import Asked, looked_up_kinds, needed_papers
from review_service.domain.reports import SupportField
from review_service.domain.rule_decisions import Referral, RuleDecision, RuleQuestion
from review_service.domain.rulebook import every_rule, rule_names
from review_service.domain.support_comparison import ReadValue, Values
from review_service.domain.support_papers import PaperRead

TODAY = date(2026, 11, 28)
NOON = datetime(2026, 11, 28, 17, tzinfo=UTC)
PERSON, COMPANY, PUBLIC = "3000000012001", "1792060346001", "1760001550001"
HOLDER = "LEMA CONEJO ROSA"
SHEET = DataSheet(
    ciiu="C139209", province="Imbabura", canton="Otavalo", phone="0991234567", employees=4
)
FACTS: Mapping[str, Any] = {
    "name": HOLDER,
    "status": "ACTIVO",
    "taxpayer_class": "RMP",
    "taxpayer_type": "PERSONA NATURAL",
    "started_on": "2024-03-02",
    "establishments": [
        {
            "is_open": True,
            "province": "IMBABURA",
            "canton": "OTAVALO",
            "ciiu": "C139209",
            "activity": "FABRICACIÓN DE TEJIDOS",
        }
    ],
}


def values(ruc: str = PERSON, **changed: str) -> Values:
    told = {
        SupportField.RUC: ruc,
        SupportField.HOLDER: HOLDER,
        SupportField.ISSUED_ON: (TODAY - timedelta(days=3)).isoformat(),
        SupportField.WORKERS: "4",
        **changed,
    }
    return {name: ReadValue(value=value, confidence=95.0) for name, value in told.items() if value}


def papers_of(*, ruc: str) -> dict[SupportKind, PaperRead]:
    """Return papers in order, without a deed."""
    return {kind: paper(kind, ruc) for kind in PAPERS}


def paper(kind: SupportKind, ruc: str = PERSON, **changed: str) -> PaperRead:
    if kind is not SupportKind.PAYROLL:
        changed = {SupportField.WORKERS: "", **changed}
    return PaperRead(recognised_as=kind, values=values(ruc, **changed), findings=())


PAPERS: dict[SupportKind, PaperRead] = {
    kind: paper(kind) for kind in VENTURE_PAPERS if kind is not SupportKind.DEED
}
ASKED = RuleQuestion(
    ruc=PERSON,
    holder=HOLDER,
    sheet=SHEET,
    facts=FACTS,
    on=TODAY,
    rulebook=read_rulebook(None),
    papers=PAPERS,
)


def needed(ruc: str, *, employees: int | None, kind: str = "") -> list[str]:
    found = needed_papers(
        Asked(
            track=emprendedor.EMPRENDEDOR_KEY,
            ruc=ruc,
            holder=HOLDER,
            facts={"taxpayer_type": kind},
            sheet=replace(SHEET, employees=employees),
            on=TODAY,
        )
    )
    return [each.kind.slug for each in found]


def referred(asked: RuleQuestion) -> tuple[str, ...]:
    answer = emprendedor.decide(asked)
    assert isinstance(answer, Referral)
    assert not answer.only_if_asked
    return answer.reasons


def rulebook_with(section: str, **changed: object) -> Mapping[str, Any]:
    document = read_rulebook(None)
    entries = [{**entry, **changed} for entry in document[section]]
    return {**document, section: entries}


def test_a_deed_is_asked_of_legal_persons_and_a_payroll_of_whoever_employs_somebody() -> None:
    assert needed(PERSON, employees=4) == ["iess", "sri", "nomina"]
    assert needed(PERSON, employees=0) == ["iess", "sri"]
    assert needed(PERSON, employees=None) == ["iess", "sri", "nomina"]
    for ruc in (COMPANY, PUBLIC):
        assert needed(ruc, employees=4) == ["escritura", "iess", "sri", "nomina"]
        assert needed(ruc, employees=0) == ["escritura", "iess", "sri"]


def test_papers_in_order_are_a_certificate_and_every_rule_behind_it_is_named() -> None:
    granted = emprendedor.decide(ASKED)
    assert isinstance(granted, RuleDecision)
    assert granted.rule == rule_names(granted.grounds)
    assert granted.category == "Emprendedor"
    assert granted.reasons == (
        "Emprendedor: sus documentos están en regla (el certificado del IESS, el certificado del "
        "SRI y la nómina)"
    )
    assert sorted({rule.name for rule in granted.grounds}) == [
        "applicants.emprendedor.natural_ecuadorian@2018-12-01",
        "applicants.emprendedor.natural_foreign@2018-12-01",
        "freshness.employer_certificate@2018-12-01",
        "freshness.payroll@2018-12-01",
        "freshness.tax_certificate@2018-12-01",
        "granted_on_papers.emprendedor@2018-12-01",
        "required_papers.emprendedor.employer_certificate@2018-12-01",
        "required_papers.emprendedor.payroll@2018-12-01",
        "required_papers.emprendedor.tax_certificate@2018-12-01",
    ]


def test_who_employs_nobody_needs_no_payroll() -> None:
    papers: dict[SupportKind, PaperRead] = {
        kind: PAPERS[kind] for kind in VENTURE_PAPERS if kind in PAPERS
    }
    del papers[SupportKind.PAYROLL]
    sheet = replace(SHEET, employees=0)
    assert isinstance(emprendedor.decide(replace(ASKED, sheet=sheet, papers=papers)), RuleDecision)
    assert referred(replace(ASKED, papers=papers)) == ("Falta la nómina.",)


def test_a_paper_that_nobody_asked_for_is_looked_at_when_it_is_there() -> None:
    """Whoever sends a payroll of four and then says that nobody works there is asked about it."""
    nobody = replace(ASKED, sheet=replace(SHEET, employees=0))
    assert referred(nobody) == ("Nómina de trabajadores: hay 4 personas; la solicitud dice 0.",)
    deed = {SupportKind.DEED: paper(SupportKind.DEED, holder="OTRA PERSONA")}
    assert referred(replace(ASKED, papers={**PAPERS, **deed})) == (
        "Una persona mira la escritura de constitución.",
    )


def test_a_company_needs_its_deed() -> None:
    facts = {**FACTS, "taxpayer_type": "SOCIEDAD"}
    asked = replace(ASKED, ruc=COMPANY, facts=facts, papers=papers_of(ruc=COMPANY))
    assert referred(asked) == ("Falta la escritura de constitución.",)
    with_deed: dict[SupportKind, PaperRead] = {
        **papers_of(ruc=COMPANY),
        SupportKind.DEED: paper(SupportKind.DEED, ""),
    }
    assert isinstance(emprendedor.decide(replace(asked, papers=with_deed)), RuleDecision)


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize(
    "changed",
    [
        {SupportField.RUC: COMPANY},
        {SupportField.RUC: ""},
        {SupportField.HOLDER: "OTRA PERSONA CUALQUIERA"},
        {SupportField.ISSUED_ON: "2026-06-01"},
        {SupportField.ISSUED_ON: "2026-12-24"},
        {SupportField.ISSUED_ON: ""},
    ],
    ids=["of-another", "no-ruc", "other-name", "expired", "future", "undated"],
)
def test_whatever_is_not_sure_on_one_paper_goes_to_a_person(
    kind: SupportKind, changed: dict[str, str]
) -> None:
    others = {name: value for name, value in changed.items() if name != SupportField.RUC}
    papers = {**PAPERS, kind: paper(kind, changed.get(SupportField.RUC, PERSON), **others)}
    reasons = referred(replace(ASKED, papers=papers))
    assert len(reasons) == 1
    assert kind.short_label in reasons[0] or kind.label in reasons[0]


def test_what_is_withheld_before_sending_is_not_told_by_the_referral_either() -> None:
    altered = replace(
        PAPERS[SupportKind.TAX_CERTIFICATE],
        findings=((FindingCode.SUPPORT_INCONSISTENT.value, Severity.DOUBT),),
    )
    papers: dict[SupportKind, PaperRead] = {**PAPERS, SupportKind.TAX_CERTIFICATE: altered}
    assert referred(replace(ASKED, papers=papers)) == ("Una persona mira el certificado del SRI.",)


def test_a_number_of_people_that_differs_from_the_payroll_goes_to_a_person() -> None:
    papers: dict[SupportKind, PaperRead] = {
        **PAPERS,
        SupportKind.PAYROLL: paper(SupportKind.PAYROLL, workers="7"),
    }
    [reason] = referred(replace(ASKED, papers=papers))
    assert "7" in reason


def test_checks_that_have_not_ended_go_to_a_person() -> None:
    assert "se estaban revisando" in " ".join(referred(replace(ASKED, is_settled=False)))


def test_a_ruc_that_is_not_active_goes_to_a_person() -> None:
    facts = {**FACTS, "status": "SUSPENDIDO"}
    assert referred(replace(ASKED, facts=facts)) == ("El RUC no consta activo.",)


@pytest.mark.parametrize(
    ("began", "employees", "beyond"),
    [
        ("2021-11-29", 48, 0),
        ("2021-11-28", 48, 1),
        ("2024-01-01", 49, 1),
        ("2000-01-01", 60, 2),
        ("", None, 0),
    ],
)
def test_limits_of_another_register_are_advice_and_never_a_wall(
    began: str, employees: int | None, beyond: int
) -> None:
    sheet = replace(SHEET, employees=employees)
    asked = replace(ASKED, facts={**FACTS, "started_on": began}, sheet=sheet)
    assert len(emprendedor.advice(asked)) == beyond
    off = replace(asked, rulebook=rulebook_with("usual_limits", stance="off"))
    assert emprendedor.advice(off) == ()


def test_the_institution_may_send_those_beyond_them_to_an_officer() -> None:
    old = {**FACTS, "started_on": "2000-01-01"}
    assert isinstance(emprendedor.decide(replace(ASKED, facts=old)), RuleDecision)
    strict = rulebook_with("usual_limits", stance="officer")
    [reason] = referred(replace(ASKED, facts=old, rulebook=strict))
    assert "2000" in reason


@pytest.mark.parametrize(
    ("section", "changed"),
    [
        ("required_papers", {"asked_of": "nobody"}),
        ("required_papers", {"kind": "passport"}),
        ("usual_limits", {"stance": "wall"}),
        ("granted_on_papers", {"valid_from": date(2030, 1, 1)}),
    ],
)
def test_a_table_that_says_nothing_of_use_is_an_error_of_settings(
    section: str, changed: dict[str, object]
) -> None:
    with pytest.raises(SettingsError):
        emprendedor.decide(replace(ASKED, rulebook=rulebook_with(section, **changed)))


def looked_up(comes_from: str, *kinds: SupportKind) -> dict[str, Any]:
    """Return the packaged rules with another source of these papers."""
    packaged = read_rulebook(None)
    return {
        **packaged,
        "required_papers": [
            {**entry, "comes_from": comes_from} if entry["kind"] in kinds else entry
            for entry in packaged["required_papers"]
        ],
    }


def answer(kind: SupportKind, found: Found = Found.HELD, **changed: Any) -> Answer:  # noqa: ANN401 -- of any field
    told = {
        "institution": "SRI",
        "reference": "7",
        "holder": HOLDER,
        "issued_on": TODAY - timedelta(days=3),
        **changed,
    }
    return Answer(
        kind=kind,
        comes_from=PaperSource.LOOKED_UP,
        found=found,
        asked_at=NOON,
        tried_at=NOON,
        ruc=PERSON,
        paper=HeldPaper(**told) if found is Found.HELD else None,
    )


SRI = SupportKind.TAX_CERTIFICATE
WITHOUT_SRI = {kind: read for kind, read in PAPERS.items() if kind is not SRI}


@pytest.mark.parametrize("comes_from", ["looked_up", "either"])
def test_a_paper_that_an_institution_holds_is_as_good_as_a_sent_one(comes_from: str) -> None:
    asked = replace(
        ASKED,
        rulebook=looked_up(comes_from, SRI),
        papers=WITHOUT_SRI,
        looked_up={SRI: answer(SRI)},
    )
    found = emprendedor.decide(asked)
    assert isinstance(found, RuleDecision)
    assert "required_papers.emprendedor.tax_certificate@2018-12-01" in found.rule


@pytest.mark.parametrize("comes_from", ["looked_up", "either"])
def test_what_the_institution_holds_stands_before_what_was_sent(comes_from: str) -> None:
    asked = replace(
        ASKED, rulebook=looked_up(comes_from, SRI), looked_up={SRI: answer(SRI, owes=True)}
    )
    found = emprendedor.decide(asked)
    assert isinstance(found, Referral)
    assert found.reasons == (
        "Certificado de cumplimiento tributario (SRI): obligaciones pendientes.",
    )


@pytest.mark.parametrize("found", [Found.NOTHING, Found.SILENT])
def test_what_is_not_held_goes_to_a_person_unless_it_may_be_sent(found: Found) -> None:
    answers = {SRI: answer(SRI, found)}
    only = replace(ASKED, rulebook=looked_up("looked_up", SRI), looked_up=answers)
    referral = emprendedor.decide(only)
    assert isinstance(referral, Referral)
    assert "el SRI no" in referral.words, "what was sent does not count"
    either = replace(ASKED, rulebook=looked_up("either", SRI), looked_up=answers)
    assert isinstance(emprendedor.decide(either), RuleDecision)
    without = emprendedor.decide(replace(either, papers=WITHOUT_SRI))
    assert isinstance(without, Referral)
    assert without.reasons == ("Falta el certificado del SRI.",)


def test_one_that_nobody_asked_for_is_missing() -> None:
    asked = replace(ASKED, rulebook=looked_up("looked_up", SRI))
    found = emprendedor.decide(asked)
    assert isinstance(found, Referral)
    assert found.reasons == ("Falta el certificado del SRI.",)


def test_an_answer_counts_only_where_the_rule_says_so() -> None:
    asked = replace(ASKED, looked_up={SRI: answer(SRI, owes=True)})
    assert isinstance(emprendedor.decide(asked), RuleDecision)


def test_the_packaged_rules_have_nothing_looked_up() -> None:
    assert looked_up_kinds(read_rulebook(None), on=TODAY) == ()
    kinds = (SupportKind.PAYROLL, SRI)
    assert looked_up_kinds(looked_up("either", *kinds), on=TODAY) == (
        SRI,
        SupportKind.PAYROLL,
    )


def test_a_source_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SettingsError, match="comes_from"):
        looked_up_kinds(looked_up("the moon", SRI), on=TODAY)
    with pytest.raises(SettingsError):
        every_rule(looked_up("the moon", SRI))
