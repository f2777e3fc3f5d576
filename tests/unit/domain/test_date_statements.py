"""A statement of dates comes whole through JSON."""

from datetime import UTC, date, datetime

import pytest

from review_service.domain.date_statements import DateStatement, StatedRest

ASKED = StatedRest(
    notified_on=date(2026, 6, 3), last_day=date(2026, 6, 8), answered_on=date(2026, 6, 8)
)
UNANSWERED = StatedRest(notified_on=date(2026, 7, 1), last_day=date(2026, 7, 15), answered_on=None)


@pytest.mark.parametrize("decided_on", [None, date(2026, 7, 17)])
@pytest.mark.parametrize("rests", [(), (ASKED,), (ASKED, UNANSWERED)])
def test_what_was_written_is_read(rests: tuple[StatedRest, ...], decided_on: date | None) -> None:
    statement = DateStatement(
        returned_on=None,
        reference="AR-2026-000207",
        holder="TITUAÑA QUILUMBA MARÍA",
        ruc="1002003009001",
        kind="Acuerdo de artesano · nueva",
        received_on=date(2026, 6, 1),
        rests=rests,
        days=30,
        last_day=date(2026, 7, 16),
        decided_on=decided_on,
        is_refused=decided_on is not None,
        stated_at=datetime(2026, 7, 17, 15, 0, tzinfo=UTC),
        institution="Ministerio de Producción",
        support="Escriba a la mesa de ayuda.",
        address="https://registro.example/solicitudes/1",
        demonstration=False,
    )
    assert DateStatement.from_json(statement.to_json()) == statement
