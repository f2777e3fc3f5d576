"""Drawing a sample that can be drawn again, and how much two people agree."""

from uuid import UUID

import pytest

from review_service.domain.applications import ApplicationState
from review_service.domain.second_reviews import (
    SecondVerdict,
    agreement,
    first_opinion,
    is_drawn,
    kappa,
)

GRANT, CORRECT, REFUSE = SecondVerdict
CASES = [UUID(int=number << 64 | 7 * number) for number in range(4000)]


def drawn(share: float, key: str = "una clave") -> set[UUID]:
    return {case for case in CASES if is_drawn(case, key=key, share=share)}


def test_the_same_cases_are_drawn_again_and_a_larger_share_holds_them() -> None:
    few, more = drawn(0.05), drawn(0.2)
    assert few == drawn(0.05)
    assert few < more
    assert 140 <= len(few) <= 260
    assert 700 <= len(more) <= 900


def test_no_share_draws_none_and_the_whole_all() -> None:
    assert drawn(0) == set()
    assert len(drawn(1)) == len(CASES)


def test_another_key_draws_others() -> None:
    assert drawn(0.05) != drawn(0.05, "otra clave")


@pytest.mark.parametrize("state", [ApplicationState.APPROVED, ApplicationState.ISSUED])
def test_what_was_decided_is_a_grant_or_a_refusal(state: ApplicationState) -> None:
    assert first_opinion(state) is GRANT
    assert first_opinion(ApplicationState.REFUSED) is REFUSE


def test_agreement_counts_the_same_answers() -> None:
    found = agreement([(GRANT, GRANT), (GRANT, CORRECT), (REFUSE, REFUSE)])
    assert (found.count, found.of) == (2, 3)


def test_kappa_is_cohens() -> None:
    # Source: the usual example of 50 cases, 20 and 15 alike, 5 and 10 not: 0.4
    pairs = [(GRANT, GRANT)] * 20 + [(GRANT, REFUSE)] * 5 + [(REFUSE, GRANT)] * 10
    pairs += [(REFUSE, REFUSE)] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([(GRANT, GRANT), (REFUSE, REFUSE)]) == 1
    assert kappa([(GRANT, REFUSE), (REFUSE, GRANT)]) == -1


def test_kappa_says_nothing_of_one_answer_throughout() -> None:
    assert kappa([]) is None
    assert kappa([(GRANT, GRANT)] * 9) is None
