"""What was found when a stored paper was compared with its record, authenticated with a key.

The proof lies in the database, but only who holds the verification key can make one: a row that was
changed, or a proof that was made up, does not fit.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

_PURPOSE: Final = b"paper-proof 1:"
"""Before what is authenticated: the key also derives tokens and codes, from other beginnings."""


class ProofStanding(StrEnum):
    """What the proof says of a record as it is now."""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    """There is no proof made with our key: nobody has compared yet, or it was made up."""
    CONTRADICTED = "contradicted"
    """The comparison failed, or the record is not the one that was compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperProof:
    """One comparison of a stored file with its record."""

    agreement_id: UUID
    record_sha256: str
    """Digest of the record at that moment, see ``record_digest``."""
    file_sha256: str
    checked_at: datetime
    signatures: int
    """Good signatures that the file had."""
    faults: tuple[str, ...]
    """Spanish, for operators: why the file is no proof of the record; empty when it is."""

    def mac(self, key: str) -> str:
        """Return the hex MAC of every field under the verification key."""
        said = [
            str(self.agreement_id),
            self.record_sha256,
            self.file_sha256,
            int(self.checked_at.timestamp() * 1_000_000),
            self.signatures,
            list(self.faults),
        ]
        content = _PURPOSE + json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()
        return hmac.digest(key.encode(), content, hashlib.sha256).hex()

    def is_made_with(self, key: str, mac: str) -> bool:
        """Whether the MAC is of this proof and this key."""
        return hmac.compare_digest(self.mac(key).encode(), mac.encode())


def standing_of(proof: PaperProof | None, *, record_sha256: str, file_sha256: str) -> ProofStanding:
    """Return what an authentic proof says of a record and the hash of its file."""
    if proof is None:
        return ProofStanding.UNPROVEN
    is_same = (proof.record_sha256, proof.file_sha256) == (record_sha256, file_sha256)
    return ProofStanding.PROVEN if is_same and not proof.faults else ProofStanding.CONTRADICTED


def record_digest(record: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 of a record of plain JSON values, whatever the order of its names."""
    canonical = json.dumps(record, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
