"""The licence of the monthly figures: one, dated, with name, title and address."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.open_data import data_licence

TODAY = date(2026, 11, 20)


def changed(**values: Any) -> Mapping[str, Any]:  # noqa: ANN401 -- values of TOML
    rulebook = read_rulebook(None)
    [licence] = rulebook["data_licences"]
    return {**rulebook, "data_licences": [{**licence, **values}]}


def test_the_packaged_licence_lets_everybody_use_the_figures_with_their_source() -> None:
    found = data_licence(read_rulebook(None), on=TODAY)
    assert found.name == "CC-BY-4.0"
    assert found.url.startswith("https://creativecommons.org/licenses/by/4.0/")


@pytest.mark.parametrize(
    "values", [{"name": " "}, {"title": 4}, {"url": "javascript:alert(1)"}, {"url": ""}]
)
def test_a_licence_that_cannot_be_named_is_refused(values: Mapping[str, Any]) -> None:
    with pytest.raises(SettingsError):
        data_licence(changed(**values), on=TODAY)


def test_a_day_without_a_licence_is_refused() -> None:
    with pytest.raises(SettingsError):
        data_licence(changed(valid_to=date(2026, 1, 31)), on=TODAY)
