"""Lines of the SRI's catastro and of the e-mail feed, as they are and as they are spoilt."""

import pytest

from review_service.domain.catastro import (
    CatastroLine,
    is_catastro,
    is_email_feed,
    parse_email,
    parser,
)
from review_service.domain.imported_lines import LineRefusedError

HEADER_LINE = (
    "NUMERO_RUC|RAZON_SOCIAL|CODIGO_JURISDICCION|ESTADO_CONTRIBUYENTE|CLASE_CONTRIBUYENTE|"
    "FECHA_INICIO_ACTIVIDADES|FECHA_ACTUALIZACION|FECHA_SUSPENSION_DEFINITIVA|"
    "FECHA_REINICIO_ACTIVIDADES|OBLIGADO|TIPO_CONTRIBUYENTE|NUMERO_ESTABLECIMIENTO|"
    "NOMBRE_FANTASIA_COMERCIAL|ESTADO_ESTABLECIMIENTO|DESCRIPCION_PROVINCIA_EST|"
    "DESCRIPCION_CANTON_EST|DESCRIPCION_PARROQUIA_EST|CODIGO_CIIU|ACTIVIDAD_ECONOMICA|"
    "AGENTE_RETENCION|ESPECIAL"
)
LINE_TEXT = (
    "3000000012001|TITUAÑA QUILUMBA MARIA|10|ACTIVO|RMP|02/03/2015|01/01/2024||||"
    "PERSONA NATURAL|1|TEJIDOS MARÍA|ABI|IMBABURA|OTAVALO|SAN LUIS|C1392.09|"
    "FABRICACIÓN DE OTROS ARTÍCULOS TEXTILES|N|N"
)
HEADER, LINE = HEADER_LINE.split("|"), LINE_TEXT.split("|")


def parse(cells: list[str], header: list[str] = HEADER) -> CatastroLine:
    return CatastroLine._make(parser(header, _no_notice)([*cells]))


def _no_notice(sentence: str) -> None:
    raise AssertionError(sentence)


def read(**changed: str) -> CatastroLine:
    return parse([changed.get(name, cell) for name, cell in zip(HEADER, LINE, strict=True)])


def refusal(**changed: str) -> str:
    with pytest.raises(LineRefusedError) as caught:
        read(**changed)
    return caught.value.reason


def notices(**changed: str) -> tuple[CatastroLine, list[str]]:
    told: list[str] = []
    cells = [changed.get(name, cell) for name, cell in zip(HEADER, LINE, strict=True)]
    return CatastroLine._make(parser(HEADER, told.append)(cells)), told


def test_a_line_says_everything_of_one_establishment() -> None:
    assert read() == CatastroLine(
        ruc="3000000012001",
        name="TITUAÑA QUILUMBA MARIA",
        status="ACTIVO",
        taxpayer_class="RMP",
        taxpayer_type="PERSONA NATURAL",
        started_on="2015-03-02",
        number="001",
        trade_name="TEJIDOS MARÍA",
        is_open="1",
        province="Imbabura",
        canton="Otavalo",
        parish="San Luis",
        ciiu="C139209",
        activity="FABRICACIÓN DE OTROS ARTÍCULOS TEXTILES",
    )


def test_the_misspelt_header_is_understood() -> None:
    spoilt = [name.replace("DESCRIPCION_PARROQUIA", "DESCPRIPCION_PARROQUIA") for name in HEADER]
    assert parse(LINE, spoilt).parish == "San Luis"


def test_a_file_without_the_last_two_columns_is_understood() -> None:
    assert parse(LINE[:-2], HEADER[:-2]) == read()


def test_a_header_may_have_accents_spaces_and_small_letters() -> None:
    assert is_catastro([name.lower().replace("_", " ") for name in HEADER])
    assert is_catastro([name.replace("RAZON", "RAZÓN") for name in HEADER])


@pytest.mark.parametrize("missing", ["NUMERO_RUC", "RAZON_SOCIAL", "NUMERO_ESTABLECIMIENTO"])
def test_a_file_without_a_needed_column_is_no_catastro(missing: str) -> None:
    assert is_catastro(HEADER)
    assert not is_catastro([name for name in HEADER if name != missing])


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("NUMERO_RUC", "", "El RUC está vacío"),
        ("NUMERO_RUC", "300000001200", "12 números"),
        ("NUMERO_RUC", "30000000120012", "14 números"),
        ("NUMERO_RUC", "٣٠٠٠٠٠٠٠١٢٠٠١", "13 números y nada más"),
        ("RAZON_SOCIAL", " ", "RAZON_SOCIAL está vacía"),
        ("RAZON_SOCIAL", "TALLER \u65e5", "RAZON_SOCIAL tiene un signo"),
        ("ACTIVIDAD_ECONOMICA", "TEJIDOS \u65e5", "ACTIVIDAD_ECONOMICA tiene un signo"),
        ("DESCRIPCION_CANTON_EST", "\u65e5", "DESCRIPCION_CANTON_EST tiene un signo"),
        ("ESTADO_CONTRIBUYENTE", "OTRO", "ESTADO_CONTRIBUYENTE no es"),
        ("ESTADO_CONTRIBUYENTE", "", "ESTADO_CONTRIBUYENTE no es"),
        ("NUMERO_ESTABLECIMIENTO", "12345678901", "NUMERO_ESTABLECIMIENTO no es"),
    ],
)
def test_a_line_that_is_none_is_refused_with_its_reason(column: str, cell: str, said: str) -> None:
    assert said in refusal(**{column: cell})


def test_a_cut_line_and_one_with_a_bar_in_a_name_are_refused() -> None:
    for cells, said in (
        (LINE[:3], "cortada"),
        ([], "cortada"),
        ([*LINE, "x"], "una barra «|»"),
    ):
        with pytest.raises(LineRefusedError, match=said.replace("|", "[|]")):
            parse(cells)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("02/03/2015", "2015-03-02"),
        ("2015-03-02", "2015-03-02"),
        ("2015-03-02 00:00:00", "2015-03-02"),
        ("20150302", "2015-03-02"),
        ("02-03-2015", "2015-03-02"),
        ("", None),
    ],
)
def test_dates_come_in_several_spellings(text: str, day: str | None) -> None:
    assert read(FECHA_INICIO_ACTIVIDADES=text).started_on == day


@pytest.mark.parametrize("text", ["31/02/2015", "42065", "2/3/15"])
def test_a_day_that_is_none_is_left_out_and_told(text: str) -> None:
    line, told = notices(FECHA_INICIO_ACTIVIDADES=text)
    assert line.started_on is None
    assert told == ["FECHA_INICIO_ACTIVIDADES no es un día que se entienda: se guardó sin ella."]


@pytest.mark.parametrize(
    ("cell", "is_open"), [("ABI", "1"), ("abierto", "1"), ("CER", "0"), ("", "0")]
)
def test_an_establishment_is_open_or_closed(cell: str, is_open: str) -> None:
    assert read(ESTADO_ESTABLECIMIENTO=cell).is_open == is_open


def test_another_state_of_an_establishment_counts_as_closed_and_is_told() -> None:
    line, told = notices(ESTADO_ESTABLECIMIENTO="XYZ")
    assert line.is_open == "0"
    assert told == ["ESTADO_ESTABLECIMIENTO no es ABI ni CER: se guardó como cerrado."]


@pytest.mark.parametrize("state", ["ACTIVO", "activo", "SUSPENDIDO", "PASIVO"])
def test_each_state_of_the_sri_is_known(state: str) -> None:
    assert read(ESTADO_CONTRIBUYENTE=state).status == state.upper()


def test_the_feed_has_two_columns_and_no_other() -> None:
    assert is_email_feed(["NUMERO_RUC", "CORREO"])
    assert is_email_feed(["numero ruc", " Correo "])
    assert not is_email_feed(["NUMERO_RUC", "CORREO", "OTRO"])
    assert not is_email_feed(HEADER)


@pytest.mark.parametrize(
    ("cells", "address"),
    [
        (["3000000012001", " maria@correo.example "], "maria@correo.example"),
        (["3000000012001", "<maria@correo.example>"], "maria@correo.example"),
        (["3000000012001", "maria@correo.example", ""], "maria@correo.example"),
    ],
)
def test_a_feed_line_gives_one_address(cells: list[str], address: str) -> None:
    assert parse_email(cells) == ("3000000012001", address)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["3000000012001", "maria"], "no está bien escrita"),
        (["3000000012001", "a@b.example, c@d.example"], "más de una dirección"),
        (["3000000012001", "a@b.example", "c@d.example"], "más de una dirección"),
        (["300", "maria@correo.example"], "3 números"),
        (["3000000012001"], "No tiene dirección"),
        (["3000000012001", ""], "No tiene dirección"),
    ],
)
def test_a_feed_line_without_one_address_says_why(cells: list[str], said: str) -> None:
    with pytest.raises(LineRefusedError) as caught:
        parse_email(cells)
    assert said in caught.value.reason
