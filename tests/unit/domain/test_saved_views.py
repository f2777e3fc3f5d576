"""A saved view has a name that can be read, and leads to the very list that was saved."""

import pytest

from review_service.domain.errors import InvalidInputError
from review_service.domain.saved_views import (
    MAX_NAME,
    MAX_QUERY,
    query_arguments,
    query_text,
    view_name,
)


def test_a_name_is_one_line_without_what_cannot_be_seen() -> None:
    assert view_name("  Zona 1,\n antiguas\u200b ") == "Zona 1, antiguas"


@pytest.mark.parametrize("text", ["", "   ", "…", "x" * (MAX_NAME + 1)])
def test_what_is_no_name_is_told(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        view_name(text)
    assert list(caught.value.problems) == ["nombre"]


def test_an_address_survives() -> None:
    arguments = {"vista": "por-revisar", "zona": "Zonal 1", "canton": "Cañar, Cañar", "q": "a&b=c"}
    assert query_arguments(query_text(arguments)) == arguments


def test_an_address_that_is_too_long_is_told() -> None:
    with pytest.raises(InvalidInputError):
        query_text({"q": "x" * MAX_QUERY})
