"""One date out of each way in which old papers write it."""

import re
from datetime import date

import pytest

from workers.fields.prior.dates import DATE, date_of


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20 DE NOVIEMBRE DE 2019", date(2019, 11, 20)),
        ("VEINTE DIAS DEL MES DE NOVIEMBRE DE DOS MIL DIECINUEVE", date(2019, 11, 20)),
        ("NOVIEMBRE 20, 2019", date(2019, 11, 20)),
        ("20-NOV-2019", date(2019, 11, 20)),
        ("3 SET 2014", date(2014, 9, 3)),
        ("20/11/2019", date(2019, 11, 20)),
        ("2O/I1/2O19", date(2019, 11, 20)),
        ("2019-11-20", date(2019, 11, 20)),
        ("20 DE N0VIEMBRC DE 2019", date(2019, 11, 20)),
        ("30 DE FEBRERO DE 2019", None),
        ("31/13/2019", None),
    ],
)
def test_reads_a_date_or_says_that_no_calendar_has_it(text: str, day: date | None) -> None:
    match = re.search(DATE, text)
    assert match is not None
    assert date_of(match) == day
