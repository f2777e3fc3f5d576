"""An agreement's number out of what OCR made of it."""

import pytest

from workers.fields.prior.number import cleaned


@pytest.mark.parametrize(
    ("raw", "value", "was_mended"),
    [
        ("MDT-MIPRO-2016-0123", "MDT-MIPRO-2016-0123", False),
        ("MDT – MIPRO — 2016 - 0123", "MDT-MIPRO-2016-0123", False),
        ("MDT-2O16-0123", "MDT-2016-0123", True),
        ("MDT-2016-0123-A", "MDT-2016-0123-A", False),
        ("MDT-2016-0123-O", "MDT-2016-0123-O", False),
        ("OSB-2016-1", "OSB-2016-1", False),
        ("18 123", "18 123", False),
    ],
)
def test_joins_the_groups_and_mends_letters_only_among_digits(
    raw: str,
    value: str,
    was_mended: bool,  # noqa: FBT001
) -> None:
    assert cleaned(raw) == (value, was_mended)
