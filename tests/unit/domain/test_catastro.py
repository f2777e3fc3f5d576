"""Lines of the SRI's catastro and of the e-mail feed, as they are and as they are spoilt."""

from datetime import date

import pytest

from review_service.domain.catastro import (
    CatastroLine,
    columns_of,
    is_catastro,
    is_email_feed,
    parse_email,
    parse_line,
)
from review_service.domain.taxpayers import TaxpayerStatus

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


def read(**changed: str) -> CatastroLine | None:
    cells = [changed.get(name, cell) for name, cell in zip(HEADER, LINE, strict=True)]
    return parse_line(cells, columns_of(HEADER))


def test_a_line_says_everything_of_one_establishment() -> None:
    assert read() == CatastroLine(
        ruc="3000000012001",
        name="TITUAÑA QUILUMBA MARIA",
        status=TaxpayerStatus.ACTIVE,
        taxpayer_class="RMP",
        taxpayer_type="PERSONA NATURAL",
        started_on=date(2015, 3, 2),
        number="001",
        trade_name="TEJIDOS MARÍA",
        is_open=True,
        province="Imbabura",
        canton="Otavalo",
        parish="San Luis",
        ciiu="C139209",
        activity="FABRICACIÓN DE OTROS ARTÍCULOS TEXTILES",
    )


def test_the_misspelt_header_is_understood() -> None:
    spoilt = [name.replace("DESCRIPCION_PARROQUIA", "DESCPRIPCION_PARROQUIA") for name in HEADER]
    line = parse_line(LINE, columns_of(spoilt))
    assert line is not None
    assert line.parish == "San Luis"


def test_a_file_without_the_last_two_columns_is_understood() -> None:
    assert parse_line(LINE[:-2], columns_of(HEADER[:-2])) == read()


def test_a_header_may_have_accents_spaces_and_small_letters() -> None:
    assert is_catastro([name.lower().replace("_", " ") for name in HEADER])
    assert is_catastro([name.replace("RAZON", "RAZÓN") for name in HEADER])


@pytest.mark.parametrize("missing", ["NUMERO_RUC", "RAZON_SOCIAL", "NUMERO_ESTABLECIMIENTO"])
def test_a_file_without_a_needed_column_is_no_catastro(missing: str) -> None:
    assert is_catastro(HEADER)
    assert not is_catastro([name for name in HEADER if name != missing])


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("NUMERO_RUC", ""),
        ("NUMERO_RUC", "300000001200"),
        ("NUMERO_RUC", "30000000120012"),
        ("NUMERO_RUC", "٣٠٠٠٠٠٠٠١٢٠٠١"),
        ("ESTADO_CONTRIBUYENTE", "OTRO"),
        ("ESTADO_CONTRIBUYENTE", ""),
        ("NUMERO_ESTABLECIMIENTO", "12345678901"),
    ],
)
def test_a_line_that_is_none_is_left_out(column: str, cell: str) -> None:
    assert read(**{column: cell}) is None


def test_a_broken_off_line_is_left_out() -> None:
    assert parse_line(LINE[:3], columns_of(HEADER)) is None
    assert parse_line([], columns_of(HEADER)) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("02/03/2015", date(2015, 3, 2)),
        ("2015-03-02", date(2015, 3, 2)),
        ("2015-03-02 00:00:00", date(2015, 3, 2)),
        ("20150302", date(2015, 3, 2)),
        ("02-03-2015", date(2015, 3, 2)),
        ("31/02/2015", None),
        ("", None),
    ],
)
def test_dates_come_in_several_spellings(text: str, day: date | None) -> None:
    line = read(FECHA_INICIO_ACTIVIDADES=text)
    assert line is not None
    assert line.started_on == day


@pytest.mark.parametrize(
    ("cell", "is_open"), [("ABI", True), ("abierto", True), ("CER", False), ("", False)]
)
def test_an_establishment_is_open_or_closed(cell: str, *, is_open: bool) -> None:
    line = read(ESTADO_ESTABLECIMIENTO=cell)
    assert line is not None
    assert line.is_open is is_open


@pytest.mark.parametrize("state", ["ACTIVO", "activo", "SUSPENDIDO", "PASIVO"])
def test_each_state_of_the_sri_is_known(state: str) -> None:
    line = read(ESTADO_CONTRIBUYENTE=state)
    assert line is not None
    assert line.status.value == state.upper()


def test_a_sign_that_no_database_keeps_is_dropped() -> None:
    line = read(RAZON_SOCIAL="TALLER\x00 MAIGUA")
    assert line is not None
    assert line.name == "TALLER MAIGUA"


def test_the_feed_has_two_columns_and_no_other() -> None:
    assert is_email_feed(["NUMERO_RUC", "CORREO"])
    assert is_email_feed(["numero ruc", " Correo "])
    assert not is_email_feed(["NUMERO_RUC", "CORREO", "OTRO"])
    assert not is_email_feed(HEADER)


@pytest.mark.parametrize(
    ("cells", "pair"),
    [
        (["3000000012001", " maria@correo.example "], ("3000000012001", "maria@correo.example")),
        (["3000000012001", "maria"], None),
        (["3000000012001", "a@b.example, c@d.example"], None),
        (["300", "maria@correo.example"], None),
        (["3000000012001"], None),
        ([], None),
    ],
)
def test_a_feed_line_gives_one_address_or_nothing(
    cells: list[str], pair: tuple[str, str] | None
) -> None:
    assert parse_email(cells) == pair
