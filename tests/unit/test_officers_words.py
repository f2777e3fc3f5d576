"""What officers write goes into letters: what cannot be printed is refused where it was typed."""

import pytest

from review_service.domain.applications import ApplicationKind, ItemVerdict, ReviewItem
from review_service.domain.errors import InvalidInputError
from review_service.domain.tracks import ARTISAN
from review_service.services.review.correcting import require_complete
from review_service.services.review.decision_checks import require_reasons
from review_service.services.review.letters import CorrectionItem

GOOD = "Las fotos no son del taller declarado en la solicitud."
JUDGED = dict.fromkeys(ARTISAN.items_for(ApplicationKind.NEW), ItemVerdict.PENDING)


def test_reasons_with_a_sign_that_cannot_be_printed_are_refused() -> None:
    assert require_reasons(GOOD) == GOOD
    with pytest.raises(InvalidInputError) as caught:
        require_reasons(f"{GOOD} \U0001f9f6")
    assert caught.value.problems["reasons"].startswith("El motivo tiene un signo que no se puede")
    assert "«\U0001f9f6»" in caught.value.problems["reasons"]


def test_reasons_of_dots_alone_are_none() -> None:
    dots = ". " * 40
    with pytest.raises(InvalidInputError, match="reasons"):
        require_reasons(dots)
    item = CorrectionItem(item=ReviewItem.WORKSHOP, reason=dots, instruction=dots)
    with pytest.raises(InvalidInputError) as caught:
        require_complete(JUDGED, [item])
    assert set(caught.value.problems) == {"workshop_reason", "workshop_instruction"}


@pytest.mark.parametrize("place", ["reason", "instruction"])
def test_a_correction_with_such_a_sign_is_refused_in_its_field(place: str) -> None:
    words = {"reason": GOOD, "instruction": GOOD}
    item = ReviewItem.WORKSHOP
    require_complete(JUDGED, [CorrectionItem(item=item, **words)])
    words[place] += " \U0001f9f6"
    with pytest.raises(InvalidInputError) as caught:
        require_complete(JUDGED, [CorrectionItem(item=item, **words)])
    assert set(caught.value.problems) == {f"{item.value}_{place}"}
    assert "Su texto tiene un signo" in caught.value.problems[f"{item.value}_{place}"]
