"""Content of the demo's start page, stored as JSON in the data folder."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

FILE_NAME: Final = "start-page.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArtisan:
    """A RUC to sign in with, and what can be seen with it."""

    ruc: str
    name: str
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

    artisans: tuple[SampleArtisan, ...] = ()
    officers: tuple[SampleAccount, ...] = ()
    downloads: tuple[SampleDownload, ...] = ()

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
            artisans=tuple(SampleArtisan(**each) for each in plain["artisans"]),
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
