"""Reads lines of the list in which an institution tells which papers it holds of whom."""

from collections.abc import Sequence
from typing import Final

from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.folding import ascii_only
from review_service.domain.imported_lines import LineRefusedError, day_in, ruc_in
from review_service.domain.paper_signs import undrawn_problem

COLUMNS: Final = (
    "RUC", "DOCUMENTO", "TITULAR", "ESTADO", "EMITIDO", "VALIDO_HASTA", "TRABAJADORES",
    "INSTITUCION", "REFERENCIA",
)  # fmt: skip
FACTS: Final = (
    "ruc", "kind", "holder", "owes", "issued_on", "valid_until", "workers", "institution",
    "reference",
)  # fmt: skip
"""What ``parse`` returns of a line, in order."""
IN_ORDER: Final = "AL DIA"
OWES: Final = "CON DEUDAS"
MOST_WORKERS: Final = 999_999
_KINDS: Final = {kind.slug.upper(): kind for kind in VENTURE_PAPERS}


def is_paper_list(header: Sequence[str]) -> bool:
    """Whether the header is that of the list."""
    return tuple(name.strip().upper() for name in header) == COLUMNS


def parse(cells: list[str]) -> tuple[str | None, ...]:
    """Return ``FACTS`` of the cells of a line; days as ``2024-11-20``.

    Raises ``LineRefusedError``.
    """
    if len(cells) != len(COLUMNS):
        raise LineRefusedError(f"La línea tiene {len(cells)} columnas; deben ser {len(COLUMNS)}.")
    ruc, document, holder, state, issued, until, workers, institution, reference = (
        cell.strip() for cell in cells
    )
    digits, kind = ruc_in(ruc), _KINDS.get(document.upper())
    if kind is None:
        raise LineRefusedError(f"DOCUMENTO debe ser uno de {', '.join(_KINDS)}.")
    for name, text in (("TITULAR", holder), ("INSTITUCION", institution)):
        if not text:
            raise LineRefusedError(f"{name} está vacío.")
        if problem := undrawn_problem(text, field=name):
            raise LineRefusedError(problem)
    said = ascii_only(state).upper()
    if said not in {IN_ORDER, OWES}:
        raise LineRefusedError(f"ESTADO debe ser «{IN_ORDER}» o «{OWES}».")
    issued_on = day_in(issued, field="EMITIDO")
    valid_until = day_in(until, field="VALIDO_HASTA") if until else None
    if valid_until is not None and valid_until < issued_on:
        raise LineRefusedError("VALIDO_HASTA es anterior a EMITIDO.")
    return (
        digits,
        kind.value,
        holder,
        "1" if said == OWES else "0",
        issued_on.isoformat(),
        valid_until.isoformat() if valid_until else None,
        _workers(workers, kind),
        institution,
        reference,
    )


def _workers(text: str, kind: SupportKind) -> str | None:
    if not text:
        if kind is SupportKind.PAYROLL:
            raise LineRefusedError("TRABAJADORES está vacío: una nómina dice cuántas personas son.")
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > MOST_WORKERS:
        raise LineRefusedError(f"TRABAJADORES debe ser un número de 0 a {MOST_WORKERS}.")
    return str(int(text))
