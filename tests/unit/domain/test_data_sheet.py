"""The data sheet: drafts hold half of it, sending wants all of it, nothing impossible gets in."""

from collections.abc import Mapping
from datetime import date

import pytest

from review_service.domain.data_sheet import (
    BUSINESS,
    WORKSHOP,
    DataSheet,
    SheetQuestions,
    all_problems,
    as_asked,
    parse_sheet,
    problems_of,
    require_year,
    typed_values,
    with_year,
)
from review_service.domain.errors import InvalidInputError

FULL = {
    "trade": "Tejidos a mano",
    "ciiu": "C139209",
    "province": "Imbabura",
    "canton": "Otavalo",
    "address": "Calle Sucre 12-40",
    "workers": "2",
    "apprentices": "1",
    "phone": "0991234567",
    "notice_email": "",
}


def problems_when(**changed: str) -> dict[str, str]:
    return problems_of(parse_sheet({**FULL, **changed}))


def test_an_empty_form_is_an_empty_draft() -> None:
    assert parse_sheet({}) == DataSheet()


def test_typed_values_are_trimmed_and_the_phone_loses_its_spaces() -> None:
    sheet = parse_sheet({"trade": "  Tejidos \t a mano\n", "phone": "099 123-4567"})
    assert sheet.trade == "Tejidos a mano"
    assert sheet.phone == "0991234567"


def test_a_sheet_survives_being_stored() -> None:
    sheet = parse_sheet(FULL)
    assert DataSheet.from_json(sheet.to_json()) == sheet


@pytest.mark.parametrize(
    ("typed", "number"), [("", 0), ("0", 0), (" 7 ", 7), ("007", 7), ("998", 998), ("999", 999)]
)
def test_a_count_of_people_up_to_the_limit_is_taken(typed: str, number: int) -> None:
    assert parse_sheet({"workers": typed}).workers == number


@pytest.mark.parametrize(
    "typed",
    ["1000", "-1", "2.5", "dos", "٣", "²", "1e2", "0000005000", "0" * 5000, "9" * 5000],
)
def test_what_is_no_count_of_people_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        parse_sheet({"workers": typed})
    assert raised.value.problems == {"workers": "Operarios: escriba un número entre 0 y 999."}


def test_text_is_taken_up_to_its_limit_and_not_beyond() -> None:
    assert parse_sheet({"address": "a" * 200}).address == "a" * 200
    with pytest.raises(InvalidInputError) as raised:
        parse_sheet({"address": "a" * 201})
    assert set(raised.value.problems) == {"address"}


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u200b", "\ue000"])
def test_signs_that_cannot_be_seen_are_refused(sign: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_sheet({"trade": f"teji{sign}dos"})


@pytest.mark.parametrize("typed", ["+593 99 123 4567", "991234567", "(09) 9123-4567"])
def test_the_phone_is_kept_in_one_form(typed: str) -> None:
    assert parse_sheet({"phone": typed}).phone == "0991234567"


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidInputError) as raised:
        parse_sheet({"trade": "a" * 201, "workers": "x", "apprentices": "1000"})
    assert set(raised.value.problems) == {"trade", "workers", "apprentices"}


def test_what_is_impossible_missing_and_malformed_is_told_together_in_the_order_of_the_page() -> (
    None
):
    wrong = {
        "trade": "a" * 201,
        "ciiu": "Z",
        "address": "",
        "canton": "Ota\u200bvalo",
        "workers": "muchos",
        "apprentices": "-1",
        "phone": "12",
        "notice_email": "hija",
    }
    found = all_problems({**FULL, **wrong})
    assert list(found) == [
        "trade", "ciiu", "canton", "address", "workers", "apprentices", "phone", "notice_email",
    ]  # fmt: skip
    for name, word in {
        "trade": "Qué hace",
        "ciiu": "actividad",
        "canton": "cantón",
        "address": "taller",
        "workers": "Operarios",
        "apprentices": "Aprendices",
        "phone": "teléfono",
        "notice_email": "correo",
    }.items():
        assert word in found[name]
    assert len(set(found.values())) == len(found)
    assert all_problems(FULL) == {}


@pytest.mark.parametrize("field", sorted(FULL))
def test_a_sentence_about_a_sign_or_length_names_its_field(field: str) -> None:
    for value in ("a" * 201, "a\u202eb"):
        (said,) = all_problems({**FULL, field: value}).values()
        others = [name for name in CALLED if name != field]
        assert CALLED[field] in said
        assert not any(CALLED[name] in said for name in others)


CALLED = {
    "trade": "«Qué hace»",
    "ciiu": "La actividad",
    "province": "La provincia",
    "canton": "El cantón",
    "address": "La dirección",
    "workers": "Operarios",
    "apprentices": "Aprendices",
    "phone": "El teléfono",
    "notice_email": "El otro correo",
}


def test_place_and_activity_are_kept_as_the_lists_write_them() -> None:
    sheet = parse_sheet({"ciiu": "c1392.09", "province": "PICHINCHA", "canton": "d.m. quito"})
    assert (sheet.ciiu, sheet.province, sheet.canton) == ("C139209", "Pichincha", "Quito")


@pytest.mark.parametrize(
    ("field", "value"),
    [("ciiu", "C999999"), ("province", "Atlántida"), ("canton", "Ciudad Perdida")],
)
def test_what_is_in_no_closed_list_stays_in_the_draft_and_is_not_sent(
    field: str, value: str
) -> None:
    assert getattr(parse_sheet({**FULL, field: value}), field) == value
    assert list(problems_when(**{field: value})) == [field]


def test_a_canton_belongs_to_its_province() -> None:
    assert list(problems_when(province="Carchi")) == ["canton"]


def test_a_complete_sheet_has_no_problem() -> None:
    assert problems_when() == {}


@pytest.mark.parametrize("field", ["trade", "ciiu", "province", "canton", "address", "phone"])
def test_each_needed_field_is_asked_for(field: str) -> None:
    assert set(problems_when(**{field: "  "})) == {field}


def test_workers_and_a_second_address_are_not_needed() -> None:
    assert problems_when(workers="", apprentices="", notice_email="") == {}


@pytest.mark.parametrize("phone", ["022345678", "0991234567"])
def test_a_phone_of_nine_or_ten_digits_is_taken(phone: str) -> None:
    assert problems_when(phone=phone) == {}


@pytest.mark.parametrize("phone", ["02234567", "09912345678", "+13055550100", "0x"])
def test_another_phone_is_asked_for_again(phone: str) -> None:
    assert set(problems_when(phone=phone)) == {"phone"}


@pytest.mark.parametrize("address", ["hija@correo.example", "a.b+c@x-y.co.ec"])
def test_a_second_address_is_taken(address: str) -> None:
    assert problems_when(notice_email=address) == {}


@pytest.mark.parametrize(
    "address",
    [
        "señora@correo.example",
        "a..b@correo.example",
        ".a@correo.example",
        "a@correo..example",
        "a@-.example",
        "hija",
        "hija@correo",
        "@correo.example",
        "a@b@c.example",
        "a<b>@c.example",
    ],
)
def test_half_an_address_is_asked_for_again(address: str) -> None:
    assert set(problems_when(notice_email=address)) == {"notice_email"}


@pytest.mark.parametrize("ciiu", ["Z", "tejidos", "C1", "C123456789", "13"])
def test_a_code_that_is_none_is_asked_for_again_before_sending(ciiu: str) -> None:
    assert set(problems_when(ciiu=ciiu)) == ({"ciiu"} if ciiu != "13" else set())


@pytest.mark.parametrize("ciiu", ["C139209", "C1392.09", "1392", "c13"])
def test_a_code_is_taken_in_every_usual_spelling(ciiu: str) -> None:
    assert problems_when(ciiu=ciiu) == {}


BUSINESS_FULL = {
    "ciiu": "G471101",
    "employees": "4",
    "sales": "85.000,50",
    "started_this_year": "y",
    "province": "Imbabura",
    "canton": "Otavalo",
    "phone": "0991234567",
}


def test_a_business_is_asked_what_its_category_rests_on() -> None:
    sheet = parse_sheet(BUSINESS_FULL, BUSINESS)
    assert (sheet.employees, sheet.sales_cents, sheet.started_this_year) == (4, 8_500_050, True)
    assert problems_of(sheet, BUSINESS) == {}
    assert DataSheet.from_json(sheet.to_json()) == sheet


def test_what_a_track_does_not_ask_is_not_read() -> None:
    assert parse_sheet({**FULL, "employees": "4", "sales": "x"}) == parse_sheet(FULL)
    assert parse_sheet({**BUSINESS_FULL, "trade": "Pan"}, BUSINESS).trade == ""


def test_nobody_employed_and_nothing_sold_are_answers() -> None:
    sheet = parse_sheet({**BUSINESS_FULL, "employees": "0", "sales": "0"}, BUSINESS)
    assert (sheet.employees, sheet.sales_cents) == (0, 0)
    assert problems_of(sheet, BUSINESS) == {}


def test_an_empty_business_is_told_each_field_in_the_order_of_the_page() -> None:
    told = all_problems({}, BUSINESS)
    assert list(told) == ["ciiu", "employees", "sales", "province", "canton", "phone"]
    assert "negocio" in told["canton"]
    assert all_problems({}, BUSINESS, to_send=False) == {}


@pytest.mark.parametrize(
    ("field", "typed"),
    [("employees", "muchas"), ("employees", "100000"), ("sales", "mucho"), ("sales", "-5")],
)
def test_numbers_of_a_business_that_cannot_be_read_are_told(field: str, typed: str) -> None:
    assert list(all_problems({**BUSINESS_FULL, field: typed}, BUSINESS)) == [field]


@pytest.mark.parametrize(
    ("sheet", "asked"),
    [(parse_sheet(FULL), WORKSHOP), (parse_sheet(BUSINESS_FULL, BUSINESS), BUSINESS)],
)
def test_the_form_shows_what_was_typed(sheet: DataSheet, asked: SheetQuestions) -> None:
    assert parse_sheet(typed_values(sheet), asked) == sheet


def test_the_version_before_reads_the_sheet_of_an_artisan() -> None:
    added = {"organisation", "members", "workshops", "shared_with"}
    assert set(parse_sheet(FULL).to_json()) == set(WORKSHOP.fields) - added


@pytest.mark.parametrize(("began", "year"), [("y", 2026), ("", 2025)])
def test_sales_have_the_year_of_the_day_on_which_they_were_saved(began: str, year: int) -> None:
    sheet = parse_sheet({**BUSINESS_FULL, "started_this_year": began}, BUSINESS)
    assert with_year(sheet, date(2026, 12, 31)).sales_year == year
    assert with_year(DataSheet(), date(2026, 12, 31)).sales_year is None


SOLD = {"sales": "85.000"}


def year_problems(asked: str, values: dict[str, str]) -> Mapping[str, str]:
    """Return what is wrong with a form of that year that is sent on New Year's Day of 2027."""
    try:
        require_year(asked, values, date(2027, 1, 1))
    except InvalidInputError as error:
        return error.problems
    return {}


def test_sales_typed_over_new_year_are_of_no_known_year() -> None:
    assert year_problems("2026", SOLD) == {
        "sales": "Empezó 2027 mientras llenaba esta hoja: escriba las ventas de 2026, o las de "
        "2027 si empezó este año."
    }


@pytest.mark.parametrize(
    ("asked", "values"), [("2027", SOLD), ("", SOLD), ("2026", {"sales": " "}), ("2026", {})]
)
def test_a_form_of_this_year_or_without_sales_is_taken(asked: str, values: dict[str, str]) -> None:
    assert year_problems(asked, values) == {}


@pytest.mark.parametrize("began", ["y", ""])
def test_the_form_of_another_year_asks_for_the_sales_anew(began: str) -> None:
    sheet = with_year(
        parse_sheet({**BUSINESS_FULL, "started_this_year": began}, BUSINESS), date(2026, 12, 31)
    )
    assert as_asked(sheet, date(2026, 1, 1)) == sheet
    later = as_asked(sheet, date(2027, 1, 1))
    assert (later.sales_cents, later.started_this_year) == (None, False)
    assert later.employees == sheet.employees


def test_what_a_newer_version_asks_is_left_out() -> None:
    assert DataSheet.from_json({**parse_sheet(FULL).to_json(), "unheard": 1}) == parse_sheet(FULL)
