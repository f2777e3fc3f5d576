"""How the audit trail names who did something."""

from uuid import uuid4

import pytest

from review_service.domain.actors import actor_of, officer_in


def test_an_officer_is_named_by_the_account() -> None:
    officer_id = uuid4()
    assert actor_of(officer_id) == f"officer:{officer_id}"
    assert officer_in(actor_of(officer_id)) == officer_id


@pytest.mark.parametrize("actor", ["applicant", "service", "scheduler", "rule:category"])
def test_nobody_else_is_an_officer(actor: str) -> None:
    assert officer_in(actor) is None
