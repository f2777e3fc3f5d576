"""A statement is made once for each key, and again when too many are kept; or has its values."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.base import UtcDateTime
from review_service.db.engine import make_engine
from review_service.db.kept_statements import MOST, KeptStatements, with_its_values
from review_service.db.queued_cases import written
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
    engine = make_engine(fresh_database_url("postgresql"))
    asked = sa.select(sa.cast(sa.literal(value, kind), kind).label("told")).limit(written(2))
    with engine.connect() as connection:
        bound = connection.execute(asked).scalar_one()
        text = with_its_values(asked)
        assert not text.compile(engine).params
        assert connection.execute(text).scalar_one() == bound
    engine.dispose()
    assert value is None or bound == (MOMENT.astimezone(UTC) if value is MOMENT else value)
