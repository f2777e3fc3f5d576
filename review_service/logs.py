"""Logging as one JSON object per line: time, level, event and ids; no personal data."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from review_service.domain.errors import ReviewServiceError

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
MAX_TEXT = 2000
MAX_CHAIN = 8
ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class JsonFormatter(logging.Formatter):
    """Formats a record's event and extra fields as JSON, so that no value can fake a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage()[:MAX_TEXT],
            "logger": record.name,
        }
        for name, value in vars(record).items():
            if name not in STANDARD:
                line[name] = value if isinstance(value, int | float | bool) else str(value)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)[-4 * MAX_TEXT :]
        return json.dumps(line, ensure_ascii=True)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 -- the base class's name
        """Return place and class of the exception and of its causes, causes first.

        Only our own errors keep their message: that of others may quote a RUC or an address.
        """
        links: list[BaseException] = []
        error = ei[1]
        while error is not None and len(links) < MAX_CHAIN:
            links.append(error)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(_told(link) for link in reversed(links))


def _told(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    said = f": {error}" if isinstance(error, ReviewServiceError) else ""
    return "".join(traceback.format_tb(error.__traceback__)) + kind + said


def configure(level: str) -> None:
    """Configure logging to the standard error stream."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The log lines of these libraries repeat ours and may contain personal data.
    for noisy in ("fontTools", "weasyprint", "pyhanko", "rq.worker", "PIL", "pypdf"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
