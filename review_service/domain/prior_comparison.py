"""One value read from a prior agreement beside the one it should be."""

import re
import unicodedata
from typing import Final

from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, FieldOutcome

LEAST_MATCH_CONFIDENCE: Final = 40.0
"""Below it even the expected value proves nothing: the reader doubted what it saw, 0 to 100.
Calibrated: benchmarks/prior_agreement.py."""
SURE_OF_A_LETTER: Final = 90.0
"""What accusing somebody of one or two letters takes; OCR misreads a letter with less, 0 to 100.
Calibrated: benchmarks/prior_agreement.py."""
LETTERS_PER_SLIP: Final = 12
"""OCR is allowed one wrong letter in so many before a difference counts as one of substance."""

_LOOK_ALIKES: Final = str.maketrans("OQDILSBZG", "000115826")
_TEXTS: Final = frozenset(
    {AgreementField.HOLDER, AgreementField.ACTIVITY, AgreementField.MINISTRIES}
)


def judge(field: AgreementField, read_value: str, confidence: float, expected: str) -> FieldOutcome:
    """Say how a value stands against the expected one. The reader never knew the expected one.

    A difference that OCR makes by itself accuses nobody: it takes ``SURE_OF_A_LETTER``, and letters
    that look like digits never do. An expected value that was read in doubt is unreadable.
    """
    read, wanted = plain(field, read_value), plain(field, expected)
    if not read or not wanted:
        return FieldOutcome.UNREADABLE
    if read == wanted:
        is_read = confidence >= LEAST_MATCH_CONFIDENCE
        return FieldOutcome.MATCHES if is_read else FieldOutcome.UNREADABLE
    if read.translate(_LOOK_ALIKES) == wanted.translate(_LOOK_ALIKES):
        return FieldOutcome.UNREADABLE
    slips = max(1, len(wanted) // LETTERS_PER_SLIP)
    needed = SURE_OF_A_LETTER if _distance(read, wanted, slips) <= slips else SURE_CONFIDENCE
    return FieldOutcome.DIFFERS if confidence >= needed else FieldOutcome.UNREADABLE


def plain(field: AgreementField, text: str) -> str:
    """Fold what OCR and registers write differently: case, accents, spacing, stops, hyphens."""
    folded = unicodedata.normalize("NFKD", re.sub("[\u2010-\u2015\u2212]", "-", text))
    upper = folded.encode("ascii", "ignore").decode().upper()
    if field in _TEXTS:
        return " ".join(re.findall(r"[A-Z0-9&]+", upper))
    return re.sub(r"[^A-Z0-9/-]", "", upper)


def _distance(one: str, other: str, most: int) -> int:
    """Return how many letters must change, come or go; ``most + 1`` when it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, start=1):
        above, row[0] = row[0], index
        for place, wanted in enumerate(other, start=1):
            cost = min(row[place] + 1, row[place - 1] + 1, above + (letter != wanted))
            above, row[place] = row[place], cost
        if min(row) > most:
            return most + 1
    return row[-1]
