"""What a legal person that asks for an Acuerdo is, who says so, and what is asked of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from review_service.domain import associations
from review_service.domain.applications import ReviewItem
from review_service.domain.associations import Organisation, open_items
from review_service.domain.data_sheet import DataSheet, parse_sheet, problems_of
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.persons import OrganisationKind
from review_service.domain.rule_decisions import RuleQuestion
from review_service.domain.sheet_comparison import sheet_rows
from review_service.domain.tracks import ARTISAN
from tests.factories import SHEET

TODAY = date(2026, 11, 28)
PERSON, COMPANY, PUBLIC = "3000000012001", "1792060346001", "1760001550001"
NAMED = "ASOCIACIÓN DE ARTESANOS DE PEGUCHE"
UNNAMED = "TEJEDORES UNIDOS DE PEGUCHE"


def found(ruc: str = COMPANY, holder: str = UNNAMED, said: str = "") -> Organisation | None:
    return associations.organisation(
        ruc=ruc,
        holder=holder,
        taxpayer_type="SOCIEDAD" if ruc != PERSON else "",
        said=said,
        on=TODAY,
    )


def rulebook_with(section: str, **changed: object) -> Mapping[str, Any]:
    document = read_rulebook(None)
    return {**document, section: [{**entry, **changed} for entry in document[section]]}


def asked(
    ruc: str = COMPANY,
    holder: str = UNNAMED,
    sheet: DataSheet = DataSheet(),  # noqa: B008 -- frozen
) -> RuleQuestion:
    return RuleQuestion(
        ruc=ruc,
        holder=holder,
        sheet=sheet,
        facts={"taxpayer_type": "SOCIEDAD" if ruc != PERSON else "PERSONA NATURAL"},
        on=TODAY,
        rulebook=read_rulebook(None),
    )


@pytest.mark.parametrize(
    ("holder", "kind"),
    [
        (NAMED, OrganisationKind.ASSOCIATION),
        ("Asoc. de ceramistas La Victoria", OrganisationKind.ASSOCIATION),
        ("GREMIO DE SASTRES DE CUENCA", OrganisationKind.GUILD),
        ("COOPERATIVA DE PRODUCCIÓN ARTESANAL 8 DE MARZO", OrganisationKind.COOPERATIVE),
        ("UNIÓN DE ARTESANOS DE OTAVALO", OrganisationKind.UNION),
    ],
)
def test_the_name_in_the_register_says_the_kind_whatever_was_typed(
    holder: str, kind: OrganisationKind
) -> None:
    assert found(holder=holder, said="other") == Organisation(kind=kind, is_registered=True)


@pytest.mark.parametrize(
    "holder",
    [UNNAMED, "UNION ANDINA DE TEXTILES S.A.", "COOPERATIVA MODA CIA. LTDA.", "ASOC TEXTIL S A S",
     "TALLERES DE LA UNION", ""],
)  # fmt: skip
def test_where_the_name_says_nothing_the_applicant_does(holder: str) -> None:
    assert found(holder=holder) == Organisation(kind=None, is_registered=False)
    said = found(holder=holder, said="guild")
    assert said == Organisation(kind=OrganisationKind.GUILD, is_registered=False)
    assert found(holder=holder, said="club") == Organisation(kind=None, is_registered=False)


def test_a_natural_person_is_no_organisation_whatever_the_name() -> None:
    assert found(PERSON, NAMED, "association") is None
    assert associations.problems_of(
        DataSheet(), ruc=PERSON, holder=NAMED, taxpayer_type="", on=TODAY
    ) == {}  # fmt: skip


def test_a_legal_person_says_what_it_is() -> None:
    def problems(
        holder: str, document: Mapping[str, Any] | None = None, sheet: DataSheet | None = None
    ) -> list[str]:
        return [
            *associations.problems_of(
                sheet or DataSheet(),
                ruc=COMPANY,
                holder=holder,
                taxpayer_type="SOCIEDAD",
                on=TODAY,
                document=document,
            )
        ]

    assert problems(UNNAMED) == ["organisation"]
    assert problems(UNNAMED, sheet=DataSheet(organisation="union")) == problems(NAMED) == []
    count = rulebook_with("organisation_members", asked="count")
    assert problems(NAMED, count) == ["members"]
    assert problems(NAMED, count, DataSheet(members=12)) == []
    assert problems(UNNAMED, count, DataSheet(organisation="other")) == []


def test_other_workshops_are_for_organisations_of_artisans_and_bounded_by_a_rule() -> None:
    def problem(said: str, count: int, document: Mapping[str, Any] | None = None) -> str | None:
        lines = [f"Calle {number}, Otavalo, Imbabura" for number in range(count)]
        return associations.problems_of(
            DataSheet(organisation=said, workshops="\n".join(lines)),
            ruc=COMPANY,
            holder=UNNAMED,
            taxpayer_type="SOCIEDAD",
            on=TODAY,
            document=document,
        ).get("workshops")

    assert problem("guild", 10) is None
    assert problem("guild", 11) == "Puede poner hasta 10 talleres, además del primero."
    assert str(problem("other", 1)).startswith("Solo una asociación")
    none = rulebook_with("organisation_workshops", most=0)
    assert problem("guild", 0, none) is None
    assert problem("guild", 1, none) == "Puede poner hasta 0 talleres, además del primero."
    with pytest.raises(SettingsError):
        associations.most_workshops(
            on=TODAY, document=rulebook_with("organisation_workshops", most="some")
        )


def test_an_officer_is_told_which_workshops_nobody_has_checked() -> None:
    sheet = DataSheet(workshops="Sucre 1, Otavalo, Imbabura\nQuito 2, Cotacachi, Imbabura")
    assert associations.advice(asked(holder=NAMED, sheet=sheet))[-1] == (
        "El Acuerdo dirá también los otros talleres que declara, y nadie los ha comprobado: "
        "Sucre 1, Otavalo, Imbabura; Quito 2, Cotacachi, Imbabura."
    )
    assert associations.advice(asked(PERSON, NAMED, sheet)) == ()


def test_members_are_asked_for_by_a_rule_only() -> None:
    assert not associations.asks_members(on=TODAY)
    count = rulebook_with("organisation_members", asked="count")
    assert associations.asks_members(on=TODAY, document=count)
    with pytest.raises(SettingsError):
        associations.asks_members(
            on=TODAY, document=rulebook_with("organisation_members", asked="names")
        )


@pytest.mark.parametrize("changed", [{"kind": "club"}, {"words": None}])
def test_a_table_with_a_word_of_its_own_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        associations.organisation(
            ruc=COMPANY,
            holder=NAMED,
            taxpayer_type="SOCIEDAD",
            said="",
            on=TODAY,
            document=rulebook_with("organisations", **changed),
        )


def test_only_a_legal_person_has_the_item() -> None:
    for ruc, there in ((PERSON, False), (COMPANY, True), (PUBLIC, True)):
        items = open_items(ARTISAN.items, ruc=ruc, facts={})
        assert (ReviewItem.APPOINTMENT in items) is there
        assert items >= set(ARTISAN.items) - {ReviewItem.APPOINTMENT}


def test_an_officer_is_told_who_says_what_it_is() -> None:
    assert associations.advice(asked(PERSON, NAMED)) == ()
    named = associations.advice(asked(holder=NAMED))
    assert named[0].startswith("Lo pide una persona jurídica.")
    assert named[1:] == ("Su nombre en el SRI lo dice: asociación de artesanos.",)
    assert associations.advice(asked(sheet=DataSheet(organisation="guild", members=7)))[1:] == (
        "Lo dice quien solicita, no su nombre en el SRI: gremio de artesanos.",
        "Dice que tiene 7 socios.",
    )
    assert associations.advice(asked())[-1].startswith("No dijo qué organización es")


def test_the_sheet_keeps_what_an_organisation_says_and_older_sheets_stay_as_they_are() -> None:
    sheet = parse_sheet({**SHEET, "organisation": "guild", "members": "30"})
    assert (sheet.organisation, sheet.members) == ("guild", 30)
    assert DataSheet.from_json(sheet.to_json()) == sheet
    plain = parse_sheet(SHEET).to_json()
    assert not {"organisation", "members", "shared_with"} & set(plain)
    assert problems_of(sheet) == {}


def test_an_officer_sees_what_was_said_beside_the_register() -> None:
    def labels(sheet: DataSheet) -> dict[str, str]:
        rows = sheet_rows(holder=UNNAMED, sheet=sheet, facts={})
        return {row.label: row.applied for row in rows}

    assert not {"Organización", "Socios", "Comparte el taller con"} & set(
        labels(parse_sheet(SHEET))
    )
    told = labels(replace(parse_sheet(SHEET), organisation="union", members=4, shared_with=PERSON))
    assert told["Organización"] == "Unión de artesanos"
    assert told["Socios"] == "4"
    assert told["Comparte el taller con"] == PERSON
