# ruff: noqa: INP001 -- beside the program that starts it
"""Processor time of a certificate's parts, in a process with a worker's parts and keys.

``certificates.py`` starts it with the service's settings; it prints one JSON object, in seconds.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from issue import MARKS

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.bootstrap import Role, trusted_authorities
from review_service.cli.base import container
from review_service.db.models import AgreementRow
from review_service.domain.snapshots import snapshot_of
from workers.inside.signatures import check_signatures

ROUNDS: Final = 20
T = TypeVar("T")


def main() -> None:
    """Print the first time and the median of those after it, of each part."""
    here = container(Role.WORKER)
    with here.reading() as uow:
        row = uow.session.scalars(sa.select(AgreementRow).limit(1)).one()
        snapshot = snapshot_of(row.kind, row.snapshot)
    renderer = WeasyPrintRenderer()
    paper, first_render, render = _timed(lambda: renderer.render(snapshot, marks=MARKS))
    signed, first_sign, sign = _timed(lambda: here.signing_keys.sign(paper, snapshot=snapshot))
    authorities = trusted_authorities(here.settings.signing)
    _, _, check = _timed(lambda: check_signatures(signed, authorities=authorities))
    told = {
        "first_render_cpu_s": first_render,
        "render_cpu_s": render,
        "first_sign_cpu_s": first_sign,
        "sign_cpu_s": sign,
        "check_cpu_s": check,
    }
    told = {name: round(seconds, 4) for name, seconds in told.items()}
    sys.stdout.write(json.dumps({**told, "file_bytes": len(signed)}) + "\n")


def _timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """Return what it makes, the first time, and the median of those after it."""
    began = time.process_time()
    done = work()
    first, taken = time.process_time() - began, []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return done, first, statistics.median(taken)


if __name__ == "__main__":
    main()
