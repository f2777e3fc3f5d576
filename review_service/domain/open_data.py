"""The licence under which the monthly figures are given, from dated rules."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from review_service.domain.dated_rules import only_in_force
from review_service.domain.errors import SettingsError
from review_service.domain.rulebook import DATA_LICENCES as SECTION


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLicence:
    """A licence of data."""

    name: str
    """Short name as of SPDX, such as «CC-BY-4.0»."""
    title: str
    url: str


def data_licence(document: Mapping[str, Any], *, on: date) -> DataLicence:
    """Return the licence of that day.

    Raises ``SettingsError`` for none or two, and for one without name, title or address.
    """
    entry = only_in_force(document, SECTION, day=on)
    texts = {each.name: entry.get(each.name) for each in fields(DataLicence)}
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise SettingsError(f"an entry of [[{SECTION}]] has no {name}")
    licence = DataLicence(**{name: str(text).strip() for name, text in texts.items()})
    if not licence.url.startswith("https://"):
        raise SettingsError(f"url of [[{SECTION}]] does not begin with https://")
    return licence
