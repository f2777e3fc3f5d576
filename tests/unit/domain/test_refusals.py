"""Why a file is refused, in sentences that say what to do."""

import pytest

from review_service.domain.refusals import RefusalReason


@pytest.mark.parametrize("reason", RefusalReason)
def test_each_refusal_says_what_to_do(reason: RefusalReason) -> None:
    assert reason.sentence.endswith(".")
    assert reason.sentence.count(".") >= 2, "what happened, and the cure"
