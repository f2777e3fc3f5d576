"""Days as forms send them."""

import re
from datetime import date
from typing import Final

_PLAIN: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def form_day(text: str) -> date | None:
    """Return the day of a form's field, as browsers send it (year-month-day); None for no day.

    Other forms of ISO 8601 (a week's day, no hyphens) are no day here: no browser sends them, and
    nobody who types one by hand means what it would say.
    """
    given = text.strip()
    if not _PLAIN.fullmatch(given):
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
