# ruff: noqa: INP001 -- a part of a program, not a package
"""Makes mutants, modules with one line changed in one of six ways, for ``mutation.py``."""

import ast
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

TURNED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = MappingProxyType(
    {
        ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt,
        ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
        ast.In: ast.NotIn, ast.NotIn: ast.In,
    }
)  # fmt: skip
REMOVABLE: Final = (ast.Assign, ast.AugAssign, ast.Raise, ast.Delete)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One module with one line broken."""

    path: str
    """From the root of the checkout."""
    line: int
    """1-based, of the original."""
    operator: str
    before: str
    """The expression or statement as it was, on one line."""
    after: str
    text: str
    """The whole module, broken."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return a key of this mutant that does not depend on line numbers."""
        return self.path, self.operator, self.before, self.after


def mutants_of(path: Path, root: Path) -> list[Mutant]:
    """Return every mutant of one module, in the order of its lines."""
    text = path.read_text(encoding="utf-8")
    found = []
    for node in ast.walk(ast.parse(text)):
        for operator, changes in OPERATORS.items():
            for old, new in changes(node):
                broken = _replaced(text, old, new)
                found.append(
                    Mutant(
                        path=str(path.relative_to(root)),
                        line=old.lineno,
                        operator=operator,
                        before=ast.unparse(old),
                        after=new,
                        text=broken,
                    )
                )
    return sorted(found, key=lambda mutant: (mutant.line, mutant.operator, mutant.after))


def drawn(groups: Mapping[str, Sequence[Mutant]], *, count: int, seed: int) -> list[Mutant]:
    """Return a sample of ``count`` mutants on distinct lines, balanced by part and by operator.

    The order is that of a hash of the seed and of what is changed, so that a line added anywhere
    leaves nearly all of the sample as it was.
    """
    cells = {
        (part, operator): sorted(
            (mutant for mutant in mutants if mutant.operator == operator),
            key=lambda mutant: hashlib.sha256(f"{seed}:{mutant.key}".encode()).digest(),
        )
        for operator in OPERATORS
        for part, mutants in groups.items()
    }
    chosen: list[Mutant] = []
    lines: set[tuple[str, int]] = set()
    while len(chosen) < count and any(cells.values()):
        for waiting in cells.values():
            while waiting and (waiting[0].path, waiting[0].line) in lines:
                waiting.pop(0)
            if waiting and len(chosen) < count:
                mutant = waiting.pop(0)
                lines.add((mutant.path, mutant.line))
                chosen.append(mutant)
    return chosen


Change = tuple[ast.expr | ast.stmt, str]


def _comparison(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        turned = ast.Compare(node.left, [TURNED[type(node.ops[0])]()], node.comparators)
        yield node, f"({ast.unparse(turned)})"


def _condition(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield node.test, f"(not ({ast.unparse(node.test)}))"


def _constant(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        yield node, f"({node.value!r} + 1)"
        yield node, f"({node.value!r} - 1)"


def _connective(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield node, f"({ast.unparse(ast.BoolOp(other, node.values))})"


def _return(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Return) and node.value is not None:
        value = node.value
        if isinstance(value, ast.Constant) and value.value is None:
            return
        if isinstance(value, ast.Constant) and isinstance(value.value, bool):
            yield node, f"return {not value.value}"
        else:
            yield node, "return None"


def _removal(node: ast.AST) -> Iterator[Change]:
    """Remove a statement that does something; what only writes a log line stays."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        if not ast.unparse(node.value).startswith("logger."):
            yield node, "pass"
    elif isinstance(node, REMOVABLE):
        yield node, "pass"


OPERATORS: Final[Mapping[str, Callable[[ast.AST], Iterator[Change]]]] = MappingProxyType(
    {
        "comparison turned": _comparison,
        "condition negated": _condition,
        "constant ±1": _constant,
        "and/or swapped": _connective,
        "return replaced": _return,
        "statement removed": _removal,
    }
)


def _replaced(text: str, node: ast.expr | ast.stmt, new: str) -> str:
    """Return the module with the source of one node replaced. Columns are bytes of UTF-8."""
    lines = text.encode().splitlines(keepends=True)
    assert node.end_lineno is not None  # noqa: S101 -- parsed from text, it has a place
    assert node.end_col_offset is not None  # noqa: S101
    first, last = node.lineno - 1, node.end_lineno - 1
    head, tail = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
    lines[first : last + 1] = [head + new.encode() + tail]
    return b"".join(lines).decode()
