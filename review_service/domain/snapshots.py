"""Reads the stored snapshot of any kind of issued document."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.certificates import CertificateSnapshot
from review_service.domain.issued_documents import IssuedKind, IssuedSnapshot

_CLASSES: Final[Mapping[IssuedKind, type[IssuedSnapshot]]] = MappingProxyType(
    {each.kind: each for each in (AgreementSnapshot, CertificateSnapshot)}
)


def snapshot_of(kind: IssuedKind, plain: Mapping[str, Any]) -> IssuedSnapshot:
    """Return the snapshot that ``to_json`` of that kind gave."""
    return _CLASSES[kind].from_json(plain)
