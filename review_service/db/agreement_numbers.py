"""Finds agreements by a number that somebody typed or read, and those a near miss may mean."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import AgreementRow, PriorAgreementRow
from review_service.domain.identifiers import (
    agreement_number,
    near_serials,
    number_parts,
    squeezed_number,
)
from review_service.domain.numbering import clean_number

MAX_NUMBER = 80
_PRIOR_SEPARATORS = ("-", "/", ".", "\u2014", "\u2212")
"""What imported numbers may have between their groups; they are stored without spaces."""


def numbered(session: Session, text: str) -> AgreementRow | None:
    """Return the agreement of ours with that number, whatever stands between its groups."""
    wanted = squeezed_number(text[:MAX_NUMBER])
    if not wanted:
        return None
    conditions = [AgreementRow.number == agreement_number(text[:MAX_NUMBER])]
    parts = number_parts(text[:MAX_NUMBER])
    if parts is not None:
        # Year and serial are unique and indexed, so no column has to be searched.
        conditions.append((AgreementRow.year == parts.year) & (AgreementRow.serial == parts.serial))
    rows = session.scalars(sa.select(AgreementRow).where(sa.or_(*conditions)))
    return next((row for row in rows if squeezed_number(row.number) == wanted), None)


def near(session: Session, text: str) -> Sequence[AgreementRow]:
    """Return the agreements of ours that the typed number may mean by one slip, nearest first.

    Other letters, missing zeros, one wrong, missing, doubled or swapped digit; at most
    ``MOST_SERIAL_CANDIDATES`` rows.
    """
    parts = number_parts(text[:MAX_NUMBER])
    if parts is None:
        return ()
    candidates = near_serials(parts)
    rows = session.scalars(
        sa.select(AgreementRow).where(
            sa.tuple_(AgreementRow.year, AgreementRow.serial).in_(candidates)
        )
    ).all()
    return sorted(rows, key=lambda row: candidates.index((row.year, row.serial)))


def imported(session: Session, text: str) -> PriorAgreementRow | None:
    """Return the imported agreement with that number.

    Its spelling in the ministry's list comes first; else the only one with the same letters and
    digits.
    """
    spelled = session.get(PriorAgreementRow, clean_number(text)[:MAX_NUMBER])
    wanted = squeezed_number(text[:MAX_NUMBER])
    if spelled is not None or not wanted:
        return spelled
    bare: sa.ColumnElement[str] = sa.func.upper(PriorAgreementRow.number)
    for sign in _PRIOR_SEPARATORS:
        bare = sa.func.replace(bare, sign, "")
    found = session.scalars(sa.select(PriorAgreementRow).where(bare == wanted).limit(2)).all()
    return found[0] if len(found) == 1 else None
