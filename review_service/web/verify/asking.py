"""The three ways to verify an agreement, all answered by the same page."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from flask import Response, make_response, render_template, request

from review_service.domain.file_identity import IDENTIFIER_BYTES, MAX_CLAIMS, find_identifier
from review_service.domain.letters import MOST_ABOUT
from review_service.domain.limits import MAX_SHOWN_BYTES, MEBIBYTE, UploadLimits
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import gettext_noop, long_date, visible
from review_service.services.agreements import verifying
from review_service.services.agreements.verifying import Answer, PublicAgreement, Verdict
from review_service.web import devices
from review_service.web.bodies import takes_files
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.languages import gettext
from review_service.web.security import with_camera
from review_service.web.verify import blueprint

CHUNK_BYTES: Final = 256 * 1024
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_IDENTIFIER: Final = re.compile(rf"[0-9a-f]{{{2 * IDENTIFIER_BYTES}}}")
TONES: Final = {
    Verdict.IN_FORCE: "good",
    Verdict.NOT_YET: "doubt",
    Verdict.SUPERSEDED: "doubt",
    Verdict.EXPIRED: "doubt",
    Verdict.ALTERED: "bad",
    Verdict.UNPROVEN: "doubt",
    Verdict.CONTRADICTED: "bad",
    Verdict.STATEMENT: "quiet",
    Verdict.UNKNOWN: "quiet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """SHA-256 and embedded identifiers of a file, which itself is not kept."""

    sha256: str
    identifiers: set[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed, kept in the form."""

    number: str
    code: str


@blueprint.get("/verificar")
def ask() -> Response:
    """Ask for number and code, or for the PDF."""
    return _form(number="", code="")


@blueprint.post("/verificar")
def by_number() -> str | Response:
    """Answer for a number and code typed from the paper."""
    number, code = request.form.get("number", ""), request.form.get("code", "")
    problems = _missing(number=number, code=code)
    if problems:
        return _form(number=number, code=code, problems=problems)
    answer = verifying.by_number_and_code(
        parts().writing(),
        number=number,
        code=code,
        client=devices.network(),
        key=parts().settings.verification_key,
    )
    return _page(answer, typed=Typed(number=number, code=code))


@blueprint.get("/v/<token>")
def by_token(token: str) -> str:
    """Answer for a scanned QR."""
    answer = verifying.by_token(
        parts().writing(),
        token=token,
        client=devices.network(),
        key=parts().settings.verification_key,
    )
    return _page(answer)


def _file_limit(_limits: UploadLimits) -> int:
    return MAX_SHOWN_BYTES


def _file_too_large(_limits: UploadLimits) -> str:
    return gettext(
        "El archivo pesa más de %(limit)s MB; nuestros documentos, menos de 1.",
        limit=MAX_SHOWN_BYTES // MEBIBYTE,
    )


@blueprint.post("/verificar/archivo")
@takes_files(_file_limit, too_large=_file_too_large)
def by_file() -> str | Response:
    """Answer for a PDF: from the fingerprint made by a script, or from the file, not kept."""
    fingerprint = _told_fingerprint() or _sent_fingerprint()
    if fingerprint is None:
        sentence = gettext("Elija primero el PDF en su teléfono o equipo.")
        problem = Problem(place="archivo", sentence=sentence)
        return _form(number="", code="", problems=(problem,))
    answer = verifying.by_file(
        parts().writing(),
        sha256=fingerprint.sha256,
        identifiers=fingerprint.identifiers,
        client=devices.network(),
        key=parts().settings.verification_key,
    )
    return _page(answer, from_file=True)


def _told_fingerprint() -> Fingerprint | None:
    told = request.form.get("sha256", "")
    if not _SHA256.fullmatch(told):
        return None
    claims = request.form.get("identifiers", "").split(",")[:MAX_CLAIMS]
    return Fingerprint(
        sha256=told,
        identifiers={bytes.fromhex(claim) for claim in claims if _IDENTIFIER.fullmatch(claim)},
    )


def _sent_fingerprint() -> Fingerprint | None:
    sent = request.files.get("archivo")
    if sent is None or not sent.filename:
        return None
    digest = sha256()

    def chunks() -> Iterator[bytes]:
        while chunk := sent.stream.read(CHUNK_BYTES):
            digest.update(chunk)
            yield chunk

    with closing(sent):
        read = chunks()
        identifiers = find_identifier(read)
        for _rest in read:
            pass  # the search may stop early, the digest must not
    return Fingerprint(sha256=digest.hexdigest(), identifiers=identifiers)


def _missing(*, number: str, code: str) -> tuple[Problem, ...]:
    problems = []
    if not number.strip():
        sentence = gettext("Escriba el número del documento.")
        problems.append(Problem(place="number", sentence=sentence))
    if not code.strip():
        sentence = gettext("Escriba el código de 12 letras y números que está junto al QR.")
        problems.append(Problem(place="code", sentence=sentence))
    return tuple(problems)


def _form(*, number: str, code: str, problems: tuple[Problem, ...] = ()) -> Response:
    page = render_template(
        "verify/form.html",
        number=number,
        code=code,
        problems=problems,
        problem_at={problem.place: problem.sentence for problem in problems},
        host=parts().settings.public_host,
        hosts=parts().settings.printed_hosts,
        max_bytes=MAX_SHOWN_BYTES,
    )
    return with_camera(make_response(page, 422 if problems else 200))


def _page(answer: Answer, *, from_file: bool = False, typed: Typed | None = None) -> str:
    return render_template(
        "verify/answer.html",
        answer=answer,
        tone=TONES[answer.verdict],
        sentence=_sentence(answer, from_file=from_file),
        asked_at=datetime.now(UTC),
        from_file=from_file,
        keeps_typed=typed is not None,
        number=typed.number if typed else "",
        about=_told_number(answer, typed),
        code=typed.code if typed else "",
        problem_at={},
        host=parts().settings.public_host,
        max_bytes=MAX_SHOWN_BYTES,
    )


def _told_number(answer: Answer, typed: Typed | None) -> str:
    """Return the number that a warning of a false document is about, as far as it is known."""
    if answer.agreement is not None:
        return answer.agreement.number
    return visible(typed.number)[:MOST_ABOUT] if typed else ""


WARNINGS: Final = {
    Verdict.UNPROVEN: gettext_noop(
        "Ese documento consta en nuestro registro, pero todavía no terminamos de comprobar su "
        "archivo firmado."
    ),
    Verdict.CONTRADICTED: gettext_noop(
        "Nuestro registro y el archivo firmado de ese documento no dicen lo mismo. No lo dé por "
        "auténtico."
    ),
    Verdict.ALTERED: gettext_noop("Este archivo fue cambiado después de firmarse. No lo acepte."),
}


def _sentence(answer: Answer, *, from_file: bool) -> str:
    agreement = answer.agreement
    if answer.verdict in WARNINGS:
        return gettext(WARNINGS[answer.verdict])
    if answer.stated_at is not None:
        return gettext(
            "Este archivo es idéntico a la constancia de fechas que este servicio entregó el "
            "%(day)s.",
            day=long_date(ecuador_day(answer.stated_at), gettext),
        )
    if agreement is None:
        return (
            gettext("Ese archivo no es un documento de nuestro registro.")
            if from_file
            else gettext("No encontramos un documento con esos datos en nuestro registro.")
        )
    if answer.verdict is not Verdict.IN_FORCE:
        return _not_today(answer, agreement, from_file=from_file)
    until = long_date(agreement.valid_until, gettext)
    if from_file:
        return gettext(
            "Este archivo es idéntico al que emitimos y está vigente hasta el %(until)s.",
            until=until,
        )
    kind = gettext(agreement.kind.short_label)
    return gettext(
        "Este %(kind)s es auténtico y está vigente hasta el %(until)s.", kind=kind, until=until
    )


def _not_today(answer: Answer, agreement: PublicAgreement, *, from_file: bool) -> str:
    reason = verifying.why_not(answer, agreement, gettext)
    if from_file:
        return gettext("Este archivo es idéntico al que emitimos, pero %(reason)s.", reason=reason)
    kind = gettext(agreement.kind.short_label)
    return gettext("Este %(kind)s es auténtico, pero %(reason)s.", kind=kind, reason=reason)
