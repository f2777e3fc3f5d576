"""What a resolution of a deemed withdrawal tells, sentence by sentence."""

from typing import Any

import pytest

from review_service.domain.withdrawal_resolutions import fact_lines

FACTS: dict[str, Any] = {
    "asked_on": "2026-11-02",
    "items": ["El lugar donde trabaja", "Hoja de datos"],
    "notified_on": "2026-11-05",
    "is_renewed": False,
    "last_day": "2026-11-19",
    "extension": {},
    "reminded": [],
    "seen_on": "",
    "attempts": [],
    "words": [],
    "signed_on": "2026-11-24",
}


def test_the_least_is_told_in_order() -> None:
    assert fact_lines(FACTS) == (
        "El 2 de noviembre de 2026 le pedimos corregir: El lugar donde trabaja; Hoja de datos.",
        (
            "El aviso se entregó al correo que usted tiene en el SRI el 5 de noviembre de 2026. "
            "Su plazo de diez días hábiles terminó el 19 de noviembre de 2026."
        ),
        "No consta que haya ingresado al servicio después de ese aviso.",
        "Hasta el 24 de noviembre de 2026 no recibimos su corrección.",
    )


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (1, "Le dimos un día hábil más."),
        (3, "Le dimos 3 días hábiles más."),
        (0, "No se la dimos: «Ya tuvo tiempo.»"),
    ],
)
def test_an_extension_is_told_with_its_answer(days: int, told: str) -> None:
    extension = {"on": "16 de noviembre de 2026", "days": days, "answer": "Ya tuvo tiempo."}
    lines = fact_lines({**FACTS, "extension": extension})
    assert lines[2] == f"Usted pidió una prórroga el 16 de noviembre de 2026. {told}"
    assert ("con la prórroga" in lines[1]) is bool(days)


def test_whatever_else_happened_is_told_and_the_signers_words_come_last() -> None:
    attempt = {"on": "20 de noviembre de 2026", "channel": "Teléfono", "result": "no contestó"}
    lines = fact_lines(
        {
            **FACTS, "is_renewed": True, "reminded": ["12 de noviembre", "17 de noviembre"],
            "seen_on": "18 de noviembre de 2026", "attempts": [attempt], "words": ["Se miró todo."],
        }
    )  # fmt: skip
    assert lines[1].startswith("Le enviamos el pedido otra vez, con un plazo nuevo.")
    assert lines[2] == "Le recordamos el plazo por correo: 12 de noviembre; 17 de noviembre."
    assert "la última vez el 18 de noviembre de 2026" in lines[3]
    assert lines[4] == (
        "El 20 de noviembre de 2026 intentamos avisarle por otro medio (teléfono): no contestó."
    )
    assert lines[-1] == "Se miró todo."


def test_each_sentence_can_be_said_in_another_language() -> None:
    asked: list[str] = []

    def gettext(text: str, /, **values: object) -> str:
        asked.append(text)
        return text % values if values else text

    fact_lines(FACTS, gettext)
    assert "El %(asked_on)s le pedimos corregir:" in asked
    assert "Hoja de datos" in asked


def test_one_that_the_clock_made_before_has_no_facts() -> None:
    assert fact_lines({"last_day": "2026-11-19"}) == ()
