"""What each entry of the dated rules says in a list."""

from datetime import date

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.rule_words import says
from review_service.domain.rulebook import every_rule

TODAY = date(2026, 11, 20)


def test_the_rules_of_categories_and_applicants_are_listed_with_what_they_say() -> None:
    said = {rule.name: rule.says for rule in every_rule(read_rulebook(None))}
    assert said["categories.limits@2018-12-01"] == (
        "micro, hasta 9 personas y USD 300.000; pequeña, hasta 49 personas y USD 1.000.000; "
        "mediana, hasta 199 personas y USD 5.000.000"
    )
    assert said["categories.prevailing@2018-12-01"].startswith("Las ventas prevalecen")
    assert said["renewal_windows.agreement@2018-12-01"] == "desde 60 días antes de su fin"
    assert said["applicants.mipyme.legal_public@2018-12-01"] == "puede solicitar"
    assert "asociaciones" in said["applicants.artisan.legal_private@2018-12-01"]


def test_one_year_and_one_day_are_singular() -> None:
    document = {
        "validity": [{"prefix": "C10", "years": 1, "valid_from": TODAY, "source": "prueba"}],
        "freshness": [{"kind": "payroll", "days": 1, "valid_from": TODAY, "source": "prueba"}],
        "renewal_windows": [
            {"kind": "agreement", "days": 1, "valid_from": TODAY, "source": "prueba"}
        ],
        "payroll_deletion": [{"days": 1, "valid_from": TODAY, "source": "prueba"}],
    }
    assert [rule.says for rule in every_rule(document)] == [
        "1 año",
        "1 día",
        "desde 1 día antes de su fin",
        "1 día después de la decisión; un borrador, 1 día sin cambios",
    ]


@pytest.mark.parametrize(
    ("asked_of", "comes_from", "words"),
    [
        ("all", "applicant", "Certificado de cumplimiento tributario (SRI), a todos"),
        (
            "legal",
            "looked_up",
            (
                "Certificado de cumplimiento tributario (SRI), a personas jurídicas; "
                "se consulta a la institución"
            ),
        ),
    ],
)
def test_a_paper_is_told_with_who_is_asked_and_where_it_comes_from(
    asked_of: str, comes_from: str, words: str
) -> None:
    entry = {"kind": "tax_certificate", "asked_of": asked_of, "comes_from": comes_from}
    assert says("required_papers", entry) == words


def test_an_appointment_is_asked_of_organisations_and_never_looked_up() -> None:
    entry = {"kind": "appointment", "asked_of": "organisations"}
    said = says("required_papers", entry)
    assert said == "Nombramiento del representante, a organizaciones de artesanos"
    with pytest.raises(SettingsError, match="list"):
        says("required_papers", {**entry, "comes_from": "looked_up"})
