"""What the demo prepared for the tour, stored as JSON in the data folder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from review_service.web.demo.acts import Act

FILE_NAME: Final = "tour.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose application an act is played with."""

    ruc: str
    application_id: UUID | None = None
    """None while it is being made."""
    turn: int = 0
    """How often the act was set up before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An issued document, and what is known of a changed copy of its file."""

    token: str
    """Of its QR code."""
    changed_sha256: str
    changed_identifiers: str
    """Hexadecimal, with commas between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """Everything that the acts need."""

    subjects: Mapping[Act, Subject] = field(default_factory=dict)
    paper: Paper | None = None
    given_up: frozenset[Act] = frozenset()
    """Acts that could not be set up, and are not tried again."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        subjects = {
            act.value: {
                "ruc": each.ruc,
                "application_id": str(each.application_id) if each.application_id else None,
                "turn": each.turn,
            }
            for act, each in self.subjects.items()
        }
        paper = self.paper
        told = paper and {name: getattr(paper, name) for name in Paper.__slots__}
        given_up = sorted(act.value for act in self.given_up)
        return {"subjects": subjects, "paper": told, "given_up": given_up}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Undo ``to_json``."""
        subjects = {
            Act(name): Subject(
                ruc=each["ruc"],
                application_id=UUID(each["application_id"]) if each["application_id"] else None,
                turn=each["turn"],
            )
            for name, each in plain["subjects"].items()
        }
        return cls(
            subjects=subjects,
            paper=Paper(**plain["paper"]) if plain["paper"] else None,
            given_up=frozenset(map(Act, plain.get("given_up", ()))),
        )


def read(data_dir: Path) -> Tour:
    """Return what the demo prepared; nothing when it has not written it yet."""
    try:
        text = (data_dir / FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Tour()
    return Tour.from_json(json.loads(text))


def write(data_dir: Path, tour: Tour) -> None:
    """Write it for the web process, in one move."""
    making = (data_dir / FILE_NAME).with_suffix(".new")
    making.touch(mode=0o600)
    making.write_text(json.dumps(tour.to_json()), encoding="utf-8")
    making.rename(data_dir / FILE_NAME)
