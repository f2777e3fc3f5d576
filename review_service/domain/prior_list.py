"""Reads lines of the ministry's own list of agreements issued before this service."""

from collections.abc import Callable, Sequence
from typing import Final

from review_service.domain.imported_lines import LineRefusedError, day_in, ruc_in
from review_service.domain.numbering import clean_number
from review_service.domain.paper_signs import undrawn_problem

COLUMNS: Final = ("NUMERO", "RUC", "TITULAR", "ACTIVIDAD", "EMITIDO", "VALIDO_HASTA")
REVOKED: Final = "REVOCADO"
"""A last column that may be there: the day from which an agreement counts no more."""
FACTS: Final = (
    "number", "ruc", "holder", "activity", "issued_on", "valid_until", "revoked_on"
)  # fmt: skip
"""What ``parser`` returns of a line, in order."""


def is_prior_list(header: Sequence[str]) -> bool:
    """Whether the header is that of the list, with or without ``REVOCADO``."""
    names = tuple(name.strip().upper() for name in header)
    return names in (COLUMNS, (*COLUMNS, REVOKED))


def parser(header: Sequence[str]) -> Callable[[list[str]], tuple[str | None, ...]]:
    """Return what turns the cells of a line into ``FACTS``; days as ``2024-11-20``.

    It raises ``LineRefusedError``.
    """
    width = len(header)

    def parse(cells: list[str]) -> tuple[str | None, ...]:
        if not len(COLUMNS) <= len(cells) <= width:
            raise LineRefusedError(
                f"La línea tiene {len(cells)} columnas y la primera línea del archivo {width}."
            )
        number, ruc, holder, activity, issued, until, *rest = (cell.strip() for cell in cells)
        if not number:
            raise LineRefusedError("NUMERO está vacío.")
        digits = ruc_in(ruc)
        if not holder:
            raise LineRefusedError("TITULAR está vacío.")
        if problem := undrawn_problem(holder, field="TITULAR"):
            raise LineRefusedError(problem)
        issued_on, valid_until = (
            day_in(issued, field="EMITIDO"),
            day_in(until, field="VALIDO_HASTA"),
        )
        revoked_on = day_in(rest[0], field=REVOKED) if rest and rest[0] else None
        if valid_until < issued_on:
            raise LineRefusedError("VALIDO_HASTA es anterior a EMITIDO.")
        return (
            clean_number(number),
            digits,
            holder,
            activity,
            issued_on.isoformat(),
            valid_until.isoformat(),
            revoked_on.isoformat() if revoked_on else None,
        )

    return parse
