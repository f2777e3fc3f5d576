"""A statement is made once for each key, and again when too many are kept."""

import sqlalchemy as sa

from review_service.db.kept_statements import MOST, KeptStatements


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
