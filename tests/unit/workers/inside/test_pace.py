"""Every page of a child gets its turn."""

import time

import pytest

from workers.inside.pace import KEPT_SHARE, MOST_OF_PAGE, RESERVED_OF_PAGE, Pace

SPENT = 7.0
"""CPU seconds that the child has spent: the tests' own process has spent anything."""


@pytest.fixture(autouse=True)
def _spent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "process_time", lambda: SPENT)


def _given(*, planned: float, pages_left: int) -> float:
    """Return the seconds of one page where a child may plan with so many."""
    pace = Pace(budget_seconds=planned / KEPT_SHARE, page_seconds=40.0)
    return pace.until(pages_left) - SPENT


def test_a_page_by_itself_has_half_of_what_ends_it() -> None:
    assert _given(planned=1000, pages_left=1) == pytest.approx(40 * MOST_OF_PAGE)


def test_the_first_pages_have_what_the_others_need_not() -> None:
    reserved = RESERVED_OF_PAGE * 40
    assert _given(planned=SPENT + 70, pages_left=20) == pytest.approx(70 - 19 * reserved)


def test_many_pages_have_even_shares() -> None:
    assert _given(planned=SPENT + 10, pages_left=100) == pytest.approx(0.1)


def test_who_has_spent_all_has_nothing_left() -> None:
    assert _given(planned=0, pages_left=3) == 0
