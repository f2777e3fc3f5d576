"""What an entry of the dated rules says, in Spanish, for lists of rules."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from review_service.domain import appeals, correction_reasons, not_applicable
from review_service.domain.dated_rules import Entry
from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.errors import SettingsError
from review_service.domain.money import usd
from review_service.domain.payroll_terms import DRAFT_DAYS, told_days


def says(section: str, entry: Entry) -> str:
    """Return what one entry says, for lists of rules. Raises ``SettingsError``."""
    if section in _TOLD:
        return _TOLD[section](entry)
    return str(entry[_SAID_BY.get(section, "text")]).strip()


def _told_years(entry: Entry) -> str:
    return f"{entry['years']} año{'' if entry['years'] == 1 else 's'}"


def _told_categories(entry: Entry) -> str:
    return _told_limits(entry) if entry.get("kind") == "limits" else str(entry["text"]).strip()


def _told_paper(entry: Entry) -> str:
    try:
        comes_from = _COMES_FROM[entry.get("comes_from", "applicant")]
        kind = SupportKind(entry["kind"])
        if comes_from and kind not in VENTURE_PAPERS:
            raise SettingsError("no institution's list holds what [[required_papers]] looks up")
        return f"{kind.label}, {ASKED_OF[entry['asked_of']]}{comes_from}"
    except (KeyError, ValueError) as error:
        raise SettingsError(
            "an entry of [[required_papers]] names no paper, no one to ask it of, or no source"
        ) from error


def _told_usual(entry: Entry) -> str:
    try:
        return (
            f"menos de {entry['years']} años, de {entry['workers']} personas y de "
            f"{usd(100 * entry['sales_usd'])}: {_STANCES[entry['stance']]}"
        )
    except (KeyError, TypeError) as error:
        raise SettingsError(
            "an entry of [[usual_limits]] needs years, workers, sales_usd and a stance"
        ) from error


ASKED_OF: Final = MappingProxyType(
    {
        "all": "a todos",
        "legal": "a personas jurídicas",
        "employers": "a quien emplea personas",
        "organisations": "a organizaciones de artesanos",
    }
)
"""Of whom a paper may be asked, with the words of the list."""
_COMES_FROM: Final = MappingProxyType(
    {
        "applicant": "",
        "looked_up": "; se consulta a la institución",
        "either": "; se consulta a la institución y, si no lo tiene, se pide",
    }
)
_STANCES: Final = MappingProxyType(
    {"off": "no se mira", "advice": "se avisa a quien revisa", "officer": "lo decide una persona"}
)
_SAID_BY: Final = MappingProxyType(
    {"numbering": "template", "certificate_numbering": "template", "support": "email"}
)


def _told_organisation(entry: Entry) -> str:
    try:
        return f"el nombre empieza con {', '.join(entry['words'])}"
    except (KeyError, TypeError) as error:
        raise SettingsError("an entry of [[organisations]] needs its words") from error


def _told_members(entry: Entry) -> str:
    try:
        return _MEMBERS[entry["asked"]]
    except KeyError as error:
        raise SettingsError("an entry of [[organisation_members]] asks «off» or «count»") from error


_MEMBERS: Final = MappingProxyType({"off": "no se pregunta", "count": "se pregunta cuántos son"})


def _told_days(entry: Entry) -> str:
    days = entry["days"]
    return f"{days} día{'' if days == 1 else 's'}" if days else "no envejece"


def _told_deletion(entry: Entry) -> str:
    days, unsent = entry["days"], entry.get(DRAFT_DAYS, entry["days"])
    return f"{told_days(days)} después de la decisión; un borrador, {told_days(unsent)} sin cambios"


def _told_retention(entry: Entry) -> str:
    notice = entry.get("notice_days", 0)
    return told_days(entry["days"]) + (f", con aviso {told_days(notice)} antes" if notice else "")


def _told_window(entry: Entry) -> str:
    days = entry["days"]
    return f"desde {days} día{'' if days == 1 else 's'} antes de su fin"


def _told_letter_term(entry: Entry) -> str:
    days, norm = entry["days"], entry.get("norm", "")
    counted = "1 día hábil" if days == 1 else f"{days} días hábiles"
    return f"se responde en {counted}: {norm or 'compromiso del servicio'}"


def _told_limits(entry: Entry) -> str:
    return "; ".join(
        f"{called}, hasta {entry[category]['workers']} personas y "
        f"{usd(100 * entry[category]['sales_usd'])}"
        for category, called in (("micro", "micro"), ("small", "pequeña"), ("medium", "mediana"))
    )


_TOLD: Final[Mapping[str, Callable[[Entry], str]]] = MappingProxyType(
    {
        "ministries": lambda entry: f"{entry['name']} ({entry['acronym']})",
        "validity": _told_years,
        "certificate_validity": _told_years,
        "freshness": _told_days,
        "renewal_windows": _told_window,
        "categories": _told_categories,
        "applicants": lambda entry: str(entry["officer"]) or "puede solicitar",
        "required_papers": _told_paper,
        "organisations": _told_organisation,
        "organisation_members": _told_members,
        "organisation_workshops": lambda entry: f"hasta {entry['most']} además del primero",
        "usual_limits": _told_usual,
        "payroll_deletion": _told_deletion,
        "letter_terms": _told_letter_term,
        appeals.SECTION: lambda entry: appeals.rules_in(entry).after,
        "retention": _told_retention,
        "data_uses": lambda entry: str(entry["heading"]),
        "offices": lambda entry: f"{entry['name']}, {entry['city']}: {entry['address']}",
        "data_licences": lambda entry: f"{entry['title']} ({entry['name']})",
        correction_reasons.SECTION: lambda entry: correction_reasons.reason_of(entry).label,
        not_applicable.SECTION: lambda entry: " ".join(not_applicable.theme_and_reasons(entry)[1]),
    }
)
"""What an entry of some sections says; of the others one of its fields is told."""
