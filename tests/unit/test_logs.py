"""Log lines: one JSON object each, and nothing personal even when something fails."""

import json
import logging
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from review_service.db.engine import make_engine
from review_service.domain.errors import StoreError
from review_service.logs import JsonFormatter

RUC = "1002003007001"


def line_of(error: Exception) -> dict[str, str]:
    """Return what the log keeps of an error that was raised."""
    try:
        raise error
    except type(error):
        record = logging.makeLogRecord(
            {"msg": "request_failed", "levelname": "ERROR", "exc_info": sys.exc_info()}
        )
    line: dict[str, str] = json.loads(JsonFormatter().format(record))
    return line


@pytest.mark.parametrize("kind", [ValueError, KeyError, OSError, RuntimeError])
def test_what_others_say_of_an_error_is_not_kept(kind: type[Exception]) -> None:
    trace = line_of(kind(f"no room for {RUC}"))["trace"]
    assert RUC not in trace
    assert trace.endswith(f"builtins.{kind.__name__}")
    assert "test_logs.py" in trace


def test_the_cause_is_told_first_and_as_silently() -> None:
    cause = ValueError(f"relay refused rosa@correo.example of {RUC}")
    error = StoreError("the store is down", retryable=True)
    error.__cause__ = cause
    trace = line_of(error)["trace"]
    assert trace.index("builtins.ValueError") < trace.index("StoreError: the store is down")
    assert "rosa@" not in trace


def test_a_failed_query_does_not_quote_what_was_asked(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/review.db")
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError) as raised:
        connection.execute(sa.text("SELECT nothing FROM nowhere WHERE ruc = :ruc"), {"ruc": RUC})
    engine.dispose()
    assert RUC not in str(raised.value)
