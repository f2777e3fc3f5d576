# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures the CPU time of issuing an agreement: render, sign, check; and of scanning a copy.

Run it from the checkout: ``python benchmarks/issue.py [--rounds 20] [--json]``.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.adapters.demonstration_authority import demonstration_keys
from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.file_identity import find_identifier
from review_service.domain.institution import institution_on
from review_service.domain.issued_documents import VerificationMarks
from workers.inside.signatures import check_signatures

DAY = date(2026, 11, 20)
MARKS = VerificationMarks(
    url="https://acuerdos.example/v/7k4m29qxtr3h7k4m29qxtr3hab",
    code="7K4M-29QX-TR3H",
    file_identifier=bytes(range(16)),
)
SCANNED_BYTES = 20 * 1024 * 1024


def main() -> None:
    """Print a table, or one JSON object in milliseconds of processor time (median)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    figures = measure(wanted.rounds)
    if wanted.json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    for name, figure in figures.items():
        sys.stdout.write(f"{name:<28}{figure:>10.1f}\n")


def measure(rounds: int) -> Mapping[str, float]:
    """Return medians of processor time in milliseconds, and sizes in bytes."""
    snapshot = sample()
    with tempfile.TemporaryDirectory() as folder:
        keys = demonstration_keys(Path(folder), ministries=snapshot.ministries)
        loading = median_ms(keys.signer, rounds)
        signer = keys.signer()
    renderer = WeasyPrintRenderer()
    paper = renderer.render(snapshot, marks=MARKS)
    signed = signer.sign(paper, snapshot=snapshot)
    upload = signed + b"\0" * (SCANNED_BYTES - len(signed))
    hostile = b"/ID [<0" * (SCANNED_BYTES // 7)
    return {
        "render_ms": median_ms(lambda: renderer.render(snapshot, marks=MARKS), rounds),
        "load_two_keys_ms": loading,
        "sign_both_ms": median_ms(lambda: signer.sign(paper, snapshot=snapshot), rounds),
        "check_both_ms": median_ms(
            lambda: check_signatures(signed, authorities=[keys.authority]), rounds
        ),
        "scan_20_mib_ms": median_ms(lambda: find_identifier(upload), rounds),
        "scan_20_mib_hostile_ms": median_ms(lambda: find_identifier(hostile), rounds),
        "paper_bytes": float(len(paper)),
        "signed_bytes": float(len(signed)),
    }


def median_ms(work: Callable[[], object], rounds: int) -> float:
    """Return the median processor time of one call in milliseconds, after one to warm up."""
    work()
    taken = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        taken.append((time.process_time() - started) * 1000)
    return statistics.median(taken)


def sample() -> AgreementSnapshot:
    """Return a usual agreement of the demonstration."""
    institution = institution_on(DAY)
    return AgreementSnapshot(
        number=institution.number(year=2026, sequence=482),
        application_reference="2026-001207",
        holder="María Tituaña Quilumba",
        ruc="3000000012001",
        trade="tejidos a mano en telar de pedal",
        ciiu="C131202",
        activity="Fabricación de tejidos anchos de lana",
        workshop_address="calle Sucre N4-12 y Quiroga, comunidad de Peguche",
        canton="Otavalo",
        province="Imbabura",
        place=institution.place,
        issued_on=DAY,
        valid_from=DAY,
        valid_until=date(2029, 11, 20),
        ministries=institution.ministries,
        considerations=institution.considerations,
        benefits=institution.benefits,
        obligations=institution.obligations,
        demonstration=True,
        verification_host="acuerdos.example",
    )


if __name__ == "__main__":
    main()
