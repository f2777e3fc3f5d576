"""What the QR code on a prior agreement proves; the secret in its address is not kept.

The token in the address opens the public answer about an agreement to whoever holds the paper. It
is never written down here: only its hash, under which the agreement is looked up.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Self
from urllib.parse import urlsplit

from review_service.domain.issued_documents import IssuedKind
from review_service.domain.numbering import hash_secret
from review_service.domain.reports import Box, ReadCode

MAX_HOST: Final = 100
_PATH: Final = re.compile(r"/v/([a-z2-7]{26})/?")
"""Path of the verification pages, on any host."""


class CodeOutcome(StrEnum):
    """What one QR code on the paper proves."""

    OURS = "ours"
    """The address of an agreement of ours, on our own page."""
    CERTIFICATE = "certificate"
    """The address of a certificate of ours, which is no agreement, on our own page."""
    UNKNOWN = "unknown"
    """On our own page, but of no document of ours."""
    ELSEWHERE = "elsewhere"
    """The token of one of our documents, but in the URL of another web site."""
    FOREIGN = "foreign"
    """Something else: other services print codes too."""

    @property
    def label(self) -> str:
        """Spanish words for the officer's screen."""
        return {
            CodeOutcome.OURS: "El QR es de un Acuerdo nuestro",
            CodeOutcome.CERTIFICATE: "El QR es de un certificado RUM nuestro",
            CodeOutcome.UNKNOWN: "El QR no corresponde a ningún Acuerdo",
            CodeOutcome.ELSEWHERE: "El QR lleva a una página que no es la nuestra",
            CodeOutcome.FOREIGN: "Hay un QR que no es de este servicio",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCode:
    """One QR code as it is kept."""

    host: str
    """Where its address leads; empty when it holds no address."""
    token_hash: str
    """Hash of the token in the address; empty when there is none."""
    at_our_host: bool
    page: int
    box: Box

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Undo ``to_json``."""
        return cls(**{**plain, "box": Box(**plain["box"])})


def stored_code(code: ReadCode, *, public_host: str) -> StoredCode:
    """Return what is stored of a QR code; ``public_host`` is our host, with its port if any."""
    host, path = _address(code.text)
    token = _PATH.fullmatch(path)
    return StoredCode(
        host=host,
        token_hash=hash_secret(token[1]) if token else "",
        at_our_host=bool(host) and host == public_host.lower(),
        page=code.page,
        box=code.box,
    )


def judge_code(
    code: StoredCode, *, printed_host: str | None, kind: IssuedKind = IssuedKind.AGREEMENT
) -> CodeOutcome:
    """Return what a QR code proves.

    ``printed_host`` is the host that we printed on the document with that token, None when none
    has it: after a move our old papers still name the old host. ``kind`` is that of the document.
    """
    if printed_host is not None:
        at_home = code.at_our_host or code.host == printed_host.lower()
        ours = CodeOutcome.OURS if kind is IssuedKind.AGREEMENT else CodeOutcome.CERTIFICATE
        return ours if at_home else CodeOutcome.ELSEWHERE
    return CodeOutcome.UNKNOWN if code.at_our_host else CodeOutcome.FOREIGN


def without_token(text: str) -> str:
    """Return the text of a QR code with its secret token hidden."""
    return re.sub(r"(?<=/v/)[^\s/?#]+", "…", text)


def _address(text: str) -> tuple[str, str]:
    """Return host and path of an address; two empty texts for anything else."""
    try:
        parts = urlsplit(text.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "", ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        return "", ""
    host = "".join(sign for sign in f"{parts.hostname}{port}" if sign.isprintable())
    return host[:MAX_HOST], parts.path
