"""A statement is made once for each key, and again when too many are kept; or has its values."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.base import UtcDateTime
from review_service.db.engine import make_engine
from review_service.db.kept_statements import MOST, KeptStatements, with_its_values
from tests.conftest import FreshDatabase


def test_a_statement_is_made_once_for_its_key_and_each_time_without_one() -> None:
    kept = KeptStatements[sa.Select[tuple[int]]]()
    first = kept.of("a", lambda: sa.select(sa.literal(1)))
    assert kept.of("a", lambda: sa.select(sa.literal(2))) is first
    assert kept.of("b", lambda: sa.select(sa.literal(2))) is not first
    assert kept.of(None, lambda: sa.select(sa.literal(1))) is not kept.of(
        None, lambda: sa.select(sa.literal(1))
    )


def test_no_more_than_some_are_kept() -> None:
    kept = KeptStatements[sa.Select[tuple[int]]]()
    first = kept.of(0, lambda: sa.select(sa.literal(1)))
    for key in range(1, MOST):
        kept.of(key, lambda: sa.select(sa.literal(1)))
    assert kept.of(0, lambda: sa.select(sa.literal(1))) is first
    kept.of(MOST, lambda: sa.select(sa.literal(1)))
    assert kept.of(0, lambda: sa.select(sa.literal(1))) is not first


MOMENT = datetime(2026, 11, 30, 4, 5, 6, 789, tzinfo=timezone(timedelta(hours=-5)))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (MOMENT, UtcDateTime()),
        ("d'Ulloa: 100 % :de \\ lana \\:1", sa.Text()),
        (UUID(int=7), sa.Uuid()),
        (41, sa.Integer()),
        (None, sa.Text()),
    ],
)
def test_values_in_the_text_are_those_that_would_be_bound(
    fresh_database_url: FreshDatabase, value: object, kind: sa.types.TypeEngine[object]
) -> None:
    engine, sent = make_engine(fresh_database_url("postgresql")), list[object]()
    asked = sa.select(sa.cast(sa.literal(value, kind), kind).label("told")).limit(2)

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _send(_connection: object, _cursor: object, _sql: str, values: object, *_: object) -> None:
        sent.append(values)

    with engine.connect() as connection:
        found = [connection.execute(each).scalar_one() for each in (asked, with_its_values(asked))]
    engine.dispose()
    assert found[0] == found[1] == (MOMENT.astimezone(UTC) if value is MOMENT else value)
    assert sent[0]
    assert not sent[1]
