"""What the tests of one process share: compiled SQL, pages and routes.

Each test has an engine and an application of its own; compiling for them anew took a third of the
run. Shared are only the outcomes of compiling, by the same keys as in one long-lived process.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import sqlalchemy as sa
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import event
from werkzeug.routing import Rule

_create_engine = sa.create_engine
_dialects: Final = dict[tuple[str, str, str], tuple[sa.Dialect, Any]]()
_compile_builder = Rule._compile_builder  # noqa: SLF001
_builders: Final = dict[object, Callable[..., tuple[str, str]]]()
_parse_rule = Rule._parse_rule  # noqa: SLF001
_parsed: Final = dict[object, tuple[list[Any], list[tuple[bool, str]], dict[str, Any]]]()
"""The parts, the trace and the converters of a path, by the path and the kinds of converters."""


def share_compiled_sql() -> None:
    """Let every engine made from now on keep its compiled statements with the others of its kind.

    The keys of that cache hold the dialect, therefore engines share this object too.
    """
    sa.create_engine = _create_sharing_engine


def _create_sharing_engine(*args: Any, **options: Any) -> sa.Engine:  # noqa: ANN401 -- as SQLAlchemy's
    engine = _create_engine(*args, **options)
    begins = str(options.get("isolation_level"))  # what the dialect gives a connection back in
    kind = (engine.dialect.name, engine.dialect.driver, begins)
    if kind in _dialects:
        engine.dialect, engine._compiled_cache = _dialects[kind]  # noqa: SLF001
        engine.pool._dialect = engine.dialect  # noqa: SLF001
        return engine

    @event.listens_for(engine, "engine_connect")
    def _share(_connection: sa.Connection) -> None:
        # Only a dialect that was connected knows its server.
        _dialects.setdefault(kind, (engine.dialect, engine._compiled_cache))  # noqa: SLF001

    return engine


def share_compiled_routes() -> None:
    """Let equal rules of two applications share what was parsed, and what builds their addresses.

    That function takes its rule as its first argument, and knows converters only by their names.
    """
    Rule._compile_builder = _shared_builder  # type: ignore[assignment, method-assign]  # noqa: SLF001
    Rule._parse_rule = _shared_parts  # type: ignore[assignment, method-assign]  # noqa: SLF001


def _shared_parts(rule: Rule, path: str) -> Iterable[Any]:
    """Return the parts of a path, and note in the rule what Werkzeug notes while it parses."""
    if not path.startswith("/"):  # it is a host
        return _parse_rule(rule, path)
    key = (path, *rule.map.converters.items())
    if key not in _parsed:
        alone = Rule(path)
        alone.map, alone._trace, alone._converters = rule.map, [], {}  # noqa: SLF001
        _parsed[key] = list(_parse_rule(alone, path)), alone._trace, alone._converters  # noqa: SLF001
    parts, trace, converters = _parsed[key]
    rule._trace.extend(trace)  # noqa: SLF001
    rule._converters.update(converters)  # noqa: SLF001
    rule.arguments.update(converters)
    return parts


def _shared_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 -- as Werkzeug's
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)  # noqa: SLF001
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


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
