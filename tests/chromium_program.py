"""The browser of the tests."""

import shutil


def chromium_program() -> str:
    """Return the path of Debian's Chromium, which ``scripts/test`` installs.

    The headless shell is the same engine without the window around it and needs half the processor.
    """
    for name in ("chromium-headless-shell", "chromium", "chromium-browser"):
        found = shutil.which(name)
        if found is not None:
            return found
    raise RuntimeError("Chromium is not installed: run scripts/test, which installs it")
