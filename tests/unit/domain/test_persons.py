"""Kinds of person by the form of the RUC, and the table of who may apply in which track."""

import random
from datetime import date

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.persons import PersonKind, admission, person_kind
from review_service.domain.rulebook import Certainty
from tests.unit.domain.test_ruc import COMPANIES, NEW_STYLE, synthetic_person

TODAY = date(2026, 11, 20)
TRACKS = ("mipyme", "emprendedor", "artisan")
TABLE = {
    # kind: MIPYME, emprendedor, artisan; True: may apply, False: an officer looks at it
    PersonKind.NATURAL_ECUADORIAN: (True, True, True),
    PersonKind.NATURAL_FOREIGN: (True, True, True),
    PersonKind.NATURAL: (True, True, True),
    PersonKind.LEGAL_PRIVATE: (True, True, False),
    PersonKind.LEGAL_PUBLIC: (True, True, False),
}
CELLS = [
    (kind, track, may)
    for kind, row in TABLE.items()
    for track, may in zip(TRACKS, row, strict=True)
]


@pytest.mark.parametrize(("kind", "track", "may"), CELLS)
def test_the_whole_table(kind: PersonKind, track: str, may: bool) -> None:  # noqa: FBT001 -- a cell
    found = admission(kind, track, on=TODAY)
    assert found.to_officer is not may
    assert (found.reason == "") is may
    assert found.reason == "" or found.reason.endswith(".")
    sure = Certainty.VERIFIED if track == "mipyme" else Certainty.SECONDARY
    if (kind, track) == (PersonKind.LEGAL_PUBLIC, "artisan"):
        sure = Certainty.ASSUMED
    assert found.certainty is sure
    assert found.rules
    assert all(rule.source for rule in found.rules)


def test_the_table_has_a_cell_for_each_kind_that_the_procedure_names() -> None:
    named = set(PersonKind) - {PersonKind.NATURAL, PersonKind.UNKNOWN}
    keys = [f"{entry['track']}.{entry['person']}" for entry in read_rulebook(None)["applicants"]]
    assert sorted(keys) == sorted(f"{track}.{kind}" for track in TRACKS for kind in named)


@pytest.mark.parametrize(
    ("kind", "words", "sure"),
    [
        (PersonKind.LEGAL_PRIVATE, "asociaciones", Certainty.SECONDARY),
        (PersonKind.LEGAL_PUBLIC, "ningún texto dice", Certainty.ASSUMED),
    ],
)
def test_the_officer_reads_why_a_legal_person_as_an_artisan_came(
    kind: PersonKind, words: str, sure: Certainty
) -> None:
    found = admission(kind, "artisan", on=TODAY)
    assert words in found.reason
    assert found.certainty is sure


@pytest.mark.parametrize("kind", TABLE)
def test_a_track_without_cells_goes_to_an_officer(kind: PersonKind) -> None:
    found = admission(kind, "cooperative", on=TODAY)
    assert found.to_officer
    assert kind.label.lower() in found.reason
    assert (found.rules, found.certainty) == ((), Certainty.ASSUMED)


def cells(**persons: str) -> dict[str, list[dict[str, object]]]:
    """Return a table for one track: an empty text for who may apply, else the reason."""
    return {
        "applicants": [
            {
                "track": "fourth", "person": person, "officer": reason,
                "valid_from": date(2026, 1, 1), "source": "prueba", "certainty": sure,
            }
            for (person, reason), sure in zip(
                persons.items(), ("verified", "memory"), strict=False
            )
        ]
    }  # fmt: skip


def test_an_unknown_nationality_may_what_both_may_and_is_as_sure_as_the_less_sure() -> None:
    both = cells(natural_ecuadorian="", natural_foreign="")
    found = admission(PersonKind.NATURAL, "fourth", on=TODAY, document=both)
    assert (found.to_officer, found.certainty) == (False, Certainty.MEMORY)
    assert [rule.key for rule in found.rules] == [
        "fourth.natural_ecuadorian",
        "fourth.natural_foreign",
    ]


@pytest.mark.parametrize(
    ("persons", "words"),
    [
        ({"natural_ecuadorian": "", "natural_foreign": "Lo ve una persona."}, "Lo ve una persona."),
        ({"natural_ecuadorian": "Lo ve otra.", "natural_foreign": ""}, "Lo ve otra."),
        ({"natural_ecuadorian": ""}, "persona natural extranjera"),
        ({"natural_foreign": ""}, "persona natural ecuatoriana"),
    ],
)
def test_an_unknown_nationality_goes_to_an_officer_where_one_of_the_two_does(
    persons: dict[str, str], words: str
) -> None:
    table = cells(**persons)
    found = admission(PersonKind.NATURAL, "fourth", on=TODAY, document=table)
    assert found.to_officer
    assert words in found.reason


def test_two_cells_for_one_kind_on_one_day_are_said_loudly() -> None:
    table = cells(natural_ecuadorian="")
    twice = {"applicants": table["applicants"] * 2}
    with pytest.raises(SettingsError, match="natural_ecuadorian"):
        admission(PersonKind.NATURAL_ECUADORIAN, "fourth", on=TODAY, document=twice)


def test_a_cell_that_says_nothing_is_said_loudly() -> None:
    table = cells(natural_ecuadorian="")
    del table["applicants"][0]["officer"]
    with pytest.raises(SettingsError, match="officer"):
        admission(PersonKind.NATURAL_ECUADORIAN, "fourth", on=TODAY, document=table)


def test_a_day_without_a_table_is_said_loudly() -> None:
    with pytest.raises(SettingsError, match="applicants"):
        admission(PersonKind.NATURAL, "mipyme", on=date(2018, 11, 30))


@pytest.mark.parametrize(
    ("ruc", "kind"),
    [
        *((number, PersonKind.LEGAL_PRIVATE) for number in COMPANIES + NEW_STYLE),
        ("1760001550001", PersonKind.LEGAL_PUBLIC),
        ("RUC 3000000012001", PersonKind.NATURAL),
    ],
)
def test_the_form_of_the_ruc_says_the_kind(ruc: str, kind: PersonKind) -> None:
    assert person_kind(ruc) is kind


def test_no_number_tells_a_nationality() -> None:
    rng = random.Random(3)  # noqa: S311 -- repeatable, guards nothing
    for third in range(6):
        for _ in range(20):
            assert person_kind(f"{synthetic_person(rng, third=third)}001") is PersonKind.NATURAL
    # a 6 is of public bodies and of some foreigners; no other sign tells where they are from
    sixes = {person_kind(f"{synthetic_person(rng, third=6)}001") for _ in range(200)}
    assert sixes <= {PersonKind.NATURAL, PersonKind.LEGAL_PUBLIC}
    assert PersonKind.NATURAL in sixes


@pytest.mark.parametrize("text", ["", "3000000012000", "3000000013001", "1770000012001", "x"])
def test_what_is_no_ruc_has_no_kind(text: str) -> None:
    assert person_kind(text) is None


def registered(ruc: str, taxpayer_type: str) -> PersonKind | None:
    return person_kind(ruc, taxpayer_type=taxpayer_type)


@pytest.mark.parametrize("word", ["PERSONA NATURAL", "Personas naturales", " persona  natural "])
def test_the_registry_may_say_that_a_person_is_natural(word: str) -> None:
    assert registered("3000000012001", word) is PersonKind.NATURAL
    # a 9 is of companies and, as other texts tell, of foreigners without a cédula
    assert registered(COMPANIES[0], word) is PersonKind.NATURAL
    # a 6 is of public bodies and of some foreigners, whose number has a cédula's check digit
    assert registered(with_six(is_cedula=True), word) is PersonKind.NATURAL
    assert registered(with_six(is_cedula=False), word) is PersonKind.UNKNOWN


@pytest.mark.parametrize("word", ["SOCIEDAD", "Sociedades", "PERSONA JURÍDICA"])
def test_the_registry_may_say_that_a_person_is_legal(word: str) -> None:
    assert registered("3000000012001", word) is PersonKind.UNKNOWN
    assert registered(COMPANIES[0], word) is PersonKind.LEGAL_PRIVATE
    assert registered("1760001550001", word) is PersonKind.LEGAL_PUBLIC
    # public numbers without a check digit exist: one in ten has a cédula's by chance
    assert registered(with_six(is_cedula=True), word) is PersonKind.LEGAL_PUBLIC
    assert registered(with_six(is_cedula=False), word) is PersonKind.LEGAL_PUBLIC


@pytest.mark.parametrize("word", ["", "ESPECIAL", "NATURALEZA", "SOCIO"])
@pytest.mark.parametrize("ruc", ["3000000012001", COMPANIES[0], "1760001550001"])
def test_a_word_of_the_registry_that_says_neither_leaves_the_form(ruc: str, word: str) -> None:
    assert registered(ruc, word) is person_kind(ruc)


def test_what_is_no_ruc_has_no_kind_whatever_the_registry_says() -> None:
    assert registered("3000000013001", "PERSONA NATURAL") is None


@pytest.mark.parametrize("track", [*TRACKS, "cooperative"])
def test_where_number_and_registry_disagree_an_officer_looks(track: str) -> None:
    found = admission(PersonKind.UNKNOWN, track, on=TODAY)
    assert found.to_officer
    assert "registro del SRI" in found.reason
    assert (found.rules, found.certainty) == ((), Certainty.ASSUMED)


def with_six(*, is_cedula: bool) -> str:
    """Return a RUC with a 6 in the third place, with or without a cédula's check digit."""
    rng = random.Random(6)  # noqa: S311 -- repeatable, guards nothing
    cedula = synthetic_person(rng, third=6)
    return f"{cedula if is_cedula else cedula[:9] + str((int(cedula[9]) + 1) % 10)}001"
