"""A thread that tells the database what protects this worker, while the work goes on."""

import logging
import os
import socket
import threading
from importlib.metadata import version
from types import TracebackType
from typing import Final, Self
from uuid import uuid4

from review_service.bootstrap import Container
from review_service.domain.errors import OutsideError
from review_service.domain.protection import HEARTBEAT_SECONDS, Protection
from review_service.domain.signing import SigningState
from review_service.domain.work import Lane
from review_service.services.upkeep import watching
from review_service.services.upkeep.watching import Attendance
from workers.sandbox.keeper import proof

logger = logging.getLogger(__name__)

LEAVE_SECONDS: Final = 5.0


class Heartbeat:
    """Reports this worker to the database at intervals; an outage of the database is waited out."""

    def __init__(
        self, container: Container, *, lanes: str, every_seconds: float = HEARTBEAT_SECONDS
    ) -> None:
        self._container, self._lanes, self._every = container, lanes, every_seconds
        self._id = uuid4()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(LEAVE_SECONDS)
        try:
            watching.leave(self._container.writing(), self._id)
        except OutsideError:
            logger.warning("worker_left_unsaid")  # the page forgets it by itself

    def _run(self) -> None:
        while True:
            try:
                self.beat()
            except OutsideError:
                logger.warning("heartbeat_waits")
            except Exception:
                # A heartbeat that fails must end neither the work nor the next heartbeat.
                logger.exception("heartbeat_failed")
            if self._over.wait(self._every):
                return

    def beat(self) -> None:
        """Report once; do nothing while the sandbox is being started."""
        proven = proof()
        if proven is None:
            return
        protection = Protection(
            sandbox_required=proven.required,
            missing=proven.report.missing,
            escaped=proven.report.escaped,
            landlock=proven.landlock,
            ocr_engine=proven.ocr_engine,
            antivirus=self._container.settings.antivirus,
            antivirus_answer=self._scanner_version(),
        )
        watching.attend(
            self._container.writing(),
            Attendance(
                worker_id=self._id,
                host=f"{socket.gethostname()}:{os.getpid()}",
                lanes=self._lanes,
                version=version("review-service"),
                proven_seconds_ago=proven.seconds_ago,
                protection=protection,
                signing=self._signing(),
            ),
        )

    def _signing(self) -> SigningState | None:
        """Check the keys, where this worker signs; what is wrong with them stops only that."""
        container = self._container
        if Lane.ISSUE not in container.settings.lanes:
            return None
        state = container.signing_keys.state(container.institution().ministries)
        if state.problems:
            logger.error("signing_stopped", extra={"problems": list(state.problems)})
        return state

    def _scanner_version(self) -> str:
        scanner = self._container.scanner
        if scanner is None:
            return ""
        try:
            return scanner.version()
        except OutsideError:
            logger.warning("scanner_down")
            return ""
