"""Tests of reading stored snapshots by their kind."""

import pytest

from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.certificates import CertificateSnapshot
from review_service.domain.errors import DamagedRecordError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.snapshots import snapshot_of, told
from tests.agreement_samples import make_certificate, make_snapshot


def test_the_kind_says_which_facts_there_are() -> None:
    acuerdo = snapshot_of(IssuedKind.AGREEMENT, make_snapshot().to_json())
    certificate = snapshot_of(IssuedKind.CERTIFICATE, make_certificate().to_json())
    assert isinstance(acuerdo, AgreementSnapshot)
    assert isinstance(certificate, CertificateSnapshot)


def test_the_facts_of_another_kind_are_no_document() -> None:
    with pytest.raises(DamagedRecordError, match="no guarda los datos de un Certificado RUM"):
        snapshot_of(IssuedKind.CERTIFICATE, make_snapshot().to_json())


@pytest.mark.parametrize(
    "changed",
    [
        {"holder": 5},
        {"holder": ["A"]},
        {"demonstration": "yes"},
        {"issued_on": "nunca"},
        {"issued_on": None},
        {"benefits": "uno"},
        {"benefits": [1]},
        {"ministries": [{"acronym": "MPCEI"}]},
        {"ministries": "MPCEI"},
        {"ministries": ["MPCEI"]},
    ],
)
def test_a_fact_of_another_type_makes_no_snapshot(changed: dict[str, object]) -> None:
    with pytest.raises(DamagedRecordError):
        snapshot_of(IssuedKind.AGREEMENT, {**make_snapshot().to_json(), **changed})


@pytest.mark.parametrize("plain", [None, [], ["nada"], "nada", {}])
def test_what_is_no_record_of_facts_has_none(plain: object) -> None:
    with pytest.raises(DamagedRecordError):
        snapshot_of(IssuedKind.CERTIFICATE, plain)  # type: ignore[arg-type]
    assert told(plain, "holder") == ""
