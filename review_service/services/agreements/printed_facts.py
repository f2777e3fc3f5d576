"""Collects what a document prints from its application and the rules of the day, by its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from review_service.db.models import ApplicationRow
from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.associations import is_legal
from review_service.domain.certificates import (
    CertificateSnapshot,
    certificate_number,
    certificate_until,
    legal_basis,
)
from review_service.domain.data_sheet import DataSheet, list_problems, with_listed_names
from review_service.domain.errors import InvalidInputError
from review_service.domain.institution import Institution
from review_service.domain.issued_documents import IssuedKind, IssuedSnapshot
from review_service.domain.sheet_comparison import activity_words
from review_service.domain.validity import valid_until, validity_years
from review_service.domain.workshops import lines_of


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingRules:
    """What is needed to number a document, apart from the case itself."""

    institution: Institution
    rulebook: Mapping[str, Any]
    """Every dated rule of this installation, by section."""
    verification_key: str
    public_url: str
    public_host: str
    demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """The place of a document in its series, and the day on which it is issued."""

    serial: int
    """From 1 in each year of each kind."""
    today: date
    category: str = ""
    """What a certificate says of its holder; an Acuerdo has none."""
    begins: date | None = None
    """First day of validity; None: the day of issue."""

    @property
    def start(self) -> date:
        """First day of validity."""
        return self.begins or self.today


def printed_facts(
    row: ApplicationRow, kind: IssuedKind, numbering: Numbering, rules: IssuingRules
) -> IssuedSnapshot:
    """Return every fact that the document prints.

    Raises ``InvalidInputError`` for a place or an activity that does not exist, as the version
    before let a sheet be sent with anything, and for a certificate without its category.
    """
    sheet = DataSheet.from_json(row.sheet)
    if problems := list_problems(sheet):
        told = " ".join(problems.values())
        raise InvalidInputError(
            {
                "sheet": "No se puede aprobar lo que no existe; pida que corrijan la hoja de "
                f"datos. {told}"
            }
        )
    return _BY_KIND[kind](row, with_listed_names(sheet), numbering, rules)


def holder_facts(row: ApplicationRow, *, category: str) -> Mapping[str, Any]:
    """Return what a document would say of its holder, by the names of its facts.

    Without a ``category``, as of an Acuerdo or before it is decided, none is said.
    """
    sheet = with_listed_names(DataSheet.from_json(row.sheet))
    return {
        **({"category": category} if category else {}),
        "holder": row.holder,
        "ciiu": sheet.ciiu,
        "trade": sheet.trade,
        "workshop_address": sheet.address,
        "other_workshops": _other_workshops(row, sheet),
        "canton": sheet.canton,
        "province": sheet.province,
    }


def _agreement(
    row: ApplicationRow, sheet: DataSheet, numbering: Numbering, rules: IssuingRules
) -> AgreementSnapshot:
    today, institution = numbering.today, rules.institution
    years = validity_years(sheet.ciiu, today, rules.rulebook)
    return AgreementSnapshot(
        **_of_every_kind(row, sheet, numbering, rules),
        number=institution.number(year=today.year, sequence=numbering.serial),
        trade=sheet.trade,
        workshop_address=sheet.address,
        other_workshops=_other_workshops(row, sheet),
        valid_until=valid_until(numbering.start, years),
        ministries=institution.ministries,
        considerations=institution.considerations,
        benefits=institution.benefits,
        obligations=institution.obligations,
    )


def _other_workshops(row: ApplicationRow, sheet: DataSheet) -> tuple[str, ...]:
    """Return what a legal person declared besides its address; nobody else is asked."""
    legal = is_legal(row.ruc, str(row.registry_facts.get("taxpayer_type") or ""))
    return lines_of(sheet.workshops) if legal else ()


def _certificate(
    row: ApplicationRow, sheet: DataSheet, numbering: Numbering, rules: IssuingRules
) -> CertificateSnapshot:
    """Return the facts of a certificate, which one ministry signs: the one that registers.

    Raises ``InvalidInputError`` without a category, which is what the paper certifies.
    """
    if not numbering.category.strip():
        raise InvalidInputError(
            {"category": "No se puede aprobar: falta la categoría que dirá el certificado."}
        )
    today, rulebook, ministry = numbering.today, rules.rulebook, rules.institution.ministries[0]
    return CertificateSnapshot(
        **_of_every_kind(row, sheet, numbering, rules),
        number=certificate_number(
            rulebook, acronym=ministry.acronym, sequence=numbering.serial, day=today
        ),
        category=numbering.category,
        valid_until=certificate_until(rulebook, start=numbering.start, issued=today),
        ministries=(ministry,),
        legal_basis=legal_basis(rulebook, day=today),
    )


def _of_every_kind(
    row: ApplicationRow, sheet: DataSheet, numbering: Numbering, rules: IssuingRules
) -> dict[str, Any]:
    return {
        "application_reference": row.reference,
        "holder": row.holder,
        "ruc": row.ruc,
        "ciiu": sheet.ciiu,
        "activity": activity_words(row.registry_facts, sheet.ciiu),
        "canton": sheet.canton,
        "province": sheet.province,
        "place": rules.institution.place,
        "issued_on": numbering.today,
        "valid_from": numbering.start,
        "demonstration": rules.demonstration,
        "verification_host": rules.public_host,
    }


_BY_KIND: Final[
    Mapping[
        IssuedKind, Callable[[ApplicationRow, DataSheet, Numbering, IssuingRules], IssuedSnapshot]
    ]
] = MappingProxyType({IssuedKind.AGREEMENT: _agreement, IssuedKind.CERTIFICATE: _certificate})
