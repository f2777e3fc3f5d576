"""What the tests of one process share, so that not each compiles the same SQL and pages again.

Each test has an engine and an application of its own; compiling for them anew took a third of the
run. Shared are only the outcomes of compiling, by the same keys as in one long-lived process.
"""

from typing import Any, Final

import sqlalchemy as sa
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import event

_create_engine = sa.create_engine
_dialects: Final = dict[tuple[str, str], tuple[sa.Dialect, Any]]()


def share_compiled_sql() -> None:
    """Let every engine made from now on keep its compiled statements with the others of its kind.

    The keys of that cache hold the dialect, therefore engines share this object too.
    """
    sa.create_engine = _create_sharing_engine


def _create_sharing_engine(*args: Any, **options: Any) -> sa.Engine:  # noqa: ANN401 -- as SQLAlchemy's
    engine = _create_engine(*args, **options)
    kind = (engine.dialect.name, engine.dialect.driver)
    if kind in _dialects:
        engine.dialect, engine._compiled_cache = _dialects[kind]  # noqa: SLF001
        engine.pool._dialect = engine.dialect  # noqa: SLF001
        return engine

    @event.listens_for(engine, "engine_connect")
    def _share(_connection: sa.Connection) -> None:
        # Only a dialect that was connected knows its server.
        _dialects.setdefault(kind, (engine.dialect, engine._compiled_cache))  # noqa: SLF001

    return engine


class CompiledPages(BytecodeCache):
    """Keeps compiled templates in memory; Jinja looks them up by name, path and content."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept, if anything."""
        if (kept := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED_PAGES: Final = CompiledPages()
