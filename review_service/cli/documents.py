"""Commands on one file: what the checks say of it, and whether it is an Acuerdo of ours."""

import hashlib
import json
import os
import sys
from datetime import datetime
from pathlib import Path

import click

from review_service.bootstrap import trusted_authorities
from review_service.cli.base import EXIT_FAILED, EXIT_USAGE, container, stop
from review_service.domain.documents import DocumentKind
from review_service.domain.file_identity import find_identifier
from review_service.domain.limits import MAX_SHOWN_BYTES
from review_service.domain.wording import long_date
from review_service.services.agreements import verifying
from review_service.services.agreements.verifying import Answer, Verdict
from review_service.settings import Settings, signing_settings


@click.command(epilog="Example: review-service inspect fotos.pdf --kind evidence --json")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in DocumentKind]),
    help="What the file is meant to be; guessed when left out.",
)
@click.option("--ruc", help="RUC that a prior agreement or a supporting document should name.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day on which a supporting document must be valid; today when left out.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def inspect(
    *, file: Path, kind: str | None, ruc: str | None, on: datetime | None, as_json: bool
) -> None:
    """Run every check on one file, without a database. Exit 0 accepted, 1 refused, 2 usage."""
    from review_service.cli import inspecting  # noqa: PLC0415 -- parsers load only for this command

    chosen = DocumentKind(kind) if kind else None
    signed = chosen is DocumentKind.AGREEMENT
    code, text = inspecting.run(
        file,
        kind=chosen,
        ruc=ruc,
        as_json=as_json,
        authorities=trusted_authorities(signing_settings(os.environ)) if signed else (),
        on=on.date() if on else None,
    )
    click.echo(text, err=code == EXIT_USAGE)
    sys.exit(code)


@click.command(epilog="Example: review-service verify Acuerdo.pdf")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(*, file: Path, as_json: bool) -> None:
    """Say whether a PDF is an Acuerdo of ours, unaltered and in force. Exit 0 only if it is."""
    content = _content(file)
    parts = container()
    answer = verifying.by_file(
        parts.writing(),
        sha256=hashlib.sha256(content).hexdigest(),
        identifiers=find_identifier(content),
        client="command line",
    )
    signatures = _signatures(file, parts.settings)
    if as_json:
        click.echo(json.dumps(_plain(answer) | {"signatures": signatures}, ensure_ascii=False))
    else:
        click.echo(f"{_told(answer)}\nFirmas: {signatures}.")
    sys.exit(0 if answer.verdict is Verdict.IN_FORCE else EXIT_FAILED)


def _content(file: Path) -> bytes:
    try:
        if not file.is_file():
            stop(f"«{file}» no es un archivo que se pueda leer.", code=EXIT_USAGE)
        if file.stat().st_size > MAX_SHOWN_BYTES:
            stop("El archivo es demasiado grande para ser un Acuerdo.", code=EXIT_USAGE)
        return file.read_bytes()
    except OSError as error:
        stop(f"No se puede leer «{file}»: {error.strerror}.", code=EXIT_USAGE)


def _signatures(file: Path, settings: Settings) -> str:
    """Print the result of checking the file's signatures; it is opened in the sandbox."""
    from workers.inspecting.signatures import check_in_sandbox  # noqa: PLC0415
    from workers.sandbox.client import SandboxError  # noqa: PLC0415 -- parsers load only for this
    from workers.sandbox.settings import SandboxSettings  # noqa: PLC0415

    trusted = trusted_authorities(settings.signing)
    try:
        with file.open("rb") as stream:
            check = check_in_sandbox(
                stream.fileno(), authorities=trusted, required=SandboxSettings.from_env().required
            )
    except SandboxError:
        return "no se revisaron, porque el entorno aislado no se pudo armar en esta máquina"
    if not check.is_readable:
        return "el archivo no se puede leer como PDF"
    good = sum(signature.is_good for signature in check.signatures)
    later = "; algo se agregó después de la última" if check.has_later_revision else ""
    return f"{good} de {check.count} válidas{later}"


def _plain(answer: Answer) -> dict[str, object]:
    plain: dict[str, object] = {"verdict": answer.verdict.value}
    if answer.agreement is not None:
        plain |= {
            "number": answer.agreement.number,
            "holder": answer.agreement.holder,
            "valid_from": answer.agreement.valid_from.isoformat(),
            "valid_until": answer.agreement.valid_until.isoformat(),
            "sha256": answer.agreement.sha256,
        }
    return plain


def _told(answer: Answer) -> str:
    if answer.agreement is None:
        return f"{answer.verdict.label}: este archivo no es un Acuerdo emitido por este servicio."
    facts = answer.agreement
    told = {
        Verdict.IN_FORCE: f"auténtico y vigente hasta el {long_date(facts.valid_until)}",
        Verdict.EXPIRED: f"auténtico, pero caducó el {long_date(facts.valid_until)}",
        Verdict.ALTERED: "el archivo no es idéntico al que emitimos con ese número",
        Verdict.UNKNOWN: "no consta",
    }[answer.verdict]
    return f"{answer.verdict.label}: {told}.\nAcuerdo {facts.number}, a favor de {facts.holder}."
