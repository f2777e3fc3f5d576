"""What a page must keep to for everybody: measured in the browser, said in plain words."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize

from tests.e2e.browsing import DESK, PHONE

GRAVE = frozenset({"serious", "critical"})
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
TARGET_PX = 44
"""Side of a target for a thumb. Source: screens page; WCAG 2.2, 2.5.5."""
ZOOMED_PX = DESK["width"] // 2
"""Width that is left of a desk's screen at 200 % zoom. Source: WCAG 2.2, 1.4.4."""
TABS, TABS_AT_ONCE = 60, 10
"""How often the keyboard goes on, and how often before the page is asked what it met."""
NARROW = ViewportSize(width=320, height=640)
"""A small phone, and a desk's screen at 400 % zoom. Source: WCAG 2.2, 1.4.10."""
ZOOMED = ViewportSize(width=ZOOMED_PX, height=DESK["height"] // 2)
WIDTHS = (NARROW, PHONE, ZOOMED, DESK)


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    """Return what axe calls serious or critical."""
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate("rules => axe.run(rules)", RULES)
    return [
        f"axe {each['id']} ({each['impact']}): {node['html'][:120]} {node['failureSummary'][:160]}"
        for each in found["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"][:3]
    ]


def barriers_at_200_percent(page: Page) -> list[str]:
    """Return the same in half of a desk's window, as it is at a zoom of 200 %."""
    page.set_viewport_size(ZOOMED)
    return [f"at 200 %: {each}" for each in barriers(page)]


def structure(page: Page) -> list[str]:
    """Return what is wrong with headings, title, language and landmarks."""
    return _measured(page, "structure()")


def layout(page: Page) -> list[str]:
    """Return what is too wide, cut off or broken on phones, at 200 % zoom and on a desk."""
    problems = []
    for viewport in WIDTHS:
        page.set_viewport_size(viewport)
        for measure in ("tooWide()", "cutOff()", "brokenWords()"):
            found = _measured(page, measure)
            problems += [f"at {viewport['width']} px: {wrong}" for wrong in found]
    return problems


def small_targets(page: Page) -> list[str]:
    """Return the controls that a thumb would miss on a phone."""
    page.set_viewport_size(PHONE)
    return _measured(page, f"tooSmall({TARGET_PX})")


def unseen_focus(page: Page) -> list[str]:
    """Return what shows no sign when the keyboard reaches it."""
    problems, met = [], set()
    for focused in _reached(page):
        if focused is None or focused["key"] in met:
            break
        met.add(focused["key"])
        if not focused["seen"]:
            problems.append(f"focus is not seen on {focused['name']}")
    if not met:
        problems.append("the keyboard reaches nothing")
    return problems


def _reached(page: Page) -> Iterator[dict[str, Any] | None]:
    """Yield what has the focus after each press of the key; None where nothing has."""
    page.evaluate(f"window.reached = ({_measures()}).reached()")
    for _ in range(0, TABS, TABS_AT_ONCE):
        for _ in range(TABS_AT_ONCE):
            page.keyboard.press("Tab")
        met: list[dict[str, Any] | None] = page.evaluate("reached.splice(0)")
        yield from met
        if len(met) < TABS_AT_ONCE:
            yield None


def _measured(page: Page, call: str) -> list[str]:
    return list(page.evaluate(f"({_measures()}).{call}"))


@cache
def _measures() -> str:
    script = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return script[script.index("({") :].rstrip().removesuffix(";")
