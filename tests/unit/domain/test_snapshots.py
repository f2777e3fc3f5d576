"""Tests of reading stored snapshots by their kind."""

import pytest

from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.certificates import CertificateSnapshot
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.snapshots import snapshot_of
from tests.agreement_samples import make_certificate, make_snapshot


def test_the_kind_says_which_facts_there_are() -> None:
    acuerdo = snapshot_of(IssuedKind.AGREEMENT, make_snapshot().to_json())
    certificate = snapshot_of(IssuedKind.CERTIFICATE, make_certificate().to_json())
    assert isinstance(acuerdo, AgreementSnapshot)
    assert isinstance(certificate, CertificateSnapshot)


def test_the_facts_of_another_kind_are_no_document() -> None:
    with pytest.raises(KeyError, match="category"):
        snapshot_of(IssuedKind.CERTIFICATE, make_snapshot().to_json())
