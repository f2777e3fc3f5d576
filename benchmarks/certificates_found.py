# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Compares the files that people fetched with the rows, checks every signature, asks commands."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from certificates_people import Business
from kills_stack import Parts

from review_service.bootstrap import trusted_authorities
from review_service.db.models import AgreementRow
from workers.inside.signatures import check_signatures

VERIFIED: Final = 5
"""Files that are given to ``review-service verify`` besides."""


def unproven(parts: Parts, people: Sequence[Business]) -> list[str]:
    """Name the files that are absent, not the stored ones, or not signed by a key of ours."""
    authorities = trusted_authorities(parts.stack.container.settings.signing)
    with parts.stack.container.reading() as uow:
        kept = dict(
            uow.session.execute(sa.select(AgreementRow.application_id, AgreementRow.sha256)).all()
        )
    told = []
    for one in people:
        check = check_signatures(one.file, authorities=authorities)
        if hashlib.sha256(one.file).hexdigest() != kept.get(one.application_id):
            told.append(f"{one.page}: the file is not the stored one")
        if not (check.is_good and check.count == 1):
            told.append(f"{one.page}: the signature does not hold")
    return told


def not_verified(parts: Parts, people: Sequence[Business], folder: Path) -> list[str]:
    """Give some of the files to the command that says whether one is authentic."""
    file, told = folder / "certificate.pdf", []
    for one in people[:: max(1, len(people) // VERIFIED)]:
        file.write_bytes(one.file)
        answer = parts.command("verify", str(file))
        if answer.returncode:
            told.append(f"{one.page}: {answer.stdout}{answer.stderr}".strip())
    return told


def broken(parts: Parts) -> list[str]:
    """Return what the operator's commands say that is wrong."""
    orders = [("invariants", "--whole", "--bytes"), ("audit", "verify")]
    answers = {" ".join(order): parts.command(*order) for order in orders}
    return [f"{name}: {answer.stdout}{answer.stderr}".strip()
            for name, answer in answers.items() if answer.returncode]  # fmt: skip
