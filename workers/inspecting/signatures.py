"""Checks the signatures of a stranger's file inside the sandbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from review_service.domain.reports import SignatureReport
from workers.facts.signatures import CopyCheck, from_header, report_of
from workers.sandbox.calls import Call
from workers.sandbox.client import Job
from workers.sandbox.one_answer import only_frame

CPU_SECONDS = 10
"""For one file; ours takes 0.2 s. Source: benchmarks/issue.py."""

_UNREADABLE = CopyCheck(count=0, is_readable=False)


def signature_of(document: int, *, authorities: Sequence[bytes]) -> SignatureReport | None:
    """Check the signatures of an open file in this process's sandbox; None when unreadable.

    Raises ``SandboxError``.
    """
    return report_of(check_here(document, authorities=authorities))


def check_here(
    document: int, *, authorities: Sequence[bytes], at: datetime | None = None
) -> CopyCheck:
    """Check an open file in this process's sandbox, which was started.

    Certificates are judged at the moment ``at``, now without one. Raises ``SandboxError``.
    """
    frame, _ = only_frame(_job(authorities, at), document)
    return _UNREADABLE if frame is None else _believed(frame.header)


def _job(authorities: Sequence[bytes], at: datetime | None = None) -> Job:
    moment = {} if at is None else {"at": at.isoformat()}
    return Job(
        call=Call.CHECK_SIGNATURES,
        arguments={"authorities": [der.hex() for der in authorities], **moment},
        cpu_seconds=CPU_SECONDS,
    )


def _believed(header: Mapping[str, Any]) -> CopyCheck:
    try:
        return from_header(header)
    except ValueError:
        return _UNREADABLE
