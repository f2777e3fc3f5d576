"""A proof fits one record and one key; whoever changes either has no proof."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from review_service.domain.paper_proof import PaperProof, ProofStanding, record_digest, standing_of

KEY = "a verification key that is long enough"
PROOF = PaperProof(
    agreement_id=UUID(int=7),
    record_sha256="ab" * 32,
    file_sha256="cd" * 32,
    checked_at=datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC),
    signatures=2,
    faults=(),
)
CHANGES: dict[str, Any] = {
    "agreement_id": UUID(int=8),
    "record_sha256": "ac" * 32,
    "file_sha256": "ce" * 32,
    "checked_at": datetime(2026, 11, 26, 12, 0, 0, 123457, tzinfo=UTC),
    "signatures": 3,
    "faults": ("",),
}


def test_a_proof_is_known_by_its_key() -> None:
    mac = PROOF.mac(KEY)
    assert PROOF.is_made_with(KEY, mac)
    assert not PROOF.is_made_with(KEY + "!", mac)
    for wrong in ("", "0" * 64, "ñ", mac[:-1]):
        assert not PROOF.is_made_with(KEY, wrong)


@pytest.mark.parametrize("field", sorted(CHANGES))
def test_every_field_is_authenticated(field: str) -> None:
    assert not replace(PROOF, **{field: CHANGES[field]}).is_made_with(KEY, PROOF.mac(KEY))


def test_a_proof_says_something_of_its_own_record_and_file_alone() -> None:
    def standing(proof: PaperProof | None, record: str = "ab", file: str = "cd") -> ProofStanding:
        return standing_of(proof, record_sha256=record * 32, file_sha256=file * 32)

    assert standing(PROOF) is ProofStanding.PROVEN
    assert standing(None) is ProofStanding.UNPROVEN
    assert standing(PROOF, record="ac") is ProofStanding.CONTRADICTED
    assert standing(PROOF, file="ce") is ProofStanding.CONTRADICTED
    assert standing(replace(PROOF, faults=("Algo.",))) is ProofStanding.CONTRADICTED


def test_a_record_has_one_digest_whatever_its_order() -> None:
    one, other = {"a": 1, "b": {"c": "ñ", "d": None}}, {"b": {"d": None, "c": "ñ"}, "a": 1}
    assert record_digest(one) == record_digest(other)
    assert record_digest(one) != record_digest({**one, "a": 2})
    assert record_digest(one) != record_digest({**one, "a": "1"})
