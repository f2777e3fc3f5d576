"""A form's day is read as browsers send it, and as nothing else."""

from datetime import date

import pytest

from review_service.domain.form_days import form_day


@pytest.mark.parametrize("text", ["2026-03-09", " 2026-03-09\n"])
def test_a_day_is_read(text: str) -> None:
    assert form_day(text) == date(2026, 3, 9)


@pytest.mark.parametrize(
    "text",
    ["", "ayer", "2026-W11-1", "20260309", "2026-02-30", "2026-3-9", "09/03/2026", "٢٠٢٦-٠٣-٠٩"],
)
def test_anything_else_is_no_day(text: str) -> None:
    assert form_day(text) is None
