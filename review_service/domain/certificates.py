"""The RUM certificate: every fact printed on it, and the dated rules that give some of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from review_service.domain.dated_rules import in_force, only_in_force
from review_service.domain.issued_documents import IssuedKind, IssuedSnapshot
from review_service.domain.validity import valid_until


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSnapshot(IssuedSnapshot):
    """Every fact printed on one certificate. Workers and sales are none of them."""

    kind: ClassVar[IssuedKind] = IssuedKind.CERTIFICATE

    category: str
    """Such as «Microempresa»; «Emprendedor» for that track."""
    legal_basis: tuple[str, ...]
    """The norms that it rests on, as the institution file gives them."""

    @property
    def numbering_section(self) -> str:
        """That of certificates."""
        return "certificate_numbering"

    @property
    def dated_texts(self) -> Mapping[str, tuple[str, ...]]:
        """The legal basis."""
        return {"legal_basis": self.legal_basis}

    @property
    def own_facts(self) -> Mapping[str, str]:
        """What a certificate alone prints."""
        return {"la categoría": self.category}


def certificate_number(
    rulebook: Mapping[str, Any], *, acronym: str, sequence: int, day: date
) -> str:
    """Return a number as printed; ``sequence`` starts at 1 each year."""
    rule = only_in_force(rulebook, "certificate_numbering", day=day)
    return str(rule["template"]).format(acronym=acronym, year=day.year, sequence=sequence)


def certificate_until(
    rulebook: Mapping[str, Any], *, start: date, issued: date | None = None
) -> date:
    """Return the last day of validity of a certificate that holds from ``start``.

    The rules of the day of issue count, which is ``start`` where none is given.
    """
    return valid_until(start, certificate_years(rulebook, day=issued or start))


def certificate_years(rulebook: Mapping[str, Any], *, day: date) -> int:
    """Return for how many years a certificate that is issued that day is valid."""
    return int(only_in_force(rulebook, "certificate_validity", day=day)["years"])


def legal_basis(rulebook: Mapping[str, Any], *, day: date) -> tuple[str, ...]:
    """Return the norms that a certificate names, in their printed order."""
    return tuple(str(entry["text"]).strip() for entry in in_force(rulebook, "legal_basis", day=day))
