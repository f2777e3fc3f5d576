"""Finds agreements by a number that somebody typed or read, and those a near miss may mean."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import AgreementRow, PriorAgreementRow
from review_service.domain.identifiers import (
    MOST_SERIAL_CANDIDATES,
    agreement_number,
    near_serials,
    number_parts,
    squeezed_number,
)
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.numbering import clean_number

MAX_NUMBER = 80
LEAST_ALIKE: Final = 0.5
"""Share of the letters of a number that the typed ones must have for it to be meant, 0 to 1."""
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

    A slip in the letters, missing zeros, one wrong, missing, doubled or swapped digit; at most
    ``MOST_SERIAL_CANDIDATES`` rows, of the series whose letters are most like the typed ones.
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
    ordered = sorted(rows, key=lambda row: candidates.index((row.year, row.serial)))
    return _of_one_series(ordered, parts.letters)[:MOST_SERIAL_CANDIDATES]


def _of_one_series(rows: Sequence[AgreementRow], letters: str) -> Sequence[AgreementRow]:
    """Return the rows of the kind whose letters are most like the typed ones; all without any."""
    if not letters:
        return rows
    alike: dict[IssuedKind, float] = {}
    for row in rows:
        own = number_parts(row.number)
        share = SequenceMatcher(None, letters, own.letters if own else "").ratio()
        alike[row.kind] = max(share, alike.get(row.kind, LEAST_ALIKE))
    most = max(alike.values(), default=0)
    return [row for row in rows if alike[row.kind] == most > LEAST_ALIKE]


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
