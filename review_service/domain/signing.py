"""Reasons against signing a paper, and the state of the signing keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One reason why a paper may not be signed now."""

    sentence: str
    """Spanish, for officers and operators: what is wrong and what to do. Names no artisan."""
    waits: bool
    """True: the task waits without using up attempts, and is retried once the cause is mended.
    False: the paper itself is wrong, a person must look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningState:
    """State of the signing keys of one worker, as the worker itself checked it."""

    problems: tuple[str, ...] = ()
    """Spanish sentences; with any of them nothing is signed and the agreements wait."""
    endings: tuple[str, ...] = ()
    """Spanish sentences on certificates and lists that end soon."""
    demonstration: bool = False
    """Whether a self-made authority vouches for the keys: every page is marked."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "problems": list(self.problems),
            "endings": list(self.endings),
            "demonstration": self.demonstration,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Undo ``to_json``."""
        return cls(
            problems=tuple(plain["problems"]),
            endings=tuple(plain["endings"]),
            demonstration=bool(plain["demonstration"]),
        )


class SigningWord(StrEnum):
    """State of signing over all workers, in one word."""

    UNKNOWN = "unknown"
    """No worker that signs was seen."""
    STOPPED = "stopped"
    """No worker can sign."""
    PARTIAL = "partial"
    """Some worker can, some worker can't."""
    ENDING = "ending"
    OK = "ok"

    @property
    def sentence(self) -> str:
        """What it means, for officers."""
        return {
            SigningWord.UNKNOWN: "Ningún proceso que firme está activo: los Acuerdos y "
            "certificados aprobados esperan.",
            SigningWord.STOPPED: "La firma está detenida: los Acuerdos y certificados aprobados "
            "esperan y salen solos cuando se corrija. Los documentos se siguen revisando.",
            SigningWord.PARTIAL: "Un proceso no puede firmar; los demás firman por él.",
            SigningWord.ENDING: "Se firma. Un certificado o una lista de revocación termina "
            "pronto.",
            SigningWord.OK: "Se firma con certificados en vigor.",
        }[self]


def signing_word(states: Sequence[SigningState]) -> SigningWord:
    """Return the state of signing over the workers that sign and are present."""
    if not states:
        return SigningWord.UNKNOWN
    stopped = [bool(state.problems) for state in states]
    if any(stopped):
        return SigningWord.STOPPED if all(stopped) else SigningWord.PARTIAL
    return SigningWord.ENDING if any(state.endings for state in states) else SigningWord.OK
