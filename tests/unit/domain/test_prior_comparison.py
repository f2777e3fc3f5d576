"""A value from an old paper matches, differs or is unreadable; doubt neither helps nor harms."""

import pytest

from review_service.domain.prior_comparison import (
    ACCUSING_CONFIDENCE,
    CERTAIN_CONFIDENCE,
    asked_number,
    day_of,
    is_key_by_itself,
    judge,
    judge_any,
    key_of,
)
from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, FieldOutcome

MATCHES, DIFFERS, UNREADABLE = (
    FieldOutcome.MATCHES,
    FieldOutcome.DIFFERS,
    FieldOutcome.UNREADABLE,
)
NUMBER, HOLDER, RUC = AgreementField.NUMBER, AgreementField.HOLDER, AgreementField.RUC
ACTIVITY, MINISTRIES = AgreementField.ACTIVITY, AgreementField.MINISTRIES
ISSUED_ON, VALID_UNTIL = AgreementField.ISSUED_ON, AgreementField.VALID_UNTIL

TRUE_NUMBER = "MPCEIP-MDT-2023-000077"
TRUE_NAME = "TITUAÑA QUILUMBA MARÍA"
TRUE_RUC = "1710034065001"
TRUE_MINISTRIES = (
    "Ministerio de Producción, Comercio Exterior, Inversiones y Pesca; Ministerio del Trabajo"
)
ONE_OF_EACH = (
    (NUMBER, TRUE_NUMBER),
    (HOLDER, TRUE_NAME),
    (RUC, TRUE_RUC),
    (ACTIVITY, "Tejidos a mano en telar"),
    (MINISTRIES, TRUE_MINISTRIES),
    (ISSUED_ON, "2023-11-20"),
    (VALID_UNTIL, "2026-11-20"),
)


@pytest.mark.parametrize(("field", "value"), ONE_OF_EACH)
def test_the_same_value_read_surely_matches(field: AgreementField, value: str) -> None:
    assert judge(field, value, SURE_CONFIDENCE, value) is MATCHES


def test_what_only_a_second_look_read_matches_or_says_nothing() -> None:
    assert SURE_CONFIDENCE < ACCUSING_CONFIDENCE < CERTAIN_CONFIDENCE
    outcomes = [
        judge(HOLDER, "LEMA LEMA ROSA INÉS", confidence, TRUE_NAME)
        for confidence in (ACCUSING_CONFIDENCE - 1, ACCUSING_CONFIDENCE)
    ]
    assert outcomes == [UNREADABLE, DIFFERS]
    assert judge(HOLDER, TRUE_NAME, SURE_CONFIDENCE, TRUE_NAME) is MATCHES


@pytest.mark.parametrize(
    ("field", "value", "confidence", "true"),
    [
        (NUMBER, "0429", 67.6, "0120"),
        (NUMBER, "9974", 72.5, "0971"),
        (HOLDER, "HÉCTOR WILSON TIPÁN BRANO", 65.1, "HÉCTOR WILSON TIPÁN ZAMBRANO"),
    ],
)
def test_what_a_pen_or_a_stamp_made_of_a_true_value_accuses_nobody(
    field: AgreementField, value: str, confidence: float, true: str
) -> None:
    """As ``benchmarks/hard_papers.py`` read them, of seeds 202 and 303."""
    assert judge(field, value, confidence, true) is UNREADABLE
    assert judge(field, true, confidence, true) is MATCHES
    assert judge(field, value, CERTAIN_CONFIDENCE, true) is DIFFERS


@pytest.mark.parametrize(("field", "value"), ONE_OF_EACH)
def test_just_below_the_sure_confidence_nothing_is_said(field: AgreementField, value: str) -> None:
    below = SURE_CONFIDENCE - 0.1
    assert judge(field, value, below, value) is UNREADABLE
    assert judge(field, "1234567890123", below, value) is UNREADABLE


@pytest.mark.parametrize("field", list(AgreementField))
def test_what_nobody_knows_or_nobody_read_is_not_judged(field: AgreementField) -> None:
    assert judge(field, "2023-11-20", 99, " ") is UNREADABLE
    assert judge(field, " ", 99, "2023-11-20") is UNREADABLE


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (NUMBER, "mpceip – mdt–2023 - 000077", TRUE_NUMBER),
        (NUMBER, "Nro. MPCEIP-MDT-2023-000077", TRUE_NUMBER),
        (NUMBER, "Nº MPCEIP/MDT/2023/000077", TRUE_NUMBER),
        (HOLDER, "Tituana  Quilumba, Maria", TRUE_NAME),
        (HOLDER, "Sra. María Tituaña Quilumba", TRUE_NAME),
        (HOLDER, "TituañaQuilumba María", TRUE_NAME),
        (HOLDER, "Tejidos Peguche S. A.", "TEJIDOS PEGUCHE SA"),
        (HOLDER, "TEJIDOS PEGUCHE S.A.S.", "Tejidos Peguche SAS"),
        (HOLDER, "Cerámicas del Sur Compañía Limitada", "CERAMICAS DEL SUR CIA. LTDA."),
        (RUC, "171003406 5001", TRUE_RUC),
        (RUC, "1710034065-001", TRUE_RUC),
        (ACTIVITY, "tejidos  en Telar,", "Tejidos en telar"),
        (ACTIVITY, "C1312.02", "C131202 Fabricación de tejidos"),
        (ACTIVITY, "Tejido de lana (CIIU C131202)", "C1312.02 TEJIDO DE LANA"),
        (
            ACTIVITY,
            "tejidos a mano (CHU C131202: tejidos)",
            "Tejidos a mano (CIIU C131202: Tejidos)",
        ),
        (MINISTRIES, TRUE_MINISTRIES.upper().replace(";", " Y EL"), TRUE_MINISTRIES),
        (ISSUED_ON, "20 de noviembre de 2023", "2023-11-20"),
        (ISSUED_ON, "20 NOV. 2023", "2023-11-20"),
        (ISSUED_ON, "20/11/2023", "2023-11-20"),
        (VALID_UNTIL, "5 de setiembre del 2026", "2026-09-05"),
    ],
)
def test_another_way_to_write_it_matches(field: AgreementField, value: str, expected: str) -> None:
    assert judge(field, value, 99, expected) is MATCHES


CHANGED = [
    (NUMBER, "MPCEIP-MDT-2023-000078", TRUE_NUMBER),
    (NUMBER, "MPCEIP-MDT-2024-000077", TRUE_NUMBER),
    (NUMBER, "MPCEIP-MRL-2023-000077", TRUE_NUMBER),
    (HOLDER, "TITUAÑA QUILUMBA MARTA", TRUE_NAME),
    (HOLDER, "TITUAÑA QUILUMBO MARÍA", TRUE_NAME),
    (HOLDER, "MARÍA QUILUMBA TITUAÑA", TRUE_NAME),
    (HOLDER, "CHANGO LEMA JOSÉ", TRUE_NAME),
    (HOLDER, "TEJIDOS PEGUCHI S.A.", "TEJIDOS PEGUCHE SA"),
    (RUC, "1710034066001", TRUE_RUC),
    (ACTIVITY, "Orfebrería en plata", "Tejidos a mano en telar"),
    (ACTIVITY, "C321100 Joyería", "C131202 Tejidos"),
    (MINISTRIES, "Ministerio de Turismo; Ministerio del Trabajo", TRUE_MINISTRIES),
    (ISSUED_ON, "2028-11-20", "2023-11-20"),
    (ISSUED_ON, "2023-11-26", "2023-11-20"),
    (VALID_UNTIL, "2029-11-20", "2026-11-20"),
]


@pytest.mark.parametrize(("field", "value", "expected"), CHANGED)
def test_a_changed_value_read_with_certainty_differs(
    field: AgreementField, value: str, expected: str
) -> None:
    assert judge(field, value, CERTAIN_CONFIDENCE, expected) is DIFFERS


@pytest.mark.parametrize("confidence", [0, 30, 59.9, 60, 89.9, 90, 100])
@pytest.mark.parametrize(("field", "value", "expected"), CHANGED)
def test_a_changed_value_never_matches(
    field: AgreementField, value: str, expected: str, confidence: float
) -> None:
    assert judge(field, value, confidence, expected) is not MATCHES


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (NUMBER, "MPCEIP-MDT-2023-000078", TRUE_NUMBER),
        (HOLDER, "MARTA TITUAÑA QUILUMBA", TRUE_NAME),
        (RUC, "1710034066001", TRUE_RUC),
        (ISSUED_ON, "2028-11-20", "2023-11-20"),
    ],
)
def test_one_sign_accuses_only_when_read_with_certainty(
    field: AgreementField, value: str, expected: str
) -> None:
    assert judge(field, value, CERTAIN_CONFIDENCE - 0.1, expected) is UNREADABLE
    assert judge(field, value, CERTAIN_CONFIDENCE, expected) is DIFFERS


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (NUMBER, "MPCEIP-MDT-2023-0000S7", "MPCEIP-MDT-2023-000057"),
        (NUMBER, "MPCEIP-MDT-2023-77", TRUE_NUMBER),
        (NUMBER, "MPCEIPMDT-2023-000077", TRUE_NUMBER),
        (HOLDER, "TITUAÑA QUI1UMBA MARÍA", TRUE_NAME),
        (HOLDER, "TITUAÑA QUILUMBA", TRUE_NAME),
        (HOLDER, "TITUAÑA QUILUMBA MARÍA VÁLIDO", TRUE_NAME),
        (HOLDER, ".,", TRUE_NAME),
        (RUC, "171OO34065001", TRUE_RUC),
        (RUC, "171003406500", TRUE_RUC),
        (RUC, "1710034065002", TRUE_RUC),
        (RUC, "1710034065004", TRUE_RUC),
        (ACTIVITY, "Tejidos", "Tejidos a mano en telar"),
        (ACTIVITY, "C1312 Tejidos", "C131202 Tejidos"),
        (ACTIVITY, "C131202 Fabricación de lienzos", "C131202 Tejidos"),
        (ACTIVITY, "C131202", "Tejidos"),
        (ACTIVITY, "de la", "de la"),
        (MINISTRIES, "Ministerio del Trabajo", TRUE_MINISTRIES),
        (ISSUED_ON, "31 de noviembre de 2023", "2023-11-20"),
        (ISSUED_ON, "20 de brumario de 2023", "2023-11-20"),
        (ISSUED_ON, "noviembre", "2023-11-20"),
    ],
)
def test_what_may_be_a_misreading_is_unreadable_however_confident(
    field: AgreementField, value: str, expected: str
) -> None:
    assert judge(field, value, 100, expected) is UNREADABLE


def test_a_letter_from_another_alphabet_is_another_letter() -> None:
    cyrillic = TRUE_NAME.replace("M", "\u041c")
    assert judge(HOLDER, cyrillic, 99, TRUE_NAME) is DIFFERS


def test_marks_that_nobody_sees_change_nothing() -> None:
    assert judge(HOLDER, "TITUAÑA QUI\u00adLUMBA MARÍA\u200b", 99, TRUE_NAME) is MATCHES


def test_one_of_several_ways_is_enough_and_all_must_differ_to_accuse() -> None:
    ways = ["Tejidos a mano", "C131202 Fabricación de tejidos anchos"]
    assert judge_any(ACTIVITY, "tejidos a mano", 99, ways) is MATCHES
    assert judge_any(ACTIVITY, "tejidos de paja", 99, ways) is UNREADABLE
    assert judge_any(ACTIVITY, "orfebrería", 99, ways) is DIFFERS
    assert judge_any(ACTIVITY, "orfebrería", 99, ["", " "]) is UNREADABLE


def test_a_day_is_read_in_the_usual_forms_only() -> None:
    assert day_of("2023-13-01") is None
    assert str(day_of("1 de marzo de 2024")) == "2024-03-01"


@pytest.mark.parametrize("read", ["MPCEIP-MDT-2023-00", "2023-000077", "MPCEIP-MDT-2023"])
def test_a_number_cut_by_ink_accuses_nobody_and_matches_nothing(read: str) -> None:
    assert judge(NUMBER, read, 99, TRUE_NUMBER) is UNREADABLE
    assert judge(NUMBER, f"{TRUE_NUMBER}7", 99, TRUE_NUMBER) is DIFFERS


@pytest.mark.parametrize(("confidence", "key"), [(SURE_CONFIDENCE, "7"), (59.9, "")])
def test_only_what_was_read_surely_is_a_key(confidence: float, key: str) -> None:
    assert key_of("7", confidence) == key


def test_every_number_that_it_may_be_is_asked_for() -> None:
    assert asked_number("MIPRO-2010-0077", ()) == "¿«MIPRO-2010-0077»?"
    assert asked_number("7", ("8", "9")) == "¿«7» o «8» o «9»?"


def test_a_number_is_a_key_by_itself_when_it_is_certain_and_whole() -> None:
    assert is_key_by_itself("MIPRO-2010-0077", 90.0)
    assert not is_key_by_itself("MIPRO-2010-0077", 89.9)
    assert is_key_by_itself("2010-0077", 90.0)
    assert not is_key_by_itself("Acuerdo Nro. 0077", 99.0)
