"""Rules that are in force from one day to another: read from TOML files, selected by day."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from review_service.domain.errors import SettingsError

Entry = Mapping[str, Any]


@cache
def packaged_rules(name: str) -> Mapping[str, Any]:
    """Return ``review_service/rules/<name>.toml`` as it came with the product."""
    text = resources.files("review_service.rules").joinpath(f"{name}.toml").read_text("utf-8")
    return MappingProxyType(tomllib.loads(text))


@cache
def read_rules(file: Path | None, name: str) -> Mapping[str, Any]:
    """Return the installation's own file, or the packaged one when there is none.

    Raises ``SettingsError`` when the file cannot be read or is no TOML.
    """
    if file is None:
        return packaged_rules(name)
    try:
        return MappingProxyType(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"cannot read {file}: {error}") from error


@cache
def read_rulebook(file: Path | None) -> Mapping[str, Any]:
    """Return every dated rule of this installation, by section.

    The institution's sections come from the installation's own file when there is one, and so do
    the years of validity, the categories, who may apply, which papers are asked for and how long
    they are fresh, which organisations there are, which themes of photos may be said not to apply,
    what certificates print, when a renewal may be asked for, when a payroll is deleted, what is
    told of personal data, when letters are answered, what is said of appeals, where the offices
    are, under which licence figures are given and what officers object to most when it holds them;
    everything else is packaged. Raises ``SettingsError`` when the file cannot be read, or is no
    TOML.
    """
    replaceable = (
        "validity", "categories", "applicants", "certificates", "renewals", "support_documents",
        "personal_data", "photo_themes", "associations", "offices", "letters", "open_data",
        "correction_reasons", "appeals",
    )  # fmt: skip
    packaged = {
        name: entries for file in replaceable for name, entries in packaged_rules(file).items()
    }
    return MappingProxyType({**packaged, **read_rules(file, "institution")})


def in_force(document: Mapping[str, Any], section: str, *, day: date) -> list[Entry]:
    """Return the section's entries that hold on the day, in their printed order.

    Raises ``SettingsError`` when none does: a silent gap would print an empty document.
    """
    entries = [entry for entry in document.get(section, ()) if _holds(entry, section, day)]
    if not entries:
        raise SettingsError(f"no entry of [[{section}]] holds on {day.isoformat()}")
    return sorted(entries, key=lambda entry: int(entry.get("order", 0)))


def only_in_force(document: Mapping[str, Any], section: str, *, day: date) -> Entry:
    """Return the one entry that holds on the day; two at once raise ``SettingsError``."""
    entries = in_force(document, section, day=day)
    if len(entries) > 1:
        raise SettingsError(f"{len(entries)} entries of [[{section}]] hold on {day.isoformat()}")
    return entries[0]


def _holds(entry: Entry, section: str, day: date) -> bool:
    for name in ("valid_from", "source"):
        if not entry.get(name):
            raise SettingsError(f"an entry of [[{section}]] has no {name}")
    last = entry.get("valid_to")
    return bool(entry["valid_from"] <= day and (last is None or day <= last))
