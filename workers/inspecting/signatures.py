"""Checks the signatures of a stranger's file inside the sandbox."""

from collections.abc import Mapping, Sequence
from typing import Any

from review_service.domain.reports import SignatureReport
from workers.facts.signatures import CopyCheck, from_header, report_of
from workers.sandbox.calls import SIGNATURES_ONLY, Call
from workers.sandbox.client import Ending, Job, Sandbox, SandboxError, events
from workers.sandbox.one_answer import only_frame
from workers.sandbox.wire import missing_walls

CPU_SECONDS = 10
"""For one file; ours takes 0.2 s. Source: benchmarks/issue.py."""

_UNREADABLE = CopyCheck(count=0, is_readable=False)


def check_in_sandbox(
    document: int, *, authorities: Sequence[bytes], required: bool = True
) -> CopyCheck:
    """Check an open file, given by its descriptor; ``authorities`` are certificates, DER.

    A file that breaks its reader, or keeps it busy too long, comes back as unreadable. Raises
    ``SandboxError`` when the sandbox itself does not work and is ``required``.
    """
    with Sandbox(preload=SIGNATURES_ONLY, prepare=[], required=required) as sandbox:
        check = _UNREADABLE
        for _, event in events([sandbox.spawn(_job(authorities), document)]):
            if isinstance(event, Ending):
                continue
            if missing_walls(event) is None:
                check = _believed(event.header)
            elif required:
                raise SandboxError("this machine lacks a wall of the sandbox")
        return check


def signature_of(document: int, *, authorities: Sequence[bytes]) -> SignatureReport | None:
    """Check the signatures of an open file in this process's sandbox; None when unreadable.

    Raises ``SandboxError``.
    """
    frame, _ = only_frame(_job(authorities), document)
    return report_of(_UNREADABLE if frame is None else _believed(frame.header))


def _job(authorities: Sequence[bytes]) -> Job:
    return Job(
        call=Call.CHECK_SIGNATURES,
        arguments={"authorities": [der.hex() for der in authorities]},
        cpu_seconds=CPU_SECONDS,
    )


def _believed(header: Mapping[str, Any]) -> CopyCheck:
    try:
        return from_header(header)
    except ValueError:
        return _UNREADABLE
