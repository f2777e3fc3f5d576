"""The other workshops of an organisation of artisans: one line of the data sheet for each."""

from dataclasses import dataclass
from typing import Final

from review_service.domain.paper_signs import composed, undrawn_problem
from review_service.domain.provinces import canton_named, province_named, provinces_with

LONGEST_LINE: Final = 200
MOST_LINES: Final = 50
"""What a sheet can keep; how many may be declared says a dated rule."""
PARTS_WITH_PROVINCE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """One place of work; canton and province by their official names."""

    address: str
    canton: str
    province: str

    @property
    def line(self) -> str:
        """How a sheet keeps it, a page shows it and an Acuerdo prints it."""
        return f"{self.address}, {self.canton}, {self.province}"


def workshop_of(line: str) -> Workshop | None:
    """Read «address, canton» or «address, canton, province»; None for what names no canton.

    Without a province the canton must be of one province alone.
    """
    parts = [part.strip() for part in line.split(",") if part.strip()]
    if len(parts) >= PARTS_WITH_PROVINCE:
        province = province_named(parts[-1])
        canton = canton_named(parts[-2], province=province) if province else None
        if province and canton:
            return Workshop(address=", ".join(parts[:-2]), canton=canton, province=province)
    if len(parts) <= 1:
        return None
    among = provinces_with(parts[-1])
    canton = canton_named(parts[-1], province=among[0]) if len(among) == 1 else None
    if canton is None:
        return None
    return Workshop(address=", ".join(parts[:-1]), canton=canton, province=among[0])


def lines_of(typed: str) -> tuple[str, ...]:
    """Return what was typed, a line for each workshop, without spaces to spare."""
    lines = (composed(" ".join(line.split())) for line in typed.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def as_kept(typed: str) -> str:
    """Return typed workshops as a data sheet keeps them, by official names where read."""
    read = ((line, workshop_of(line)) for line in lines_of(typed))
    return "\n".join(place.line if place else line for line, place in read)


def impossible(typed: str) -> str:
    """Return why typed workshops cannot even be kept, a Spanish sentence; empty when they can."""
    lines = lines_of(typed)
    if len(lines) > MOST_LINES:
        return f"Puede poner hasta {MOST_LINES} talleres."
    for line in lines:
        if len(line) > LONGEST_LINE:
            return f"Cada taller puede tener {LONGEST_LINE} letras como máximo."
        if problem := undrawn_problem(line, field="El taller"):
            return problem
    return ""


def problem_of(kept: str) -> str:
    """Return why kept workshops cannot be sent, a Spanish sentence; empty when they can."""
    for line in lines_of(kept):
        if workshop_of(line) is None:
            return (
                f"En «{line}» escriba al final una coma y el cantón; si hay otro igual, también "
                "una coma y la provincia."
            )
    return ""
