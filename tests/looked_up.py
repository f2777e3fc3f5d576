"""Installations whose rules have papers looked up, and the lists in which they are."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from review_service.db.models import InstitutionPaperRow
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import SupportKind
from review_service.domain.paper_list import COLUMNS
from review_service.domain.terms import ecuador_day
from review_service.services.upkeep import importing
from review_service.services.upkeep.importing import Imported
from review_service.services.upkeep.imports import kinds
from tests.factories import RUC, Office
from tests.ventures import HOLDER

INSTITUTIONS: Mapping[SupportKind, str] = {
    SupportKind.DEED: "Supercias",
    SupportKind.EMPLOYER_CERTIFICATE: "IESS",
    SupportKind.TAX_CERTIFICATE: "SRI",
    SupportKind.PAYROLL: "IESS",
}


def rules_with(comes_from: str, *kinds: SupportKind) -> dict[str, Any]:
    """Return the packaged rules with another source of these papers."""
    packaged = read_rulebook(None)
    return {
        **packaged,
        "required_papers": [
            {**entry, "comes_from": comes_from} if entry["kind"] in kinds else entry
            for entry in packaged["required_papers"]
        ],
    }


def institution_file(folder: Path, comes_from: str, *kinds: SupportKind) -> Path:
    """Write the packaged rules with another source of these papers, as an installation would."""
    rules = resources.files("review_service.rules")
    texts = [
        rules.joinpath(f"{name}.toml").read_text("utf-8")
        for name in ("institution", "support_documents")
    ]
    text = "\n".join(texts)
    for kind in kinds:
        asked = f'kind = "{kind.value}"\nasked_of'
        assert asked in text
        text = text.replace(asked, f'kind = "{kind.value}"\ncomes_from = "{comes_from}"\nasked_of')
    file = folder / "institution.toml"
    file.write_text(text, encoding="utf-8")
    return file


def today(office: Office) -> date:
    """Return the day in Ecuador by the office's clock."""
    with office.reading() as uow:
        return ecuador_day(uow.now)


def line(office: Office, kind: SupportKind, ruc: str = RUC, **changed: str) -> str:
    """Return a line of an institution's list: a paper in order, three days old."""
    told = {
        "RUC": ruc,
        "DOCUMENTO": kind.slug.upper(),
        "TITULAR": HOLDER,
        "ESTADO": "AL DIA",
        "EMITIDO": (today(office) - timedelta(days=3)).isoformat(),
        "VALIDO_HASTA": "",
        "TRABAJADORES": "4" if kind is SupportKind.PAYROLL else "",
        "INSTITUCION": INSTITUTIONS[kind],
        "REFERENCIA": f"{kind.slug}-1",
        **changed,
    }
    return "|".join(told[name] for name in COLUMNS)


def bring_list(
    office: Office, folder: Path, lines: Sequence[str], *, name: str = "documentos.csv"
) -> Imported:
    """Import a list as the command does."""
    file = folder / name
    file.write_text("\n".join(["|".join(COLUMNS), *lines, ""]), encoding="utf-8")
    return importing.import_file(office.database, file, kinds.papers_kind, progress=lambda _: None)


def held(office: Office, kind: SupportKind, ruc: str = RUC) -> InstitutionPaperRow | None:
    """Return what an institution holds, as it was imported."""
    with office.reading() as uow:
        return uow.session.get(InstitutionPaperRow, (ruc, kind))
