"""Spanish texts on a prior agreement for officers: what it proves, then each value."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from review_service.db.prior_proofs import KnownAgreement, KnownBy, Proof, SeenCode
from review_service.db.queries.officer.prior import PriorPaper, ReadValue
from review_service.domain.prior_comparison import judge, unconfirmed_number
from review_service.domain.prior_proofs import CodeOutcome
from review_service.domain.prior_standing import PriorStanding
from review_service.domain.reports import (
    SURE_CONFIDENCE,
    AgreementField,
    FieldOutcome,
    SignatureOutcome,
)
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import clock, long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLine:
    """One sentence on what the paper proves, with its colour; ``position`` is its page."""

    tone: str
    words: str
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueTag:
    """The result for one value, in a few words with a colour."""

    tone: str
    words: str


def proof_lines(prior: PriorPaper, *, now: datetime | None = None) -> tuple[ProofLine, ...]:
    """Return the sentences on the QR code, the signature and the register, in that order."""
    lines: list[ProofLine] = []
    if prior.proof is not None:
        lines += _of_codes(prior.proof, prior)
        lines.append(_of_signature(prior.proof))
    lines += _of_register(prior, now or datetime.now(UTC))
    return tuple(lines)


def value_tag(value: ReadValue) -> ValueTag:
    """Return the tag of a value; without an expected value it is neither right nor wrong."""
    if not value.value:
        return ValueTag(tone="doubt", words=FieldOutcome.UNREADABLE.label)
    if not value.can_be_compared:
        return ValueTag(tone="quiet", words="Sin dato para comparar")
    if value.outcome is FieldOutcome.DIFFERS or value.applied_differs:
        return ValueTag(tone="bad", words=FieldOutcome.DIFFERS.label)
    if value.outcome is FieldOutcome.MATCHES:
        return ValueTag(tone="good", words=FieldOutcome.MATCHES.label)
    if value.confidence >= SURE_CONFIDENCE:
        return ValueTag(tone="doubt", words="Sin certeza: compárelos")
    return ValueTag(tone="doubt", words="No es seguro: mire el recorte")


def _of_codes(proof: Proof, prior: PriorPaper) -> Iterator[ProofLine]:
    if not proof.codes:
        yield ProofLine(tone="", words="Sin código QR que se pueda leer.")
    for code, position in zip(proof.codes, prior.code_positions, strict=True):
        tone, words = _code(code, prior)
        yield ProofLine(tone=tone, words=words, position=position)


def _code(code: SeenCode, prior: PriorPaper) -> tuple[str, str]:
    if code.outcome is CodeOutcome.FOREIGN:
        return "", f"{code.outcome.label}; no prueba nada."
    if code.outcome is CodeOutcome.ELSEWHERE:
        return "bad", f"{code.outcome.label}: {code.host}."
    if code.outcome is CodeOutcome.CERTIFICATE and code.certificate is not None:
        return _code_of_certificate(code.certificate.number, prior)
    if code.outcome is CodeOutcome.UNKNOWN or code.agreement is None:
        return "bad", f"{code.outcome.label}."
    if _is_other(code.agreement, prior):
        return "bad", f"El QR es del Acuerdo {code.agreement.number}; el papel lleva otro número."
    return "good", f"El QR es del Acuerdo {code.agreement.number}."


def _code_of_certificate(number: str, prior: PriorPaper) -> tuple[str, str]:
    if prior.certificate is None or prior.certificate.number != number:
        return "bad", f"El QR es de nuestro certificado RUM {number}; el papel es otro."
    return "", f"El QR es de nuestro certificado RUM {number}."


def _is_other(named: KnownAgreement, prior: PriorPaper) -> bool:
    if prior.proof is not None and prior.proof.is_untouched:
        return prior.proof.file is None or prior.proof.file.number != named.number
    read = next((value for value in prior.values if value.name == AgreementField.NUMBER), None)
    if read is None or not prior.number_read:
        return False
    outcome = judge(AgreementField.NUMBER, prior.number_read, read.confidence, named.number)
    return outcome is FieldOutcome.DIFFERS


def _of_signature(proof: Proof) -> ProofLine:
    by = f" de «{proof.signer}»" if proof.signer else ""
    at = ""
    if proof.signed_at is not None:
        at = f", {long_date(proof.signed_at)} a las {clock(proof.signed_at)}"
    if proof.file is not None:
        words = f"El archivo es, sin un solo cambio, el que emitimos: Acuerdo {proof.file.number}."
        return ProofLine(tone="good", words=words)
    if proof.file_certificate is not None:
        number = proof.file_certificate.number
        words = f"El archivo es, sin un solo cambio, el que emitimos: certificado RUM {number}."
        return ProofLine(tone="", words=words)
    tone, words = {
        None: ("doubt", "Trae una firma electrónica que no se pudo comprobar."),
        SignatureOutcome.ABSENT: ("", "Sin firma electrónica: es una copia o un escaneo."),
        SignatureOutcome.VALID: (
            "doubt",
            f"Firma válida{by}{at}, pero el archivo no es ninguno de los que emitimos.",
        ),
        SignatureOutcome.UNTRUSTED: ("doubt", f"Firma{by}{at}: no conocemos a quien firma."),
        SignatureOutcome.ALTERED: ("bad", f"El archivo fue cambiado después de la firma{by}{at}."),
    }[proof.signature]
    return ProofLine(tone=tone, words=words)


def _of_register(prior: PriorPaper, now: datetime) -> Iterator[ProofLine]:
    known = prior.known
    by = {
        KnownBy.FILE: "Por el archivo",
        KnownBy.CODE: "Por el QR",
        KnownBy.NUMBER: "Por el número",
        None: "",
    }[prior.known_by]
    if prior.certificate is not None:
        words = (
            f"{by} es nuestro certificado RUM {prior.certificate.number}, del RUC "
            f"{prior.certificate.ruc}: no es un Acuerdo."
        )
        yield ProofLine(tone="doubt", words=words)
        return
    if prior.renewed_number:
        yield ProofLine(
            tone="", words=f"El papel dice que renueva otro Acuerdo: «{prior.renewed_number}»."
        )
    if known is None:
        yield ProofLine(tone="doubt", words=_unregistered(prior))
        return
    today = ecuador_day(now)
    standing = known.standing(today)
    is_revoked = standing is PriorStanding.REVOKED
    yield ProofLine(
        tone="" if is_revoked else "good",
        words=f"{by} consta en el registro: {known.number}, {_until(known, standing, today)}.",
    )
    if is_revoked and known.revoked_on is not None:
        yield ProofLine(
            tone="bad", words=f"Consta como revocado desde el {long_date(known.revoked_on)}."
        )
    if prior.later is not None:
        yield ProofLine(tone="", words=f"Hay un Acuerdo posterior del mismo RUC: {prior.later}.")


def _unregistered(prior: PriorPaper) -> str:
    if prior.number_asked:
        return (
            f"El número no se lee con certeza: {prior.number_asked} Mire el papel y búsquelo en el "
            "registro con el RUC."
        )
    if prior.is_number_unconfirmed:
        return unconfirmed_number(prior.number_read)
    if prior.number_read:
        return f"El número «{prior.number_read}» no consta en nuestro registro."
    return "El número no se lee: búsquelo en el registro con el RUC."


def _until(known: KnownAgreement, standing: PriorStanding, today: date) -> str:
    if standing is PriorStanding.REPLACED and known.replaced_on is not None:
        return f"reemplazado desde el {long_date(known.replaced_on)}"
    if today > known.valid_until:
        state = "caducó el"
    else:
        is_revoked = standing is PriorStanding.REVOKED
        state = "tenía vigencia hasta el" if is_revoked else "vigente hasta el"
    return f"{state} {long_date(known.valid_until)}"
