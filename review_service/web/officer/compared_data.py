"""What the applicant says beside what the register says and what was read on the papers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from review_service.db.queries.officer.case import CaseView
from review_service.db.queries.officer.prior import ReadValue
from review_service.domain.reports import AgreementField, SupportField
from review_service.domain.sheet_comparison import SheetRow
from review_service.web.officer.prior_words import value_tag

READ_FOR: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "ruc": frozenset({AgreementField.RUC.value, SupportField.RUC.value}),
        "holder": frozenset({AgreementField.HOLDER.value, SupportField.HOLDER.value}),
        "activity": frozenset({AgreementField.ACTIVITY.value}),
        "employees": frozenset({SupportField.WORKERS.value}),
    }
)
"""By row of the comparison: the values of papers that say the same fact."""
ASKED_BY: Final = "Se le preguntó por este RUC"
"""What stands for the register's RUC: it is the question, so that it says nothing of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """One fact in the words of three: who applies, the register, and the papers."""

    label: str
    applied: str
    registered: str
    read: tuple[ReadValue, ...]
    """As it was read, each with its place."""
    notes: tuple[str, ...]
    """Why it is marked; empty when nothing differs."""

    @property
    def differs(self) -> bool:
        """Whether one of the three says something else."""
        return bool(self.notes)


def compared_rows(case: CaseView) -> tuple[ComparedRow, ...]:
    """Return the facts of a case, the RUC first where a paper says one."""
    read = [each for each in case.values_read if each.value]
    rows: list[SheetRow] = list(case.sheet_rows)
    if _of("ruc", read):
        has_answered = any(row.registered for row in rows)
        asked = ASKED_BY if has_answered else ""
        rows.insert(
            0, SheetRow(name="ruc", label="RUC", applied=case.ruc, registered=asked, differs=False)
        )
    return tuple(
        ComparedRow(
            label=row.label,
            applied=row.applied,
            registered=row.registered,
            read=_of(row.name, read),
            notes=tuple(_notes(row, _of(row.name, read))),
        )
        for row in rows
    )


def difference_words(rows: Sequence[ComparedRow]) -> str:
    """Return a sentence with what differs, for the head of the table."""
    names = [row.label for row in rows if row.differs]
    if not names:
        return "Nada de lo que se puede comparar difiere."
    count = "Un dato no coincide" if len(names) == 1 else f"{len(names)} datos no coinciden"
    return f"{count}: {', '.join(names)}."


def _of(name: str, read: Iterable[ReadValue]) -> tuple[ReadValue, ...]:
    wanted = READ_FOR.get(name, frozenset())
    return tuple(each for each in read if each.name in wanted)


def _notes(row: SheetRow, read: Iterable[ReadValue]) -> Iterator[str]:
    if row.differs:
        yield row.note or "No coincide"
    for each in read:
        if value_tag(each).tone == "bad":
            where = f" (página {each.position})" if each.position else ""
            yield f"Lo leído no coincide{where}"
