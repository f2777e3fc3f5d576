"""What the sandbox says of a file's signatures, as plain values, and what is believed of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from review_service.domain.reports import SignatureOutcome, SignatureReport

MAX_SIGNATURES: Final = 16
"""More are counted, not checked: ours have two, and each check costs time."""

MAX_SIGNER_CHARACTERS: Final = 200

OLDEST_YEAR: Final = 1999
"""PDF signatures are younger."""
NEWEST_YEAR: Final = 2200
_ANSWERS: Final = ("is_valid", "is_trusted", "covers_file", "is_change_allowed")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """What is true of one signature."""

    signer: str
    """Common name in the certificate; empty when it cannot be read."""
    signed_at: datetime | None
    """As the signer's clock said; nobody vouches for it."""
    is_valid: bool
    """The signed bytes are unchanged, and the key is that of the certificate."""
    is_trusted: bool
    """The certificate comes from one of the authorities and is not revoked."""
    covers_file: bool
    """Every byte of the file is signed: nothing was appended since."""
    is_change_allowed: bool
    """What was appended since, if anything, is what the signer allowed: a further signature."""

    @property
    def is_good(self) -> bool:
        """Whether it is valid and trusted, and later changes were allowed by the signer."""
        return self.is_valid and self.is_trusted and self.is_change_allowed

    @property
    def is_broken(self) -> bool:
        """Whether it could not be read at all, which proves nothing either way."""
        return self == BROKEN


BROKEN: Final = SignatureCheck(
    signer="",
    signed_at=None,
    is_valid=False,
    is_trusted=False,
    covers_file=False,
    is_change_allowed=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCheck:
    """What is true of the signatures of one file."""

    count: int
    """Signatures in the file; ``signatures`` holds the first ``MAX_SIGNATURES``."""
    signatures: tuple[SignatureCheck, ...] = ()
    is_readable: bool = True
    """False for what is no PDF, or too damaged to look for signatures."""

    @property
    def has_later_revision(self) -> bool:
        """Whether something was appended after the last signature."""
        return bool(self.signatures) and not self.signatures[-1].covers_file

    @property
    def is_good(self) -> bool:
        """Whether it is signed, every signature holds, and nothing came after the last."""
        return (
            0 < self.count == len(self.signatures)
            and all(signature.is_good for signature in self.signatures)
            and not self.has_later_revision
        )


def report_of(check: CopyCheck) -> SignatureReport | None:
    """Return what the signatures of a file prove together; None when nobody could look.

    The signer and the moment are those of the last signature that could be read.
    """
    if not check.is_readable:
        return None
    if not check.count:
        return SignatureReport(outcome=SignatureOutcome.ABSENT)
    read = [one for one in check.signatures if not one.is_broken]
    if not read:
        return None
    is_whole = len(read) == check.count
    if not all(one.is_valid and one.is_change_allowed for one in read) or (
        is_whole and check.has_later_revision
    ):
        outcome = SignatureOutcome.ALTERED
    elif not is_whole:
        return None
    else:
        outcome = SignatureOutcome.VALID if check.is_good else SignatureOutcome.UNTRUSTED
    last = read[-1]
    return SignatureReport(outcome=outcome, signer=last.signer, signed_at=last.signed_at)


def to_header(check: CopyCheck) -> dict[str, Any]:
    """Return the check as JSON values; ``from_header`` reads them."""
    return {
        "count": check.count,
        "is_readable": check.is_readable,
        "signatures": [
            {
                "signer": one.signer,
                "signed_at": one.signed_at.isoformat() if one.signed_at else None,
                **{key: getattr(one, key) for key in _ANSWERS},
            }
            for one in check.signatures
        ],
    }


def from_header(header: Mapping[str, Any]) -> CopyCheck:
    """Read what ``to_header`` wrote; the child that sent it is not trusted.

    Raises ``ValueError`` for what is no answer.
    """
    count, readable, plain = (header.get(key) for key in ("count", "is_readable", "signatures"))
    if (
        not isinstance(count, int)
        or not isinstance(readable, bool)
        or not isinstance(plain, list)
        or not len(plain) == min(count, MAX_SIGNATURES)
    ):
        raise ValueError("no answer about signatures")
    return CopyCheck(
        count=count, is_readable=readable, signatures=tuple(_signature(one) for one in plain)
    )


def _signature(plain: object) -> SignatureCheck:
    answers = plain if isinstance(plain, Mapping) else {}
    signer, moment = answers.get("signer"), answers.get("signed_at")
    verdicts = {key: value for key in _ANSWERS if isinstance(value := answers.get(key), bool)}
    if not isinstance(signer, str) or len(verdicts) != len(_ANSWERS):
        raise ValueError("no answer about a signature")
    return SignatureCheck(
        signer="".join(sign for sign in signer[:MAX_SIGNER_CHARACTERS] if sign.isprintable()),
        signed_at=_moment(moment) if isinstance(moment, str) else None,
        **verdicts,
    )


def _moment(text: str) -> datetime | None:
    """Return a moment that a clock of our time may have said and a column holds."""
    moment = datetime.fromisoformat(text)
    is_sensible = moment.tzinfo is not None and OLDEST_YEAR <= moment.year < NEWEST_YEAR
    return moment if is_sensible else None
