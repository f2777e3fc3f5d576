"""Provinces and cantons are a closed list; a canton belongs to its province."""

import pytest

from review_service.domain.provinces import (
    canton_named,
    cantons_of,
    place_problems,
    province_named,
    provinces,
    provinces_with,
    registered_place,
)


def test_the_list_has_24_provinces_and_222_cantons_each_named_once_in_its_province() -> None:
    named = [(province, canton) for province in provinces() for canton in cantons_of(province)]
    assert len(provinces()) == 24
    assert len(named) == len(set(named)) == 222


@pytest.mark.parametrize("province", provinces())
def test_each_official_name_is_itself_however_it_is_written(province: str) -> None:
    for written in (
        province,
        province.upper(),
        f" {province.lower()} ",
        f"Provincia de {province}",
    ):
        assert province_named(written) == province
    for canton in cantons_of(province):
        assert canton_named(canton, province=province) == canton
        assert canton_named(canton.upper(), province=province.upper()) == canton


@pytest.mark.parametrize(
    ("typed", "province", "official"),
    [
        ("otavaló", "imbabura", "Otavalo"),
        ("Distrito Metropolitano de Quito", "Pichincha", "Quito"),
        ("Orellana", "Orellana", "Francisco de Orellana"),
        ("Coca", "Orellana", "Francisco de Orellana"),
        ("Juján", "Guayas", "Alfredo Baquerizo Moreno"),
        ("Yaguachi", "Guayas", "San Jacinto de Yaguachi"),
        ("Sevilla Don Bosco", "Morona Santiago", "Sevilla Don Bosco"),
        ("Santo Domingo de los Colorados", "Santo Domingo", "Santo Domingo"),
    ],
)
def test_other_names_of_a_canton_are_understood(typed: str, province: str, official: str) -> None:
    assert canton_named(typed, province=province) == official
    assert place_problems(province=province, canton=typed) == {}


@pytest.mark.parametrize("text", ["Atlántida", "Bolivia", "", "  ", "Quito", "provincia de"])
def test_what_is_no_province_is_none(text: str) -> None:
    assert province_named(text) is None
    assert cantons_of(text) == ()
    assert canton_named("Otavalo", province=text) is None


def test_a_province_that_does_not_exist_is_told_and_nothing_of_its_canton() -> None:
    assert place_problems(province="Atlántida", canton="Ciudad Perdida") == {
        "province": "«Atlántida» no es una provincia del Ecuador. Elija la de su taller "
        "en la lista."
    }


def test_a_canton_that_does_not_exist_is_told_with_those_that_do() -> None:
    assert place_problems(province="Imbabura", canton="Ciudad Perdida") == {
        "canton": "«Ciudad Perdida» no es un cantón de Imbabura. Escriba uno de estos: "
        "Antonio Ante, Cotacachi, Ibarra, Otavalo, Pimampiro o San Miguel de Urcuquí."
    }


def test_a_canton_of_another_province_is_told_with_its_own() -> None:
    assert place_problems(province="Carchi", canton="Otavalo") == {
        "canton": "El cantón Otavalo no es de Carchi, sino de Imbabura. Cambie la provincia o el "
        "cantón."
    }
    assert provinces_with("Bolivar") == ("Carchi", "Manabí")
    assert "Carchi y Manabí" in place_problems(province="Loja", canton="Bolívar")["canton"]


def test_what_was_not_typed_yet_is_no_problem_here() -> None:
    assert place_problems(province="", canton="Otavalo") == {}
    assert place_problems(province="Imbabura", canton="") == {}


def test_registers_that_hold_a_canton_where_it_was_meet_those_of_today() -> None:
    today = registered_place("Santo Domingo de los Tsáchilas", "La Concordia")
    assert registered_place("ESMERALDAS", "LA CONCORDIA") == today
    assert registered_place("PICHINCHA", "D.M. Quito") != registered_place("Guayas", "Quito")
    assert registered_place("Atlántida", "Nada") == ("atlantida", "nada")
