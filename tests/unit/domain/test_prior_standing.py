"""How an Acuerdo of before this service stands on a day."""

from datetime import date, timedelta

import pytest

from review_service.domain.prior_standing import PriorStanding, prior_standing

TODAY = date(2026, 11, 29)
BEFORE, AFTER = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("valid_until", "revoked_on", "replaced_on", "standing"),
    [
        (TODAY, None, None, PriorStanding.IN_FORCE),
        (BEFORE, None, None, PriorStanding.EXPIRED),
        (AFTER, TODAY, None, PriorStanding.REVOKED),
        (AFTER, AFTER, None, PriorStanding.IN_FORCE),
        (AFTER, None, TODAY, PriorStanding.REPLACED),
        (AFTER, None, AFTER, PriorStanding.IN_FORCE),
        (BEFORE, BEFORE, BEFORE, PriorStanding.REVOKED),
        (BEFORE, None, BEFORE, PriorStanding.REPLACED),
    ],
)
def test_each_day_counts_from_itself_on(
    valid_until: date,
    revoked_on: date | None,
    replaced_on: date | None,
    standing: PriorStanding,
) -> None:
    found = prior_standing(
        valid_until=valid_until, revoked_on=revoked_on, replaced_on=replaced_on, on=TODAY
    )
    assert found is standing
    assert found.label
