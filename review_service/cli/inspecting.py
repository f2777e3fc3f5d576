"""``review-service inspect``: runs every check on one file; prints Spanish text or JSON."""

import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from review_service.domain import support_comparison
from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.file_kinds import HEAD_BYTES
from review_service.domain.findings import Finding, Severity, worst
from review_service.domain.limits import MEBIBYTE, UploadLimits
from review_service.domain.prior_proofs import without_token
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import (
    AgreementField,
    Box,
    DocumentReport,
    PageReport,
    PhotoReport,
    ReadCode,
    ReadField,
    SignatureReport,
    SupportField,
)
from review_service.domain.ruc import check_ruc
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import clock, long_date, told_value
from review_service.domain.wrong_files import refused_by_head
from workers.inspecting.document import inspect
from workers.sandbox.client import SandboxError

ACCEPTED, REFUSED, WRONG_USAGE = 0, 1, 2
PHOTO_ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png"})
KIND_NAMES: Final = {
    PageKind.PHOTO: "foto",
    PageKind.SCAN: "escaneado",
    PageKind.TEXT: "texto",
    PageKind.BLANK: "en blanco",
    PageKind.UNREADABLE: "ilegible",
}


def run(
    path: Path,
    *,
    kind: DocumentKind | None = None,
    ruc: str | None = None,
    as_json: bool = False,
    limits: UploadLimits | None = None,
    authorities: Sequence[bytes] = (),
    on: date | None = None,
) -> tuple[int, str]:
    """Inspect one file; return the exit code and the text to print.

    ``authorities`` are certificates, DER, whose signatures on a prior agreement are trusted; ``on``
    is the day on which a supporting document must still be valid, today when left out.

    0: accepted. 1: refused, with its reason. 2: the file can't be read, or the arguments are wrong.
    ``kind`` is guessed from the name when it is not given: a photo by its ending, else evidence.
    """
    problem = _unusable(path) or _wrong_ruc(ruc)
    if problem:
        return WRONG_USAGE, _failure(problem, as_json=as_json)
    chosen = kind or _guessed(path)
    try:
        report = inspect(
            path, kind=chosen, limits=limits or UploadLimits(), authorities=authorities
        )
    except SandboxError as error:
        problem = f"No se puede revisar con seguridad en este equipo: {error}."
        return WRONG_USAGE, _failure(problem, as_json=as_json)
    except OSError:
        return WRONG_USAGE, _failure(f"No se puede leer {_shown(path)}.", as_json=as_json)
    compared = (*_compared(report, ruc), *_compared_support(report, ruc, on))
    why = _why_refused(path, report)
    text = _as_json(report, compared, why) if as_json else _as_text(path, report, compared, why)
    return (REFUSED if report.reason else ACCEPTED), text


def _unusable(path: Path) -> str | None:
    """Return a sentence on why the path is no readable file, or None."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return f"No existe el archivo {_shown(path)}. Revise el nombre."
    except (OSError, ValueError):
        return f"No se puede leer {_shown(path)}. Revise el nombre y los permisos."
    if stat.S_ISDIR(mode):
        return f"{_shown(path)} es una carpeta. Indique un archivo."
    if not stat.S_ISREG(mode):
        return f"{_shown(path)} no es un archivo común. Indique un PDF o una foto."
    if not os.access(path, os.R_OK):
        return f"No tiene permiso para leer {_shown(path)}."
    return None


def _wrong_ruc(ruc: str | None) -> str | None:
    problem = check_ruc(ruc).problem if ruc is not None else None
    return problem.sentence if problem else None


def _shown(path: Path) -> str:
    """Return the file name without control characters, which could confuse a terminal."""
    return "«" + "".join(sign if sign.isprintable() else "?" for sign in str(path)) + "»"


def _failure(problem: str, *, as_json: bool) -> str:
    if not as_json:
        return problem
    return json.dumps({"outcome": "error", "reason": "usage", "reason_text": problem},
                      ensure_ascii=False)  # fmt: skip


def _guessed(path: Path) -> DocumentKind:
    is_photo = path.suffix.lower() in PHOTO_ENDINGS
    return DocumentKind.PHOTO if is_photo else DocumentKind.EVIDENCE


def _compared(report: DocumentReport, ruc: str | None) -> Iterator[Finding]:
    """Compare the given RUC with the one on the paper."""
    if ruc is None or report.kind is not DocumentKind.AGREEMENT or report.reason:
        return
    wanted = check_ruc(ruc).digits
    read = next((field for field in report.fields if field.name == "ruc"), None)
    if read is None:
        message = "El RUC no se pudo leer en el Acuerdo: compárelo a mano."
        yield Finding(check="ruc", code="ruc_unread", severity=Severity.DOUBT, message=message)
    elif read.value != wanted:
        message = f"El Acuerdo dice RUC {read.value}; se esperaba {wanted}."
        yield Finding(
            check="ruc", code="ruc_differs", severity=Severity.BAD, message=message, page=read.page
        )
    else:
        message = "El RUC del Acuerdo es el esperado."
        yield Finding(
            check="ruc", code="ruc_matches", severity=Severity.NOTE, message=message, page=read.page
        )


def _compared_support(
    report: DocumentReport, ruc: str | None, on: date | None
) -> tuple[Finding, ...]:
    """Compare a supporting document with the given RUC, if any, and with a day."""
    if report.recognised_as is None:
        return ()
    return support_comparison.compare(
        report.recognised_as,
        support_comparison.values_of(
            (field.name, field.value, field.confidence) for field in report.fields
        ),
        ruc=check_ruc(ruc).digits if ruc is not None else None,
        on=on or ecuador_day(datetime.now(UTC)),
    )


def _why_refused(path: Path, report: DocumentReport) -> str:
    """Return the sentence of a refusal: what the file is instead, as its sender reads it."""
    if report.reason is None:
        return ""
    if report.reason in {RefusalReason.NOT_A_PHOTO, RefusalReason.NOT_A_PDF}:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        name = _shown(Path(path.name))[1:-1]
        told = refused_by_head(head, kind=report.kind, file_name=name)
        if told is not None:
            return told.sentence
    return report.reason.sentence


def _as_json(report: DocumentReport, compared: Iterable[Finding], why: str) -> str:
    return json.dumps(
        {
            "outcome": "refused" if report.reason else "accepted",
            "reason": report.reason.value if report.reason else None,
            "reason_text": why or None,
            "kind": report.kind.value,
            "sha256": report.sha256,
            "size_bytes": report.size_bytes,
            "page_count": report.page_count,
            "pages": [_page_json(page) for page in report.pages],
            "photos": [_photo_json(page, photo) for page in report.pages for photo in page.photos],
            "fields": {field.name: _field_json(field) for field in report.fields},
            "codes": [_code_json(code) for code in report.codes],
            "signature": _signature_json(report.signature) if report.signature else None,
            "recognised_as": report.recognised_as.value if report.recognised_as else None,
            "findings": [_finding_json(finding) for finding in (*report.findings, *compared)],
            "seconds": dict(report.seconds),
            "memory": {"peak_bytes": report.peak_bytes, "limit_bytes": report.memory_limit_bytes},
        },
        ensure_ascii=False,
        indent=2,
    )


def _photo_json(page: PageReport, photo: PhotoReport) -> dict[str, Any]:
    return {
        "page": page.number,
        "sha256": photo.sha256,
        "width": photo.width_px,
        "height": photo.height_px,
        "sharpness": photo.sharpness,
        "exposure": photo.exposure,
        "pdq": photo.pdq_forms[0] if photo.pdq_forms else None,
        "pdq_quality": photo.pdq_quality,
        "exif": dict(photo.exif),
        "box": _box_json(photo.box) if photo.box else None,
    }


def _page_json(page: PageReport) -> dict[str, Any]:
    return {
        "number": page.number,
        "kind": page.kind.value,
        "photo_layout": page.photo_layout.value if page.photo_layout else None,
        "width": page.width_px,
        "height": page.height_px,
        "sharpness": page.sharpness,
        "exposure": page.exposure,
        "words": len(page.words),
        "findings": [_finding_json(finding) for finding in page.findings],
    }


def _field_json(field: ReadField) -> dict[str, Any]:
    return {
        "value": field.value,
        "confidence": round(field.confidence, 1),
        "page": field.page,
        "box": _box_json(field.box),
    }


def _code_json(code: ReadCode) -> dict[str, Any]:
    return {"text": without_token(code.text), "page": code.page, "box": _box_json(code.box)}


def _box_json(box: Box) -> list[int]:
    return [box.left, box.top, box.width, box.height]


def _signature_json(signature: SignatureReport) -> dict[str, Any]:
    moment = signature.signed_at
    return {
        "outcome": signature.outcome.value,
        "signer": signature.signer,
        "signed_at": moment.isoformat() if moment else None,
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "advice": finding.advice,
        "page": finding.page,
    }


def _as_text(path: Path, report: DocumentReport, compared: tuple[Finding, ...], why: str) -> str:
    lines = [_shown(path), *_verdict(report, why)]
    if report.reason is None:
        lines += ["", *_page_table(report.pages)]
        findings = [finding for page in report.pages for finding in page.findings]
        lines += _finding_lines((*report.findings, *findings, *compared))
        lines += _field_lines(report)
        lines += _signature_lines(report)
    lines += ["", f"Tiempo: {_decimal(report.seconds.get('total', 0.0))} s"]
    return "\n".join(lines)


def _verdict(report: DocumentReport, why: str) -> list[str]:
    size = f"{_decimal(report.size_bytes / MEBIBYTE)} MB"
    if report.reason is None:
        pages = "1 página" if report.page_count == 1 else f"{report.page_count} páginas"
        return [f"ACEPTADO  {report.kind.label}, {pages}, {size}"]
    lines = [
        f"RECHAZADO ({report.reason.value})  {report.kind.label}, {size}",
        why,
    ]
    figures = [finding.message for finding in report.findings if finding.check == "intake"]
    told = {why, report.reason.sentence}
    return lines + [figure for figure in figures if figure not in told]


def _page_table(pages: Iterable[PageReport]) -> Iterator[str]:
    yield f"{'Página':>6}  {'Contenido':<10} {'Píxeles':>13} {'Nitidez':>8} {'Luz':>5}  Aviso"
    for page in pages:
        sides = [(photo.width_px, photo.height_px) for photo in page.photos]
        width, height = sides[0] if len(sides) == 1 else (page.width_px, page.height_px)
        sharp = "–" if page.sharpness is None else f"{page.sharpness:.0f} %"
        light = "–" if page.exposure is None else f"{page.exposure:.0f}"
        severity = worst(page.findings)
        said = severity.label if severity else "–"
        pixels = f"{width} × {height}"
        holds = KIND_NAMES[page.kind]
        yield f"{page.number:>6}  {holds:<10} {pixels:>13} {sharp:>8} {light:>5}  {said}"


def _finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    ordered = sorted(findings, key=lambda finding: (-finding.severity.rank, finding.page or 0))
    if ordered:
        yield ""
        yield "Observaciones"
    for finding in ordered:
        place = f"página {finding.page}" if finding.page else "documento"
        yield f"  {finding.severity.label:<7} {place:<11} {finding.message}"


def _field_lines(report: DocumentReport) -> Iterator[str]:
    if report.kind is not DocumentKind.AGREEMENT and not report.kind.is_support:
        return
    yield ""
    yield "Datos leídos"
    read = {field.name: field for field in report.fields}
    names: type[AgreementField | SupportField] = AgreementField
    if report.kind.is_support:
        names = SupportField
        found = report.recognised_as
        yield f"  {'Documento':<18} {found.label if found else 'no se reconoce cuál es'}"
    for name in names:
        field = read.get(name)
        if field is None:
            yield f"  {name.label:<18} no se pudo leer"
        else:
            yield (
                f"  {name.label:<18} {told_value(field.value)}  "
                f"(página {field.page}, confianza {field.confidence:.0f} de 100)"
            )


def _signature_lines(report: DocumentReport) -> Iterator[str]:
    if report.kind is not DocumentKind.AGREEMENT:
        return
    if report.signature is None:
        yield "  Firma              no se pudo comprobar"
        return
    by = f", {report.signature.signer}" if report.signature.signer else ""
    moment = report.signature.signed_at
    at = f", {long_date(moment)} a las {clock(moment)}" if moment else ""
    yield f"  {'Firma':<18} {report.signature.outcome.label}{by}{at}"


def _decimal(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
