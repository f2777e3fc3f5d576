# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Counts the keys of a clean approval in Chromium, by an officer who has a keyboard alone.

From the list of cases to the page of the issued Acuerdo. Before each point its photo is brought
into view and looked at: whoever accepts it must have seen it. What the service does by itself costs
no key.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from uuid import UUID

from officer_desk import CASE, DeskError
from officer_reading import POINT
from playwright.sync_api import Error, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as TooLateError

from tests.e2e.browsing import DESK, Visitor, chromium

MOST_KEYS: Final = 80
"""After which no officer goes on."""
NEXT_CASE, NEXT_PAGE, FORMER_PAGE, APPROVE = "n", "j", "k", "a"
ENTER: Final = "Enter"
APPROVING: Final = "**/aprobar"
CONFIRMATION: Final = "form button.main:not([data-key])"
"""The button of the page that asks whether to approve."""
LOOK_MS: Final = 1500
"""How long an officer looks at a page at least; the service counts none below half a second."""
COMPARED_MS: Final = 120_000
"""How long photos may be compared while the case is open."""
WALK_MS: Final = 3000
"""How long an officer waits for the service to walk on by itself."""


@dataclass
class _Keyboard:
    page: Page
    pressed: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        if len(self.pressed) >= MOST_KEYS:
            raise DeskError(f"{MOST_KEYS} keys do not approve a case: {self.pressed}")
        self.pressed.append(key)
        self.page.keyboard.press(key)


class KeyboardOfficer:
    """An officer in Chromium."""

    def __init__(self, base: str, cookie: tuple[str, str]) -> None:
        self._base, self._cookie = base, cookie

    def __enter__(self) -> Self:
        """Start the browser."""
        self._playwright = sync_playwright().start()
        self._chromium = chromium(self._playwright)
        self._visitor = Visitor(self._chromium.__enter__(), self._base, viewport=DESK)
        self._visitor.sign_in_as(*self._cookie)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the browser."""
        with suppress(Error):
            self._visitor.close()
        self._chromium.__exit__(kind, error, trace)
        self._playwright.stop()

    def approve_next(self, expected: UUID) -> int:
        """Take the next case from the list and approve it; return how many keys that took."""
        page = self._visitor.page
        page.goto("/revision")
        keyboard = _Keyboard(page)
        keyboard.press(NEXT_CASE)
        page.wait_for_url(CASE)
        found = CASE.search(page.url)
        if found is None or UUID(found[1]) != expected:
            raise DeskError(f"the next case is another than {expected}: {page.url}")
        points = page.locator(f'[id^="{POINT}"]').evaluate_all("all => all.map(each => each.id)")
        for number, point in enumerate(points, 1):
            self._bring_into_view(keyboard, point)
            keyboard.press(str(number))
            accepted = page.locator(f"#{point}").get_by_text("Aceptado", exact=True)
            # After the last point the service may have gone on to the confirmation by itself.
            expect(accepted.or_(page.locator(CONFIRMATION)).first).to_be_visible()
        with suppress(TooLateError):
            page.wait_for_url(APPROVING, timeout=WALK_MS)
        if not page.url.endswith("/aprobar"):
            # The page says by itself when the last photo was compared.
            page.locator("#decidir [data-approve]").wait_for(timeout=COMPARED_MS)
            keyboard.press(APPROVE)
            page.wait_for_url(APPROVING)
        keyboard.press(ENTER)
        page.wait_for_url("**/emitido")
        return len(keyboard.pressed)

    @staticmethod
    def _bring_into_view(keyboard: _Keyboard, point: str) -> None:
        """Turn pages until the one in view belongs to the point, if any page does."""
        page = keyboard.page
        own = {int(each) for each in page.locator(f"#{point} .pages a").all_inner_texts()}
        # Of the view itself: the strip of thumbnails is marked a moment later.
        shown = page.locator("#vista nav > span:not(.off)").first
        while own:
            page.wait_for_timeout(LOOK_MS)
            before = shown.inner_text()
            here = int(before.split()[0])
            if here in own:
                return
            keyboard.press(NEXT_PAGE if here < min(own) else FORMER_PAGE)
            expect(shown).not_to_have_text(before)
