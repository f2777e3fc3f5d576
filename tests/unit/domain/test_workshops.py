"""The other workshops of an organisation, as they are typed, kept and printed."""

import pytest

from review_service.domain.workshops import (
    MOST_LINES,
    as_kept,
    impossible,
    problem_of,
    workshop_of,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sucre 12-40, otavalo", "Sucre 12-40, Otavalo, Imbabura"),
        ("Sucre 12-40, junto a la capilla, Otavalo, imbabura",
         "Sucre 12-40, junto a la capilla, Otavalo, Imbabura"),
        ("Calle Uno, Bolívar, Carchi", "Calle Uno, Bolívar, Carchi"),
        ("Calle Uno, Loja", "Calle Uno, Loja, Loja"),
    ],
)  # fmt: skip
def test_a_workshop_is_read_with_or_without_its_province(typed: str, kept: str) -> None:
    found = workshop_of(typed)
    assert found is not None
    assert found.line == kept
    assert as_kept(f"  {typed} \n\n{typed}") == kept
    assert problem_of(kept) == ""


@pytest.mark.parametrize("typed", ["Sucre 12-40", "Otavalo", "Calle Uno, Bolívar", "Calle, Lima"])
def test_a_line_without_a_sure_canton_is_told(typed: str) -> None:
    assert workshop_of(typed) is None
    assert typed in problem_of(as_kept(typed))


def test_so_many_may_be_kept_and_no_more() -> None:
    lines = [f"Calle {number}, Otavalo" for number in range(MOST_LINES + 1)]
    assert impossible("\n".join(lines[:-1])) == ""
    assert "hasta 50 talleres" in impossible("\n".join(lines))
    assert "200 letras" in impossible("x" * 201)
