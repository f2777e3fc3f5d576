"""Content of the demo's start page, stored as JSON in the data folder."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

FILE_NAME: Final = "start-page.json"


class PersonGroup(StrEnum):
    """What the sample people are for; the value names the group's place on the page."""

    BUSINESS = "mipyme"
    ENTREPRENEUR = "emprendedor"
    ARTISAN = "artesano"
    KEPT_OUT = "no-puede"

    @property
    def label(self) -> str:
        """Spanish heading."""
        return {
            PersonGroup.BUSINESS: "Como MIPYME",
            PersonGroup.ENTREPRENEUR: "Como emprendedor",
            PersonGroup.ARTISAN: "Como artesano",
            PersonGroup.KEPT_OUT: "No puede ingresar",
        }[self]

    @property
    def enters(self) -> bool:
        """Whether the service lets them in."""
        return self is not PersonGroup.KEPT_OUT


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePerson:
    """A RUC to sign in with, and what can be seen with it."""

    group: PersonGroup
    ruc: str
    name: str
    """Empty for a RUC that nobody has."""
    shows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleAccount:
    """An officer's account with everything needed to sign in."""

    user_name: str
    full_name: str
    unit: str
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)
    role: str = ""
    """In words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDownload:
    """A ready file to send, and what the service will say of it."""

    name: str
    group: str
    shows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """Everything that the demo prepared."""

    people: tuple[SamplePerson, ...] = ()
    officers: tuple[SampleAccount, ...] = ()
    downloads: tuple[SampleDownload, ...] = ()

    @property
    def people_groups(self) -> tuple[tuple[PersonGroup, tuple[SamplePerson, ...]], ...]:
        """The people by group; every group, so that the page's links lead somewhere."""
        return tuple(
            (group, tuple(each for each in self.people if each.group is group))
            for group in PersonGroup
        )

    @property
    def groups(self) -> tuple[tuple[str, tuple[SampleDownload, ...]], ...]:
        """The downloads by group, in the order they were written."""
        names = dict.fromkeys(download.group for download in self.downloads)
        return tuple(
            (name, tuple(each for each in self.downloads if each.group == name)) for name in names
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Undo ``to_json``."""
        return cls(
            people=tuple(
                SamplePerson(**{**each, "group": PersonGroup(each["group"])})
                for each in plain.get("people", ())  # a page of an earlier version has none
            ),
            officers=tuple(SampleAccount(**each) for each in plain["officers"]),
            downloads=tuple(SampleDownload(**each) for each in plain["downloads"]),
        )


def read(data_dir: Path) -> StartPage:
    """Return what the demo prepared; an empty page when it has not written it yet."""
    try:
        text = (data_dir / FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return StartPage()
    return StartPage.from_json(json.loads(text))
