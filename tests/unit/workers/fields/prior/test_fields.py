"""Each field in the layouts that ministries have used."""

import pytest

from review_service.domain.reports import SURE_CONFIDENCE, ReadField, Word
from tests.samples.laid_out import laid_out
from tests.samples.measured import written
from workers.fields.prior import reading
from workers.fields.prior.number import cleaned
from workers.fields.prior.ruc import proven


def read(words: tuple[Word, ...]) -> dict[str, ReadField]:
    return {field.name: field for field in reading.read([(1, words)])}


def value(text: str, name: str) -> str | None:
    field = read(written(text)).get(name)
    return field.value if field else None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("ACUERDO No. 123-2019", "123-2019"),
        ("ACUERDO N° 0692", "0692"),
        ("ACUERDO N.º MPCEI-MDT-2023-000117", "MPCEI-MDT-2023-000117"),
        ("Acuerdo Interministerial N.2? MPCEI-MDT-2023-000117", "MPCEI-MDT-2023-000117"),
        ("ACUERDO INTERMINISTERIAL. No. 17 201", "17 201"),
        ("ACUERDO INTERMINISTERIAL Nro. MDT-MIPRO-2016-0123-A", "MDT-MIPRO-2016-0123-A"),
        ("ACUERDOINTERMINISTERIAL Nro. 2014-0087", "2014-0087"),
        ("ACUERDO No. 7", None),
    ],
)
def test_reads_numbers_of_all_shapes(text: str, number: str | None) -> None:
    assert value(text, "number") == number


def test_never_is_sure_of_a_number_that_is_only_cited() -> None:
    cited = "Que, mediante Acuerdo Ministerial No. 045-2012 de 3 de marzo de 2012 se expidió"
    assert read(written(cited))["number"].confidence < SURE_CONFIDENCE
    own = read(written(f"ACUERDO No. 123-2019 CONSIDERANDO: {cited}"))["number"]
    assert (own.value, own.confidence) == ("123-2019", 90.0)


def test_doubts_a_paper_with_two_numbers_of_its_own() -> None:
    words = laid_out((10, 10, "ACUERDO Nro. 123-2019"), (10, 900, "ACUERDO Nro. 128-2019"))
    assert read(words)["number"].confidence < SURE_CONFIDENCE


def test_doubts_a_letter_where_a_digit_belongs() -> None:
    field = read(written("ACUERDO Nro. MPCEI-MDT-2O23-000117"))["number"]
    assert field.value == "MPCEI-MDT-2023-000117"
    assert field.confidence < SURE_CONFIDENCE


@pytest.mark.parametrize(
    ("raw", "clean", "mended"),
    [
        ("MDT-MSP -2019 - 038", "MDT-MSP-2019-038", False),
        ("MDT-MSP-2019-O38", "MDT-MSP-2019-038", True),
        ("MDT-2019-0123-B", "MDT-2019-0123-B", False),
        ("123-2O19", "123-2019", True),
    ],
)
def test_cleans_only_what_its_shape_asks_for(raw: str, clean: str, mended: bool) -> None:  # noqa: FBT001
    assert cleaned(raw) == (clean, mended)


@pytest.mark.parametrize(
    ("raw", "digits"),
    [
        ("3000000012001", "3000000012001"),
        ("3000000012-001", "3000000012001"),
        ("3OOOOOOO12001", None),
        ("30000000I2001", "3000000012001"),
        ("3000000011001", None),
        ("179OO12345001", None),
    ],
)
def test_reads_letters_in_a_ruc_only_where_its_check_digit_proves_them(
    raw: str, digits: str | None
) -> None:
    assert proven(raw) == digits


def test_is_never_sure_of_a_mended_ruc() -> None:
    field = read(written("RUC 30000000I2001"))["ruc"]
    assert (field.value, field.confidence) == ("3000000012001", 45.0)


def test_doubts_two_rucs() -> None:
    field = read(written("con RUC 3000000012001 y luego RUC 1790001563001"))["ruc"]
    assert field.confidence < SURE_CONFIDENCE


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("a los veinte días del mes de noviembre de dos mil veintitrés", "2023-11-20"),
        ("a los treinta y un (31) días del mes de enero del año dos mil diez", "2010-01-31"),
        ("el primero de mayo de 2018", "2018-05-01"),
        ("el 24 DE . ENERO DE 2015", "2015-01-24"),
        ("A 3 DE-OCTUBRE DE 2015", "2015-10-03"),
        ("el 9 de noviembrc de 2019", "2019-11-09"),
        ("el 20-nov-2019", "2019-11-20"),
        ("el 31 de abril de 2019", None),
    ],
)
def test_reads_days_in_digits_and_in_words(text: str, day: str | None) -> None:
    assert value(f"Dado en la ciudad de Quito, {text}.", "issued_on") == day


@pytest.mark.parametrize(
    ("term", "day"),
    [
        ("se otorga por el plazo de tres años", "2022-11-20"),
        ("La vigencia de este Acuerdo será de 4 (cuatro) años", "2023-11-20"),
        ("con una duración de veinte años", "2039-11-20"),
        ("por el plazo de treinta años", None),
    ],
)
def test_counts_a_term_of_years_from_the_day_of_issue(term: str, day: str | None) -> None:
    assert value(f"{term}. Dado en Quito, el 20 de noviembre de 2019.", "valid_until") == day


def test_doubts_an_end_that_contradicts_the_term() -> None:
    text = (
        "plazo de tres años; vigente hasta el 20 de noviembre de 2023. "
        "Dado en Quito, el 20 de noviembre de 2019."
    )
    field = read(written(text))["valid_until"]
    assert field.confidence < SURE_CONFIDENCE
    agreed = read(written(text.replace("2023", "2022")))["valid_until"]
    assert (agreed.value, agreed.confidence) == ("2022-11-20", 90.0)


def test_doubts_a_day_with_a_letter_in_it() -> None:
    field = read(written("Dado en Quito, el 2O de noviembre de 2019."))["issued_on"]
    assert (field.value, field.confidence) == ("2019-11-20", 45.0)


FORM = laid_out(
    (10, 10, "Ministerio de Industrias y Productividad"),
    (10, 40, "Ministerio del Trabajo"),
    (10, 100, "ACUERDO No."),
    (800, 100, "FECHA DE EMISIÓN"),
    (10, 140, "2014-0087"),
    (800, 140, "20 de noviembre de 2014"),
    (10, 200, "APELLIDOS Y NOMBRES / RAZÓN SOCIAL"),
    (10, 240, "ROSA INÉS DE LA TORRE ÑACATO"),
    (10, 300, "RUC"),
    (800, 300, "VIGENTE HASTA"),
    (10, 340, "3000000012001"),
    (800, 340, "20 de noviembre de 2017"),
    (10, 400, "ACTIVIDAD ARTESANAL"),
    (10, 440, "Tallado de figuras de madera"),
)
TABLE = laid_out(
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
)
CERTIFICATE = laid_out(
    (400, 10, "ACUERDO N° 0087"),
    (300, 100, "ROSA INÉS DE LA TORRE ÑACATO"),
    (300, 140, "Nombre del artesano o razón social"),
    (300, 220, "R.U.C. No. 3000000012-001"),
    (300, 280, "Actividad: Tallado de figuras de madera"),
    (300, 340, "Emitido el 20 de noviembre de 2014 en Quito"),
    (300, 380, "Caduca el 20 de noviembre de 2017"),
)


@pytest.mark.parametrize(
    ("words", "number"),
    [(FORM, "2014-0087"), (TABLE, "MDT-MIPRO-2014-0087"), (CERTIFICATE, "0087")],
)
def test_reads_forms_tables_and_names_above_their_label(
    words: tuple[Word, ...], number: str
) -> None:
    values = {name: field.value for name, field in read(words).items() if name != "ministries"}
    assert values == {
        "number": number,
        "holder": "ROSA INÉS DE LA TORRE ÑACATO",
        "ruc": "3000000012001",
        "activity": "Tallado de figuras de madera",
        "issued_on": "2014-11-20",
        "valid_until": "2017-11-20",
    }


@pytest.mark.parametrize("name", ["DE LA TORRE VACA ROSA", "LA FAVORITA C.A.", "Del Pozo Rosa"])
def test_a_name_beside_its_label_keeps_its_first_words(name: str) -> None:
    words = laid_out(
        (10, 100, "BENEFICIARIO:"), (500, 100, name), (10, 140, "RUC:"), (500, 140, "3000000012001")
    )
    assert read(words)["holder"].value == name


def test_what_is_left_of_a_label_is_no_name() -> None:
    words = laid_out((10, 100, "Nombre"), (300, 100, "de la ROSA LEMA IZA"), (10, 300, "Quito"))
    assert read(words)["holder"].value == "ROSA LEMA IZA"


def test_boxes_stand_around_the_value_and_not_its_label() -> None:
    box = read(FORM)["number"].box
    assert (box.left, box.top, box.width, box.height) == (10, 140, 108, 24)


def test_reads_the_ministries_of_the_day_each_once() -> None:
    field = read(FORM)["ministries"]
    assert field.value == "Ministerio de Industrias y Productividad; Ministerio del Trabajo"


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("LEY DE FOMENTO ARTESANAL A ROSA LEMA IZA, CON RUC NRO. 3000000012001", "ROSA LEMA IZA"),
        ("QUE, LA PERSONA SOLICITANTE, ROSA LEMA IZA, CON RUC 3000000012001", "ROSA LEMA IZA"),
        ("a favor de Rosa Lema Iza, con RUC 3000000012001", "Rosa Lema Iza"),
        ("Conceder al señor(a) ROSA LEMA IZA, portador(a) del RUC No. 3000000012001",
         "ROSA LEMA IZA"),
        ("a favor de TEJIDOS OTAVALO S.A.S., con RUC 3000000012001", "TEJIDOS OTAVALO S.A.S."),
        ("a favor de DE LA TORRE VACA ROSA, con RUC 3000000012001", "DE LA TORRE VACA ROSA"),
        ("a favor de De la Torre Vaca Rosa, con RUC 3000000012001", "De la Torre Vaca Rosa"),
        ("TITULAR: DE LA TORRE VACA ROSA, CON RUC 3000000012001", "DE LA TORRE VACA ROSA"),
        ("A FAVOR DE ROSA LEMA IZA, CON RUC 3000000012001", "ROSA LEMA IZA"),
        ("a MUEBLES IZA CÍA. LTDA., con RUC 3000000012001", "MUEBLES IZA CÍA. LTDA."),
    ],
)  # fmt: skip
def test_ends_a_name_where_it_ends(text: str, holder: str) -> None:
    assert value(text, "holder") == holder


def test_joins_a_name_that_a_hyphen_breaks() -> None:
    words = laid_out(
        (10, 10, "a favor de ROSA QUILLU-"), (10, 40, "PANGUI LEMA, con RUC 3000000012001")
    )
    assert read(words)["holder"].value == "ROSA QUILLUPANGUI LEMA"


def test_doubts_two_names_for_one_ruc() -> None:
    text = (
        "a favor de ROSA LEMA IZA, con RUC 3000000012001. Se otorga a ROSA LEMA ORTIZ, RUC "
        "3000000012001."
    )
    assert read(written(text))["holder"].confidence < SURE_CONFIDENCE


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("en la actividad de Orfebrería en plata. Artículo 2", "Orfebrería en plata"),
        ("por su actividad.artesanal de Cestería.", "Cestería"),
        ("EN LA ACTIVIDAD DE CERÁMICA UTILITARIA: ARTÍCULO 2.- EL", "CERÁMICA UTILITARIA"),
        ("en la actividad. Artículo 3.- vigencia", None),
    ],
)
def test_reads_an_activity_to_the_end_of_its_sentence(text: str, activity: str | None) -> None:
    assert value(text, "activity") == activity
