"""One JSON object per line: when, how bad, which event, and its ids. Nothing personal."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
MAX_TEXT = 2000


class JsonFormatter(logging.Formatter):
    """Writes the record's event and its extra fields; control characters cannot forge a line."""

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


def configure(level: str) -> None:
    """Send every log line to the standard error stream."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Their lines repeat ours and hold more than ours would say.
    for noisy in ("fontTools", "weasyprint", "pyhanko", "rq.worker", "PIL", "pypdf"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
