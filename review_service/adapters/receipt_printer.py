"""Prints receipts, dates and decisions in a process of their own: no page waits for one."""

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from review_service.domain import trade_words
from review_service.domain.date_statements import DateStatement
from review_service.domain.decision_papers import DecisionPaper
from review_service.domain.errors import OutsideError
from review_service.domain.receipts import Receipt
from review_service.packaged_files import static_folder, templates_folder

logger = logging.getLogger(__name__)

FORM: Final = "applicant/receipt_paper.html"
DATES_FORM: Final = "applicant/dates_paper.html"
DECISION_FORM: Final = "applicant/decision_paper.html"
ASSETS: Final = {
    "asset:receipt.css": (templates_folder() / "applicant" / "receipt_paper.css", "text/css"),
    "asset:regular.ttf": (static_folder() / "fonts" / "acuerdo-serif-regular.ttf", "font/ttf"),
    "asset:bold.ttf": (static_folder() / "fonts" / "acuerdo-serif-bold.ttf", "font/ttf"),
}
"""What a receipt is drawn with: by name, the file and its type."""
GIVEN: Final = (
    "HOME",
    "LANG",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONPATH",
    "TMPDIR",
    "TZ",
    "XDG_CACHE_HOME",
)
"""What the program may know of this process's environment: no key and no password."""
LONGEST_SECONDS: Final = 60.0
LONGEST_WAIT_SECONDS: Final = 30.0


class ReceiptPrinter:
    """Prints one paper at a time; the same data give the same page."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    @cached_property
    def edition(self) -> str:
        """Digest of everything of a receipt but its data: another edition prints differently."""
        files = (templates_folder() / FORM, *(path for path, _ in ASSETS.values()))
        told = trade_words.LABEL.encode()
        return hashlib.sha256(b"".join([*(file.read_bytes() for file in files), told])).hexdigest()

    def render(self, receipt: Receipt) -> bytes:
        """Return the PDF. Raises ``OutsideError`` when none was printed in time."""
        return self._printed({"receipt": receipt.to_json()})

    def render_dates(self, statement: DateStatement) -> bytes:
        """Return the PDF. Raises ``OutsideError`` when none was printed in time."""
        return self._printed({"dates": statement.to_json()})

    def render_decision(self, paper: DecisionPaper) -> bytes:
        """Return the PDF. Raises ``OutsideError`` when none was printed in time."""
        return self._printed({"decision": paper.to_json()})

    def _printed(self, paper: Mapping[str, object]) -> bytes:
        if not self._turn.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise OutsideError("others wait for their receipts", retryable=True)
        try:
            printed = subprocess.run(
                [sys.executable, "-m", "review_service.adapters.receipt_pdf"],
                input=json.dumps(paper).encode(),
                env={name: os.environ[name] for name in GIVEN if name in os.environ},
                capture_output=True,
                check=True,
                timeout=LONGEST_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            logger.error("receipt_not_printed", extra={"error": type(error).__name__})  # noqa: TRY400
            raise OutsideError("the receipt was not printed", retryable=True) from error
        finally:
            self._turn.release()
        return printed.stdout
