"""A ticket is what was sealed, for a minute; anything else is none."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from review_service.domain.file_tickets import SERVES_FOR, FileTicket

KEY = "k" * 40
GIVEN = datetime(2026, 11, 29, 15, 0, 7, tzinfo=UTC)


@pytest.fixture
def ticket() -> FileTicket:
    return FileTicket(
        id=uuid4(),
        application_id=uuid4(),
        document_id=uuid4(),
        officer_id=uuid4(),
        given_at=GIVEN,
    )


def test_it_is_read_as_it_was_sealed(ticket: FileTicket) -> None:
    text = ticket.to_text(KEY)
    assert FileTicket.from_text(KEY, text) == ticket
    assert text.isascii()
    assert not set("/+=?&") & set(text)


def test_of_another_key_or_changed_it_is_none(ticket: FileTicket) -> None:
    text = ticket.to_text(KEY)
    assert FileTicket.from_text("x" * 40, text) is None
    for place in range(0, len(text) - 1, 7):
        other = "A" if text[place] != "A" else "B"
        assert FileTicket.from_text(KEY, text[:place] + other + text[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "x", "ñ", "A" * 139, "A" * 201, "..", "A===" * 8])
def test_what_is_no_ticket_is_none(text: str) -> None:
    assert FileTicket.from_text(KEY, text) is None


@pytest.mark.parametrize(
    ("passed", "serves"),
    [
        (timedelta(0), True),
        (SERVES_FOR - timedelta(seconds=1), True),
        (SERVES_FOR, False),
        (timedelta(days=400), False),
        (-timedelta(seconds=2), False),
    ],
)
def test_it_serves_for_a_minute(ticket: FileTicket, passed: timedelta, *, serves: bool) -> None:
    assert ticket.serves(GIVEN + passed) is serves
