"""The data sheet is held against what the register said, row by row."""

from typing import Any

import pytest

from review_service.domain.data_sheet import BUSINESS, DataSheet
from review_service.domain.sheet_comparison import SheetRow, advice_on_sheet, sheet_rows

HOLDER = "TITUAÑA QUILUMBA MARÍA"


def place(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON values
    return {
        "number": "001",
        "is_open": True,
        "province": "IMBABURA",
        "canton": "OTAVALO",
        "parish": "SAN LUIS",
        "ciiu": "C139209",
        "activity": "Fabricación de otros artículos textiles",
        **changes,
    }


def facts(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON values
    return {
        "name": HOLDER,
        "status": "ACTIVO",
        "taxpayer_class": "RMP",
        "email": "maria@correo.example",
        "establishments": [place()],
        **changes,
    }


def sheet(**changes: Any) -> DataSheet:  # noqa: ANN401 -- fields of any type
    values: dict[str, Any] = {
        "trade": "Tejidos a mano",
        "ciiu": "C139209",
        "province": "Imbabura",
        "canton": "Otavalo",
        "address": "Calle Sucre 12-40",
        "workers": 2,
        "apprentices": 1,
        **changes,
    }
    return DataSheet(**values)


def rows(
    typed: DataSheet | None = None,
    known: dict[str, Any] | None = None,
    *,
    holder: str = HOLDER,
) -> dict[str, SheetRow]:
    compared = sheet_rows(
        holder=holder,
        sheet=sheet() if typed is None else typed,
        facts=facts() if known is None else known,
    )
    return {row.name: row for row in compared}


def marked(compared: dict[str, SheetRow]) -> set[str]:
    return {name for name, row in compared.items() if row.differs}


def test_the_rows_stand_in_their_printed_order() -> None:
    assert list(rows()) == [
        "holder",
        "status",
        "activity",
        "place",
        "address",
        "workers",
        "apprentices",
        "phone",
        "email",
    ]


def test_what_agrees_is_not_marked_and_has_no_note() -> None:
    compared = rows()
    assert marked(compared) == set()
    assert {row.note for row in compared.values()} == {""}
    assert compared["status"].registered == "ACTIVO, RIMPE"
    assert compared["place"].registered == "SAN LUIS, OTAVALO, IMBABURA"
    assert compared["email"].registered == "maria@correo.example"


def test_the_day_on_which_a_business_began_is_told_in_words() -> None:
    compared = sheet_rows(
        holder=HOLDER,
        sheet=sheet(sales_year=2025, employees=1),
        facts=facts(started_on="2015-03-02"),
        asked=BUSINESS,
    )
    assert {row.name: row.registered for row in compared}["started"] == "2 de marzo de 2015"


def test_case_accents_and_dots_make_no_difference() -> None:
    typed = sheet(ciiu="c1392.09", canton="otavaló")
    assert marked(rows(typed, holder="Tituana Quilumba, Maria")) == set()


def test_another_name_is_marked() -> None:
    row = rows(holder="OTRA PERSONA")["holder"]
    assert row.differs
    assert row.note == "El nombre no es el que consta en el SRI."


def test_a_register_without_a_name_marks_nothing() -> None:
    assert not rows(known=facts(name=""))["holder"].differs


@pytest.mark.parametrize("status", ["SUSPENDIDO", "PASIVO", ""])
def test_only_an_active_ruc_is_unmarked(status: str) -> None:
    row = rows(known=facts(status=status))["status"]
    assert row.differs
    assert row.note == "El RUC no consta activo."


def test_a_regime_without_a_word_keeps_its_code() -> None:
    assert rows(known=facts(taxpayer_class="XYZ"))["status"].registered == "ACTIVO, XYZ"


def test_a_ciiu_of_any_open_place_agrees() -> None:
    known = facts(establishments=[place(ciiu="C321101"), place(number="002")])
    assert not rows(known=known)["activity"].differs
    assert rows(sheet(ciiu="C104111"), known)["activity"].note == "Ese CIIU no consta en su RUC."


def test_a_closed_place_counts_only_when_no_other_is_open() -> None:
    closed = place(canton="QUITO", province="PICHINCHA", is_open=False)
    at_home = sheet(canton="Quito", province="Pichincha")
    assert rows(at_home, facts(establishments=[closed, place()]))["place"].differs
    assert not rows(at_home, facts(establishments=[closed]))["place"].differs


def test_a_canton_of_another_province_is_another_place() -> None:
    row = rows(sheet(province="Carchi"))["place"]
    assert row.differs
    assert row.note == "El SRI no registra un local abierto en ese cantón."


@pytest.mark.parametrize("known", [[], [place(ciiu="")], [place(ciiu=None)]])
def test_an_activity_of_which_the_register_holds_none_goes_to_a_person(
    known: list[dict[str, Any]],
) -> None:
    compared = rows(known=facts(establishments=known))
    assert marked(compared) == {"activity"}
    assert compared["activity"].note == "El SRI no registra ninguna actividad de este RUC."


def test_an_empty_activity_is_none_of_the_registers() -> None:
    assert rows(sheet(ciiu=""), facts(establishments=[place(ciiu="")]))["activity"].differs


def test_a_canton_is_the_same_by_its_other_names_and_where_it_was_before() -> None:
    known = facts(establishments=[place(canton="D.M. QUITO", province="PICHINCHA")])
    assert not rows(sheet(canton="Quito", province="Pichincha"), known)["place"].differs
    moved = facts(establishments=[place(canton="LA CONCORDIA", province="ESMERALDAS")])
    today = sheet(canton="La Concordia", province="Santo Domingo de los Tsáchilas")
    assert not rows(today, moved)["place"].differs


def test_the_applicant_is_told_of_each_row_that_the_officer_is_warned_of() -> None:
    typed = sheet(ciiu="C104111", canton="Cotacachi", workers=40, apprentices=6)
    known = facts(status="PASIVO")
    advice = advice_on_sheet(holder="OTRA PERSONA", sheet=typed, facts=known)
    warned = [row for row in rows(typed, known, holder="OTRA PERSONA").values() if row.differs]
    assert len(warned) == len(advice) == 6
    assert "" not in advice
    assert "Puso 40 operarios; la Ley de Defensa del Artesano admite 15." in advice[4]
    assert advice_on_sheet(holder=HOLDER, sheet=sheet(), facts=facts()) == ()


@pytest.mark.parametrize(("field", "limit"), [("workers", 15), ("apprentices", 5)])
def test_more_people_than_the_law_has_are_marked(field: str, limit: int) -> None:
    assert not rows(sheet(**{field: limit}))[field].differs
    row = rows(sheet(**{field: limit + 1}))[field]
    assert row.differs
    assert f"admite {limit}." in row.note
