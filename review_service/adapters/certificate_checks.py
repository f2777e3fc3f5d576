"""Checks whether the ministries' keys may sign today: names, usage, chain, revocation, expiry."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    NotYetValidError,
    PathError,
    RevokedError,
    ValidationError,
)

from review_service.domain.folding import fold
from review_service.domain.issued_documents import Ministry
from review_service.domain.wording import long_date

DEMONSTRATION_MARK: Final = "SIN VALIDEZ LEGAL"
"""Organisation name of a demonstration authority; its certificates have no legal value."""
WARN_BEFORE: Final = timedelta(days=60)
LIST_WITHOUT_END: Final = timedelta(days=30)
"""How long a revocation list without a next-update date is accepted."""
_WORD: Final = re.compile(r"\w+")
_SIGNING_USES: Final = {"digital_signature", "non_repudiation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MinistryKey:
    """One ministry's certificate and key; its repr shows nothing secret."""

    holder: str
    """Common name of the certificate."""
    not_after: datetime
    signer: SimpleSigner = field(repr=False)

    @property
    def certificate(self) -> asn1_x509.Certificate:
        """The certificate that the key belongs to."""
        certificate: asn1_x509.Certificate = self.signer.signing_cert
        return certificate

    @property
    def chain(self) -> list[asn1_x509.Certificate]:
        """The certificates of its authorities, from the same file."""
        return list(self.signer.cert_registry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The trusted authorities and their revocation lists."""

    authorities: Sequence[asn1_x509.Certificate]
    revocation_lists: Sequence[asn1_crl.CertificateList]


def problems_of(
    keys: Sequence[MinistryKey], trust: Trust, *, ministries: Sequence[Ministry], moment: datetime
) -> list[str]:
    """Return, in Spanish and with what to do, why the keys may not sign for these ministries."""
    if len(keys) != len(ministries):
        counts = f"{len(keys)} claves para {len(ministries)} ministerios"
        return [f"SIGNING_PKCS12 nombra {counts}: una por ministerio, en el orden de su archivo."]
    stale = list(_stale_lists(trust, moment))
    found = [*_twice(keys), *stale]
    for place, key in enumerate(keys):
        who = f"El certificado de «{key.holder}» ({ministries[place].acronym})"
        found += [f"{who} {why}" for why in _misplaced(key, place, ministries)]
        found += [f"{who} {why}" for why in _unusable(key, trust, moment, has_stale=bool(stale))]
    return found


def endings_of(keys: Sequence[MinistryKey], trust: Trust, *, moment: datetime) -> list[str]:
    """Return, in Spanish, which certificates and lists end within ``WARN_BEFORE``."""
    limit = moment + WARN_BEFORE
    ends = {(f"El certificado de «{key.holder}»", key.not_after) for key in keys}
    for key in keys:
        ends |= {(f"El certificado de «{_name(one)}»", one.not_valid_after) for one in key.chain}
    for revoked in trust.revocation_lists:
        ends.add((f"La lista de revocación de «{_issuer(revoked)}»", _end_of(revoked)))
    return [
        f"{what} termina el {long_date(end)}: consiga el siguiente antes de ese día."
        for what, end in sorted(ends, key=lambda one: one[1])
        if moment < end <= limit
    ]


def is_demonstration(keys: Sequence[MinistryKey]) -> bool:
    """Return whether a certificate is of a demonstration authority or is self-signed.

    An authority that vouches for itself is every root; a ministry that does is nobody's word.
    """
    return any(
        key.certificate.subject == key.certificate.issuer
        or any(
            DEMONSTRATION_MARK in _organisation(name)
            for certificate in (key.certificate, *key.chain)
            for name in (certificate.subject, certificate.issuer)
        )
        for key in keys
    )


def _twice(keys: Sequence[MinistryKey]) -> Iterator[str]:
    seen: dict[bytes, MinistryKey] = {}
    for key in keys:
        other = seen.setdefault(key.certificate.public_key.dump(), key)
        if other is not key:
            yield (
                f"La clave de «{key.holder}» está dos veces en SIGNING_PKCS12: cada ministerio "
                "firma con la suya."
            )


def _misplaced(key: MinistryKey, place: int, ministries: Sequence[Ministry]) -> Iterator[str]:
    """Return the problem if the certificate names another ministry than expected, or none."""
    named = [at for at, ministry in enumerate(ministries) if _names(key.certificate, ministry)]
    if place in named:
        return
    if named:
        yield (
            f"está en el lugar de otro ministerio: nombra a {ministries[named[0]].acronym}. Ponga "
            "SIGNING_PKCS12 en el orden del archivo de la institución."
        )
    else:
        yield (
            "no nombra al ministerio ni a quien firma por él: revise SIGNING_PKCS12 y el archivo "
            "de la institución."
        )


def _names(certificate: asn1_x509.Certificate, ministry: Ministry) -> bool:
    """Whether the subject holds the ministry's acronym, its name, or its signatory's name."""
    words = _words(" ".join(_texts(certificate.subject)))
    told = (ministry.acronym, ministry.name, ministry.signatory_name)
    return any(_words(text) and _words(text) <= words for text in told)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold(text)))


def _unusable(
    key: MinistryKey, trust: Trust, moment: datetime, *, has_stale: bool
) -> Iterator[str]:
    usage = key.certificate.key_usage_value
    if usage is None or not _SIGNING_USES & usage.native:
        yield "no es para firmar: le falta el uso «firma digital» o «no repudio»."
    why = _path_problem(key, trust, moment)
    if why and not (has_stale and why == _NO_LIST):
        yield why


_NO_LIST: Final = (
    "no se puede comprobar: falta en SIGNING_REVOCATION_LISTS la lista de revocación de su "
    "autoridad."
)


def _path_problem(key: MinistryKey, trust: Trust, moment: datetime) -> str:
    """Return the problem of the path to a trusted authority; empty when it is valid."""
    context = ValidationContext(
        trust_roots=list(trust.authorities),
        crls=list(trust.revocation_lists),
        moment=moment,
        allow_fetching=False,
        revocation_mode="require",
    )
    validator = CertificateValidator(
        key.certificate, intermediate_certs=key.chain, validation_context=context
    )
    try:
        asyncio.run(validator.async_validate_path())
    except (ValidationError, PathError) as error:
        return _told(error)
    return ""


def _told(error: Exception) -> str:
    match error:
        case RevokedError():
            why = f"está revocado desde el {long_date(error.revocation_dt)}: pida uno nuevo."
        case ExpiredError():
            why = f"terminó el {long_date(error.expired_dt)}: pida uno nuevo."
        case NotYetValidError():
            why = f"vale solo desde el {long_date(error.valid_from)}: revise el reloj o espere."
        case InsufficientRevinfoError():
            why = _NO_LIST
        case PathError():
            why = (
                "no viene de una autoridad de confianza: ponga el certificado de la suya en "
                "SIGNING_AUTHORITIES y la cadena completa en el archivo PKCS#12."
            )
        case _:
            why = f"no pasa la validación de su cadena ({error})."
    return why


def _stale_lists(trust: Trust, moment: datetime) -> Iterator[str]:
    """Return a problem for each authority without a current revocation list."""
    newest: dict[str, datetime] = {}
    for revoked in trust.revocation_lists:
        issuer = _issuer(revoked)
        newest[issuer] = max(_end_of(revoked), newest.get(issuer, _end_of(revoked)))
    for issuer, end in newest.items():
        if end <= moment:
            yield (
                f"La lista de revocación de «{issuer}» terminó el {long_date(end)}: baje la nueva "
                "y póngala en SIGNING_REVOCATION_LISTS."
            )


def _end_of(revoked: asn1_crl.CertificateList) -> datetime:
    times = revoked["tbs_cert_list"]
    until: datetime | None = times["next_update"].native
    since: datetime = times["this_update"].native
    return until or since + LIST_WITHOUT_END


def _issuer(revoked: asn1_crl.CertificateList) -> str:
    return str(revoked.issuer.native.get("common_name") or revoked.issuer.human_friendly)


def _name(certificate: asn1_x509.Certificate) -> str:
    subject = certificate.subject
    return str(subject.native.get("common_name") or subject.human_friendly)


def _organisation(name: asn1_x509.Name) -> str:
    return str(name.native.get("organization_name", "")).upper()


def _texts(name: asn1_x509.Name) -> Iterator[str]:
    for value in name.native.values():
        yield from value if isinstance(value, list) else [str(value)]
