"""Who hears of a finding, when and how gravely: officers of every one, applicants by a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity


class Moment(StrEnum):
    """When the applicant hears of a finding; the officer hears of each in review."""

    WITH_THE_FILE = "with_the_file"
    """Beside the file, as soon as it was checked, while it can still be changed."""
    BEFORE_SENDING = "before_sending"
    """On the page that is read before sending."""
    NEVER = "never"


class Why(StrEnum):
    """Why an applicant never hears of a finding."""

    REHEARSAL = "rehearsal"
    """Who forges a paper could try until nothing is noticed."""
    OTHERS = "others"
    """It would tell of another person's files."""
    NOTHING_TO_DO = "nothing_to_do"
    """A note on a file that is accepted as it is."""
    OURS = "ours"
    """Our own work failed; an officer sees to it."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """When an applicant hears of one finding, and why not if never."""

    moment: Moment
    why: Why | None = None


_WITH_THE_FILE: Final = Hearing(Moment.WITH_THE_FILE)
_BEFORE_SENDING: Final = Hearing(Moment.BEFORE_SENDING)
_REHEARSAL: Final = Hearing(Moment.NEVER, Why.REHEARSAL)
_OTHERS: Final = Hearing(Moment.NEVER, Why.OTHERS)
_NOTHING_TO_DO: Final = Hearing(Moment.NEVER, Why.NOTHING_TO_DO)
_OURS: Final = Hearing(Moment.NEVER, Why.OURS)

HEARINGS: Final[Mapping[FindingCode, Hearing]] = MappingProxyType(
    {
        FindingCode.PHOTO_BLURRED: _WITH_THE_FILE,
        FindingCode.PHOTO_SOFT: _WITH_THE_FILE,
        FindingCode.PHOTO_MOVED: _WITH_THE_FILE,
        FindingCode.PHOTO_BACKLIT: _WITH_THE_FILE,
        FindingCode.PHOTO_COMPRESSED: _WITH_THE_FILE,
        FindingCode.PHOTO_ENLARGED: _WITH_THE_FILE,
        FindingCode.PHOTO_DARK: _WITH_THE_FILE,
        FindingCode.PHOTO_VERY_DARK: _WITH_THE_FILE,
        FindingCode.PHOTO_OVEREXPOSED: _WITH_THE_FILE,
        FindingCode.PHOTO_HAZY: _WITH_THE_FILE,
        FindingCode.PHOTO_COVERED: _WITH_THE_FILE,
        FindingCode.PHOTO_CORNER_DARK: _WITH_THE_FILE,
        FindingCode.PHOTO_SMALL: _WITH_THE_FILE,
        FindingCode.PHOTO_SCREENSHOT: _WITH_THE_FILE,
        FindingCode.PHOTO_TINY: _WITH_THE_FILE,
        FindingCode.PHOTO_CUT: _WITH_THE_FILE,
        FindingCode.PHOTO_DECLARED: _REHEARSAL,
        FindingCode.PHOTO_DECLARED_GENERATED: _REHEARSAL,
        FindingCode.PICTURES_NOT_JUDGED: _WITH_THE_FILE,
        FindingCode.SCAN_COARSE: _WITH_THE_FILE,
        FindingCode.PAGE_BLANK: _WITH_THE_FILE,
        FindingCode.PAGE_UNREADABLE: _WITH_THE_FILE,
        FindingCode.PAGE_ENORMOUS: _NOTHING_TO_DO,
        FindingCode.TEXT_UNREADABLE: _WITH_THE_FILE,
        FindingCode.TEXT_MISSING: _WITH_THE_FILE,
        FindingCode.TEXT_DOUBTFUL: _WITH_THE_FILE,
        FindingCode.BYTES_BEFORE_HEADER: _REHEARSAL,
        FindingCode.BYTES_AFTER_END: _REHEARSAL,
        FindingCode.PAGE_COUNTS_DIFFER: _REHEARSAL,
        FindingCode.PDF_REPAIRED: _NOTHING_TO_DO,
        FindingCode.OWNER_LOCKED: _NOTHING_TO_DO,
        FindingCode.ACTIVE_JAVASCRIPT: _WITH_THE_FILE,
        FindingCode.ACTIVE_LAUNCH: _WITH_THE_FILE,
        FindingCode.ACTIVE_XFA: _WITH_THE_FILE,
        FindingCode.ACTIVE_EMBEDDED_FILES: _WITH_THE_FILE,
        FindingCode.ACTIVE_FORM_SUBMISSION: _WITH_THE_FILE,
        FindingCode.ACTIVE_MEDIA: _WITH_THE_FILE,
        FindingCode.SHEET_HOLDER_DIFFERS: _BEFORE_SENDING,
        FindingCode.SHEET_STATUS_DIFFERS: _BEFORE_SENDING,
        FindingCode.SHEET_ACTIVITY_DIFFERS: _BEFORE_SENDING,
        FindingCode.SHEET_PLACE_DIFFERS: _BEFORE_SENDING,
        FindingCode.SHEET_WORKERS_DIFFERS: _BEFORE_SENDING,
        FindingCode.SHEET_APPRENTICES_DIFFERS: _BEFORE_SENDING,
        FindingCode.SHEET_STARTED_DIFFERS: _BEFORE_SENDING,
        FindingCode.CHECK_FAILED: _WITH_THE_FILE,
        FindingCode.PHOTO_OF_OTHER_APPLICANT: _OTHERS,
        FindingCode.PHOTO_LIKE_OTHER_APPLICANT: _OTHERS,
        FindingCode.PHOTO_OF_LATER_APPLICANT: _OTHERS,
        FindingCode.PHOTO_LIKE_LATER_APPLICANT: _OTHERS,
        FindingCode.PHOTO_OF_SHARED_WORKSHOP: _OTHERS,
        FindingCode.PHOTO_LIKE_SHARED_WORKSHOP: _OTHERS,
        FindingCode.PHOTO_REPEATED: _WITH_THE_FILE,
        FindingCode.PHOTO_LIKE_OWN: _WITH_THE_FILE,
        FindingCode.PHOTOS_NOT_COMPARED: _OURS,
        FindingCode.PHOTO_OF_EARLIER_APPLICATION: _BEFORE_SENDING,
        FindingCode.PHOTO_LIKE_EARLIER_APPLICATION: _BEFORE_SENDING,
        FindingCode.EVIDENCE_NOT_ASSEMBLED: _OURS,
        FindingCode.PRIOR_AGREEMENT_UNKNOWN: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_IS_CERTIFICATE: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_OF_OTHER: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_HOLDER_DIFFERS: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_RUC_DIFFERS: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_ISSUED_ON_DIFFERS: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_VALID_UNTIL_DIFFERS: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_NUMBER_DIFFERS: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_ACTIVITY_DIFFERS: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_MINISTRIES_DIFFERS: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_ALTERED: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_SIGNATURE_UNREAD: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_NOT_ISSUED: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_CODE_UNKNOWN: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_CODE_ELSEWHERE: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_CODE_OF_OTHER: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_HOLDER_RENAMED: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_REVOKED: _REHEARSAL,
        FindingCode.PRIOR_AGREEMENT_SUPERSEDED: _REHEARSAL,
        FindingCode.SUPPORT_UNREAD: _WITH_THE_FILE,
        FindingCode.SUPPORT_UNKNOWN: _WITH_THE_FILE,
        FindingCode.SUPPORT_DEBT: _WITH_THE_FILE,
        FindingCode.SUPPORT_STATUS_UNREAD: _REHEARSAL,
        FindingCode.SUPPORT_OF_OTHER: _REHEARSAL,
        FindingCode.SUPPORT_RUC_UNREAD: _REHEARSAL,
        FindingCode.SUPPORT_EXPIRED: _BEFORE_SENDING,
        FindingCode.SUPPORT_EXPIRES_SOON: _BEFORE_SENDING,
        FindingCode.SUPPORT_FROM_FUTURE: _REHEARSAL,
        FindingCode.SUPPORT_UNDATED: _REHEARSAL,
        FindingCode.SUPPORT_MISPLACED: _WITH_THE_FILE,
        FindingCode.SUPPORT_HOLDER_DIFFERS: _REHEARSAL,
        FindingCode.SUPPORT_HOLDER_UNREAD: _REHEARSAL,
        FindingCode.SUPPORT_TOO_OLD: _REHEARSAL,
        FindingCode.SUPPORT_INCONSISTENT: _REHEARSAL,
        FindingCode.SUPPORT_WORKERS_UNREAD: _REHEARSAL,
        FindingCode.SUPPORT_WORKERS_DIFFER: _BEFORE_SENDING,
        FindingCode.SUPPORT_NOT_EMPLOYER: _BEFORE_SENDING,
        FindingCode.SUPPORT_REVISED: _REHEARSAL,
        FindingCode.SUPPORT_LAID_OVER: _REHEARSAL,
        FindingCode.SUPPORT_FONT_DIFFERS: _REHEARSAL,
        FindingCode.SUPPORT_COVERED: _REHEARSAL,
        FindingCode.SUPPORT_TEXT_DIFFERS: _REHEARSAL,
        FindingCode.SUPPORT_PATCHED: _REHEARSAL,
        FindingCode.SUPPORT_ISSUER_UNREAD: _REHEARSAL,
        FindingCode.SUPPORT_FOREIGN: _WITH_THE_FILE,
        FindingCode.SUPPORT_NOT_HELD: _BEFORE_SENDING,
        FindingCode.SUPPORT_SOURCE_SILENT: _BEFORE_SENDING,
        FindingCode.SUPPORT_NAMES_HOLDER: _REHEARSAL,
        FindingCode.SUPPORT_NAME_NOT_FOUND: _REHEARSAL,
        FindingCode.CHECKS_FAILED: _WITH_THE_FILE,
        FindingCode.THEME_MISSING_WORKSHOP: _BEFORE_SENDING,
        FindingCode.THEME_MISSING_PEOPLE: _BEFORE_SENDING,
        FindingCode.THEME_MISSING_MACHINERY: _BEFORE_SENDING,
        FindingCode.THEME_MISSING_PROCESS: _BEFORE_SENDING,
        FindingCode.THEME_NOT_APPLICABLE_WORKSHOP: _BEFORE_SENDING,
        FindingCode.THEME_NOT_APPLICABLE_PEOPLE: _BEFORE_SENDING,
        FindingCode.THEME_NOT_APPLICABLE_MACHINERY: _BEFORE_SENDING,
        FindingCode.THEME_NOT_APPLICABLE_PROCESS: _BEFORE_SENDING,
        FindingCode.EMPTY_FILE: _WITH_THE_FILE,
        FindingCode.TOO_LARGE: _WITH_THE_FILE,
        FindingCode.NOT_A_PDF: _WITH_THE_FILE,
        FindingCode.NOT_A_PHOTO: _WITH_THE_FILE,
        FindingCode.DAMAGED: _WITH_THE_FILE,
        FindingCode.PASSWORD: _WITH_THE_FILE,
        FindingCode.NO_PAGES: _WITH_THE_FILE,
        FindingCode.TOO_MANY_PAGES: _WITH_THE_FILE,
        FindingCode.IMAGE_TOO_LARGE: _WITH_THE_FILE,
        FindingCode.TOO_COSTLY: _WITH_THE_FILE,
        FindingCode.INFECTED: _WITH_THE_FILE,
    }
)
"""Every code has its row; docs/findings.md shows the table to people."""

HOW_TAKEN: Final = frozenset(
    {
        FindingCode.PHOTO_BLURRED,
        FindingCode.PHOTO_SOFT,
        FindingCode.PHOTO_MOVED,
        FindingCode.PHOTO_BACKLIT,
        FindingCode.PHOTO_COMPRESSED,
        FindingCode.PHOTO_ENLARGED,
        FindingCode.PHOTO_DARK,
        FindingCode.PHOTO_VERY_DARK,
        FindingCode.PHOTO_OVEREXPOSED,
        FindingCode.PHOTO_HAZY,
        FindingCode.PHOTO_COVERED,
        FindingCode.PHOTO_CORNER_DARK,
        FindingCode.PHOTO_SMALL,
        FindingCode.PHOTO_TINY,
    }
)
"""Light, focus and size: whoever looks at the photo sees it better than a measurement."""


def gravity_for_officers(code: str, severity: Severity) -> Severity:
    """Return how grave a finding is to an officer.

    A photo that was badly taken is never as grave as one that is somebody else's: it is a doubt at
    most. To its applicant, who can take it again, it stays as grave as it was found.
    """
    return Severity.DOUBT if code in HOW_TAKEN and severity is Severity.BAD else severity


def is_heard_beside_the_file(code: str) -> bool:
    """Whether applicants hear of this code beside the file; one of an older version they do."""
    known = {each.value: hearing for each, hearing in HEARINGS.items()}
    return code not in known or known[code].moment is Moment.WITH_THE_FILE
