"""Fields read from the words of prior agreements of several layouts."""

import time
from dataclasses import replace

import pytest

from review_service.domain.reports import ReadField
from tests.samples.measured import written
from tests.samples.prior_words import LABELS, OLDER, OURS, TERM
from workers.fields.prior import reading


def _read(text: str) -> dict[str, ReadField]:
    return {field.name: field for field in reading.read([(1, written(text))])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            OURS,
            (
                "MPCEI-MDT-2026-000482",
                "ROSA ELENA DE LA TORRE ÑACATO",
                "3000000012001",
                "2026-11-20",
                "2029-11-20",
            ),
        ),
        (
            OLDER,
            (
                "MPCEIP-MDT-2021-000117",
                "MARÍA DEL CARMEN QUILLUPANGUI",
                "3000000012001",
                "2021-11-20",
                "2024-11-20",
            ),
        ),
        (
            TERM,
            (
                "18 123",
                "José Luis Pilataxi Morocho",
                "1790001563001",
                "2019-03-05",
                "2022-03-05",
            ),
        ),
        (
            LABELS,
            (
                "MDT-MSP-2019-038",
                "TALLER LOS ANDES S.A.",
                "1792060346001",
                "2019-11-20",
                "2022-11-20",
            ),
        ),
    ],
)
def test_reads_all_five_fields_of_each_layout(text: str, expected: tuple[str, ...]) -> None:
    names = ("number", "holder", "ruc", "issued_on", "valid_until")
    values = {name: field.value for name, field in _read(text).items() if name in names}
    assert values == dict(zip(names, expected, strict=True))


def test_gives_page_box_and_the_least_confidence_of_the_words() -> None:
    words = list(written("Dado en Quito, el 20 de noviembre de 2026."))
    fields = reading.read([(1, written("Considerando")), (2, words)])
    (issued,) = fields
    assert (issued.name, issued.page, issued.confidence) == ("issued_on", 2, 90.0)
    assert (issued.box.left, issued.box.top) == (words[4].box.left, words[4].box.top)
    assert issued.box.width == words[8].box.left + words[8].box.width - words[4].box.left


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("MDT-MSP-2019-038", "number"),
        ("1792060346001", "ruc"),
        ("Quito, 9 de mayo de 2018", "issued_on"),
    ],
)
def test_is_never_sure_of_a_value_without_a_label(text: str, name: str) -> None:
    field = _read(text)[name]
    assert (field.label, field.confidence) == ("", 45.0)


def test_says_beside_which_label_each_value_stands() -> None:
    labels = {name: field.label for name, field in _read(LABELS).items()}
    assert labels == {
        "number": "ACUERDO INTERMINISTERIAL No",
        "holder": "Beneficiario",
        "ruc": "R.U.C",
        "issued_on": "Fecha de emisión",
        "valid_until": "Vence",
    }


@pytest.mark.parametrize("number", ["1790012345000", "3000000011001", "9990000012001"])
def test_does_not_take_a_number_that_cannot_be_a_ruc(number: str) -> None:
    assert "ruc" not in _read(f"RUC {number}")


def test_takes_the_next_number_when_the_first_cannot_be_a_ruc() -> None:
    assert _read("RUC 3000000011001 y RUC 3000000012001")["ruc"].value == "3000000012001"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Dado en Quito, el 1 de enero del 2020", "2020-01-01"),
        ("DADO EN QUITO, A LOS 15 DÍAS DEL MES DE SEPTIEMBRE DE 2022", "2022-09-15"),
        ("Dado y firmado en Cuenca 3 de setiembre de 2021", "2021-09-03"),
        ("Fecha de emisión: 2020-02-29", "2020-02-29"),
        ("Fecha de suscripción 7-8-2019", "2019-08-07"),
        ("Quito, 9 de mayo de 2018", "2018-05-09"),
        ("Dado el 31 de febrero de 2020", None),
        ("Dado el 20/13/2020", None),
    ],
)
def test_reads_spanish_dates_and_no_impossible_ones(text: str, day: str | None) -> None:
    field = _read(text).get("issued_on")
    assert (field.value if field else None) == day


def test_ends_a_term_of_years_that_began_on_29_february_on_the_28th() -> None:
    text = "vigencia de 3 años Dado en Loja, el 29 de febrero de 2020"
    assert _read(text)["valid_until"].value == "2023-02-28"


def test_reads_nothing_where_there_is_nothing() -> None:
    assert reading.read([]) == ()
    assert _read("Lista de compras: pan, leche y huevos") == {}


@pytest.mark.parametrize(
    "evil",
    ["A" * 100_000, "RUC " * 25_000, "1 " * 50_000, "ACUERDO NRO " * 9_000, "20 DE " * 20_000,
     "AA-BB-CC-DD-2019-" * 6_000, "DADO " * 20_000, "HASTA EL 20 " * 9_000, "VIGENCIA " * 12_000],
)  # fmt: skip
def test_hostile_text_costs_no_time(evil: str) -> None:
    words = written(evil)
    started = time.process_time()
    reading.read([(1, words)])
    # 1 s at most alone, 5 s beside other tests; a pattern that backtracks takes minutes
    assert time.process_time() - started < 20.0


def test_an_end_that_a_term_gives_is_no_surer_than_the_day_of_issue() -> None:
    rubbed = tuple(
        replace(word, confidence=74.0 if word.text == "2019" else 96.0) for word in written(TERM)
    )
    fields = {field.name: field for field in reading.read([(1, rubbed)])}
    assert fields["valid_until"].value == "2022-03-05"
    assert fields["issued_on"].confidence == fields["valid_until"].confidence == 74.0
