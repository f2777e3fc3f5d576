"""Who holds a case, and the words for it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from review_service.domain.claims import Claim, live_holder

NOW = datetime(2026, 11, 29, 15, tzinfo=UTC)


def test_a_claim_ends_by_the_clock() -> None:
    holder = uuid4()
    assert live_holder(holder, NOW + timedelta(seconds=1), NOW) == holder
    assert live_holder(holder, NOW, NOW) is None
    assert live_holder(None, None, NOW) is None


def test_the_words_name_the_holder_and_say_you_to_the_holder() -> None:
    paz = uuid4()
    claim = Claim(by_id=paz, by="L. Paz", minutes=3)
    assert claim.words(uuid4()) == "L. Paz lo tiene abierto, 3 min"
    assert claim.words(paz) == "Usted lo tiene abierto, 3 min"
