"""One canton is one canton, however it is written."""

import pytest

from review_service.domain.cantons import canton_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Otavalo", "OTAVALO "),
        ("Rumiñahui", "ruminahui"),
        ("Cañar", "CAN\u0303AR"),
        ("Cantón Quito", "Distrito Metropolitano de Quito"),
        ("Francisco de Orellana", "Orellana"),
        ("Alfredo Baquerizo Moreno (Juján)", "JUJAN"),
        ("Santo  Domingo de los Tsáchilas", "Santo Domingo"),
        ("Crnel. Marcelino Maridueña", "Coronel Marcelino Maridueña"),
    ],
)
def test_two_spellings_are_one_canton(one: str, other: str) -> None:
    assert canton_key(one) == canton_key(other) != ""


def test_other_cantons_stay_others_and_nothing_stays_nothing() -> None:
    assert canton_key("Bolívar") != canton_key("Simón Bolívar")
    assert canton_key("  ") == ""
