"""Which dated rules there are, and who confirmed them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from review_service.domain import dated_rules
from review_service.domain.dated_rules import packaged_rules, read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.rulebook import (
    NAMES_APART,
    SECTIONS,
    Certainty,
    Confirmation,
    are_rule_names,
    every_rule,
    is_rule_name,
    rule_names,
    told_sections,
    unconfirmed_rules,
)
from tests.factories import confirmed_rulebook

REPLACEABLE = {
    "validity": "validity",
    "categories": "categories",
    "applicants": "applicants",
    "certificate_numbering": "certificates",
    "certificate_validity": "certificates",
    "legal_basis": "certificates",
    "renewal_windows": "renewals",
    "freshness": "support_documents",
    "required_papers": "support_documents",
    "granted_on_papers": "support_documents",
    "usual_limits": "support_documents",
    "payroll_deletion": "support_documents",
    "data_uses": "personal_data",
    "retention": "personal_data",
    "not_applicable_themes": "photo_themes",
    "organisations": "associations",
    "organisation_members": "associations",
    "organisation_workshops": "associations",
    "offices": "offices",
    "letter_terms": "letters",
    "appeal_rules": "appeals",
    "data_licences": "open_data",
    "correction_reasons": "correction_reasons",
}
"""The packaged file of each section that an own file may hold."""
FILES = ("institution", *sorted(set(REPLACEABLE.values())))
TODAY = date(2026, 11, 20)
CONFIRMED: dict[str, Any] = {
    "norm": "Acuerdo 1",
    "who": "Secretaría General",
    "day": date(2026, 11, 1),
}


@pytest.mark.parametrize("file", FILES)
def test_every_packaged_entry_says_how_sure_it_is_and_who_confirmed_it(file: str) -> None:
    entries = [(s, e) for s, those in packaged_rules(file).items() for e in those]
    assert entries
    assert not [s for s, e in entries if "certainty" not in e or "confirmed_by" not in e]


def test_no_two_rules_share_a_name_and_every_section_has_its_word() -> None:
    names = [rule.name for rule in every_rule(read_rulebook(None))]
    assert len(set(names)) == len(names) > len(SECTIONS)
    assert set(read_rulebook(None)) == set(SECTIONS)


def test_the_name_of_every_rule_is_known_as_one() -> None:
    assert all(is_rule_name(rule.name) for rule in every_rule(read_rulebook(None)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "categories",
        "categories.limits",
        "categories.limits@",
        "categories.limits@2018-13-01",
        "categories.limits@2018-12-1",
        "categories.limits@20181201",
        "categories.limits@2018-12-01 ",
        "categories.@2018-12-01",
        "poems.limits@2018-12-01",
        ".limits@2018-12-01",
        "categories.a b@2018-12-01",
        "categories.limits@2018-12-01@2018-12-01",
    ],
)
def test_another_text_is_the_name_of_no_rule(text: str) -> None:
    assert not is_rule_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "places@2018-12-01,numbering@2018-12-01",
        "places@2018-12-01, ",
        "places@2018-12-01, un poema",
        "",
    ],
)
def test_what_is_not_all_names_of_rules_is_found(text: str) -> None:
    assert not are_rule_names(text)


def test_the_one_name_that_was_kept_before_is_read() -> None:
    assert are_rule_names("places@2018-12-01")


def test_the_names_of_every_rule_together_are_read_again() -> None:
    rules = every_rule(read_rulebook(None))
    assert are_rule_names(rule_names(rules))
    assert len(rule_names(rules).split(NAMES_APART)) == len(rules)


def test_a_confirmation_is_read() -> None:
    (place,) = [r for r in every_rule(confirmed_rulebook()) if r.section == "places"]
    assert place.confirmation == Confirmation(**CONFIRMED)
    assert not place.is_confirmed(date(2026, 10, 31))
    assert place.is_confirmed(date(2026, 11, 1))


@pytest.mark.parametrize(
    "told",
    [
        "yes",
        True,
        {},
        {**CONFIRMED, "who": " "},
        {**CONFIRMED, "norm": ""},
        {**CONFIRMED, "day": "2026-11-01"},
        {"norm": "Acuerdo 1", "who": "Secretaría General"},
        {**CONFIRMED, "note": "x"},
    ],
)
def test_half_a_confirmation_is_said_loudly(told: object) -> None:
    entry = {**packaged_rules("institution")["places"][0], "confirmed_by": told}
    with pytest.raises(SettingsError, match="confirmed_by"):
        every_rule({"places": [entry]})


def test_an_unknown_certainty_is_said_loudly() -> None:
    entry = {**packaged_rules("institution")["places"][0], "certainty": "sure"}
    with pytest.raises(SettingsError, match="certainty"):
        every_rule({"places": [entry]})


def test_a_file_from_before_counts_as_assumed_and_unconfirmed() -> None:
    entry = {"text": "Quito", "valid_from": date(2018, 12, 1), "source": "propia"}
    (rule,) = every_rule({"places": [entry]})
    assert (rule.certainty, rule.confirmation) == (Certainty.ASSUMED, None)


@pytest.mark.parametrize(("day", "acronym"), [("2026-11-25", "MDT"), ("2026-11-26", "MDEMO")])
def test_only_rules_in_force_are_told_as_unconfirmed(day: str, acronym: str) -> None:
    rules = unconfirmed_rules(read_rulebook(None), day=date.fromisoformat(day))
    (second,) = [r for r in rules if (r.section, r.key) == ("ministries", "2")]
    assert acronym in second.says
    assert unconfirmed_rules(confirmed_rulebook(), day=TODAY) == ()


def test_the_days_of_freshness_the_number_and_the_second_ministry_are_unconfirmed_rulebook() -> (
    None
):
    day = date(2026, 12, 1)
    names = {rule.name for rule in every_rule(read_rulebook(None)) if not rule.is_confirmed(day)}
    assert names >= {
        "ministries.2@2026-11-26",
        "numbering@2018-12-01",
        "freshness.employer_certificate@2018-12-01",
        "freshness.tax_certificate@2018-12-01",
        "freshness.payroll@2018-12-01",
    }


def test_an_own_file_can_confirm_every_rule_that_is_asked_for(tmp_path: Path) -> None:
    rules = (Path(dated_rules.__file__).parents[1] / "rules").glob("*.toml")
    own = "\n".join(
        file.read_text("utf-8")
        for file in rules
        if file.stem in {"institution", *REPLACEABLE.values()}
    )
    confirmed = '{norm = "Acuerdo 1", who = "Secretaría", day = 2018-12-01}'
    file = tmp_path / "institution.toml"
    file.write_text(own.replace('"unconfirmed"', confirmed), encoding="utf-8")
    document = read_rulebook(file)
    assert unconfirmed_rules(document, day=TODAY) == ()
    unconfirmed = {r.section for r in every_rule(document) if not r.is_confirmed(TODAY)}
    assert unconfirmed == set()


def test_rules_are_named_in_one_line() -> None:
    found = unconfirmed_rules(read_rulebook(None), day=TODAY)
    assert told_sections(found) == (
        "ministerio (1, 2), forma del número, considerando (1, 2, 3, 4), beneficio (1, 2, 3, 4), "
        "obligación (1, 2, 3), lugar, contacto, recursos, vigencia por CIIU (las demás, C10, "
        "C1080, C11, I56), categoría de MIPYME (límites, qué prevalece), quién puede solicitar "
        "(artesanos, emprendedores, MIPYMES), forma del número del certificado, vigencia del "
        "certificado, base legal del certificado (1, 2), plazo para renovar (Acuerdo "
        "Interministerial, Certificado RUM), días de un documento de respaldo "
        "(Escritura de constitución, Certificado de obligaciones patronales (IESS), Nómina de "
        "trabajadores, Certificado de cumplimiento tributario (SRI)), documento que se pide "
        "(Nombramiento del representante, Escritura de constitución, Certificado de "
        "obligaciones patronales (IESS), Nómina de trabajadores, Certificado de cumplimiento "
        "tributario (SRI)), certificado con los documentos en regla (emprendedores), días hasta "
        "eliminar la nómina, datos personales de cada documento, días que se conserva cada dato "
        "(borradores, fotos de avisos, correos, fotos, archivos reemplazados), clase de "
        "organización de artesanos (asociaciones, cooperativas, gremios, uniones), socios de una "
        "organización, talleres de una organización, plazo para responder cartas, recursos contra "
        "una decisión"
    )
    by_kind = [rule for rule in every_rule(read_rulebook(None)) if rule.section == "freshness"]
    assert told_sections(by_kind) == (
        "días de un documento de respaldo (Escritura de constitución, Certificado de "
        "obligaciones patronales (IESS), Nómina de trabajadores, Certificado de cumplimiento "
        "tributario (SRI))"
    )
    windows = [r for r in every_rule(read_rulebook(None)) if r.section == "renewal_windows"]
    assert told_sections(windows) == (
        "plazo para renovar (Acuerdo Interministerial, Certificado RUM)"
    )
    assert told_sections(()) == ""


def test_an_own_file_replaces_and_confirms_sections_of_the_other_files(tmp_path: Path) -> None:
    file = tmp_path / "institution.toml"
    file.write_text(
        """
        [[validity]]
        prefix = ""
        years = 2
        valid_from = 2026-01-01
        source = "Acuerdo 1"
        certainty = "verified"
        confirmed_by = {norm = "Acuerdo 1", who = "Secretaría General", day = 2026-01-01}
        """,
        encoding="utf-8",
    )
    document = read_rulebook(file)
    (rule,) = [rule for rule in every_rule(document) if rule.section == "validity"]
    assert (rule.says, rule.is_confirmed(TODAY)) == ("2 años", True)
    assert "ministries" not in document, "an own file speaks for the whole institution"
    assert set(packaged_rules("support_documents")) < set(document)
    assert document["freshness"] == packaged_rules("support_documents")["freshness"]


@pytest.mark.parametrize("section", REPLACEABLE)
def test_an_own_file_replaces_each_section_beside_the_institution_s(
    tmp_path: Path, section: str
) -> None:
    file = tmp_path / "institution.toml"
    file.write_text(f'[[{section}]]\nsource = "Acuerdo 1"\n', encoding="utf-8")
    document = read_rulebook(file)
    assert document[section] == [{"source": "Acuerdo 1"}]
    others = {other: file for other, file in REPLACEABLE.items() if other != section}
    assert all(document[other] == packaged_rules(file)[other] for other, file in others.items())
