"""Which lanes a worker serves."""

import pytest

from review_service.domain.errors import SettingsError
from workers.__main__ import lanes_of


@pytest.mark.parametrize(
    ("wanted", "lanes"),
    [
        ("", ["mail", "issue", "intake", "ocr"]),
        ("ocr", ["ocr"]),
        ("issue, mail", ["mail", "issue"]),
    ],
)
def test_lanes_are_emptied_in_one_order(wanted: str, lanes: list[str]) -> None:
    assert lanes_of(wanted) == lanes


def test_a_lane_that_does_not_exist_is_said() -> None:
    with pytest.raises(SettingsError, match="orc"):
        lanes_of("orc,mail")
