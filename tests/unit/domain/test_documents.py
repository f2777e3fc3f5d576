"""Where a document stands, and the themes that its photos must show."""

import pytest

from review_service.domain.documents import DocumentState, Theme


@pytest.mark.parametrize(
    ("state", "final"),
    [("received", False), ("checking", False), ("checked", True), ("refused", True)],
)
def test_checks_have_ended_when_checked_or_refused(state: str, *, final: bool) -> None:
    assert DocumentState(state).is_final is final


def test_applicants_are_asked_for_each_theme_in_their_own_words() -> None:
    headings = {theme.heading for theme in Theme}
    assert len(headings) == len(Theme)
    assert headings.isdisjoint({theme.label for theme in Theme})
    assert [theme for theme in Theme if not theme.hint.endswith(".")] == []
