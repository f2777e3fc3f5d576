"""The command that says whether a PDF is a document of ours, by its own signatures and its print.

It believes no row by itself: it opens the file in the sandbox, and compares what it finds with the
record, the audit trail and the copy in the file store. Each comparison is shown.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import click

from review_service.bootstrap import Container, trusted_authorities
from review_service.cli.base import container
from review_service.cli.group import EXIT_FAILED, EXIT_USAGE, stop
from review_service.domain.errors import SigningError, StoreError
from review_service.domain.file_identity import find_identifier
from review_service.domain.issued_documents import IssuedSnapshot
from review_service.domain.limits import MAX_SHOWN_BYTES
from review_service.domain.paper_check import PaperSignatures
from review_service.domain.wording import long_date
from review_service.ports import PaperReader
from review_service.services import stored_files
from review_service.services.agreements import proving, verifying
from review_service.services.agreements.proving import Examined, Record
from review_service.services.agreements.verifying import Answer, PublicAgreement, Verdict

NO_SANDBOX: Final = "no se revisaron, porque el entorno aislado no se pudo armar en esta máquina"
NOT_COMPARED: Final = "no se comparó"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One of the comparisons, as it is shown."""

    name: str
    """For programs."""
    label: str
    """Spanish."""
    holds: bool
    told: str
    """Spanish: what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer with what it stands on."""

    verdict: Verdict
    answer: Answer
    record: Record | None
    comparisons: tuple[Comparison, ...]


@click.command(epilog="Example: review-service verify Acuerdo.pdf")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(*, file: Path, as_json: bool) -> None:
    """Say whether a PDF is an Acuerdo or a certificate of ours, authentic and in force.

    Authentic: its own signatures hold, and it prints what the record says. Exit 0 when it is in
    force, 1 for anything else, 2 for wrong use.
    """
    content = _content(file)
    parts = container()
    with _sandbox_of_this_command():
        found = _find(parts, content)
    click.echo(json.dumps(_plain(found), ensure_ascii=False) if as_json else _told(found))
    sys.exit(0 if found.verdict is Verdict.IN_FORCE else EXIT_FAILED)


def _content(file: Path) -> bytes:
    try:
        if not file.is_file():
            stop(f"«{file}» no es un archivo que se pueda leer.", code=EXIT_USAGE)
        if file.stat().st_size > MAX_SHOWN_BYTES:
            stop(
                "El archivo es demasiado grande para ser un Acuerdo o un certificado.",
                code=EXIT_USAGE,
            )
        return file.read_bytes()
    except OSError as error:
        stop(f"No se puede leer «{file}»: {error.strerror}.", code=EXIT_USAGE)


@contextmanager
def _sandbox_of_this_command() -> Iterator[None]:
    """Stop at the end the sandbox that this command started, if it did."""
    from workers.sandbox import keeper  # noqa: PLC0415 -- parsers load only for this command

    was_running = keeper.proof() is not None
    try:
        yield
    finally:
        if not was_running:
            keeper.stop_sandbox()


def _reader(parts: Container) -> PaperReader:
    from workers.inspecting.own_paper import SandboxPaperReader  # noqa: PLC0415 -- as above

    return SandboxPaperReader(authorities=partial(trusted_authorities, parts.settings.signing))


def _find(parts: Container, content: bytes) -> Finding:
    key, sha256 = parts.settings.verification_key, hashlib.sha256(content).hexdigest()
    answer = verifying.by_file(
        parts.writing(),
        sha256=sha256,
        identifiers=find_identifier(content),
        client="command line",
        key=key,
    )
    reader = _reader(parts)
    named = verifying.named_by_file(parts.reading(), sha256, key=key)
    if named is None:
        told = _signatures_alone(reader, content)
        alone = Comparison(name="signatures", label="Firmas", holds=False, told=told)
        return Finding(verdict=answer.verdict, answer=answer, record=None, comparisons=(alone,))
    with parts.reading() as uow:
        record = proving.record_of(uow, named.agreement_id)
    comparisons = (*_compared(parts, reader, record, content), _stored_copy(parts, record))
    holds = record.snapshot is not None and all(each.holds for each in comparisons)
    contradicted = not holds or answer.verdict is Verdict.CONTRADICTED
    return Finding(
        verdict=Verdict.CONTRADICTED if contradicted else named.if_authentic.verdict,
        answer=replace(answer, successor=named.if_authentic.successor,
                       in_force=named.if_authentic.in_force),
        record=record,
        comparisons=comparisons,
    )  # fmt: skip


def _compared(
    parts: Container, reader: PaperReader, record: Record, content: bytes
) -> tuple[Comparison, ...]:
    settings = parts.settings
    try:
        examined = proving.examine(
            record,
            content,
            reader=reader,
            key=settings.verification_key,
            public_url=settings.public_url,
        )
    except SigningError as error:
        why = NO_SANDBOX if error.retryable else str(error)
        return (
            Comparison(name="signatures", label="Firmas", holds=False, told=why),
            Comparison(name="content", label="Contenido", holds=False, told=NOT_COMPARED),
        )
    return (
        Comparison(
            name="signatures",
            label="Firmas",
            holds=not examined.signature_faults,
            told=_signatures_of(examined),
        ),
        Comparison(
            name="content",
            label="Contenido",
            holds=not examined.content_faults,
            told=" ".join(examined.content_faults) or "lo que imprime es igual al registro",
        ),
        Comparison(
            name="record",
            label="Registro",
            holds=not examined.record_faults,
            told=" ".join(examined.record_faults) or "es el que la auditoría dice que se firmó",
        ),
    )


def _stored_copy(parts: Container, record: Record) -> Comparison:
    told, holds = "no se pudo leer, porque el almacén no responde", False
    try:
        if record.file is not None:
            problem = stored_files.compare(parts.store, record.file).problem
            holds = problem is None
            told = "igual a este archivo" if problem is None else problem.label.lower()
    except StoreError:
        pass  # told as it stands
    return Comparison(name="stored_copy", label="Copia guardada", holds=holds, told=told)


def _signatures_of(examined: Examined) -> str:
    return ". ".join([_counted(examined.signatures), *examined.signature_faults]).rstrip(".")


def _signatures_alone(reader: PaperReader, content: bytes) -> str:
    try:
        return _counted(reader.signatures(content))
    except SigningError:
        return NO_SANDBOX


def _counted(found: PaperSignatures) -> str:
    if not found.is_readable:
        return "el archivo no se puede leer como PDF"
    later = "; algo se agregó después de la última" if found.has_later_revision else ""
    return f"{found.trusted} de {found.count} válidas{later}"


def _plain(found: Finding) -> dict[str, object]:
    plain: dict[str, object] = {"verdict": found.verdict.value}
    if found.record is not None and (facts := _authentic(found)) is not None:
        plain |= {
            "kind": facts.kind.value,
            "number": facts.number,
            "holder": facts.holder,
            "valid_from": facts.valid_from.isoformat(),
            "valid_until": facts.valid_until.isoformat(),
            "sha256": found.record.plain["sha256"],
            **_others(found.answer),
        }
    elif found.answer.agreement is not None and found.verdict is Verdict.ALTERED:
        agreement = found.answer.agreement
        plain |= {
            "kind": agreement.kind.value,
            "number": agreement.number,
            "holder": agreement.holder,
            "valid_from": agreement.valid_from.isoformat(),
            "valid_until": agreement.valid_until.isoformat(),
            "sha256": agreement.sha256,
        }
    plain["signatures"] = found.comparisons[0].told
    plain["comparisons"] = {
        each.name: {"holds": each.holds, "told": each.told} for each in found.comparisons
    }
    return plain


def _others(answer: Answer) -> dict[str, object]:
    """Return what took the place of the document, and what holds today when it does not."""
    told: dict[str, object] = {}
    if answer.successor is not None:
        since = answer.successor.since.isoformat()
        told["superseded_by"] = {"number": answer.successor.number, "since": since}
    if answer.in_force is not None:
        told["in_force"] = {
            "number": answer.in_force.number,
            "valid_until": answer.in_force.valid_until.isoformat(),
        }
    return told


def _authentic(found: Finding) -> IssuedSnapshot | None:
    """Return the facts of an authentic document; None for any other file."""
    is_authentic = found.verdict in verifying.BY_STANDING.values()
    return found.record.snapshot if found.record is not None and is_authentic else None


def _how(found: Finding, facts: IssuedSnapshot) -> str:
    if found.verdict is Verdict.IN_FORCE:
        return f"auténtico y vigente hasta el {long_date(facts.valid_until)}"
    answer = replace(found.answer, verdict=found.verdict)
    return f"auténtico, pero {verifying.why_not(answer, facts)}"


def _instead(found: Finding) -> str:
    other = found.answer.in_force
    until = long_date(other.valid_until) if other else ""
    return f"Hoy rige: {other.number}, hasta el {until}.\n" if other else ""


def _named(facts: IssuedSnapshot | PublicAgreement) -> str:
    return f"{facts.kind.short_label.capitalize()} {facts.number}, a favor de {facts.holder}"


def _told(found: Finding) -> str:
    label = found.verdict.label
    shown = "\n".join(f"{each.label}: {each.told}." for each in found.comparisons)
    if (facts := _authentic(found)) is not None:
        return f"{label}: {_how(found, facts)}.\n{_named(facts)}.\n{_instead(found)}{shown}"
    why = {
        Verdict.ALTERED: "el archivo no es idéntico al que emitimos con ese número",
        Verdict.CONTRADICTED: "el registro lo nombra, pero no se puede dar por auténtico",
    }.get(found.verdict, "este archivo no es un Acuerdo ni un certificado de este servicio")
    agreement = found.answer.agreement
    named = ""
    if agreement is not None and found.verdict is Verdict.ALTERED:
        named = f"{_named(agreement)}.\n"
    return f"{label}: {why}.\n{named}{shown}"
