"""Made-up people of the samples."""

import pytest
from stdnum.ec import ci, ruc

from review_service.samples.people import synthetic_ruc


@pytest.mark.parametrize("number", [1, 999, 1000, 999_999])
def test_every_made_up_ruc_is_a_valid_one_of_a_natural_person(number: int) -> None:
    made = synthetic_ruc(number)
    assert ruc.is_valid(made)
    assert ci.is_valid(made[:10])


def test_no_two_are_alike() -> None:
    assert len({synthetic_ruc(number) for number in range(3000)}) == 3000
