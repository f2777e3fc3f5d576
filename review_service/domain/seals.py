"""A seal over the audit chain: what it states, its text as it is given out, and its limits.

A seal names the number of events and the hash of the newest one at a moment, signed with a key that
the database does not hold. Whoever keeps its text can find later whether the chain was cut,
computed anew or emptied.
"""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from hashlib import sha256
from textwrap import wrap
from typing import Final, Self

from review_service.domain.terms import ecuador_day
from review_service.domain.wording import in_words

SEALS: Final = "seals/"
"""Prefix of the keys of seals in every place where they are kept."""
MOST_CHARACTERS: Final = 64 * 1024
"""Longest text of one file with seals that is read; one seal has about 1,500."""
BEGIN: Final = "-----BEGIN AUDIT SEAL-----"
END: Final = "-----END AUDIT SEAL-----"
SIGNED_AS: Final = b"review-service audit seal 1\n"
"""Before what is signed, so that a signature with this key can mean nothing else."""
LINE: Final = 60
FIRST: Final = "primer sello"
"""Reason of the first seal of an installation."""
OTHER_KEY: Final = "los sellos anteriores son de otra clave"
"""Reason of the first seal after the key was changed."""
_KEY: Final = re.compile(rf"{SEALS}\d{{4}}-\d\d/\d{{8}}-(\d{{12,}})-[\w-]+\.txt", re.ASCII)
_BLOCK: Final = re.compile(rf"{BEGIN}(?:(?!-----)[\s\S])*{END}")
_SIGNS: Final = re.compile(r"[A-Za-z0-9_-]+")
_TEXTS: Final = frozenset({"head", "reason", "previous"})
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealStatement:
    """What is signed."""

    sequence: int
    """Events in the chain, which is the sequence of the newest; 0 for an empty chain."""
    head: str
    """Hex hash of the newest event."""
    sealed_at: datetime
    """By the database's clock."""
    since: int
    """Events at the first seal of the unbroken row of seals that this one belongs to."""
    since_at: datetime
    """When that first seal was made."""
    reason: str
    """Why a row of seals begins with this one; empty for one that follows another."""
    broken_before: int
    """Broken links that the chain had when the row of seals began."""
    previous: str
    """Digest of the seal before it; empty for the very first."""

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody with the key began anew here, although the chain was another before."""
        return self.reason not in {"", FIRST, OTHER_KEY}

    @property
    def signed_bytes(self) -> bytes:
        """The bytes that the signature covers."""
        plain = asdict(self) | {
            "sealed_at": self.sealed_at.isoformat(),
            "since_at": self.since_at.isoformat(),
        }
        return SIGNED_AS + _canonical(plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A signed statement."""

    statement: SealStatement
    public_key: str
    """Hex of the Ed25519 public key; only a name until somebody who knows the key compares it."""
    signature: str
    """Hex of the Ed25519 signature."""

    @property
    def digest(self) -> str:
        """Hex SHA-256 that the next seal names this one by."""
        return sha256(self.statement.signed_bytes + bytes.fromhex(self.signature)).hexdigest()

    @property
    def key(self) -> str:
        """Key under which it is kept: its day in Ecuador, its events and its key's first digits.

        Two processes that seal the same chain on the same day give it the same key. Keys stand in
        the order of their days.
        """
        told = self.statement
        day = ecuador_day(told.sealed_at)
        parts = [f"{day:%Y%m%d}", f"{told.sequence:012}", self.public_key[:8]]
        parts += [f"{told.sealed_at:%H%M%S}"] if told.is_by_hand else []
        return f"{SEALS}{day:%Y-%m}/{'-'.join(parts)}.txt"

    @property
    def text(self) -> str:
        """The seal as it is given out: words for people, then the block that a program reads."""
        told = self.statement
        words = (
            "Sello de la cadena de auditoría. Guárdelo lejos de la base de datos.",
            f"Eventos: {told.sequence}. Sellado el {in_words(told.sealed_at)}, hora de Ecuador.",
            limits_of(told),
            "Se comprueba con «review-service audit verify --anchor ESTE_ARCHIVO».",
        )
        return "\n".join([*words, "", self.block, ""])

    @property
    def block(self) -> str:
        """The part that a program reads, in lines that no mail program changes."""
        plain = _canonical(
            asdict(self.statement)
            | {
                "sealed_at": self.statement.sealed_at.isoformat(),
                "since_at": self.statement.since_at.isoformat(),
                "public_key": self.public_key,
                "signature": self.signature,
            }
        )
        signs = base64.urlsafe_b64encode(plain).decode("ascii").rstrip("=")
        return "\n".join([BEGIN, *wrap(signs, LINE, break_on_hyphens=False), END])

    @classmethod
    def from_plain(cls, plain: object) -> Self:
        """Read the values of a block. Raises ``ValueError`` for anything else."""
        names = {field.name for field in fields(SealStatement)}
        if not isinstance(plain, dict) or set(plain) != names | {"public_key", "signature"}:
            raise ValueError("not the fields of a seal")
        numbers = [plain[name] for name in ("sequence", "since", "broken_before")]
        if not all(type(number) is int and number >= 0 for number in numbers):
            raise ValueError("a count of a seal is none")
        words = {name: str(plain[name]) for name in plain if name not in names or name in _TEXTS}
        if not _HASH.fullmatch(words["head"]) or not _HASH.fullmatch(words["public_key"]):
            raise ValueError("a hash of a seal is none")
        if not re.fullmatch(r"[0-9a-f]{128}", words["signature"]):
            raise ValueError("the signature of a seal is none")
        return cls(
            statement=SealStatement(
                sequence=plain["sequence"],
                head=words["head"],
                sealed_at=_moment(plain["sealed_at"]),
                since=plain["since"],
                since_at=_moment(plain["since_at"]),
                reason=words["reason"],
                broken_before=plain["broken_before"],
                previous=words["previous"],
            ),
            public_key=words["public_key"],
            signature=words["signature"],
        )


def limits_of(told: SealStatement) -> str:
    """Return, in Spanish, what the seal cannot vouch for."""
    begun = f"el {in_words(told.since_at)}, con {told.since} eventos"
    sentences = [
        f"Los sellos empezaron {begun}: de lo que pasó antes, este sello no puede asegurar que "
        "nadie lo rehizo, solo que desde entonces no cambió."
        if told.since
        else f"Los sellos empezaron {begun}: este sello responde por la cadena entera."
    ]
    if told.reason not in {"", FIRST}:
        sentences.append(f"Empieza de nuevo por esta razón: {told.reason}.")
    if told.broken_before:
        sentences.append(f"Al empezar, la cadena ya tenía {told.broken_before} eslabones rotos.")
    return " ".join(sentences)


def day_of(key: str) -> str:
    """Return the part of a key that seals of one day share."""
    return key[: len(f"{SEALS}2026-11/20261126")]


def sequence_in(key: str) -> int | None:
    """Return how many events the seal under a key is over; None when it is no seal's key."""
    found = _KEY.fullmatch(key)
    return int(found[1]) if found else None


def seals_in(text: str) -> Sequence[Seal]:
    """Return every seal that stands in a text, in order; a saved mail with it is fine.

    Raises ``ValueError`` when a block is damaged.
    """
    return [_read(found) for found in _BLOCK.findall(text[:MOST_CHARACTERS])]


def _read(block: str) -> Seal:
    inside = block.removeprefix(BEGIN).removesuffix(END)
    signs = "".join(inside.replace(">", " ").split())  # a mail that was answered marks its lines
    if not _SIGNS.fullmatch(signs):
        raise ValueError("a seal with other signs")
    try:
        plain = json.loads(base64.urlsafe_b64decode(signs + "=" * (-len(signs) % 4)))
    except (binascii.Error, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError("a damaged seal") from error
    return Seal.from_plain(plain)


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a moment of a seal has no zone")
    return moment


def _canonical(plain: dict[str, object]) -> bytes:
    return json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
