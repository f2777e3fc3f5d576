"""The institution of a day, from the dated file."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from review_service.domain.dated_rules import packaged_rules
from review_service.domain.errors import SettingsError
from review_service.domain.institution import SupportContact, institution_on

TODAY = date(2026, 11, 20)


def editable() -> dict[str, Any]:
    return deepcopy(dict(packaged_rules("institution")))


def test_the_name_of_the_ministry_follows_the_day() -> None:
    before = institution_on(date(2025, 7, 31)).ministries[0]
    after = institution_on(date(2025, 8, 1)).ministries[0]
    assert (before.acronym, after.acronym) == ("MPCEIP", "MPCEI")


def test_two_ministries_sign_in_their_order() -> None:
    assert [m.acronym for m in institution_on(TODAY).ministries] == ["MPCEI", "MDT"]


@pytest.mark.parametrize(
    ("sequence", "number"), [(1, "MPCEI-MDT-2026-000001"), (999_999, "MPCEI-MDT-2026-999999")]
)
def test_the_number_follows_the_template(sequence: int, number: str) -> None:
    assert institution_on(TODAY).number(year=2026, sequence=sequence) == number


def test_the_benefits_name_the_four_articles_of_the_law() -> None:
    benefits = " ".join(institution_on(TODAY).benefits)
    assert all(f"artículo {article} " in benefits for article in (9, 11, 22, 25))


def test_no_text_has_a_stray_line_break() -> None:
    institution = institution_on(TODAY)
    texts = (*institution.considerations, *institution.benefits, institution.remedies.text)
    assert not [text for text in texts if "\n" in text or text != text.strip()]


def test_appeal_runs_ten_business_days() -> None:
    assert institution_on(TODAY).remedies.appeal_days == 10


def test_a_gap_is_said_loudly() -> None:
    with pytest.raises(SettingsError, match="no entry"):
        institution_on(date(2018, 11, 30))


def test_two_templates_on_one_day_are_said_loudly() -> None:
    document = editable()
    document["numbering"].append(dict(document["numbering"][0]))
    with pytest.raises(SettingsError, match="2 entries"):
        institution_on(TODAY, document)


def test_two_ministries_in_one_place_are_said_loudly() -> None:
    document = editable()
    document["ministries"].append(dict(document["ministries"][1]))
    with pytest.raises(SettingsError, match="same place"):
        institution_on(TODAY, document)


@pytest.mark.parametrize("name", ["valid_from", "source"])
def test_an_undated_or_unsourced_entry_is_said_loudly(name: str) -> None:
    document = editable()
    del document["places"][0][name]
    with pytest.raises(SettingsError, match=name):
        institution_on(TODAY, document)


@pytest.mark.parametrize("name", ["institution", "validity", "categories", "applicants"])
def test_every_entry_of_the_packaged_files_is_dated_and_sourced(name: str) -> None:
    entries = [entry for section in packaged_rules(name).values() for entry in section]
    assert all(entry["source"] and isinstance(entry["valid_from"], date) for entry in entries)


def test_the_support_sentence_leaves_out_what_is_unknown() -> None:
    whole = SupportContact(email="a@b.example", phone="02 000", hours="de 08h30 a 17h00")
    bare = SupportContact(email="a@b.example", phone="", hours="")
    assert whole.sentence == "Escriba a a@b.example o al teléfono 02 000, de 08h30 a 17h00."
    assert bare.sentence == "Escriba a a@b.example."


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("02 394 8760, extensiones 2282 y 2398", "+59323948760"),
        ("099 123 4567", "+593991234567"),
        ("", ""),
        ("el de la oficina", ""),
    ],
)
def test_a_phone_dials_the_number_without_its_extension(phone: str, dialled: str) -> None:
    assert SupportContact(email="", phone=phone, hours="").dialled == dialled
