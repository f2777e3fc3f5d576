"""A value never crosses another label: what stands under ink is unread, and accuses nobody."""

import pytest

from review_service.domain.reports import RENEWED_NUMBER, SURE_CONFIDENCE, ReadField, Word
from tests.samples.laid_out import laid_out
from tests.samples.measured import written
from workers.fields.prior import reading

Piece = tuple[int, int, str]
TABLE: tuple[Piece, ...] = (
    (400, 10, "ACUERDO INTERMINISTERIAL"),
    (400, 40, "Nro. MDT-MIPRO-2014-0087"),
    (10, 100, "BENEFICIARIO:"),
    (500, 100, "ROSA INÉS DE LA TORRE ÑACATO"),
    (10, 140, "RUC:"),
    (500, 140, "3000000012001"),
    (10, 180, "ACTIVIDAD:"),
    (500, 180, "Tallado de figuras de madera"),
    (10, 220, "FECHA DE EMISIÓN:"),
    (500, 220, "20/11/2014"),
    (10, 260, "VÁLIDO HASTA:"),
    (500, 260, "20/11/2017"),
    (10, 300, "LUGAR:"),
    (500, 300, "Latacunga"),
)
FORM: tuple[Piece, ...] = (
    (10, 100, "OFICIO Nro."),
    (500, 100, "ACUERDO No."),
    (1000, 100, "TRÁMITE"),
    (10, 140, "MIPRO-SCA-2015-0871"),
    (500, 140, "MIPRO-2014-0087"),
    (1000, 140, "2231"),
    (10, 200, "BENEFICIARIO"),
    (1000, 200, "LUGAR"),
    (10, 240, "ROSA INÉS DE LA TORRE"),
    (1000, 240, "San Miguel"),
    (10, 300, "RUC"),
    (500, 300, "FECHA DE EMISIÓN"),
    (1000, 300, "VÁLIDO HASTA"),
    (10, 340, "3000000012001"),
    (500, 340, "20/11/2014"),
    (1000, 340, "20/11/2017"),
    (10, 400, "ACTIVIDAD"),
    (1000, 400, "PROVINCIA"),
    (10, 440, "Tallado de figuras"),
    (1000, 440, "Cotopaxi"),
)
VALUES = {
    "number": ("MDT-MIPRO-2014-0087", "MIPRO-2014-0087"),
    "holder": ("ROSA INÉS DE LA TORRE ÑACATO", "ROSA INÉS DE LA TORRE"),
    "ruc": ("3000000012001",),
    "activity": ("Tallado de figuras de madera", "Tallado de figuras"),
    "issued_on": ("20/11/2014",),
    "valid_until": ("20/11/2017",),
}
READ = {
    "issued_on": "2014-11-20",
    "valid_until": "2017-11-20",
    "ruc": "3000000012001",
}


def read(words: tuple[Word, ...]) -> dict[str, ReadField]:
    return {field.name: field for field in reading.read([(1, words)])}


def sure(words: tuple[Word, ...]) -> dict[str, str]:
    """Return what was read surely: the rest neither matches nor accuses."""
    return {
        name: field.value
        for name, field in read(words).items()
        if field.confidence >= SURE_CONFIDENCE
    }


def without(pieces: tuple[Piece, ...], covered: tuple[str, ...]) -> tuple[Piece, ...]:
    """Return the pieces as OCR gives them with ink over some: nothing is read there."""
    kept = []
    for across, down, text in pieces:
        left = text
        for value in covered:
            left = left.removesuffix(value)
        if left:
            kept.append((across, down, left))
    return tuple(kept)


@pytest.mark.parametrize("paper", [TABLE, FORM], ids=["table", "form"])
def test_reads_every_value_of_a_paper_with_other_labels_beside(paper: tuple[Piece, ...]) -> None:
    found = sure(laid_out(*paper))
    assert set(found) == set(VALUES)
    for name, value in found.items():
        assert value in (*VALUES[name], READ.get(name))


@pytest.mark.parametrize("paper", [TABLE, FORM], ids=["table", "form"])
@pytest.mark.parametrize("covered", VALUES)
def test_a_covered_value_is_unread_and_all_others_are_read(
    paper: tuple[Piece, ...], covered: str
) -> None:
    found = sure(laid_out(*without(paper, VALUES[covered])))
    whole = sure(laid_out(*paper))
    assert found == {name: value for name, value in whole.items() if name != covered}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("FECHA DE EMISIÓN: VÁLIDO HASTA: 20/11/2017", "issued_on"),
        ("Emitido el Caduca el 20 de noviembre de 2017", "issued_on"),
        ("Dado en Quito, a los . Vigente hasta el 20 de noviembre de 2017", "issued_on"),
        ("Dado en Quito. Oficio de 3 de enero de 2012", "issued_on"),
        ("Suscrito el Fecha de nacimiento: 20/11/1977", "issued_on"),
        ("Válido hasta: Fecha de inscripción: 20/11/2017", "valid_until"),
        ("Plazo: Edad: 15 años. Dado en Quito, el 20 de noviembre de 2017", "valid_until"),
        ("Actividad: Fecha de emisión: 20/11/2014", "activity"),
        ("Actividad: Lugar: Latacunga", "activity"),
        ("Beneficiario: Lugar: San Miguel", "holder"),
        ("Titular Representante legal JUAN LEMA IZA", "holder"),
        ("ACUERDO No. Oficio Nro. MIPRO-SCA-2015-0871", "number"),
        ("ACUERDO No. Of. Nro. MIPRO-SCA-2015-0871", "number"),
        ("ACUERDO No. 20/11/2014", "number"),
        ("RUC: Cédula: 3000000012 Ministerio RUC 1760013210001", "ruc"),
    ],
)
def test_no_value_is_taken_over_another_label(text: str, name: str) -> None:
    assert name not in sure(written(text))


def test_ink_in_a_sentence_leaves_a_gap_that_no_value_crosses() -> None:
    covered = laid_out(
        (10, 10, "en la actividad de"),
        (700, 10, "los beneficios de la ley"),
        (10, 40, "que la República concede a quien trabaja con sus manos y vive"),
    )
    assert "activity" not in read(covered)
    whole = laid_out((10, 10, "en la actividad de cestería, los beneficios de la ley"))
    assert sure(whole)["activity"] == "cestería"


def test_room_at_the_end_of_a_line_is_a_gap_too() -> None:
    prose = "que la República concede a quien trabaja con sus manos y vive de ello"
    covered = laid_out(
        (10, 10, prose), (10, 40, "en la actividad de"), (10, 70, "Concede los beneficios")
    )
    assert "activity" not in read(covered)
    full = laid_out(
        (10, 10, prose),
        (10, 40, "que la República concede a quien trabaja, y en la actividad de"),
        (10, 70, "cestería."),
    )
    assert sure(full)["activity"] == "cestería"


def test_a_line_that_was_not_read_is_a_gap_too() -> None:
    full = "que la República concede a quien trabaja, y en la actividad de"
    after = ("Este Acuerdo fue suscrito en Quito", "y vale mientras cumpla la ley")
    covered = laid_out(
        (10, 10, full.replace("y en la actividad de", "y vive de ello,")),
        (10, 50, full),
        (10, 150, after[0]),
        (10, 190, after[1]),
    )
    assert "activity" not in read(covered)
    whole = laid_out(
        (10, 10, full), (10, 50, "cestería."), (10, 110, after[0]), (10, 150, after[1])
    )
    assert sure(whole)["activity"] == "cestería"


def test_a_column_of_prose_holds_no_values() -> None:
    rows = [(900, 10 + 40 * at, f"los artesanos {at}") for at in range(6)]
    words = laid_out((10, 90, "ACTIVIDAD:"), (10, 210, "RUC:"), *rows)
    assert "activity" not in read(words)


def test_the_heading_of_a_table_gives_each_column_its_own_value() -> None:
    words = laid_out(
        (10, 10, "FECHA DE EMISIÓN"),
        (400, 10, "VÁLIDO HASTA"),
        (10, 50, "20/11/2014"),
        (400, 50, "20/11/2017"),
    )
    assert sure(words) == {"issued_on": "2014-11-20", "valid_until": "2017-11-20"}
    close = laid_out(
        (10, 10, "FECHA DE EMISIÓN VÁLIDO HASTA"), (10, 50, "20/11/2014"), (400, 50, "20/11/2017")
    )
    assert "valid_until" not in sure(close)


@pytest.mark.parametrize("until", ["20/11/2014", "19/11/2014"])
def test_days_that_no_acuerdo_has_are_doubted_both(until: str) -> None:
    words = written(f"Fecha de emisión: 20/11/2014 Vence: {until}")
    found = read(words)
    assert set(found) == {"issued_on", "valid_until"}
    assert sure(words) == {}


def test_a_doubted_day_of_issue_makes_no_sure_end() -> None:
    words = written("Quito, 20 de noviembre de 2014. Se otorga por el plazo de tres años.")
    assert read(words)["valid_until"].value == "2017-11-20"
    assert sure(words) == {}


LETTERHEAD = "MINISTERIO DE INDUSTRIAS RUC: 1760013210001"


@pytest.mark.parametrize(
    "head",
    [
        LETTERHEAD,
        "RUC 1760013210001 Quito",
        "Imprenta del Norte, RUC 1790001563001",
        "RUC: 1790001563001",
    ],
)
def test_the_ruc_of_a_letterhead_is_not_the_holders(head: str) -> None:
    words = laid_out(
        (10, 10, head),
        (10, 60, "ACUERDO No. 123-2019"),
        (10, 120, "a favor de ROSA LEMA IZA, con RUC 3000000012001, los beneficios"),
        (10, 400, "de la ley"),
    )
    found = read(words)
    assert (found["ruc"].value, found["ruc"].confidence) == ("3000000012001", 95.0)
    assert found["holder"].value == "ROSA LEMA IZA"


def test_another_persons_ruc_is_not_the_holders_either() -> None:
    text = (
        "a favor de TEJIDOS IZA S.A., con RUC 1792060346001, representante legal JUAN LEMA, "
        "con RUC 3000000012001"
    )
    assert sure(written(text))["ruc"] == "1792060346001"


def test_two_rucs_of_which_nothing_says_whose_they_are_are_doubted_and_both_named() -> None:
    field = read(written("con RUC 3000000012001 y luego RUC 1790001563001"))["ruc"]
    assert field.confidence < SURE_CONFIDENCE
    assert {field.value, *field.candidates} == {"3000000012001", "1790001563001"}


@pytest.mark.parametrize(
    "renewal",
    [
        "Renueva el Acuerdo Nro. MIPRO-2010-0077",
        "Renueva al Acuerdo Interministerial No. MIPRO-2010-0077",
        "Acuerdo anterior: MIPRO-2010-0077",
        "En renovación del Acuerdo MIPRO-2010-0077",
        "Este Acuerdo reemplaza al Acuerdo Nro. MIPRO-2010-0077",
    ],
)
def test_an_older_number_has_a_role_of_its_own(renewal: str) -> None:
    own = laid_out((10, 10, "ACUERDO Nro. MIPRO-2014-0087"), (10, 200, renewal))
    found = read(own)
    assert (found["number"].value, found["number"].confidence) == ("MIPRO-2014-0087", 95.0)
    assert found["number"].candidates == ()
    assert found[RENEWED_NUMBER].value == "MIPRO-2010-0077"
    alone = read(laid_out((10, 10, "ACUERDO Nro."), (10, 200, renewal)))
    assert "number" not in alone
    assert alone[RENEWED_NUMBER].value == "MIPRO-2010-0077"


def test_an_older_number_in_a_cell_has_its_role_too() -> None:
    words = laid_out(
        (10, 10, "ACUERDO Nro."),
        (500, 10, "MIPRO-2014-0087"),
        (10, 60, "RENUEVA:"),
        (500, 60, "MIPRO-2010-0077"),
    )
    found = read(words)
    assert (found["number"].value, found[RENEWED_NUMBER].value) == (
        "MIPRO-2014-0087",
        "MIPRO-2010-0077",
    )


HEADING: tuple[Piece, ...] = ((400, 10, "ACUERDO INTERMINISTERIAL"), *TABLE[2:])


@pytest.mark.parametrize(
    "cited",
    [
        "deja sin efecto el Acuerdo Nro. MDT-MIPRO-2011-0042",
        "Antecedente: Acuerdo Nro. MDT-MIPRO-2011-0042",
        "Ref.: Acuerdo Nro. MDT-MIPRO-2011-0042",
        "Acuerdo previo: Acuerdo Nro. MDT-MIPRO-2011-0042",
    ],
)
@pytest.mark.parametrize("left", [10, 40, 120, 250])
def test_another_acuerdos_number_under_the_heading_is_never_sure(cited: str, left: int) -> None:
    """The own one is under ink."""
    assert "number" not in sure(laid_out(HEADING[0], (left, 60, cited), *HEADING[1:]))


@pytest.mark.parametrize(
    ("day", "second", "name"),
    [("20/11/2014", "03/02/2018", "issued_on"), ("20/11/2017", "20/11/2027", "valid_until")],
)
def test_two_days_in_one_cell_are_in_doubt(day: str, second: str, name: str) -> None:
    paper = tuple((left, top, text.replace(day, f"{day} {second}")) for left, top, text in TABLE)
    assert name not in sure(laid_out(*paper))
    assert {read(laid_out(*paper))[name].value, *read(laid_out(*paper))[name].candidates} >= {
        f"{day[6:]}-{day[3:5]}-{day[:2]}", f"{second[6:]}-{second[3:5]}-{second[:2]}",
    }  # fmt: skip
