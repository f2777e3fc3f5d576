"""Reads the stored snapshot of any kind of issued document."""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, fields
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.certificates import CertificateSnapshot
from review_service.domain.errors import DamagedRecordError
from review_service.domain.issued_documents import IssuedKind, IssuedSnapshot, Ministry

_CLASSES: Final[Mapping[IssuedKind, type[IssuedSnapshot]]] = MappingProxyType(
    {each.kind: each for each in (AgreementSnapshot, CertificateSnapshot)}
)


def snapshot_of(kind: IssuedKind, plain: Mapping[str, Any]) -> IssuedSnapshot:
    """Return the snapshot that ``to_json`` of that kind gave.

    Raises ``DamagedRecordError`` for anything else, as in a row that somebody changed.
    """
    damaged = DamagedRecordError(f"El registro no guarda los datos de un {kind.label}.")
    try:
        snapshot = _CLASSES[kind].from_json(plain)
        is_whole = all(_are_of_their_types(snapshot))
    except (KeyError, TypeError, ValueError) as error:
        raise damaged from error
    if not is_whole:
        raise damaged
    return snapshot


def told(plain: object, name: str) -> str:
    """Return one fact of a stored snapshot as text, empty when it is not there."""
    return str(plain.get(name, "")) if isinstance(plain, Mapping) else ""


def _are_of_their_types(snapshot: IssuedSnapshot) -> Iterator[bool]:
    for field in fields(snapshot):
        value = getattr(snapshot, field.name)
        if isinstance(field.type, type):
            yield isinstance(value, field.type)
            continue
        yield isinstance(value, tuple)
        for part in value:
            texts = astuple(part) if isinstance(part, Ministry) else (part,)
            yield all(isinstance(text, str) for text in texts)
