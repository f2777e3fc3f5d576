"""Ready reasons for a correction: enough of them, and complete as they stand."""

import pytest

from review_service.domain.applications import ReviewItem
from review_service.domain.correction_reasons import reasons_for
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.wording import letters_in

LEAST_LETTERS = 8
"""What ``correcting.require_complete`` asks of each field."""
MOST_KEYS = 9


@pytest.mark.parametrize("item", list(ReviewItem))
def test_each_item_has_reasons_that_may_be_sent_as_they_stand(item: ReviewItem) -> None:
    found = reasons_for(item, page=4, file_name="telar.jpg")
    assert 0 < len(found) <= MOST_KEYS
    for each in found:
        for text in (each.reason, each.instruction):
            assert letters_in(text) >= LEAST_LETTERS
            assert "{" not in text
            assert not undrawn_problem(text, field="")


def test_a_photo_is_named_as_its_sender_knows_it() -> None:
    first = reasons_for(ReviewItem.WORKSHOP, page=4, file_name="telar.jpg")[0]
    assert first.reason.startswith("La foto «telar.jpg» (página 4) está borrosa")
    assert reasons_for(ReviewItem.WORKSHOP)[0].reason.startswith("La foto está borrosa")


def test_a_paper_is_named_by_its_page_and_the_sheet_by_none() -> None:
    assert reasons_for(ReviewItem.DEED, page=2, file_name="x.pdf")[0].reason == (
        "La página 2 no se lee bien."
    )
    assert "página" not in " ".join(
        each.reason for each in reasons_for(ReviewItem.DATA_SHEET, page=2)
    )
