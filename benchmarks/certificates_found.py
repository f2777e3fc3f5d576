# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Compares the files that people fetched with the rows and checks every signature."""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from certificates_people import Business
from kills_stack import Parts

from review_service.bootstrap import trusted_authorities
from review_service.db.models import AgreementRow
from workers.inside.signatures import check_signatures


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
