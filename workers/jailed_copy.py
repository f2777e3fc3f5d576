"""Checks the signatures of a stranger's file inside the jail, for the command line."""

from collections.abc import Mapping, Sequence
from typing import Any

from workers.agreement_copy import CopyCheck, from_header
from workers.jail.client import Ending, Jail, JailError, Job, events

CPU_SECONDS = 10
"""For one file; ours takes 0.2 s. Source: benchmarks/issue.py."""

_UNREADABLE = CopyCheck(count=0, is_readable=False)


def check_in_jail(
    document: int, *, authorities: Sequence[bytes], required: bool = True
) -> CopyCheck:
    """Check an open file, given by its descriptor; ``authorities`` are certificates, DER.

    A file that breaks its reader, or keeps it busy too long, comes back as unreadable. Raises
    ``JailError`` when the jail itself does not work and is ``required``.
    """
    with Jail(preload=["workers.agreement_copy"], prepare=[], required=required) as jail:
        job = Job(
            call="workers.agreement_copy:frames",
            arguments={"authorities": [der.hex() for der in authorities]},
            cpu_seconds=CPU_SECONDS,
        )
        check = _UNREADABLE
        for _, event in events([jail.spawn(job, document)]):
            if isinstance(event, Ending):
                continue
            if required and "missing" in event.header:
                raise JailError("this machine lacks a wall of the jail")
            if "count" in event.header:
                check = _believed(event.header)
        return check


def _believed(header: Mapping[str, Any]) -> CopyCheck:
    try:
        return from_header(header)
    except ValueError:
        return _UNREADABLE
