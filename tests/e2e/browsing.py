"""Browsers as people have them, and what must never happen in one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    ViewportSize,
    expect,
)

from tests.chromium_program import chromium_program

PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1280, height=800)
PATIENCE_MS = 30_000
QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=es",
)  # fmt: skip
CLIENT_ERROR = 400
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Watch:
    """Notes whatever a page of ours must not do; ``problems`` is empty in the end."""

    base: str
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Parts of messages that the test itself provokes."""

    def attach(self, context: BrowserContext) -> None:
        """Listen to everything that happens in this browser."""
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", lambda error: self._note(f"script error: {error.error}"))

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        ours = f"{parts.scheme}://{parts.netloc}" == self.base
        if not ours and parts.scheme not in {"blob", "data"}:
            self._note(f"request to another host: {request.url}")

    def _answered(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= CLIENT_ERROR and not is_page:
            self._note(f"{response.status} for {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is told to the console too; ``_answered`` judges those.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._note(f"console: {message.text}")

    def _note(self, problem: str) -> None:
        if not any(part in problem for part in self.expected):
            self.problems.append(problem)


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start Debian's Chromium; a machine without it fails the test, nothing is skipped."""
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    browser = playwright.chromium.launch(executable_path=chromium_program(), args=arguments)
    try:
        yield browser
    finally:
        browser.close()


class Visitor:
    """One person's browser on one service."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        viewport: ViewportSize = PHONE,
        scripts: bool = True,
        scale: float = 1,
    ) -> None:
        self.base = base
        self.watch = Watch(base)
        self.context = browser.new_context(
            base_url=base,
            viewport=viewport,
            java_script_enabled=scripts,
            device_scale_factor=scale,
            has_touch=viewport["width"] < DESK["width"],
            locale="es-EC",
            timezone_id="America/Guayaquil",
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.watch.attach(self.context)
        self.page = self.context.new_page()

    def sign_in_as(self, cookie: str, token: str) -> None:
        """Bring a session along, for tests that are not about signing in."""
        self.context.add_cookies([{"name": cookie, "value": token, "url": self.base}])

    def another_tab(self) -> Page:
        """Open a second tab of the same browser."""
        return self.context.new_page()

    def close(self) -> None:
        """End the browser session."""
        self.context.close()
