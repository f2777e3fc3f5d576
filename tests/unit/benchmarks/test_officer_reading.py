"""What the script of ``benchmarks/officer.py`` reads of a page, and what it concludes from it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from officer_reading import Line, judged, lines_of

PAGE = """<html><head><title>Caso</title><style>p{}</style></head><body><main>
<h2>Por decidir</h2><ul><li id="punto-people"><h3><kbd>2</kbd> Personas</h3>
<ul class="findings"><li class="doubt"><svg role="img" aria-label="Duda"><use href="#i"/></svg>
<span>Algo movida: nitidez 93 %. <a>Ver página 2</a></span></li></ul></li></ul>
<p hidden>callado</p><p aria-hidden="true">tampoco</p><script>let a = "<p>";</script>
<p>Uno<br>dos <img alt="foto 3"></p></main></body></html>"""


def read(*texts: str) -> list[Line]:
    return [Line(text) for text in texts]


def test_a_page_is_read_in_lines_with_the_words_of_its_pictures_and_the_point_they_stand_at() -> (
    None
):
    assert lines_of(PAGE) == [
        Line("Por decidir", "", "Por decidir"),
        Line("2 Personas", "people", "2 Personas"),
        Line("Duda Algo movida: nitidez 93 %. Ver página 2", "people", "2 Personas"),
        Line("Uno", "", "2 Personas"),
        Line("dos foto 3", "", "2 Personas"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "Alerta Se parece a una foto de AR-2026-000002, de otro RUC: difieren 3 de 256 bits.",
        "Alerta Movida: nitidez 78 % en una dirección.",
        "Duda La misma foto está dos veces en esta solicitud.",
        "Ninguna página muestra este tema",
        "No coincide",
        "Parece un certificado del SRI",
    ],
)
def test_what_speaks_against_a_case_sends_it_back(said: str) -> None:
    found = judged(read("El taller", said))
    assert not found.approves
    assert [line.text for line in found.reasons] == [said]


@pytest.mark.parametrize(
    "said",
    [
        "Duda Algo borrosa: nitidez 95 % (mínimo 100 %).",
        "Duda Contraluz: 24 % casi blanco y el resto con luz 48 de 255.",
        "Duda Demasiada luz: 65 % sin detalle.",
        "Nota Sin código QR que se pueda leer.",
        "Número Coincide",
        "Página 3 sin alertas",
        "Página 1: El taller con alertas",
    ],
)
def test_how_a_photo_was_taken_and_what_is_in_order_does_not(said: str) -> None:
    assert judged(read("El taller", said)).approves


@pytest.mark.parametrize(
    "said",
    [
        "La lectura del Acuerdo anterior sigue en marcha",
        "Las fotos todavía se comparan con las de otras solicitudes.",
        "comparando con otras solicitudes",
    ],
)
def test_nothing_is_decided_while_checks_are_going_on(said: str) -> None:
    found = judged(read("Alerta algo", said))
    assert found.is_running
    assert not found.approves


@pytest.mark.parametrize(
    ("paper", "register", "is_fine"),
    [
        ("19 845 · confianza 99 %", "19845", True),
        ("MARÍA ÑACATO · confianza 70 %", "Maria Ñacato", True),
        ("¿19 846 o 19 845? · confianza 45 % Junto a «Nro.»", "19845", True),
        ("¿19 846 o 19 847? · confianza 45 % Junto a «Nro.»", "19845", False),
        ("19 846 · confianza 40 %", "19845", False),
        ("no se lee", "19845", False),
        ("Ministerio del Trabajo · confianza 73 %", "—", True),
    ],
)
def test_an_uncertain_value_is_compared_with_the_registers(
    paper: str,
    register: str,
    is_fine: bool,  # noqa: FBT001 -- a row of the table
) -> None:
    lines = read("Número Sin certeza: compárelos", "Papel", paper, "Registro", register)
    assert judged(lines).approves is is_fine
