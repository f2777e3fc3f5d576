"""Template filters for dates, hours (in Ecuador's time), numbers and file sizes."""

from datetime import UTC, date, datetime

from flask import Flask

from review_service.domain.figures import told_number
from review_service.domain.wording import ECUADOR, clock, long_date, told_value
from review_service.web.languages import gettext

MEGABYTE = 1024 * 1024
KILOBYTE = 1024


def moment(value: datetime) -> str:
    """Return «20 de noviembre de 2026, 18h04»."""
    return f"{long_date(value, gettext)}, {clock(value, gettext)}"


def iso(value: date) -> str:
    """Return the value for the ``datetime`` attribute of a ``time`` element."""
    if isinstance(value, datetime):
        return value.astimezone(ECUADOR).isoformat(timespec="minutes")
    return value.isoformat()


def size(size_bytes: int) -> str:
    """Return a size as people read it: «2,4 MB», «640 kB»."""
    if size_bytes >= MEGABYTE:
        return f"{size_bytes / MEGABYTE:.1f} MB".replace(".", ",").replace(",0 ", " ")
    return f"{max(1, round(size_bytes / KILOBYTE))} kB"


def lately(value: datetime, *, now: datetime | None = None) -> str:
    """Return «a las 18h04» for a moment of today, else «el 20 de noviembre de 2026, 18h04»."""
    today = (now or datetime.now(UTC)).astimezone(ECUADOR).date()
    if value.astimezone(ECUADOR).date() == today:
        return gettext("a las %(hour)s", hour=clock(value, gettext))
    return gettext("el %(moment)s", moment=moment(value))


def install(app: Flask) -> None:
    """Give the templates the filters of this file; ``day`` and ``hour`` are in ``languages``."""
    app.add_template_filter(moment, "moment")
    app.add_template_filter(iso, "iso")
    app.add_template_filter(lately, "lately")
    app.add_template_filter(size, "size")
    app.add_template_filter(lambda value: told_value(value, gettext), "told_value")
    app.add_template_filter(told_number, "told_number")
