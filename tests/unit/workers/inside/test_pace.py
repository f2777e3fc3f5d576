"""Every page of a child gets its turn."""

import time

import pytest

from workers.inside.pace import KEPT_SHARE, MOST_OF_PAGE, Pace

PACE = Pace(budget_seconds=1000.0, page_seconds=40.0)


def _given(pace: Pace, pages_left: int) -> float:
    return pace.until(pages_left) - time.process_time()


def test_a_page_by_itself_has_half_of_what_ends_it() -> None:
    assert _given(PACE, 1) == pytest.approx(40 * MOST_OF_PAGE, abs=0.1)


def test_the_first_pages_have_what_the_others_need_not() -> None:
    pace = Pace(budget_seconds=time.process_time() + 100.0, page_seconds=40.0)
    spent = time.process_time()
    left = pace.budget_seconds * KEPT_SHARE - spent
    assert _given(pace, 20) == pytest.approx(left - 19 * 3.0, abs=0.2)


def test_many_pages_have_even_shares() -> None:
    pace = Pace(budget_seconds=(time.process_time() + 10.0) / KEPT_SHARE, page_seconds=40.0)
    assert _given(pace, 100) == pytest.approx(0.1, abs=0.05)


def test_who_has_spent_all_has_nothing_left() -> None:
    time.process_time()
    assert _given(Pace(budget_seconds=0.0, page_seconds=40.0), 3) <= 0
